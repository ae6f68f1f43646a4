import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Sandbox, startSandbox } from "./harness.ts";
import { type Account, accountOf, type PushAnswer } from "./ometria_account.ts";

// contracts/ometria.md §4, §7.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const fresh = (): Account => accountOf(sandbox, `orders-${(instance += 1)}`);

const line = { product_id: "A1", sku: "A1", quantity: 1, unit_price: 2392, tax: 598 };
const order = (rest: object = {}) => ({
  "@type": "order",
  id: "pos-4711",
  timestamp: "2026-11-20T11:00:00Z",
  grand_total: 2990,
  subtotal: 2392,
  discount: 0,
  tax: 598,
  shipping: 0,
  currency: "SEK",
  status: "complete",
  is_valid: true,
  channel: "store",
  store: "200",
  lineitems: [line],
  ...rest,
});
const one = async ({ state }: Account, id = "pos-4711") =>
  (await state()).orders.find((row) => row.id === id);
const profileOf = async (account: Account, id = "pos-4711") => {
  const profileId = (await one(account, id))?.profileId;
  return profileId === null || profileId === undefined
    ? null
    : (await account.api("GET", `/profiles/${profileId}`)).json<Record<string, unknown>>();
};

describe("what an order must hold", () => {
  test.each(["timestamp", "grand_total", "currency"])("%s is required", async (name) => {
    const { pushed, problems } = fresh();
    const { [name as keyof ReturnType<typeof order>]: _left, ...rest } = order();
    await pushed(rest);
    expect(await problems()).toEqual([`is required at root > ${name}`]);
  });

  test.each<[string, object, string]>([
    ["money as text", { grand_total: "2990" }, "not a valid value at root > grand_total"],
    ["small letters", { currency: "sek" }, "not a valid value at root > currency"],
    ["unix time", { timestamp: 1_763_000_000 }, "not a valid value at root > timestamp"],
    ["validity as text", { is_valid: "yes" }, "not a valid value at root > is_valid"],
    ["store as number", { store: 200 }, "not a valid value at root > store"],
    [
      "a customer's phone",
      { customer: { phone: "1" } },
      "is not a known field at root > customer > phone",
    ],
    [
      "a customer id that is an e-mail",
      { customer: { id: "a@example.com" } },
      "must not hold personal data at root > customer > id",
    ],
    [
      "a line without product",
      { lineitems: [{ sku: "A1", quantity: 1, unit_price: 1 }] },
      "is required at root > lineitems > 0 > product_id",
    ],
    [
      "a line without quantity",
      { lineitems: [line, { product_id: "A1", unit_price: 1 }] },
      "is required at root > lineitems > 1 > quantity",
    ],
    [
      "a line without price",
      { lineitems: [{ product_id: "A1", quantity: 1 }] },
      "is required at root > lineitems > 0 > unit_price",
    ],
    [
      "a variant option without label",
      { lineitems: [{ ...line, variant_options: [{ type: "size", id: "m" }] }] },
      "is required at root > lineitems > 0 > variant_options > 0 > label",
    ],
    [
      "part of a unit given back",
      { lineitems: [{ ...line, quantity_refunded: 0.5 }] },
      "not a valid value at root > lineitems > 0 > quantity_refunded",
    ],
    [
      "local totals without currency",
      { totals: { local: { grand_total: 1 } } },
      "is required at root > totals > local > currency",
    ],
  ])("%s is an error", async (_name, change, problem) => {
    const account = fresh();
    await account.pushed(order(change));
    expect(await account.problems()).toEqual([problem]);
    expect(await one(account)).toBeUndefined();
  });

  test("the vendor's own older line, and everything that is optional", async () => {
    const { pushed, problems } = fresh();
    await pushed(
      order({
        lineitems: [
          {
            product: { id: "A1", sku: "A1", title: "Coat", price: 2990 },
            quantity: 1,
            subtotal: 2392,
          },
        ],
        totals: { base: { grand_total: 2990 }, local: { currency: "SEK", grand_total: 2990 } },
        shipping_address: { city: "Stockholm", country_code: "SE" },
        properties: { receipt: "R1" },
        customer: { id: ASTRID, email: "astrid@example.com", firstname: "A", lastname: "E" },
      }),
    );
    expect(await problems()).toEqual([]);
  });

  test("a total that is not its parts shows in the audit, or is an error", async () => {
    const account = fresh();
    await account.pushed(order({ discount: 100, grand_total: 2990.1, subtotal: 2392.2 }));
    expect((await one(account))?.totalsOff).toBe("-100.1");
    await account.pushed(order({ discount: -0.1, subtotal: 2392.1 }));
    expect((await one(account))?.totalsOff).toBe("0");
    await account.set({ orderTotals: "refuse" });
    await account.pushed(order({ grand_total: 2990.01 }));
    expect(await account.problems()).toEqual(["is not the sum of its parts at root > grand_total"]);
  });

  test("products that Ometria does not have show in the audit", async () => {
    const account = fresh();
    await account.pushed(order({ lineitems: [line, { ...line, product_id: "1001" }] }));
    expect((await one(account))?.unknownProducts).toEqual(["1001"]);
    await account.control("POST", "/products", { id: "1001", sku: "A1" });
    await account.pushed(order({ lineitems: [{ ...line, product_id: "1001" }] }));
    expect((await one(account))?.unknownProducts).toEqual([]);
  });
});

