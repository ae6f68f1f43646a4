import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Sandbox, startSandbox } from "./harness.ts";
import { ASTRID, counts, profile, type RuleCalls, ruleCalls } from "./rule_calls.ts";

// contracts/rule.md §1, §3, §12.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): RuleCalls {
  instance += 1;
  return ruleCalls(sandbox, `limits-${instance}`);
}

const RATE = [
  "requestscount-allowed",
  "requestscount-current",
  "x-errorpercent-limit",
  "x-errorpercent-current",
  "retry-after",
];
const rate = ({ headers }: Answer): (string | null)[] => RATE.map((name) => headers.get(name));
const hit = (calls: RuleCalls) => calls.v3("GET", `/custom-field-data/${ASTRID}`);
const miss = (calls: RuleCalls) => calls.v3("GET", "/custom-field-data/1");
const wait = (calls: RuleCalls, advanceMs: number) =>
  calls.control("POST", "/clock", { advanceMs });

/** Small numbers, so that few calls reach them. */
async function small(more: object = {}): Promise<RuleCalls> {
  const calls = fresh();
  await profile(calls, { errorMinRequests: 4, blockMs: 60_000, blockExtensionMs: 10_000, ...more });
  return calls;
}

/** 2 of 4 are errors: above 49 %. */
async function blocked(more: object = {}): Promise<RuleCalls> {
  const calls = await small(more);
  for (const call of [hit, hit, miss, miss]) await call(calls);
  return calls;
}

