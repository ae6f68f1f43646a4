import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Bloomreach, bloomreachOf } from "./bloomreach_calls.ts";
import { type Sandbox, startSandbox } from "./harness.ts";

let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Bloomreach {
  instance += 1;
  return bloomreachOf(sandbox, `reads-${String(instance)}`);
}

const NOBODY = { registered: "nobody@example.com" };
const failed = (error: string) => ({ success: false, error });
const value = (found: unknown) => ({ success: true, value: found });

describe("attributes (§6)", () => {
  test("answers by position: hard ID, soft ID list, properties, computed ones, unset ones", async () => {
    const calls = fresh();
    const results = await calls.attributes({ phone_id: "+358457300001" }, [
      { type: "id", id: "registered" },
      { type: "id", id: "phone_id" },
      { type: "property", property: "first_name" },
      { type: "property", property: "shoe_size" },
      { type: "id", id: "email_id" },
      { type: "segmentation", id: "5e0000000000000000000001" },
      { type: "aggregate", id: "5e0000000000000000000001" },
      { type: "horoscope", id: "x" },
      { type: "consent", category: "unknown" },
      { type: "id", id: "unknown" },
      { type: "property" },
    ]);
    expect(results).toEqual([
      value("aino@example.com"),
      value(["+358457300001", "+358457300009"]),
      value("Aino"),
      value(null),
      value(null),
      value("Basic"),
      failed("There is no such aggregate"),
      failed("Unknown attribute type horoscope"),
      failed("There is no such consent category"),
      failed("Unknown id type"),
      failed("property should be specified."),
    ]);
  });

  test("an unknown customer is 404, or all null, by profile; writes do not help before they are applied", async () => {
    const calls = fresh();
    const attributes = [
      { type: "id", id: "registered" },
      { type: "property", property: "first_name" },
      { type: "consent", category: "newsletter" },
    ];
    const read = () =>
      calls.data("POST", "/customers/attributes", { customer_ids: NOBODY, attributes });
    const history = () =>
      calls.data("POST", "/customers/events", { customer_ids: NOBODY, event_types: ["purchase"] });
    const missing = await read();
    expect([missing.status, missing.json()]).toEqual([404, failed("Customer does not exist")]);
    expect((await history()).status).toBe(404);
    await calls.profile({ unknownCustomer: "nulls", queueDelayMs: 60_000 });
    expect((await read()).json()).toEqual({
      success: true,
      results: [value(null), value(null), value(false)],
    });
    expect((await history()).json()).toEqual({ success: true, data: [] });
    await calls.update(NOBODY, { first_name: "Now" });
    expect((await read()).json()).toMatchObject({
      results: [value(null), value(null), value(false)],
    });
    await calls.later(60_000);
    expect((await read()).json()).toMatchObject({
      results: [value("nobody@example.com"), value("Now"), value(false)],
    });
  });

  test.each([
    [
      { attributes: [{ type: "id", id: "registered" }] },
      400,
      "At least one id should be specified.",
    ],
    [{ customer_ids: ASTRID }, 400, "attributes must be a list."],
    [{ customer_ids: ASTRID, attributes: ["first_name"] }, 400, "An attribute must be an object."],
    [
      { customer_ids: ASTRID, attributes: [{}], extra: 1 },
      400,
      "extra is not a member of this request.",
    ],
  ])("%j is %i %s", async (body, status, text) => {
    const answer = await fresh().data("POST", "/customers/attributes", body);
    expect([answer.status, answer.json()]).toEqual([status, { success: false, errors: [text] }]);
  });

  test("instruments are an array in a property, and a test can set them", async () => {
    const calls = fresh();
    const wanted = [{ type: "property", property: "bonus_checks" }];
    const [seeded] = await calls.attributes(ASTRID, wanted);
    expect(seeded?.value).toHaveLength(5);
    const checks = [{ id: "x1", value: 10, currency: "SEK", redeemed: false }];
    await calls.control("PATCH", "/customers/astrid@example.com", {
      properties: { bonus_checks: checks },
    });
    expect(await calls.attributes(ASTRID, wanted)).toEqual([value(checks)]);
  });
});