describe("upsert", () => {
  test("a second delivery is the same order; the audit shows both, and whether they differ", async () => {
    const account = fresh();
    await account.pushed(order());
    await account.pushed(order());
    await account.pushed(order({ status: "refunded", is_valid: false }));
    const row = await one(account);
    expect(row).toMatchObject({ version: 3, fields: { status: "refunded" } });
    const marks = row?.deliveries.map(({ differs }) => differs);
    expect(marks).toEqual([false, false, true]);
    const { items } = (await account.control("GET", "/received?type=order&id=pos-4711")).json<{
      items: { seq: number; outcome: string; at: string }[];
    }>();
    expect(items.map(({ seq, outcome }) => [seq, outcome])).toEqual([
      [1, "stored"],
      [2, "stored"],
      [3, "stored"],
    ]);
    const since = (await account.control("GET", "/received?since=2")).json<{ items: unknown[] }>();
    expect(since.items).toHaveLength(1);
  });

  test("a part of an order blanks the rest, is merged with the flag, or by the older text", async () => {
    const cancelled = { "@type": "order", id: "pos-4711", status: "cancelled", is_valid: false };
    const account = fresh();
    await account.pushed(order());
    await account.pushed(cancelled);
    expect(await account.problems()).toContain("is required at root > grand_total");
    expect((await one(account))?.fields).toMatchObject({ status: "complete" });
    await account.pushed({ ...cancelled, "@merge": true });
    expect((await one(account))?.fields).toMatchObject({ status: "cancelled", grand_total: 2990 });
    const older = fresh();
    await older.set({ updateSemantics: "partial" });
    await older.pushed(order());
    await older.pushed(cancelled);
    expect((await one(older))?.fields).toMatchObject({ status: "cancelled", grand_total: 2990 });
    const whole = fresh();
    await whole.pushed(order({ payment_method: "card" }));
    await whole.pushed(order());
    expect((await one(whole))?.fields).not.toHaveProperty("payment_method");
  });

  test("products merge too, but never their attributes", async () => {
    const account = fresh();
    await account.set({ mergeDepth: "deep" });
    const row = async () =>
      (await account.control("GET", "/products/A1")).json<{ fields: Record<string, unknown> }>()
        .fields;
    const product = { "@type": "product", id: "A1", "@merge": true };
    await account.pushed({ ...product, attributes: { a: 1 }, extra: { a: 1 } });
    await account.pushed({ ...product, attributes: { b: 2 }, extra: { b: 2 }, is_in_stock: false });
    const fields = await row();
    expect(fields).toMatchObject({ title: "Coat", is_in_stock: false, extra: { a: 1, b: 2 } });
    expect(fields["attributes"]).toEqual({ b: 2 });
  });

  test("one order by its address, and the reads", async () => {
    const { api, settle } = fresh();
    const { "@type": _type, ...bare } = order({ id: "pos-1" });
    const answer = await api("POST", "/orders/pos-1", bare);
    expect([answer.status, answer.json<PushAnswer>().accepted]).toEqual([202, 1]);
    expect((await api("POST", "/orders/pos-2", bare)).status).toBe(400);
    await settle();
    expect((await api("GET", "/orders/pos-1")).json()).toMatchObject({
      id: "pos-1",
      currency: "SEK",
    });
    const list = (await api("GET", "/orders?limit=3")).json<{ id: string }[]>();
    expect(list.map(({ id }) => id)).toEqual(["old-0001", "old-0003", "old-0004"]);
  });
});

