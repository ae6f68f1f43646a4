import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, BERTIL, type Bloomreach, bloomreachOf, type Result } from "./bloomreach_calls.ts";
import { type Sandbox, startSandbox } from "./harness.ts";

let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Bloomreach {
  instance += 1;
  return bloomreachOf(sandbox, `tracking-${String(instance)}`);
}

const FIRST = [{ type: "property", property: "first_name" }];
const firstName = async (calls: Bloomreach, ids: object = ASTRID): Promise<unknown> =>
  (await calls.attributes(ids, FIRST))[0]?.value;

describe("the queue (§3)", () => {
  test("the delay is two seconds", async () => {
    const { queueDelayMs } = (await fresh().control("GET", "/profile")).json<{
      queueDelayMs: number;
    }>();
    expect(queueDelayMs).toBe(2000);
  });

  test("a write is answered at once and read after the delay; an early read is noted", async () => {
    const calls = fresh();
    await calls.profile({ queueDelayMs: 60_000 });
    const answer = await calls.update(ASTRID, { first_name: "Asta" });
    expect([answer.status, answer.json()]).toEqual([200, { errors: [], success: true }]);
    expect(await firstName(calls)).toBe("Astrid");
    expect(await firstName(calls, BERTIL)).toBe("Bertil");
    expect((await calls.view("registered:astrid@example.com")).waiting).toBe(1);
    await calls.later(30_000);
    expect(await firstName(calls)).toBe("Astrid");
    await calls.later(30_000);
    expect(await firstName(calls)).toBe("Asta");
    const early = (await calls.control("GET", "/early-reads")).json<{
      items: { waiting: string[] }[];
    }>();
    expect(early.items.map(({ waiting }) => waiting)).toEqual([["1.0"], ["1.0"]]);
  });

  test("flush applies at once; a delay of 0 shows with the next call", async () => {
    const calls = fresh();
    await calls.update(ASTRID, { first_name: "Asta" });
    expect((await calls.control("POST", "/flush")).json()).toEqual({ applied: 1 });
    expect(await firstName(calls)).toBe("Asta");
    await calls.profile({ queueDelayMs: 0 });
    await calls.update(ASTRID, { first_name: "Assa" });
    expect(await firstName(calls)).toBe("Assa");
  });

  test("a repeated event is kept twice, and the audit says which request brought it", async () => {
    const calls = fresh();
    const at = { timestamp: 1_700_000_000 };
    await calls.event(ASTRID, "purchase", { purchase_id: "10001" }, at);
    await calls.event(ASTRID, "purchase", { purchase_id: "10001" }, at);
    await calls.event(ASTRID, "purchase", { purchase_id: "10002" }, at);
    await calls.later();
    const kept = (await calls.events("?type=purchase&customer=astrid@example.com")).filter(
      ({ writeId }) => writeId !== null,
    );
    expect(kept.map(({ writeId }) => writeId)).toEqual(["1.0", "2.0", "3.0"]);
    expect((await calls.writes("?eventType=purchase")).map(({ repeats }) => repeats)).toEqual([
      0, 1, 0,
    ]);
    expect((await calls.counts())["writes"]).toEqual({
      received: 3,
      refused: 0,
      waiting: 0,
      repeats: 1,
    });
  });

  test("what is waiting survives a fault that came after it", async () => {
    const calls = fresh();
    await calls.control("POST", "/faults", {
      match: { path: "/customers" },
      fault: { type: "applied_then_status", status: 503 },
      times: 1,
    });
    const answer = await calls.update(ASTRID, { first_name: "Asta" });
    expect([answer.status, answer.json()]).toEqual([503, { success: false, error: "Status 503" }]);
    await calls.later();
    expect(await firstName(calls)).toBe("Asta");
  });
});

