import Big from "big.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { unitPrice } from "../../model/unit_price.ts";
import { call, customerBody, customerId, type Sent, withOmnium } from "./omnium_fixture.ts";

const line = (change: Partial<SaleLine> = {}): SaleLine => ({
  kind: "purchase",
  sku: "A1",
  name: "Coat",
  quantity: "2",
  paid: 20_000,
  tax: 4_000,
  taxPercent: "25",
  discount: 0,
  instruments: [],
  ...change,
});
const sale = (change: Partial<Sale> = {}): Sale => ({
  id: "sitoo-90316-1-4711",
  order: { account: 90316, site: 1, orderId: 4711 },
  receiptNumber: "200-1-77",
  at: "2030-01-31T11:00:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: { crmId: customerId, nameFirst: "Astrid", nameLast: "Exempel", phone: "+46701740605" },
  lines: [line()],
  linesTotal: 20_000,
  grandTotal: 20_000,
  payments: [{ name: "Card", amount: 20_000 }],
  instruments: [],
  ...change,
});
const back = (change: Partial<Sale> = {}, ofLine: Partial<SaleLine> = {}): Sale =>
  sale({
    id: "sitoo-90316-1-4720",
    order: { account: 90316, site: 1, orderId: 4720 },
    returnOf: { account: 90316, site: 1, orderId: 4711 },
    lines: [line({ kind: "return", quantity: "1", paid: 10_000, tax: 2_000, ...ofLine })],
    ...change,
  });

/** Orders that are there already, by id. */
const shop = (
  orders: Record<string, object> = {},
  changed = {},
  answer?: (one: Sent) => object | undefined,
) => {
  const world = withOmnium((one) => {
    const special = answer?.(one);
    if (special !== undefined) return special as { json: unknown };
    const [, id, tail] = /^\/Orders\/(sitoo-[\d-]+)(\/Exists)?$/.exec(one.path) ?? [];
    if (id !== undefined) {
      const order = orders[id];
      if (order === undefined) return { status: 404, text: "" };
      return tail === undefined ? { json: order } : { text: "" };
    }
    return one.path.startsWith("/PrivateCustomers/")
      ? { json: customerBody() }
      : { status: 201, json: {} };
  }, changed);
  const deliver = async (one: Sale, id: string | undefined = customerId) =>
    (await world.crm.deliver([{ sale: one, customerId: id }], call))[0];
  const writes = () => world.sent.filter(({ method }) => method === "PUT" || method === "POST");
  return { ...world, deliver, writes };
};
const inOmnium = (change: object = {}) => ({
  id: "sitoo-1-4711",
  orderForm: {
    lineItems: [
      { lineItemId: "1", code: "A1", quantity: 2, extendedPrice: 200 },
      { lineItemId: "2", code: "B2", quantity: 1, extendedPrice: 50 },
      { lineItemId: "3", code: "A1", quantity: 1, extendedPrice: 90 },
    ],
  },
  returnOrderForms: [],
  ...change,
});