describe("matching an order to a profile (§4)", () => {
  test("id and e-mail, id, or e-mail: attached to whom they belong", async () => {
    const account = fresh();
    for (const customer of [
      { id: ASTRID, email: "astrid@example.com" },
      { id: ASTRID },
      { email: "Astrid@Example.com" },
    ]) {
      await account.pushed(order({ customer }));
      expect(await profileOf(account)).toMatchObject({ customer_id: ASTRID });
    }
  });

  test("nobody yet: a new profile without a preference", async () => {
    const account = fresh();
    await account.pushed(
      order({ customer: { id: "c-new", email: "ny@example.com", firstname: "Ny" } }),
    );
    expect(await profileOf(account)).toMatchObject({
      customer_id: "c-new",
      email: "ny@example.com",
      firstname: "Ny",
      marketing_optin: "NOT_SPECIFIED",
    });
  });

  test("e-mail only, of two customers: neither, but one without customer id or a new one", async () => {
    const account = fresh();
    const customer = { email: "hedda@example.net" };
    await account.pushed(order({ customer }));
    const made = await profileOf(account);
    expect(made).toMatchObject({ customer_id: null, email: "hedda@example.net" });
    expect(await account.found("hedda@example.net")).toHaveLength(3);
    await account.pushed(order({ id: "pos-2", customer }));
    expect((await profileOf(account, "pos-2"))?.["id"]).toBe(made?.["id"]);
  });

  test("a name alone, and nothing at all: stored, and nobody's", async () => {
    const account = fresh();
    const before = (await account.control("GET", "/counts")).json<{ profiles: number }>().profiles;
    await account.pushed(
      order({ id: "pos-1", customer: { firstname: "Astrid", lastname: "Exempel" } }),
      order({ id: "pos-2" }),
    );
    expect((await one(account, "pos-1"))?.profileId).toBeNull();
    expect((await one(account, "pos-2"))?.profileId).toBeNull();
    expect((await account.control("GET", "/counts")).json()).toMatchObject({ profiles: before });
  });

  test("an order that is corrected moves to the right profile, and empty ones vanish", async () => {
    const account = fresh();
    await account.pushed(order({ customer: { id: "c-new", email: "ny@example.com" } }));
    await account.pushed(order({ customer: { id: ASTRID } }));
    expect(await account.found("ny@example.com")).toEqual([]);
    expect(await profileOf(account)).toMatchObject({ customer_id: ASTRID });
    await account.pushed(order({ id: "pos-2", customer: { id: "c-newer" } }));
    await account.pushed(order({ customer: { id: "c-newer" } }));
    expect(await profileOf(account)).toMatchObject({
      customer_id: "c-newer",
      stats: { orders: 2 },
    });
  });

  test("a repeat keeps the profile that the order made", async () => {
    const account = fresh();
    await account.pushed(order({ customer: { email: "ny@example.com" } }));
    const first = await profileOf(account);
    await account.pushed(order({ customer: { email: "ny@example.com" } }));
    expect((await profileOf(account))?.["id"]).toBe(first?.["id"]);
  });
});

