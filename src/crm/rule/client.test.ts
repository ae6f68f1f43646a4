import { describe, expect, it } from "vitest";
import type { Answer } from "./rule_fixture.ts";
import { aCall, id, now, ruleOf } from "./rule_fixture.ts";
import { pauseOf } from "./errors.ts";

const failureOf = async (answer: Answer) => {
  const { crm } = ruleOf(() => answer);
  const got = await crm.get(id, aCall());
  return got.ok ? undefined : got.failure;
};

describe("an answer that is none", () => {
  it.each<[string, Answer, object]>([
    ["401", { status: 401, json: { error: "NotAuthorized" } }, { kind: "set_up_fault" }],
    ["a 200 with NotAuthorized", { json: { error: "NotAuthorized" } }, { kind: "set_up_fault" }],
    [
      "a 200 with UnexpectedError",
      { json: { error: "UnexpectedError" } },
      { kind: "unavailable", sent: true },
    ],
    ["500", { status: 500, json: {} }, { kind: "unavailable", sent: true }],
    ["a redirect", { status: 301, text: "" }, { kind: "set_up_fault" }],
    ["a web page with 404", { status: 404, text: "<html>" }, { kind: "set_up_fault" }],
    ["no JSON", { text: "oops" }, { kind: "unreadable" }],
    ["other JSON", { json: { hello: 1 } }, { kind: "unreadable" }],
    ["silence", { kind: "timed_out", sent: true }, { kind: "timed_out" }],
    ["a line that broke", { kind: "broken", sent: true, detail: "reset" }, { kind: "unavailable" }],
  ])("%s", async (_name, answer, failure) => {
    expect(await failureOf(answer)).toMatchObject(failure);
  });

  it("holds no key, address or value in what it says", async () => {
    const text = JSON.stringify(await failureOf({ status: 500, json: { message: "a@b.se" } }));
    expect(text).not.toMatch(/rule-key|910012|a@b\.se|https/);
  });
});

describe("429", () => {
  const headers = (retry: string | null, date?: string): Headers =>
    new Headers({
      ...(retry === null ? {} : { "Retry-After": retry }),
      ...(date === undefined ? {} : { Date: date }),
    });
  const noon = "Thu, 31 Jan 2030 11:00:00 GMT";
  it.each([
    ["seconds", headers("7"), 7_000],
    ["Stockholm's wall clock against Date", headers("2030-01-31 12:00:45", noon), 45_000],
    ["the same in summer", headers("2030-07-01 14:00:10", "Mon, 01 Jul 2030 12:00:00 GMT"), 10_000],
    ["nothing", headers(null), 60_000],
    ["nonsense", headers("soon"), 60_000],
    ["too long", headers("86400"), 900_000],
    ["the past", headers("2030-01-31 11:59:00", noon), 1_000],
  ])("waits as told by %s", (_name, told, ms) => {
    expect(pauseOf(told, now)).toBe(ms);
  });

  it("is not called again before its time is over", async () => {
    let at = now;
    let isBusy = true;
    const { crm, sent } = ruleOf(
      () => (isBusy ? { status: 429, json: {}, headers: { "Retry-After": "20" } } : undefined),
      {},
      { now: () => at },
    );
    const get = () => crm.get(id, { ...aCall(), deadline: at + 8_000 });
    expect(await get()).toMatchObject({ failure: { kind: "rate_limited", retryAfterMs: 20_000 } });
    const asked = sent.length;
    isBusy = false;
    at += 15_000;
    expect(await get()).toMatchObject({ failure: { kind: "rate_limited", retryAfterMs: 5_000 } });
    expect(sent).toHaveLength(asked);
    at += 5_001;
    expect(await get()).toMatchObject({ ok: true });
  });
});

it("waits its turn beyond a burst, and no longer than the till does", async () => {
  const { crm, session } = ruleOf(() => undefined);
  session.pace = { left: -45, at: now };
  expect(await crm.purchases(id, { start: 0, num: 1 }, aCall())).toMatchObject({
    failure: { kind: "unavailable", sent: false },
  });
});
