import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import { ASTRID, type Found, id, type OmniumCalls, omniumOf, voucherId } from "./omnium_harness.ts";

// contracts/omnium.md §2, §3, §16.1, §16.2, §16.9.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Every test has an instance of its own. */
function fresh(): OmniumCalls {
  instance += 1;
  return omniumOf(sandbox, `access-${instance}`);
}

const GOOD = "clientId=sandbox-omnium-client&clientSecret=sandbox-omnium-secret";
const noType = { "content-type": undefined };
const DAY = 86_400_000;

interface Problem {
  title: string;
  status: number;
  detail: string;
}

describe("token", () => {
  test("bare text, or JSON when asked; the case of the path does not matter", async () => {
    const { bare } = fresh();
    const text = await bare("POST", `/Token?${GOOD}`, undefined, noType);
    expect(text.text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(text.headers.get("content-type")).toContain("text/plain");
    const json = await bare("POST", `/tOKEN?${GOOD}&returnAsJson=true`, undefined, noType);
    expect(json.json()).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      tokenType: "Bearer",
      expiresIn: 864_000,
    });
  });

  test("parameters in the query only, POST only, body empty", async () => {
    const { bare } = fresh();
    const statusOf = async (method: string, path: string, body?: unknown) =>
      (await bare(method, path, body)).status;
    expect(await statusOf("POST", "/Token")).toBe(401);
    expect(await statusOf("POST", `/Token?${GOOD}x`)).toBe(401);
    expect(await statusOf("POST", "/Token?clientId=sandbox-omnium-client")).toBe(401);
    expect(await statusOf("GET", `/Token?${GOOD}`)).toBe(405);
    expect(
      await statusOf("POST", "/Token", {
        clientId: "sandbox-omnium-client",
        clientSecret: "sandbox-omnium-secret",
      }),
    ).toBe(400);
  });

  test("missing, expired and foreign tokens are 401, and a new one works", async () => {
    const calls = fresh();
    const path = `/PrivateCustomers/${ASTRID}`;
    expect((await calls.bare("GET", path)).status).toBe(401);
    const foreign = await fresh().token();
    const authorization = `Bearer ${foreign}`;
    expect((await calls.bare("GET", path, undefined, { authorization })).status).toBe(401);
    expect((await calls.omnium("GET", path)).status).toBe(200);
    await calls.control("POST", "/clock", { advanceMs: 10 * DAY - 60_000 });
    expect((await calls.omnium("GET", path)).status).toBe(200);
    await calls.control("POST", "/clock", { advanceMs: 60_000 });
    expect((await calls.omnium("GET", path)).status).toBe(401);
    expect((await (await calls.as("client"))("GET", path)).status).toBe(200);
  });

  test("tokens end on demand, in the middle of a flow", async () => {
    const calls = fresh();
    const path = `/PrivateCustomers/${ASTRID}`;
    expect((await calls.omnium("GET", path)).status).toBe(200);
    await calls.control("POST", "/tokens/expire");
    const refused = await calls.omnium("GET", path);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(refused.json<Problem>()).toMatchObject({ title: "Unauthorized", status: 401 });
  });

  test("no secret and no token is in the log, wherever it was sent", async () => {
    const calls = fresh();
    await calls.omnium("GET", `/PrivateCustomers/${ASTRID}`);
    await calls.bare("POST", "/Token?clientId=nobody&clientSecret=sandbox-omnium-wrong");
    await calls.bare("POST", "/Token?client_secret=sandbox-omnium-secret", {
      clientSecret: "sandbox-omnium-secret",
    });
    const token = await calls.token();
    await calls.bare("GET", `/PrivateCustomers/1?access_token=${token}`, undefined, {
      authorization: "Bearer nothing",
    });
    const log = await calls.control("GET", "/requests");
    expect(log.text).not.toContain("sandbox-omnium");
    expect(log.text).not.toContain(token);
    const { items } = log.json<{
      items: { query: unknown; headers: Record<string, string>; body: unknown }[];
    }>();
    expect(items[0]?.query).toEqual({ clientId: "right", clientSecret: "right" });
    expect(items[1]?.headers["authorization"]).toBe("right");
    expect(items[2]?.query).toEqual({ clientId: "wrong", clientSecret: "wrong" });
    expect(items[3]).toMatchObject({
      query: { client_secret: "right" },
      body: { clientSecret: "right" },
    });
    expect(items[5]?.headers["authorization"]).toBe("wrong");
    expect((await calls.control("GET", "/state")).text).not.toContain(token);
  });
});