describe("properties (§3, §5)", () => {
  test("the last writer of each property wins by update_timestamp", async () => {
    const calls = fresh();
    const now = Date.now() / 1000;
    await calls.update(ASTRID, { first_name: "New" }, { update_timestamp: now + 10 });
    await calls.update(ASTRID, { first_name: "Old", nick: "As" }, { update_timestamp: now + 5 });
    await calls.update(ASTRID, { first_name: "Same" }, { update_timestamp: now + 10 });
    await calls.later();
    const { properties } = await calls.view("astrid@example.com");
    expect(properties).toMatchObject({ first_name: "New", nick: "As" });
    expect((await calls.writes()).map(({ outcome }) => outcome?.["kept"])).toEqual([
      [],
      ["first_name"],
      ["first_name"],
    ]);
  });

  test("null is stored or removes, by profile", async () => {
    const calls = fresh();
    await calls.update(ASTRID, { company: null });
    await calls.later();
    expect((await calls.view("astrid@example.com")).properties).toHaveProperty("company", null);
    await calls.profile({ nullProperty: "remove" });
    await calls.update(ASTRID, { city: null });
    await calls.later();
    expect((await calls.view("astrid@example.com")).properties).not.toHaveProperty("city");
  });

  test("the 256th property is lost without an error", async () => {
    const calls = fresh();
    const many = Object.fromEntries(Array.from({ length: 260 }, (_, n) => [`p${String(n)}`, n]));
    const answer = await calls.update({ registered: "many@example.com" }, many);
    expect(answer.json()).toEqual({ errors: [], success: true });
    await calls.later();
    expect(Object.keys((await calls.view("many@example.com")).properties)).toHaveLength(255);
    expect((await calls.writes())[0]?.outcome?.["discarded"]).toEqual([
      "p255",
      "p256",
      "p257",
      "p258",
      "p259",
    ]);
  });

  test("sizes: under 16 kB a value, 2 KiB on the other contract, 800 kB a message", async () => {
    const calls = fresh();
    const size = async (bytes: number): Promise<number> =>
      (await calls.update(ASTRID, { text: "x".repeat(bytes - 2) })).status;
    expect([await size(15_999), await size(16_000)]).toEqual([200, 400]);
    await calls.profile({ propertyQuota: "1024 of 2 KiB" });
    expect([await size(2048), await size(2049)]).toEqual([200, 400]);
    expect((await calls.event(ASTRID, "visit", { text: "x".repeat(15_000) })).status).toBe(200);
    await calls.profile({ propertyQuota: "255 of 16 kB" });
    const big = Object.fromEntries(
      Array.from({ length: 160 }, (_, n) => [`p${String(n)}`, "x".repeat(15_000)]),
    );
    expect((await calls.event(ASTRID, "visit", big)).status).toBe(400);
    // What is too long to be a row is told by its customer alone.
    const last = (await calls.writes("?state=refused")).at(-1);
    expect([last?.errors, last?.data]).toEqual([
      ["The message must be under 800 kB."],
      { customer_ids: ASTRID },
    ]);
  });
});

describe("what a write must be (§2, §5)", () => {
  const update = { customer_ids: ASTRID, properties: { a: 1 } };
  const event = { customer_ids: ASTRID, event_type: "visit", properties: { a: 1 } };
  const id = "At least one id should be specified.";
  const valid = "At least one valid id should be specified";
  test.each([
    ["/customers", { ...update, customer_ids: {} }, 400, { errors: [id] }],
    ["/customers", { properties: { a: 1 } }, 400, { errors: [id] }],
    ["/customers", { ...update, customer_ids: { registered: "-" } }, 200, { errors: [valid] }],
    ["/customers", { ...update, customer_ids: { registered: "null" } }, 200, { errors: [valid] }],
    ["/customers", { ...update, customer_ids: { registered: null } }, 200, { errors: [valid] }],
    ["/customers", { ...update, customer_ids: { registered: 7 } }, 400, {}],
    ["/customers", { ...update, customer_ids: { cookie: ["a"] } }, 400, {}],
    ["/customers", { ...update, customer_ids: { email: "a@example.com" } }, 400, {}],
    [
      "/customers",
      { ...update, properties: [] },
      400,
      { errors: ["properties must be an object."] },
    ],
    ["/customers", { ...update, properties: {} }, 400, {}],
    ["/customers", { customer_ids: ASTRID }, 400, {}],
    ["/customers", { ...update, properties: { förnamn: "A" } }, 400, {}],
    ["/customers", { ...update, update_timestamp: "1700000000" }, 400, {}],
    ["/customers", { ...update, updateTimestamp: 1 }, 400, {}],
    ["/customers", [], 400, { message: "Invalid JSON" }],
    ["/customers", "{", 400, { message: "Invalid JSON" }],
    ["/customers/events", { customer_ids: ASTRID, properties: { a: 1 } }, 400, {}],
    ["/customers/events", { ...event, properties: [] }, 400, {}],
    ["/customers/events", { ...event, timestamp: "2026-11-24T12:00:00+02:00" }, 400, {}],
    ["/customers/events", { ...event, timestamp: "1700000000" }, 400, {}],
  ])("POST %s %j is %i", async (path, body, status, rest) => {
    const calls = fresh();
    const answer = await calls.track("POST", path, body);
    expect([answer.status, answer.json()]).toMatchObject([status, { success: false, ...rest }]);
    await calls.control("POST", "/flush");
    expect((await calls.counts())["writes"]).toMatchObject({ received: 1, refused: 1 });
  });

  test.each([
    [1_700_000_000.1234567, 1_700_000_000.123457],
    ["2023-11-14T22:13:20Z", 1_700_000_000],
    ["2023-11-14T22:13:20.25", 1_700_000_000.25],
    // Not recognised as milliseconds: a far future.
    [1_700_000_000_000, 1_700_000_000_000],
  ])("an event of %s is at %d", async (timestamp, seconds) => {
    const calls = fresh();
    await calls.event(ASTRID, "visit", { a: 1 }, { timestamp });
    await calls.control("POST", "/flush");
    expect((await calls.events("?type=visit"))[0]?.timestamp).toBe(seconds);
  });

  test("an event needs no properties on the newer page, one on the older; an update by the other reading none", async () => {
    const calls = fresh();
    const bare = { customer_ids: ASTRID, event_type: "visit" };
    expect((await calls.track("POST", "/customers/events", bare)).status).toBe(200);
    await calls.profile({ emptyEvent: "refuse", emptyUpdate: "accept" });
    expect((await calls.track("POST", "/customers/events", bare)).status).toBe(400);
    expect((await calls.update(ASTRID, {})).status).toBe(200);
  });

  test("an id that is not valid is left out beside a valid one", async () => {
    const calls = fresh();
    expect((await calls.update({ ...ASTRID, phone_id: "" }, { a: 1 })).status).toBe(200);
    await calls.later();
    const [write] = (await calls.control("GET", "/writes")).json<{
      items: { invalidIds: string[] }[];
    }>().items;
    expect(write?.invalidIds).toEqual(["phone_id="]);
    expect((await calls.view("astrid@example.com")).ids["phone_id"]).toEqual(["+46701740605"]);
  });
});

