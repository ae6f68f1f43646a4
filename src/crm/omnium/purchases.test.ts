import { describe, expect, it } from "vitest";
import { call, customerId, withOmnium } from "./omnium_fixture.ts";

const order = (n: number, change: object = {}) => ({
  id: `web-${n}`,
  orderNumber: String(n),
  marketId: "SWE",
  storeId: "200",
  created: new Date(Date.UTC(2029, 0, 1) + n * 86_400_000).toISOString(),
  billingCurrency: "SEK",
  netTotal: 100,
  orderForm: {
    lineItems: [
      { lineItemId: "1", code: "A1", displayName: "Coat", quantity: 1, extendedPrice: 100 },
    ],
  },
  returnOrderForms: [],
  externalIds: [],
  properties: [],
  ...change,
});
const history = (orders: readonly object[]) =>
  withOmnium(({ query }) => {
    const [page, size] = [Number(query.get("page")), Number(query.get("pageSize"))];
    const result = orders.slice((page - 1) * size, page * size);
    return { json: { result, totalHits: orders.length } };
  });
const read = async (orders: readonly object[], page = { start: 0, num: 10 }) => {
  const outcome = await history(orders).crm.purchases(customerId, page, call);
  if (!outcome.ok) throw new Error(outcome.failure.kind);
  return outcome.value;
};
const many = Array.from({ length: 250 }, (_, n) => order(n));
const numbers = (value: Awaited<ReturnType<typeof read>>) =>
  value.items.map(({ receiptNumber }) => Number(receiptNumber));

describe("the purchase history", () => {
  it("is newest first, however Omnium sorts", async () => {
    for (const orders of [many, many.toReversed()]) {
      expect(numbers(await read(orders))).toEqual([
        249, 248, 247, 246, 245, 244, 243, 242, 241, 240,
      ]);
      expect(numbers(await read(orders, { start: 145, num: 10 }))).toEqual([
        104, 103, 102, 101, 100, 99, 98, 97, 96, 95,
      ]);
      expect(numbers(await read(orders, { start: 248, num: 10 }))).toEqual([1, 0]);
      expect(await read(orders, { start: 250, num: 10 })).toEqual({ items: [], totalCount: 250 });
    }
  });

  it("shows what came back beside what was bought", async () => {
    const { items } = await read([
      order(1, {
        netTotal: 60.1,
        returnOrderForms: [
          {
            rmaNumber: "9",
            lineItems: [
              { lineItemId: "1", code: "A1", returnQuantity: 1, quantity: 1, extendedPrice: 39.9 },
            ],
          },
        ],
      }),
    ]);
    expect(items).toMatchObject([
      {
        total: 6_010,
        currency: "SEK",
        storeId: "200",
        items: [
          { sku: "A1", name: "Coat", quantity: "1", total: 10_000 },
          { sku: "A1", quantity: "-1", total: -3_990 },
        ],
      },
    ]);
  });

  it.each([
    ["our own id", { id: "sitoo-1-4711" }, "sitoo-90316-1-4711"],
    ["our own id, sent anew", { id: "sitoo-1-4711-r2" }, "sitoo-90316-1-4711"],
    [
      "an external id of the connector's",
      { externalIds: [{ providerName: "SitooOrderId", id: "4712" }] },
      "sitoo-90316-1-4712",
    ],
    [
      "the same spelled otherwise",
      { externalIds: [{ source: "SitooOrderId", value: "4712" }] },
      "sitoo-90316-1-4712",
    ],
    ["a property", { properties: [{ key: "SitooOrderId", value: "4713" }] }, "sitoo-90316-1-4713"],
    [
      "another market's",
      { marketId: "NOR", externalIds: [{ providerName: "SitooOrderId", id: "4712" }] },
      undefined,
    ],
    ["another site's", { id: "sitoo-2-4711" }, undefined],
    ["none", {}, undefined],
  ])("Sitoo's order by %s", async (_, change, saleId) => {
    expect((await read([order(1, change)])).items[0]?.saleId).toBe(saleId);
  });
});
