import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Calls, callsOf, type Sandbox, startSandbox, voucherId } from "./harness.ts";

let sandbox: Sandbox;
let directory: string;
let instance = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sandbox-state-"));
  sandbox = await startSandbox(directory);
});
afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

function fresh(): Calls {
  instance += 1;
  return callsOf(sandbox, `machinery-${instance}`);
}

const redeem = (calls: Calls) =>
  calls.voyado("POST", `/api/v3/reward-vouchers/${voucherId(1)}/redeem`);
const redeemed = async (calls: Calls): Promise<boolean> =>
  (await calls.controlVoyado("GET", `/vouchers/${voucherId(1)}`)).json<{
    redeemedOn: string | null;
  }>().redeemedOn !== null;
const fault = async (calls: Calls, body: unknown): Promise<string> => {
  const answer = await calls.controlVoyado("POST", "/faults", body);
  expect(answer.status).toBe(200);
  return answer.json<{ id: string }>().id;
};

describe("faults (contracts/voyado.md §16.8)", () => {
  test("504 before the redeem and 504 after it was stored", async () => {
    const calls = fresh();
    await fault(calls, {
      match: { path: "/redeem" },
      fault: { type: "status", status: 504 },
      times: 1,
    });
    const before = await redeem(calls);
    expect([
      before.status,
      before.json<{ errorCode: string }>().errorCode,
      await redeemed(calls),
    ]).toEqual([504, "GatewayTimeout", false]);
    await fault(calls, {
      match: { method: "POST", path: "^/api/v3/reward-vouchers/[^/]+/redeem$" },
      fault: { type: "applied_then_status", status: 504 },
      times: 1,
    });
    expect((await redeem(calls)).status).toBe(504);
    expect(await redeemed(calls)).toBe(true);
    expect((await redeem(calls)).status).toBe(409);
  });

  test("garbage with and without the effect", async () => {
    const calls = fresh();
    await fault(calls, { match: {}, fault: { type: "garbage" }, times: 1 });
    const before = await redeem(calls);
    expect(before.status).toBe(200);
    expect(() => before.json()).toThrow();
    expect(await redeemed(calls)).toBe(false);
    await fault(calls, { match: {}, fault: { type: "applied_then_garbage" }, times: 1 });
    const after = await redeem(calls);
    expect(() => after.json()).toThrow();
    expect(await redeemed(calls)).toBe(true);
  });

  test("latency, hang, applied_then_hang", async () => {
    const calls = fresh();
    const timed = async () => {
      const started = performance.now();
      const { status } = await redeem(calls);
      return { status, ms: performance.now() - started };
    };
    await fault(calls, { match: { path: "redeem" }, fault: { type: "hang", ms: 300 }, times: 1 });
    const hung = await timed();
    expect([hung.status, hung.ms >= 290, await redeemed(calls)]).toEqual([504, true, false]);
    await fault(calls, {
      match: { path: "redeem" },
      fault: { type: "applied_then_hang", ms: 300 },
      times: 1,
    });
    const held = timed();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await redeemed(calls)).toBe(true);
    expect((await held).ms).toBeGreaterThanOrEqual(290);
    await fault(calls, {
      match: { path: "redeem" },
      fault: { type: "latency", ms: 300 },
      times: 1,
    });
    const slow = await timed();
    expect([slow.status, slow.ms >= 290]).toEqual([409, true]);
  });

  test("a body, headers and content type of one's own", async () => {
    const calls = fresh();
    await fault(calls, {
      match: { path: "count" },
      fault: {
        type: "status",
        status: 503,
        body: "<h1>Down</h1>",
        contentType: "text/html",
        headers: { "retry-after": "7" },
      },
    });
    const answer = await calls.voyado("GET", "/api/v3/contacts/count");
    expect([
      answer.status,
      answer.text,
      answer.headers.get("content-type"),
      answer.headers.get("retry-after"),
    ]).toEqual([503, "<h1>Down</h1>", "text/html", "7"]);
  });

  test("times runs out, probability repeats with its seed, clearing works", async () => {
    const run = async (): Promise<string> => {
      const calls = fresh();
      await fault(calls, {
        match: { path: "count" },
        fault: { type: "status", status: 429 },
        probability: 0.5,
        seed: 7,
      });
      let seen = "";
      for (let turn = 0; turn < 12; turn += 1)
        seen += (await calls.voyado("GET", "/api/v3/contacts/count")).status === 429 ? "x" : ".";
      return seen;
    };
    const [first, second] = [await run(), await run()];
    // Each is drawn by the request's number, so that a sandbox that was restarted goes on and does not begin anew.
    expect(first).toBe(second);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);

    const calls = fresh();
    const id = await fault(calls, { match: {}, fault: { type: "status", status: 500 } });
    await fault(calls, { match: { method: "POST" }, fault: { type: "status", status: 500 } });
    expect(
      (await calls.controlVoyado("GET", "/faults")).json<{ items: unknown[] }>().items,
    ).toHaveLength(2);
    expect((await calls.controlVoyado("DELETE", `/faults/${id}`)).status).toBe(200);
    expect((await calls.voyado("GET", "/api/v3/contacts/count")).status).toBe(200);
    await calls.controlVoyado("DELETE", "/faults");
    expect((await redeem(calls)).status).toBe(200);
    expect(
      (await calls.controlVoyado("POST", "/faults", { fault: { type: "flood" } })).status,
    ).toBe(400);
  });

  test("Sitoo has them as well", async () => {
    const calls = fresh();
    await calls.controlSitoo("POST", "/faults", {
      match: { path: "/orders" },
      fault: { type: "status", status: 429, headers: { "retry-after": "1" } },
      times: 1,
    });
    const answer = await calls.sitoo("GET", "/orders.json");
    expect([answer.status, answer.json()]).toEqual([
      429,
      { statuscode: 429, errortext: expect.any(String) },
    ]);
    expect((await calls.sitoo("GET", "/orders.json")).status).toBe(200);
  });
});