describe("batch (§2, §5)", () => {
  test.each([
    [{}, "No commands"],
    [{ commands: [] }, "No commands"],
    [{ commands: [{ name: "system/time" }, 7] }, "Invalid JSON"],
    [
      { commands: Array.from({ length: 51 }, () => ({ name: "system/time" })) },
      "Too many commands",
    ],
  ])("a bad batch is 400: %#", async (body, message) => {
    const answer = await fresh().track("POST", "/batch", body);
    expect([answer.status, answer.json()]).toEqual([400, { success: false, message }]);
  });

  test("results stand by position with their command_id, each judged alone", async () => {
    const calls = fresh();
    const commands = [
      {
        name: "customers",
        command_id: "one",
        data: { customer_ids: ASTRID, properties: { a: 1 } },
      },
      { name: "customers", command_id: "two", data: { customer_ids: {}, properties: { a: 1 } } },
      { name: "system/time", command_id: "three" },
      { name: "customers/forget", command_id: "four", data: {} },
      { name: "customers/events", data: { customer_ids: ASTRID, event_type: "visit" } },
      { name: "customers", command_id: 6, data: {} },
    ];
    const answer = await calls.track("POST", "/batch", { commands });
    const body = answer.json<{
      start_time: number;
      end_time: number;
      success: boolean;
      results: Result[];
    }>();
    expect(body).toEqual({
      start_time: expect.any(Number),
      end_time: expect.any(Number),
      success: true,
      results: [
        { success: true, command_id: "one" },
        { success: false, errors: ["At least one id should be specified."], command_id: "two" },
        { success: true, time: expect.any(Number), command_id: "three" },
        { success: false, errors: ["Unknown command"], command_id: "four" },
        { success: true },
        { success: false, errors: [expect.any(String)], command_id: 6 },
      ],
    });
    expect((await calls.writes()).map(({ index, commandId }) => [index, commandId])).toEqual([
      [0, "one"],
      [1, "two"],
      [4, null],
    ]);
  });

  test("the order of the array is not the order of execution", async () => {
    const calls = fresh();
    const commands = ["a", "b"].map((nick) => ({
      name: "customers",
      data: { customer_ids: ASTRID, properties: { nick }, update_timestamp: 4_000_000_000 },
    }));
    await calls.track("POST", "/batch", { commands });
    await calls.later();
    expect((await calls.view("astrid@example.com")).properties["nick"]).toBe("b");
    await calls.profile({ batchOrder: "given" });
    await calls.track("POST", "/batch", {
      commands: commands.map((command) => ({
        ...command,
        data: { ...command.data, update_timestamp: 4_000_000_001 },
      })),
    });
    await calls.later();
    expect((await calls.view("astrid@example.com")).properties["nick"]).toBe("a");
  });
});