describe("roles and scope", () => {
  test("a missing role is 403", async () => {
    const calls = fresh();
    const reader = await calls.as("reader");
    expect((await reader("GET", `/PrivateCustomers/${ASTRID}`)).status).toBe(200);
    expect((await reader("POST", "/PrivateCustomers", { customerId: "x" })).status).toBe(403);
    expect((await reader("PUT", "/Vouchers", { id: voucherId(1) })).status).toBe(403);
    expect((await reader("PUT", "/Orders/PosOrders", {})).status).toBe(403);
    expect((await calls.omnium("POST", "/Orders", { id: "x" })).status).toBe(403);
    const owner = await calls.as("owner");
    expect((await owner("POST", "/Orders", { id: "x" })).status).toBe(201);
  });

  test("a user of one market sees and writes that market only", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 60_000 });
    const norway = await calls.as("norway");
    expect((await norway("GET", `/PrivateCustomers/${id("10020")}`)).status).toBe(200);
    expect((await norway("GET", `/PrivateCustomers/${ASTRID}`)).status).toBe(403);
    const create = (marketId: string) =>
      norway("POST", "/PrivateCustomers", { customerId: `new-${marketId}`, marketId });
    expect((await create("SWE")).status).toBe(403);
    expect((await create("NOR")).status).toBe(201);
    const { totalHits } = (await norway("POST", "/PrivateCustomers/Search", {})).json<
      Found<unknown>
    >();
    expect(totalHits).toBe(1);
    expect((await norway("GET", "/Orders/10001")).status).toBe(403);
    expect((await norway("GET", "/Orders/10011")).status).toBe(200);
  });

  test("RequireStoreIdsForAccess binds a user of one store to its customers", async () => {
    const calls = fresh();
    const norway = await calls.as("norway");
    const body = { customerId: "elsewhere", marketId: "NOR", storeIds: ["500"] };
    expect((await norway("POST", "/PrivateCustomers", body)).status).toBe(201);
    await calls.profile({ requireStoreIdsForAccess: true });
    expect((await norway("GET", "/PrivateCustomers/elsewhere")).status).toBe(403);
    expect((await norway("GET", `/PrivateCustomers/${id("10020")}`)).status).toBe(200);
  });
});

describe("shape of a request", () => {
  test("path, method, content type, JSON, unknown member, wrong type", async () => {
    const { omnium } = fresh();
    const status = async (...call: Parameters<typeof omnium>) => (await omnium(...call)).status;
    expect(await status("GET", "/customers/1")).toBe(404);
    expect(await status("GET", "/privatecustomers/1")).toBe(404);
    expect(await status("PUT", "/PrivateCustomers/Search", {})).toBe(405);
    const text = { "content-type": "text/plain" };
    expect(await status("POST", "/PrivateCustomers/Search", {}, text)).toBe(415);
    expect(await status("POST", "/PrivateCustomers/Search", "{")).toBe(400);
    expect(await status("POST", "/PrivateCustomers/Search", [])).toBe(400);
    expect(await status("POST", "/PrivateCustomers/Search", { mobile: "1" })).toBe(400);
    expect(await status("POST", "/PrivateCustomers/Search", { take: "10" })).toBe(400);
    expect(await status("POST", "/PrivateCustomers", { firstName: "No id" })).toBe(400);
  });

  test("a tenant that ignores unknown members drops them, and still checks the others", async () => {
    const { omnium, profile } = fresh();
    await profile({ unknownFields: "ignore" });
    const body = { customerId: "u", mobile: "1", address: { line1: "A", street: "B" } };
    const made = await omnium("POST", "/PrivateCustomers", body);
    expect(made.status).toBe(201);
    expect(made.text).not.toContain("mobile");
    expect(made.json<{ address: object }>().address).toEqual({ line1: "A" });
    const wrong = await omnium("POST", "/PrivateCustomers", { ...body, customerId: 1 });
    expect(wrong.status).toBe(400);
  });

  test("errors in the shapes that a tolerant reader must bear", async () => {
    const { omnium, profile } = fresh();
    const missing = () => omnium("GET", "/PrivateCustomers/nobody");
    expect((await missing()).json<Problem>().detail).toContain("nobody");
    await profile({ errorBody: "text" });
    expect((await missing()).text).toBe("There is no customer nobody.");
    await profile({ errorBody: "message" });
    expect((await missing()).json()).toEqual({ message: "There is no customer nobody." });
    await profile({ errorBody: "none" });
    expect((await missing()).text).toBe("");
    expect((await missing()).status).toBe(404);
  });

  test("a document that is too large is 400", async () => {
    const { omnium, profile } = fresh();
    await profile({ maxDocumentBytes: 2000 });
    const body = { customerId: "big", customerDetails: "x".repeat(2000) };
    expect((await omnium("POST", "/PrivateCustomers", body)).status).toBe(400);
  });
});