describe("events and export (§6)", () => {
  const history = (calls: Bloomreach, rest: object) =>
    calls.data("POST", "/customers/events", {
      customer_ids: ASTRID,
      event_types: ["purchase"],
      ...rest,
    });
  const ids = async (calls: Bloomreach, rest: object): Promise<unknown[]> =>
    (await history(calls, rest))
      .json<{ data: { properties: { purchase_id: string } }[] }>()
      .data.map(({ properties }) => properties.purchase_id);

  test("purchase history ascends by default, and pages by limit and skip", async () => {
    const calls = fresh();
    expect(await ids(calls, {})).toEqual(["old-0001", "old-0002", "old-0003"]);
    expect(await ids(calls, { order: "desc", limit: 2 })).toEqual(["old-0003", "old-0002"]);
    expect(await ids(calls, { order: "desc", limit: 2, skip: 2 })).toEqual(["old-0001"]);
    const [refund] = (await history(calls, { order: "desc", limit: 1, skip: 1 })).json<{
      data: unknown[];
    }>().data;
    expect(refund).toEqual({
      type: "purchase",
      timestamp: expect.any(Number),
      properties: expect.objectContaining({
        purchase_status: "refund",
        purchase_source_name: "200",
        total_price: 2990,
        local_currency: "SEK",
      }),
    });
  });

  test.each([
    { event_types: [] },
    { event_types: "purchase" },
    { order: "down" },
    { limit: 0 },
    { limit: 1.5 },
    { skip: -1 },
    { from: 1 },
  ])("%j is 400", async (rest) => {
    expect((await history(fresh(), rest)).status).toBe(400);
  });

  test("export-one answers ids, properties and every event", async () => {
    const calls = fresh();
    const answer = await calls.data("POST", "/customers/export-one", { customer_ids: ASTRID });
    expect(answer.json()).toMatchObject({
      success: true,
      ids: { registered: "astrid@example.com", phone_id: ["+46701740605"], card_id: ["10012"] },
      properties: { first_name: "Astrid" },
      events: expect.arrayContaining([expect.objectContaining({ type: "consent" })]),
    });
    const nobody = await calls.data("POST", "/customers/export-one", { customer_ids: NOBODY });
    expect([nobody.status, nobody.json()]).toEqual([404, failed("Customer does not exist")]);
    expect((await calls.data("POST", "/customers/export", { format: "csv" })).status).toBe(403);
  });
});

describe("anonymize (§6)", () => {
  test("ids and Private properties go, a new cookie comes, after the delay", async () => {
    const calls = fresh();
    await calls.profile({ queueDelayMs: 60_000 });
    const { id } = await calls.view("astrid@example.com");
    const answer = await calls.data("POST", "/customers/anonymize", { customer_ids: ASTRID });
    expect(answer.status).toBe(200);
    expect((await calls.view(id)).ids).toMatchObject(ASTRID);
    await calls.later(60_000);
    const view = await calls.view(id);
    expect(view.ids).toEqual({ cookie: [expect.any(String)] });
    expect(view.properties).not.toHaveProperty("first_name");
    expect(view.properties).toHaveProperty("bonus_checks");
    const again = await calls.data("POST", "/customers/anonymize", { customer_ids: ASTRID });
    expect(again.status).toBe(404);
  });

  test("in bulk by either kind of id, at most 1000", async () => {
    const calls = fresh();
    const { id } = await calls.view("bertil@example.com");
    const customers = [{ customer_ids: ASTRID }, { internal_id: id }];
    const answer = await calls.data("POST", "/customers/anonymize_bulk", { customers });
    expect(answer.json()).toEqual({ success: true, bulk_id: expect.any(String) });
    await calls.later();
    expect((await calls.view(id)).ids["registered"]).toBeUndefined();
    expect((await calls.control("GET", "/customers/astrid@example.com")).status).toBe(404);
    const many = { customers: Array.from({ length: 1001 }, () => ({ internal_id: "x" })) };
    expect((await calls.data("POST", "/customers/anonymize_bulk", many)).status).toBe(400);
  });
});
