import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { takenBack } from "../../model/taken_back.ts";
import { orderValues } from "./order_record.ts";
import { purchaseOf } from "./purchases.ts";
import { aCall, id, market, now, ruleOf, settings, type Answer } from "./rule_fixture.ts";

const line = (more: Partial<SaleLine> = {}): SaleLine => ({
  kind: "purchase",
  sku: "A1",
  name: "Coat",
  quantity: "1",
  paid: 10_000,
  tax: 2_000,
  taxPercent: "25",
  discount: 500,
  instruments: [],
  ...more,
});
const totalOf = (lines: readonly SaleLine[]) =>
  lines.reduce((sum, { kind, paid }) => sum + (kind === "return" ? -paid : paid), 0);
const saleOf = (lines: readonly SaleLine[], more: Partial<Sale> = {}): Sale => ({
  id: "sitoo-90316-1-4711",
  order: { account: 90316, site: 1, orderId: 4711 },
  receiptNumber: "R-1",
  at: "2030-01-31T11:00:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: {},
  lines,
  linesTotal: totalOf(lines),
  grandTotal: totalOf(lines),
  payments: [{ name: "Card", amount: totalOf(lines) }],
  instruments: [],
  ...more,
});
const record = (saleId: string, dataId = 7) => ({
  id: dataId,
  group_name: "Sitoo-Order",
  historical: true,
  values: [{ field_id: 1, field_name: "SaleId", field_type: "text", field_value: saleId }],
});
const paths = (world: ReturnType<typeof ruleOf>) =>
  world.sent.map(({ method, path }) => `${method} ${path}`);
const data = `/v3/custom-field-data/${id}`;
const deliver = (world: ReturnType<typeof ruleOf>, sale = saleOf([line()])) =>
  world.crm.deliver([{ sale, customerId: id }], aCall());

describe("a sale as a record", () => {
  it("has names, money and time as Rule's own plugins write them", () => {
    expect(orderValues(saleOf([line()]), { ...settings, storeNames: { "200": "City" } })).toEqual({
      Number: "4711",
      ReceiptId: "R-1",
      SaleId: "sitoo-90316-1-4711",
      Date: "2030-01-31 11:00:00",
      Total: "100.00",
      Vat: "20.00",
      Subtotal: "80.00",
      Discount: "5.00",
      Currency: "SEK",
      Status: "completed",
      StoreName: "City",
      StoreId: "200",
      PaymentMethod: ["Card"],
      Products:
        '[{"sku":"A1","name":"Coat","quantity":"1","unit_price":"100.00","total":"100.00"}]',
    });
  });

  it("of goods that come back is negative, and names what it returns", () => {
    const order = { account: 90316, site: 1, orderId: 4700 };
    const values = orderValues(saleOf([line({ kind: "return" })], { returnOf: order }), settings);
    expect(values).toMatchObject({
      Total: "-100.00",
      Vat: "-20.00",
      Status: "refunded",
      RefundOf: "4700",
    });
    expect(JSON.parse(String(values.Products))).toMatchObject([
      { quantity: "-1", total: "-100.00" },
    ]);
  });

  const lines = fc.array(
    fc.record({
      kind: fc.constantFrom("purchase", "return"),
      paid: fc.integer({ min: 0, max: 1_000_000 }),
      quantity: fc.constantFrom("1", "3", "0.255"),
      name: fc.string({ maxLength: 500 }),
    }),
    { maxLength: 150 },
  );
  it("adds up, stays below 65 KiB, and taken back comes to nothing", () => {
    fc.assert(
      fc.property(lines, (drawn) => {
        const sale = saleOf(drawn.map((one) => line({ ...one, tax: Math.floor(one.paid / 5) })));
        const minor = (value: unknown) => Math.round(Number(value) * 100);
        const [values, back] = [sale, takenBack(sale, "x")].map((one) =>
          orderValues(one, settings),
        );
        expect(minor(values?.Subtotal) + minor(values?.Vat)).toBe(sale.linesTotal);
        expect(minor(values?.Total)).toBe(sale.grandTotal);
        expect(minor(values?.Total) + minor(back?.Total)).toBe(0);
        expect(minor(values?.Vat) + minor(back?.Vat)).toBe(0);
        expect(new TextEncoder().encode(JSON.stringify(values)).length).toBeLessThan(65 * 1_024);
      }),
    );
  });

  it("of two thousand lines leaves the last out, and not the total", () => {
    const values = orderValues(saleOf(Array.from({ length: 2_000 }, () => line())), settings);
    const bytes = Object.values(values).flat().join("").length;
    expect(bytes).toBeGreaterThan(55 * 1_024);
    expect(bytes).toBeLessThan(65 * 1_024);
    expect(values.Total).toBe("200000.00");
    expect(Array.isArray(JSON.parse(String(values.Products)))).toBe(true);
  });

  it("is read as what was written", () => {
    const values = orderValues(saleOf([line()]), settings);
    const wire = { id: "7", group: "Sitoo-Order", values: new Map(Object.entries(values)) };
    expect(purchaseOf(wire, settings, market)).toMatchObject({
      saleId: "sitoo-90316-1-4711",
      receiptNumber: "R-1",
      at: "2030-01-31T11:00:00+01:00",
      total: 10_000,
      items: [{ sku: "A1", quantity: "1", total: 10_000 }],
    });
  });
});