describe("headers (§3)", () => {
  test("v3 tells load and error rate with every answer, refusals included", async () => {
    const calls = fresh();
    expect(rate(await hit(calls))).toEqual(["6000", "1", "49", "0", null]);
    expect(rate(await miss(calls))).toEqual(["6000", "2", "49", "1", null]);
    const stranger = await calls.v3("GET", `/custom-field-data/${ASTRID}`, undefined, {
      authorization: "Bearer wrong",
    });
    expect([stranger.status, ...rate(stranger)]).toEqual([401, "6000", "2", "49", "1", null]);
  });

  test("v2 has none of them, unless the profile says so", async () => {
    const calls = fresh();
    expect(rate(await calls.v2("GET", "/subscribers?limit=1"))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    await profile(calls, { v2RateHeaders: true });
    expect(rate(await calls.v2("GET", "/subscribers?limit=1"))[1]).toBe("2");
  });

  test("Date is the instance's clock", async () => {
    const calls = fresh();
    await calls.control("POST", "/clock", { set: "2027-01-15T12:00:00Z" });
    expect((await hit(calls)).headers.get("date")).toMatch(/^Fri, 15 Jan 2027 12:00:0\d GMT$/);
  });
});

describe("the block by error rate (§3)", () => {
  test("49 % is not above the ceiling, 50 % is", async () => {
    const calls = fresh();
    await calls.control("POST", "/limits", { requests: 99, errors: 49 });
    expect([(await hit(calls)).status, (await hit(calls)).status]).toEqual([200, 200]);
    await calls.control("POST", "/limits", { requests: 99, errors: 49 });
    expect(rate(await miss(calls))[3]).toBe("50");
    expect((await hit(calls)).status).toBe(429);
  });

  test("holds for both versions, and its 429 has no counts but a Retry-After", async () => {
    const calls = await blocked();
    const v3 = await hit(calls);
    expect([v3.status, ...rate(v3).slice(0, 4)]).toEqual([429, null, null, "49", "50"]);
    expect(v3.headers.get("retry-after")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect((await calls.v2("GET", "/subscribers?limit=1")).status).toBe(429);
    const stranger = await calls.v3("GET", "/custom-field-data/1", undefined, {
      authorization: undefined,
    });
    expect(stranger.status).toBe(401);
  });

  test("ends by the instance's clock, and the count begins anew", async () => {
    const calls = await blocked();
    await wait(calls, 60_000);
    const answer = await hit(calls);
    expect([answer.status, ...rate(answer).slice(1, 4)]).toEqual([200, "1", "49", "0"]);
  });

  test("every call that comes early lengthens it", async () => {
    const calls = await blocked({ retryAfterForm: "seconds" });
    expect((await hit(calls)).headers.get("retry-after")).toBe("70");
    expect((await hit(calls)).headers.get("retry-after")).toBe("80");
    await wait(calls, 60_000);
    expect((await hit(calls)).status).toBe(429);
    await wait(calls, 30_000);
    expect((await hit(calls)).status).toBe(200);
  });

  test("a blocked write has no effect", async () => {
    const calls = await blocked();
    const answer = await calls.v2("POST", "/subscribers", {
      update_on_duplicate: true,
      subscribers: { email: "tove@example.com" },
    });
    expect([answer.status, (await counts(calls)).subscribers]).toEqual([429, 12]);
  });

  test("errors older than the window are forgotten; a call without a right key counts for nobody", async () => {
    const calls = await small();
    await miss(calls);
    await wait(calls, 60_001);
    await miss(calls);
    for (let turn = 0; turn < 4; turn += 1)
      await calls.v3("GET", "/custom-field-data/1", undefined, { authorization: "Bearer wrong" });
    expect((await hit(calls)).status).toBe(200);
    expect((await calls.control("GET", "/limits")).json()).toEqual({
      requests: 2,
      errorPercent: 25,
      blockedUntil: null,
    });
  });
});

describe("Retry-After (§3)", () => {
  test.each([
    ["winter", "2027-01-15T11:59:30Z", "2027-01-15 13:00:"],
    ["summer", "2027-07-15T11:59:30Z", "2027-07-15 14:00:"],
  ])("in %s it is Stockholm's wall clock without a zone", async (_season, set, expected) => {
    const calls = await small({ blockMs: 30_000, blockExtensionMs: 0 });
    await calls.control("POST", "/clock", { set });
    for (const call of [hit, hit, miss, miss]) await call(calls);
    expect((await hit(calls)).headers.get("retry-after")).toContain(expected);
  });

  test("read against Date it is the same as in seconds", async () => {
    const calls = await blocked();
    const answer = await hit(calls);
    const [wall = "", date = ""] = ["retry-after", "date"].map(
      (name) => answer.headers.get(name) ?? "",
    );
    // Stockholm is one hour ahead in winter and two in summer: the remainder within the hour tells.
    const seconds =
      (((Date.parse(`${wall.replace(" ", "T")}Z`) - Date.parse(date)) / 1000) % 3600) + 0;
    expect(seconds).toBeGreaterThanOrEqual(69);
    expect(seconds).toBeLessThanOrEqual(71);
  });
});

describe("too many requests (§3)", () => {
  test("one too many is 429 until the window has passed, and counts as an error", async () => {
    const calls = await small({
      requestsAllowed: 3,
      requestsWindowMs: 10_000,
      errorMinRequests: 100,
      retryAfterForm: "seconds",
    });
    for (let turn = 0; turn < 3; turn += 1) expect((await hit(calls)).status).toBe(200);
    const over = await hit(calls);
    expect([over.status, ...rate(over).slice(0, 4)]).toEqual([429, null, null, "49", "1"]);
    expect(Number(over.headers.get("retry-after"))).toBeLessThanOrEqual(10);
    await wait(calls, 10_001);
    expect((await hit(calls)).status).toBe(200);
  });

  test("hammering on leads to the block", async () => {
    const calls = await small({ requestsAllowed: 2, requestsWindowMs: 1000, errorMinRequests: 4 });
    for (let turn = 0; turn < 5; turn += 1) await hit(calls);
    await wait(calls, 1001);
    expect((await hit(calls)).status).toBe(429);
  });

  test("controls put the account where a test wants it", async () => {
    const calls = fresh();
    await calls.control("POST", "/limits", { blockForMs: 60_000 });
    expect((await hit(calls)).status).toBe(429);
    await calls.control("DELETE", "/limits");
    expect((await hit(calls)).status).toBe(200);
    await calls.control("POST", "/limits", { requests: 6000 });
    expect((await hit(calls)).status).toBe(429);
  });
});

describe("the log has no key (§1, §12)", () => {
  interface Entry {
    path: string;
    query: Record<string, string | string[]>;
    headers: Record<string, string>;
    body: unknown;
    status: number;
  }
  const log = async (calls: RuleCalls): Promise<{ items: Entry[]; text: string }> => {
    const answer = await calls.control("GET", "/requests");
    return { items: answer.json<{ items: Entry[] }>().items, text: answer.text };
  };

  test("header, query and body read right or wrong", async () => {
    const calls = fresh();
    const anonymous = { authorization: undefined };
    await hit(calls);
    await calls.v2("GET", "/subscribers?limit=1&apikey=sandbox-rule-key", undefined, anonymous);
    await calls.v2("GET", "/subscribers?ApiKey=real-key&apikey=real-key", undefined, anonymous);
    const body = { apikey: "sandbox-rule-orders-key", fields: [{ key: "Extra.One" }] };
    await calls.v2("POST", "/customizations", body, anonymous);
    await calls.v2("POST", "/customizations", '{"apikey": "sandbox-rule-key", ', anonymous);
    const { items, text } = await log(calls);
    expect(items.map(({ status }) => status)).toEqual([200, 200, 401, 200, 401]);
    expect(items[0]?.headers["authorization"]).toBe("right");
    expect(items[1]?.query).toEqual({ limit: "1", apikey: "right" });
    expect(items[2]?.query).toEqual({ ApiKey: "wrong", apikey: "wrong" });
    expect(items[3]?.body).toEqual({ apikey: "right", fields: [{ key: "Extra.One" }] });
    expect(items[4]?.body).toBe('{"apikey": "right", ');
    expect(text).not.toMatch(/sandbox-rule|real-key/);
    expect((await calls.control("GET", "/state")).text).not.toMatch(/sandbox-rule/);
  });

  test("nor when a client follows `meta.next`", async () => {
    const calls = fresh();
    const first = await calls.v2("GET", "/subscribers?limit=5");
    const { meta } = first.json<{ meta: { next: string } }>();
    expect(meta.next).toContain("apikey=sandbox-rule-key");
    expect((await fetch(meta.next)).status).toBe(200);
    const { items, text } = await log(calls);
    expect(items[1]?.query).toEqual({ page: "2", limit: "5", apikey: "right" });
    expect(text).not.toContain("sandbox-rule");
  });
});
