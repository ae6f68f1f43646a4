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
  return bloomreachOf(sandbox, `controls-${String(instance)}`);
}

test("the seeds are the people and shops of the other registers", async () => {
  const calls = fresh();
  const { items } = (await calls.control("GET", "/customers")).json<{
    items: { ids: Record<string, string>; properties: Record<string, string> }[];
  }>();
  expect(items).toHaveLength(13);
  for (const { properties } of items)
    expect(properties["email"] ?? "nobody@example.com").toMatch(/@example\.(com|net|org)$/);
  const bought = await calls.events("?type=purchase");
  expect(new Set(bought.map(({ properties }) => properties["purchase_source_name"]))).toEqual(
    new Set(["200", "300", "400", "500", "600"]),
  );
  // 2 x 6.50 USD, with 8.875 % sales tax, at 10.40.
  const [american] = await calls.events("?type=purchase&customer=jordan@example.com");
  expect(american?.properties).toMatchObject({
    total_price_local_currency: 14.15,
    total_price: 147.16,
    total_price_without_tax: 135.2,
    local_currency: "USD",
  });
});

describe("customers and events", () => {
  test("are added, changed and removed without a delay", async () => {
    const calls = fresh();
    const made = await calls.control("POST", "/customers", {
      ids: { registered: "new@example.com", phone_id: ["+46701740690", "+46701740605"] },
      properties: { first_name: "New", bonus_checks: [] },
      consents: { newsletter: true, sms_marketing: { action: "accept", valid_until: 1 } },
      computed: { "5e0000000000000000000001": "Gold" },
    });
    expect(made.json()).toMatchObject({
      ids: { registered: "new@example.com", phone_id: ["+46701740690", "+46701740605"] },
      consents: { newsletter: { valid: true }, sms_marketing: { valid: false } },
    });
    expect((await calls.view("astrid@example.com")).ids["phone_id"]).toBeUndefined();
    await calls.control("PATCH", "/customers/new@example.com", {
      ids: { phone_id: "+46701740691" },
      properties: { first_name: null, last_name: "Last" },
      consents: { newsletter: false },
    });
    const view = await calls.view("phone_id:+46701740691");
    expect(view.properties).toEqual({ last_name: "Last", bonus_checks: [] });
    expect(view.ids["phone_id"]).toEqual(["+46701740691"]);
    expect(view.consents["newsletter"]?.valid).toBe(false);
    const event = {
      customer: "new@example.com",
      type: "purchase",
      properties: { purchase_id: "9" },
    };
    const { id } = (await calls.control("POST", "/events", event)).json<{ id: string }>();
    const patch = { properties: { purchase_status: "refund" } };
    expect((await calls.control("PATCH", `/events/${id}`, patch)).json()).toMatchObject({
      properties: { purchase_id: "9", purchase_status: "refund" },
    });
    await calls.control("DELETE", "/customers/new@example.com");
    expect((await calls.control("GET", `/events/${id}`)).status).toBe(404);
  });

  test.each([
    ["/customers", { properties: {} }],
    ["/customers", { ids: ASTRID }],
    ["/customers", { ids: { registered: ["a@example.com"] } }],
    ["/events", { customer: "nobody@example.com", type: "visit" }],
    ["/keys", { id: "sandbox-bloomreach-x", permissions: { all: true } }],
    ["/profile", { queueDelay: 1 }],
  ])("bad input is 400: %s %j", async (path, body) => {
    expect((await fresh().control("POST", path, body)).status).toBe(400);
  });
});

test("state and counts show everything but secrets, and a reset brings the seeds back", async () => {
  const calls = fresh();
  const before = await calls.counts();
  await calls.update({ registered: "new@example.com" }, { a: 1 });
  await calls.later();
  expect(await calls.counts()).toMatchObject({
    customers: 14,
    writes: { received: 1, waiting: 0 },
  });
  const text = JSON.stringify((await calls.control("GET", "/state")).json());
  expect(text).toContain("new@example.com");
  expect(text).not.toContain("sandbox-bloomreach-secret");
  await calls.control("POST", "/reset");
  expect(await calls.counts()).toEqual(before);
});

test("a further consent category, segmentation and key", async () => {
  const calls = fresh();
  await calls.control("POST", "/categories", { id: "club", name: "Club" });
  await calls.control("POST", "/definitions", { id: "ab", type: "segmentation", otherwise: "out" });
  await calls.control("PATCH", "/customers/astrid@example.com", { computed: { ab: "in" } });
  const attributes = [
    { type: "consent", category: "club" },
    { type: "segmentation", id: "ab" },
  ];
  const read = (ids: object) => calls.attributes(ids, attributes);
  expect((await read(ASTRID)).map(({ value }) => value)).toEqual([false, "in"]);
  const bertil = await read({ registered: "bertil@example.com" });
  expect(bertil.map(({ value }) => value)).toEqual([false, "out"]);
});