describe("a delivery", () => {
  it("looks, adds a record to the history, and then tags", async () => {
    const world = ruleOf(() => undefined);
    expect(await deliver(world)).toEqual([{ kind: "delivered" }]);
    expect(paths(world)).toEqual([
      `GET ${data}`,
      `POST ${data}`,
      `POST /v2/subscribers/${id}/tags`,
    ]);
    expect(world.sent[1]?.body).toMatchObject({
      groups: [{ group: "Sitoo-Order", create_if_not_exists: true, historical: true }],
    });
    expect(world.sent[2]?.body).toEqual({ tags: ["Sitoo", "SitooOrder"] });
    expect(world.sent[0]?.url).toContain("groups_name[]=Sitoo-Order");
  });

  it("of what is there changes that record, and adds none", async () => {
    const world = ruleOf(({ method, path }) =>
      method === "GET" && path === data
        ? { json: { data: [record("sitoo-90316-1-4711")] } }
        : undefined,
    );
    expect(await deliver(world)).toMatchObject([{ kind: "delivered", note: expect.any(String) }]);
    expect(paths(world)[1]).toBe(`PUT ${data}`);
    expect(world.sent[1]?.body).toMatchObject({ identifier: { data_id: 7 } });
  });

  const many = {
    json: { data: Array.from({ length: 100 }, (_one, n) => record(`other-${n}`, n + 1)) },
  };
  it.each<[string, Answer, string]>([
    ["is there", { json: { data: record("sitoo-90316-1-4711", 500) } }, "PUT"],
    ["is not", { status: 404, json: { message: "none" } }, "POST"],
  ])("asks for the one where the history is long: it %s", async (_name, answer, method) => {
    const world = ruleOf(({ method: how, path }) => {
      if (how !== "GET") return undefined;
      return path.endsWith("/search") ? answer : many;
    });
    expect(await deliver(world)).toMatchObject([{ kind: "delivered" }]);
    expect(paths(world).slice(1, 3)).toEqual([`GET ${data}/search`, `${method} ${data}`]);
    expect(world.sent[1]?.query.get("value")).toBe("sitoo-90316-1-4711");
  });

  it.each<[string, string, Answer, object]>([
    ["the look", "GET", { status: 500, json: {} }, { kind: "retry" }],
    ["the write without an answer", "POST", { kind: "timed_out", sent: true }, { kind: "retry" }],
    [
      "a refusal",
      "POST",
      { status: 422, json: { message: "bad", errors: { "groups.0": ["a@b.se is bad"] } } },
      { kind: "refused", reason: "Rule: … is bad" },
    ],
    ["nobody", "GET", { status: 404, json: { message: "none" } }, { kind: "refused" }],
  ])("that fails at %s says what comes of it", async (_name, method, answer, result) => {
    const world = ruleOf((sent) =>
      sent.method === method && sent.path === data ? answer : undefined,
    );
    expect(await deliver(world)).toMatchObject([result]);
  });

  it("tags again where only the tag failed, and writes no second record", async () => {
    const stored: unknown[] = [];
    let tries = 0;
    const world = ruleOf(({ method, path }) => {
      if (path.endsWith("/tags")) return (tries += 1) === 1 ? { status: 503, json: {} } : undefined;
      if (path !== data) return undefined;
      if (method === "POST") stored.push(record("sitoo-90316-1-4711"));
      return { json: { data: stored } };
    });
    expect(await deliver(world)).toMatchObject([{ kind: "retry" }]);
    expect(await deliver(world)).toMatchObject([{ kind: "delivered" }]);
    expect(stored).toHaveLength(1);
  });

  it("steps back while Rule counts many errors, and is refused for nobody", async () => {
    const world = ruleOf(() => undefined);
    world.session.errors = { percent: 30, at: now };
    expect(await deliver(world)).toMatchObject([
      { kind: "retry", failure: { kind: "rate_limited" } },
    ]);
    expect(
      await world.crm.deliver([{ sale: saleOf([]), customerId: undefined }], aCall()),
    ).toMatchObject([{ kind: "refused" }]);
    expect(world.sent).toEqual([]);
  });
});

describe("the purchase history", () => {
  const shop = {
    id: 9,
    group_name: "Order",
    created_at: "2030-01-01T10:00:00Z",
    values: Object.entries({
      IncrementId: "W-1",
      GrandTotal: "89.50",
      Date: "2030-02-01 10:00:00",
    }).map(([field_name, field_value]) => ({ field_name, field_value })),
  };
  const till = {
    ...record("sitoo-90316-1-1"),
    values: Object.entries({
      SaleId: "sitoo-90316-1-1",
      Number: "1",
      Total: "-10.00",
      Currency: "NOK",
      Date: "2030-01-02 10:00:00",
    }).map(([field_name, field_value]) => ({ field_name, field_value })),
  };
  const odd = { ...till, id: 10, values: [{ field_name: "Total", field_value: "much" }] };

  it("has the web shop's beside the tills', newest first, and drops what cannot be read", async () => {
    const world = ruleOf(() => ({ json: { data: [till, shop, odd] } }), {
      historyGroups: ["Order"],
    });
    expect(await world.crm.purchases(id, { start: 0, num: 10 }, aCall())).toMatchObject({
      value: {
        totalCount: 2,
        items: [
          { receiptNumber: "W-1", total: 8_950, currency: "SEK", items: [] },
          { saleId: "sitoo-90316-1-1", total: -1_000, currency: "NOK" },
        ],
      },
    });
    expect(world.sent).toHaveLength(1);
    expect(world.logged).toMatchObject([{ event: "crm_entries_unreadable" }]);
    expect(await world.crm.purchases(id, { start: 1, num: 1 }, aCall())).toMatchObject({
      value: { items: [{ currency: "NOK" }] },
    });
  });
});
