import { describe, expect, it } from "vitest";
import type { Upstream } from "../../upstream/answer.ts";
import {
  answering,
  call,
  customerBody,
  customerId,
  memberBody,
  now,
  settings,
  withOmnium,
} from "./omnium_fixture.ts";
import { newSession, tokenOf } from "./session.ts";

const token = (accessToken: string, expiresIn = 864_000) => ({ json: { accessToken, expiresIn } });

describe("the token", () => {
  it("is asked for in the query alone, once for many, and kept for nine days of ten", async () => {
    let at = now;
    const session = newSession(() => at);
    const asked: string[] = [];
    const upstream: Upstream = (request) => {
      asked.push(request.url);
      expect(request.body).toBeUndefined();
      return answering(() => token(`t${asked.length}`))(request);
    };
    const io = { settings, upstream, now: () => at };
    const get = () => tokenOf(session, io, { ...call, deadline: at + 8_000 });
    expect(await Promise.all([get(), get(), get()])).toEqual(
      Array.from({ length: 3 }, () => ({ ok: true, value: "t1" })),
    );
    expect(asked).toEqual([
      "https://api.example.com/api/Token?clientId=client&clientSecret=secret&returnAsJson=true",
    ]);
    at += 9 * 86_400_000 - 1;
    expect(await get()).toMatchObject({ value: "t1" });
    at += 2;
    expect(await get()).toMatchObject({ value: "t2" });
  });

  it("is read as bare text, too", async () => {
    for (const text of ["aa.bb.cc", '"aa.bb.cc"\n']) {
      const io = { settings, upstream: answering(() => ({ text })), now: () => now };
      expect(await tokenOf(newSession(io.now), io, call)).toEqual({ ok: true, value: "aa.bb.cc" });
    }
  });

  it.each([
    ["a wrong secret", { status: 401, json: {} }, { kind: "set_up_fault" }],
    ["a missing one", { status: 400, json: {} }, { kind: "set_up_fault" }],
    ["a page", { text: "<html>" }, { kind: "unavailable", sent: false }],
    ["a time-out", { kind: "timed_out", sent: true }, { kind: "unavailable", sent: false }],
    ["a fault", { status: 500, text: "" }, { kind: "unavailable", sent: false }],
  ] as const)(
    "%s: nothing of what was asked happened, and no word of the secret",
    async (_, answer, failure) => {
      const io = { settings, upstream: answering(() => answer), now: () => now };
      const outcome = await tokenOf(newSession(io.now), io, call);
      expect(outcome).toMatchObject({ ok: false, failure });
      expect(JSON.stringify(outcome)).not.toMatch(/secret/);
    },
  );

  it("is fetched by who waits when the one who fetches is gone", async () => {
    const session = newSession(() => now);
    session.renewal = new Promise(() => undefined);
    const io = { settings, upstream: answering(() => token("t1")), now: () => now };
    expect(await tokenOf(session, io, { ...call, deadline: now + 30 })).toMatchObject({
      value: "t1",
    });
  });
});

describe("a call", () => {
  const answers = (...list: readonly object[]) => {
    let n = 0;
    return () => list[Math.min(n++, list.length - 1)] as { json: unknown };
  };
  const consents = { ...call };

  it("renews the token after a 401, once", async () => {
    const world = withOmnium((one) =>
      one.headers.Authorization === "Bearer t1"
        ? { status: 401, text: "" }
        : { json: customerBody() },
    );
    expect(await world.crm.search({ by: "email", value: "a@example.com" }, call)).toMatchObject({
      ok: false,
    });
    expect(world.tokens).toHaveLength(2);
    const refused = withOmnium(() => ({ status: 401, text: "" }));
    expect(
      await refused.crm.search({ by: "email", value: "a@example.com" }, consents),
    ).toMatchObject({
      failure: { kind: "set_up_fault" },
    });
    expect(refused.tokens).toHaveLength(2);
    expect(refused.sent).toHaveLength(2);
  });

  it("waits for Retry-After where it fits, and tells it where it does not", async () => {
    const busy = { status: 429, text: "", headers: { "retry-after": "0" } };
    const found = { json: { result: [], totalHits: 0 } };
    const short = withOmnium(answers(busy, found));
    const key = { by: "email", value: "a@example.com" } as const;
    expect(await short.crm.search(key, call)).toEqual({ ok: true, value: undefined });
    const long = withOmnium(answers({ ...busy, headers: { "retry-after": "30" } }));
    expect(await long.crm.search(key, call)).toEqual({
      ok: false,
      failure: { kind: "rate_limited", retryAfterMs: 30_000 },
    });
    expect(long.sent).toHaveLength(1);
  });

  it("reads once more after a 500, and never repeats a write", async () => {
    const read = withOmnium(answers({ status: 500, text: "" }, { json: { result: [] } }));
    expect(await read.crm.search({ by: "email", value: "a@example.com" }, call)).toMatchObject({
      ok: true,
    });
    const write = withOmnium(({ method }) =>
      method === "POST" ? { status: 500, text: "" } : { status: 404, text: "" },
    );
    expect(await write.crm.create({ email: "a@example.com" }, call)).toMatchObject({
      failure: { kind: "unavailable", sent: true },
    });
    expect(write.sent.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("keeps to ten at once", async () => {
    let [under, most] = [0, 0];
    const world = withOmnium(
      async ({ path }) => {
        most = Math.max(most, ++under);
        await new Promise((resolve) => setTimeout(resolve, 5));
        under -= 1;
        return { json: path.endsWith("Member") ? memberBody() : customerBody() };
      },
      {},
      { clock: () => Date.now() },
    );
    const cards = await Promise.all(
      Array.from({ length: 30 }, () =>
        world.crm.get(customerId, { ...call, deadline: Date.now() + 8000 }),
      ),
    );
    expect(cards.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(10);
  });
});