describe("limits", () => {
  const slow = { match: { path: "/PrivateCustomers/" }, fault: { type: "latency", ms: 2000 } };
  const path = `/PrivateCustomers/${ASTRID}`;

  test("the 21st at once is 429 with Retry-After, at the door, and token calls are not counted", async () => {
    const calls = fresh();
    const send = await calls.as("client");
    await calls.control("POST", "/faults", slow);
    const running = Array.from({ length: 20 }, () => send("GET", path));
    while ((await calls.control("GET", "/counts")).json<{ underWay: number }>().underWay < 20);
    const refused = await send("GET", path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await calls.token()).length).toBeGreaterThan(20);
    // No fault touched it, and it ended before those that it came after.
    const { items } = (await calls.control("GET", "/requests?path=/PrivateCustomers/")).json<{
      items: { status: number | null; fault: string | null }[];
    }>();
    expect(items.filter(({ status }) => status === 200)).toEqual([]);
    expect(items.at(-1)).toMatchObject({ status: 429, fault: null });
    expect((await Promise.all(running)).every(({ status }) => status === 200)).toBe(true);
    expect((await send("GET", path)).status).toBe(200);
  });

  test("40 at once for the whole tenant, whoever calls", async () => {
    const calls = fresh();
    const [one, two, three] = [
      await calls.as("client"),
      await calls.as("reader"),
      await calls.as("owner"),
    ];
    await calls.profile({ limits: { tenantAtOnce: 6, perUserAtOnce: 4 } });
    await calls.control("POST", "/faults", slow);
    const running = [one, one, one, two, two, two].map((send) => send("GET", path));
    while ((await calls.control("GET", "/counts")).json<{ underWay: number }>().underWay < 6);
    expect((await three("GET", path)).status).toBe(429);
    await Promise.all(running);
  });

  test("4 batches at once", async () => {
    const calls = fresh();
    const send = await calls.as("client");
    await calls.control("POST", "/faults", {
      ...slow,
      match: { path: "/PrivateCustomers/AddMany" },
    });
    const batch = () => send("POST", "/PrivateCustomers/AddMany", []);
    const running = Array.from({ length: 4 }, batch);
    while ((await calls.control("GET", "/counts")).json<{ underWay: number }>().underWay < 4);
    expect((await batch()).status).toBe(429);
    expect((await send("GET", path)).status).toBe(200);
    await Promise.all(running);
  });

  test("the bucket empties and fills by the instance's clock, per user", async () => {
    const calls = fresh();
    const send = await calls.as("client");
    expect(
      (await calls.control("GET", "/profile")).json<{ limits: object }>().limits,
    ).toMatchObject({
      perUserAtOnce: 20,
      tenantAtOnce: 40,
      batchAtOnce: 4,
      bucket: 12_000,
      refill: 1000,
    });
    await calls.profile({ limits: { bucket: 3, refill: 2 } });
    for (const expected of [200, 200, 200, 429])
      expect((await send("GET", path)).status).toBe(expected);
    const refused = await send("GET", path);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(7);
    expect((await (await calls.as("reader"))("GET", path)).status).toBe(200);
    await calls.control("POST", "/clock", { advanceMs: 10_000 });
    for (const expected of [200, 200, 429]) expect((await send("GET", path)).status).toBe(expected);
  });

  test("scroll starts are limited harder", async () => {
    const { omnium, profile } = fresh();
    await profile({ limits: { scrollStarts: 1 } });
    expect((await omnium("POST", "/PrivateCustomers/Scroll", {})).status).toBe(200);
    expect((await omnium("POST", "/PrivateCustomers/Scroll", {})).status).toBe(429);
    expect((await omnium("POST", "/PrivateCustomers/Search", {})).status).toBe(200);
  });
});

describe("faults", () => {
  test("500 after the write was stored, a conflict on demand, text instead of JSON", async () => {
    const { omnium, control } = fresh();
    const once = (path: string, fault: unknown) =>
      control("POST", "/faults", { match: { path }, fault, times: 1 });
    await once("/PrivateCustomers", { type: "applied_then_status", status: 500 });
    const body = { customerId: "stored" };
    expect((await omnium("POST", "/PrivateCustomers", body)).status).toBe(500);
    expect((await omnium("GET", "/PrivateCustomers/stored")).status).toBe(200);
    await once("/Vouchers", { type: "status", status: 409 });
    const conflict = await omnium("PUT", "/Vouchers", { id: voucherId(1), status: "Redeemed" });
    expect(conflict.json<Problem>()).toMatchObject({ title: "Conflict", status: 409 });
    const { vouchers } = (await control("GET", "/state")).json<{
      vouchers: { id: string; status: string }[];
    }>();
    expect(vouchers.find((one) => one.id === voucherId(1))?.status).toBe("Available");
    await once("/PrivateCustomers/stored", {
      type: "status",
      status: 200,
      body: "ok",
      contentType: "text/plain",
    });
    expect((await omnium("GET", "/PrivateCustomers/stored")).text).toBe("ok");
  });
});