describe("a sale", () => {
  it("is looked for, then sent", async () => {
    const { deliver, sent } = shop();
    expect(await deliver(sale())).toEqual({ kind: "delivered" });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "HEAD /Orders/sitoo-1-4711/Exists",
      "PUT /Orders/PosOrders",
    ]);
    expect(sent[1]?.body).toEqual({
      id: "sitoo-1-4711",
      orderNumber: "200-1-77",
      orderType: "Pos",
      status: "Completed",
      marketId: "SWE",
      storeId: "200",
      created: "2030-01-31T11:00:00+01:00",
      customerId,
      customerName: "Astrid Exempel",
      customerPhone: "+46701740605",
      billingCurrency: "SEK",
      isReadOnly: true,
      isNotificationsDisabled: true,
      orderForm: {
        lineItems: [
          {
            lineItemId: "1",
            code: "A1",
            displayName: "Coat",
            quantity: 2,
            placedPrice: 100,
            taxRate: 25,
          },
        ],
        payments: [
          {
            paymentMethodName: "Card",
            transactionId: "4711-1",
            transactionType: "Sale",
            status: "Processed",
            amount: 200,
          },
        ],
      },
    });
  });

  it("that is there is not sent again", async () => {
    const { deliver, writes } = shop({ "sitoo-1-4711": inOmnium() });
    expect(await deliver(sale())).toEqual({ kind: "delivered" });
    expect(writes()).toEqual([]);
  });

  it("has the account in its id where several accounts could share a number", async () => {
    const { deliver, sent } = shop({}, { orderIds: "account_and_site" });
    await deliver(sale({ id: "sitoo-90316-1-4711-r1" }));
    expect(sent[0]?.path).toBe("/Orders/sitoo-90316-1-4711-r1/Exists");
  });

  it("of nobody names nobody", async () => {
    const world = shop();
    const [result] = await world.crm.deliver(
      [{ sale: sale({ customer: {} }), customerId: undefined }],
      call,
    );
    expect(result).toEqual({ kind: "delivered" });
    expect(world.sent[1]?.body).not.toHaveProperty("customerId");
    expect(JSON.stringify(world.sent[1]?.body)).not.toMatch(/customer/);
  });

  it("names the codes of the coupons that were used", async () => {
    const { deliver, sent } = shop({}, {}, ({ path }) =>
      path.startsWith("/PrivateCustomers/")
        ? {
            json: customerBody({
              discountCoupons: [{ id: "d1", couponCode: "TEN", promotionId: "p1" }],
            }),
          }
        : undefined,
    );
    await deliver(
      sale({
        instruments: [
          { kind: "promotion", id: "d1" },
          { kind: "bonus_check", id: "v" },
        ],
      }),
    );
    expect(sent.at(-1)?.body).toMatchObject({ orderForm: { couponCodes: ["TEN"] } });
  });

  it("without VAT in its prices, where the tenant wants that", async () => {
    const { deliver, sent } = shop({}, { pricesIncludeVat: false });
    await deliver(sale({ lines: [line({ paid: 15_000, tax: 3_000, discount: 5_000 })] }));
    expect(sent[1]?.body).toMatchObject({
      orderForm: { lineItems: [{ quantity: 2, placedPrice: 80, discounted: 40 }] },
    });
  });

  it.each([
    [
      "a time-out",
      { kind: "timed_out", sent: true },
      { kind: "retry", failure: { kind: "timed_out" } },
    ],
    [
      "a 500",
      { status: 500, text: "" },
      { kind: "retry", failure: { kind: "unavailable", sent: true } },
    ],
    [
      "a missing role",
      { status: 403, text: "" },
      { kind: "retry", failure: { kind: "set_up_fault" } },
    ],
    [
      "a refusal, without who",
      { status: 400, json: { detail: "Customer 'astrid@example.com' has no store." } },
      { kind: "refused", reason: "HTTP 400 Customer … has no store.", field: "order" },
    ],
    [
      "a conflict, which the next attempt looks into",
      { status: 409, text: "" },
      { kind: "retry", failure: { kind: "unavailable", sent: false } },
    ],
  ])("%s", async (_, answer, result) => {
    const { deliver } = shop({}, {}, ({ method }) => (method === "PUT" ? answer : undefined));
    expect(await deliver(sale())).toMatchObject(result);
  });

  it("goes nowhere where Omnium's own connector brings orders, or without a store", async () => {
    const off = shop({}, { sendOrders: false });
    expect(await off.deliver(sale())).toMatchObject({ kind: "refused" });
    expect(off.sent).toEqual([]);
    const { storeExternalId: _, ...nowhere } = sale();
    expect(await shop().deliver(nowhere)).toMatchObject({ kind: "refused", field: "storeId" });
  });
});