describe("request log", () => {
  interface Entry {
    seq: number;
    method: string;
    path: string;
    query: Record<string, string | string[]>;
    headers: Record<string, string>;
    body: unknown;
    status: number | null;
    fault: string | null;
  }
  const entries = async (calls: Calls, query = ""): Promise<Entry[]> =>
    (await calls.controlVoyado("GET", `/requests${query}`)).json<{ items: Entry[] }>().items;

  test("says what came in and what went out, without the key", async () => {
    const calls = fresh();
    await calls.voyado("GET", "/api/v3/contacts/id?email=astrid@example.com");
    await calls.voyado(
      "PATCH",
      `/api/v3/contacts/${ASTRID}`,
      { city: "Lund" },
      { apikey: "secret" },
    );
    const [first, second] = await entries(calls);
    expect(first).toMatchObject({
      method: "GET",
      path: "/api/v3/contacts/id",
      query: { email: "astrid@example.com" },
      headers: { apikey: "right" },
      status: 200,
      fault: null,
    });
    expect(second).toMatchObject({
      method: "PATCH",
      body: { city: "Lund" },
      headers: { apikey: "wrong" },
      status: 401,
    });
    expect(JSON.stringify(second)).not.toContain("secret");
    expect(await entries(calls, `?since=${first?.seq}`)).toHaveLength(1);
    expect(await entries(calls, "?path=/contacts/id")).toHaveLength(1);
    await calls.controlVoyado("DELETE", "/requests");
    await calls.voyado("GET", "/api/v3/stores");
    const [third] = await entries(calls);
    expect(third?.seq).toBe((second?.seq ?? 0) + 1);
  });

  test("shows a request that is still being held", async () => {
    const calls = fresh();
    await fault(calls, { match: {}, fault: { type: "hang", ms: 400 } });
    const held = redeem(calls);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await entries(calls))[0]).toMatchObject({ status: null });
    await held;
    expect((await entries(calls))[0]).toMatchObject({ status: 504, fault: "hang" });
  });

  test("Sitoo's credentials are judged, not shown", async () => {
    const calls = fresh();
    await calls.sitoo("GET", "/stores.json");
    const { items } = (await calls.controlSitoo("GET", "/requests")).json<{ items: Entry[] }>();
    expect(items[0]).toMatchObject({
      path: "/v2/accounts/90316/sites/1/stores.json",
      headers: { authorization: "right" },
    });
  });
});

describe("instances", () => {
  test("are apart from each other, and reset brings the seeds back", async () => {
    const [one, two] = [fresh(), fresh()];
    await redeem(one);
    expect([await redeemed(one), await redeemed(two)]).toEqual([true, false]);
    await one.controlVoyado("POST", "/profile", { dnb: false });
    await fault(one, { match: {}, fault: { type: "status", status: 500 } });
    await one.controlVoyado("POST", "/reset");
    expect(await redeemed(one)).toBe(false);
    expect((await one.controlVoyado("GET", "/profile")).json<{ dnb: boolean }>().dnb).toBe(true);
    expect((await redeem(one)).status).toBe(200);
  });

  test("an unknown profile setting is refused", async () => {
    expect(
      (await fresh().controlVoyado("POST", "/profile", { preferenceSpeling: "acceptsEmail" }))
        .status,
    ).toBe(400);
  });

  test("one clock per instance, one call for all, also for those not yet touched", async () => {
    const [one, two, later] = [fresh(), fresh(), fresh()];
    const now = async (calls: Calls): Promise<number> =>
      Date.parse((await calls.controlVoyado("GET", "/clock")).json<{ now: string }>().now);
    await one.controlVoyado("POST", "/clock", { set: "2030-01-01T00:00:00Z" });
    expect([
      new Date(await now(one)).getUTCFullYear(),
      (await now(two)) - Date.now() < 60_000,
    ]).toEqual([2030, true]);
    const { offsetMs } = (await one.control("POST", "/clock", { advanceMs: 3_600_000 })).json<{
      offsetMs: number;
    }>();
    for (const calls of [one, two, later])
      expect(Math.abs((await now(calls)) - Date.now() - offsetMs)).toBeLessThan(10_000);
    await one.control("POST", "/clock", { set: Date.now() });
  });

  test("state survives a restart", async () => {
    const calls = fresh();
    await redeem(calls);
    await calls.controlSitoo("POST", "/sell", { items: [{ sku: "A1" }] });
    await calls.controlVoyado("POST", "/profile", { receiptDelayMs: 5 });
    await fault(calls, { match: { path: "count" }, fault: { type: "status", status: 500 } });
    await calls.controlVoyado("GET", "/requests");
    const name = `machinery-${instance}`;
    await sandbox.close();
    sandbox = await startSandbox(directory);
    const again = callsOf(sandbox, name);
    expect(await redeemed(again)).toBe(true);
    expect((await redeem(again)).status).toBe(409);
    expect((await again.sitoo("GET", "/orders/10028.json")).status).toBe(200);
    expect((await again.controlVoyado("GET", "/profile")).json()).toMatchObject({
      receiptDelayMs: 5,
    });
    expect((await again.voyado("GET", "/api/v3/contacts/count")).status).toBe(500);
    const { items } = (await again.controlVoyado("GET", "/requests")).json<{
      items: { path: string }[];
    }>();
    expect(items[0]?.path).toContain("/redeem");
  });
});