describe("sums of a profile", () => {
  const customer = { id: "c-1", email: "ny@example.com" };
  const stats = async ({ found }: Account) => (await found("ny@example.com"))[0]?.stats;

  test("is_valid decides revenue, refunds lower it, where the account has it so", async () => {
    const account = fresh();
    await account.pushed(order({ customer }));
    expect(await stats(account)).toEqual({
      aov: 2990,
      orders: 1,
      orders_attempted: 1,
      revenue: 2990,
      total_items: 1,
      visits: 0,
    });
    const part = { ...line, quantity: 2, quantity_refunded: 1, refunded: 1000.5 };
    await account.pushed(order({ customer, lineitems: [part] }));
    expect(await stats(account)).toMatchObject({ revenue: 1989.5, total_items: 1 });
    await account.set({ refundsLowerRevenue: false });
    expect(await stats(account)).toMatchObject({ revenue: 2990 });
    await account.pushed(order({ customer, is_valid: false }));
    expect(await stats(account)).toMatchObject({ orders: 0, orders_attempted: 1, revenue: 0 });
  });

  test("in the account's currency: totals.base, else a fixed rate", async () => {
    const account = fresh();
    await account.pushed(order({ customer, currency: "EUR", grand_total: 10.1 }));
    expect(await stats(account)).toMatchObject({ revenue: 113.12 });
    await account.pushed(
      order({ customer, currency: "EUR", grand_total: 10, totals: { base: { grand_total: 115 } } }),
    );
    expect(await stats(account)).toMatchObject({ revenue: 115 });
  });

  test("the seeds: Astrid's history", async () => {
    const [astrid] = await fresh().found("astrid@example.com");
    expect(astrid?.stats).toMatchObject({ orders: 2, orders_attempted: 3, revenue: 378.7 });
  });

  test("the seeds hold to the contract themselves", async () => {
    const { state, push, settle, problems } = fresh();
    const { orders, contacts } = await state();
    expect(orders.map(({ totalsOff }) => totalsOff)).toEqual(orders.map(() => "0"));
    await push(...orders.map(({ fields }) => ({ "@type": "order", ...fields })));
    await push(
      ...contacts.map(({ key, fields }) => ({
        "@type": "contact",
        "@collection": key.split("/")[0],
        ...fields,
      })),
    );
    await settle();
    expect(await problems()).toEqual([]);
  });
});

describe("custom events (§7)", () => {
  const event = (rest: object = {}) => ({
    "@type": "custom_event",
    id: "redemption-1",
    event_type: "bonus_check_redeemed",
    timestamp: "2026-11-20T11:00:00Z",
    identity_account_id: ASTRID,
    properties: { amount: 50, currency: "SEK", store: "200" },
    ...rest,
  });

  test("stored with its profile; a repeat is the same event", async () => {
    const { pushed, state, found } = fresh();
    await pushed(event());
    await pushed(event());
    const [astrid] = await found("astrid@example.com");
    expect((await state()).events).toMatchObject([
      { id: "redemption-1", version: 2, profileId: astrid?.id },
    ]);
  });

  test("by profile id first, by e-mail, or nobody's", async () => {
    const { pushed, state, found } = fresh();
    const [bertil] = await found("bertil@example.com");
    await pushed(
      event({ id: "1", profile_id: bertil?.id }),
      event({ id: "2", identity_account_id: null, identity_email: "bertil@example.com" }),
      event({ id: "3", identity_account_id: "c-unknown" }),
    );
    expect((await state()).events.map(({ profileId }) => profileId)).toEqual([
      bertil?.id,
      bertil?.id,
      null,
    ]);
  });

  test.each<[string, object, string]>([
    ["no identity", { identity_account_id: null }, "is required at root > identity_email"],
    ["no time", { timestamp: undefined }, "is required at root > timestamp"],
    [
      "a type that is not set up",
      { event_type: "shopped" },
      "is not a set up event type at root > event_type",
    ],
    ["@merge", { "@merge": true }, "is not a known field at root > @merge"],
  ])("%s is an error", async (_name, change, problem) => {
    const { pushed, problems } = fresh();
    await pushed(event(change));
    expect(await problems()).toEqual([problem]);
  });

  test("a type of more than 32 characters is cut without a word", async () => {
    const { pushed, set, state, problems } = fresh();
    const long = "bonus_check_redeemed_at_the_till_of_a_shop";
    await set({ eventTypes: [long] });
    await pushed(event({ event_type: long }));
    expect(await problems()).toEqual([]);
    expect((await state()).events.map(({ eventType }) => eventType)).toEqual([
      "bonus_check_redeemed_at_the_till",
    ]);
  });
});