describe("a return", () => {
  it("goes to the lines of the sale, first to last", async () => {
    const { deliver, writes } = shop({ "sitoo-1-4711": inOmnium() });
    expect(await deliver(back({}, { quantity: "3", paid: 29_000 }))).toEqual({ kind: "delivered" });
    expect(writes().map(({ path, body }) => [path, body])).toEqual([
      [
        "/Returns/sitoo-1-4711/Return",
        {
          returns: [
            { lineItemId: "1", returnQuantity: 2, creditAmount: 193.33 },
            { lineItemId: "3", returnQuantity: 1, creditAmount: 96.67 },
          ],
          creditPayment: false,
          rmaNumber: "4720",
          storeId: "200",
        },
      ],
    ]);
  });

  it("that is there is not sent again, nor what has come back already", async () => {
    const returned = (rmaNumber: string) =>
      inOmnium({
        returnOrderForms: [{ rmaNumber, lineItems: [{ lineItemId: "1", returnQuantity: 2 }] }],
      });
    const same = shop({ "sitoo-1-4711": returned("4720") });
    expect(await same.deliver(back())).toEqual({ kind: "delivered" });
    expect(same.writes()).toEqual([]);
    const other = shop({ "sitoo-1-4711": returned("4719") });
    await other.deliver(back());
    expect(other.writes()[0]?.body).toMatchObject({ returns: [{ lineItemId: "3" }] });
    expect(await other.deliver(back({}, { quantity: "2" }))).toMatchObject({
      kind: "refused",
      field: "returnOf",
    });
  });

  it.each([
    ["of a sale that Omnium does not have", back()],
    ["that names no sale", (({ returnOf: _, ...rest }) => rest)(back())],
  ])(
    "%s is for a person, or goes as negative lines where the tenant's Omnium takes them",
    async (_, one) => {
      const { deliver, writes } = shop();
      expect(await deliver(one)).toMatchObject({ kind: "refused", field: "returnOf" });
      expect(writes()).toEqual([]);
      const negative = shop({}, { negativeQuantities: true });
      expect(await negative.deliver(one)).toEqual({ kind: "delivered" });
      expect(negative.writes()[0]?.body).toMatchObject({
        id: "sitoo-1-4720",
        orderForm: { lineItems: [{ quantity: -1, placedPrice: 100 }] },
      });
    },
  );

  it("beside goods that were bought: the order, then the return", async () => {
    const { deliver, writes } = shop({ "sitoo-1-4711": inOmnium() });
    const exchange = back({ lines: [...back().lines, line({ sku: "C3", quantity: "1" })] });
    expect(await deliver(exchange)).toEqual({ kind: "delivered" });
    expect(writes().map(({ path }) => path)).toEqual([
      "/Orders/PosOrders",
      "/Returns/sitoo-1-4711/Return",
    ]);
    expect(writes()[0]?.body).toMatchObject({ orderForm: { lineItems: [{ code: "C3" }] } });
  });

  it("of an order that is queued waits", async () => {
    const { deliver } = shop({ "sitoo-1-4711": inOmnium() }, {}, ({ path }) =>
      path.startsWith("/Returns/") ? { status: 409, text: "" } : undefined,
    );
    expect(await deliver(back())).toMatchObject({
      kind: "retry",
      failure: { kind: "unavailable", sent: false },
    });
  });
});

it("price times quantity less discount is what was paid, and no discount is negative", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 1, max: 99_999 }).map((thousandths) => String(thousandths / 1_000)),
      fc.constantFrom("SEK", "JPY", "KWD"),
      (paid, taken, quantity, currency) => {
        const { price, discount } = unitPrice({ paid, before: paid + taken, quantity }, currency);
        const unit = { SEK: 100, JPY: 1, KWD: 1_000 }[currency] ?? 1;
        const total = new Big(price).times(quantity).minus(discount).times(unit);
        expect(total.eq(paid)).toBe(true);
        expect(discount).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
