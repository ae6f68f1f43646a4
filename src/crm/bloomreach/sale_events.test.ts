import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { isRefund, saleCommands } from "./sale_events.ts";
import { settings } from "./project_fixture.ts";
import { saleOf } from "./sale_fixture.ts";

const ids = { registered: "astrid@example.com" };
const eventsOf = (sale: Sale, changed = {}) => {
  const made = saleCommands(sale, ids, { ...settings, ...changed });
  if (!made.ok) throw new Error(made.failure.reason);
  const [purchase, ...items] = made.value.map(({ data }) => data.properties);
  if (purchase === undefined) throw new Error("no purchase");
  return { purchase, items, commands: made.value };
};
const line = fc.record({
  kind: fc.constantFrom("purchase", "return"),
  sku: fc.constantFrom("A1", "S3"),
  name: fc.constant("Coat"),
  quantity: fc.constantFrom("1", "2", "0.5", "1.25"),
  paid: fc.nat(1_000_000),
  tax: fc.nat(1000),
  taxPercent: fc.constant("25"),
  discount: fc.nat(100_000),
  instruments: fc.constant([]),
}) satisfies fc.Arbitrary<SaleLine>;

describe("a sale as events", () => {
  it("is one purchase, and an item for each line, under ids that stay", () => {
    const { purchase, items, commands } = eventsOf(saleOf({}));
    expect(purchase).toMatchObject({
      purchase_id: "4711",
      sale_id: "sitoo-90316-1-4711",
      event_id: "sitoo-90316-1-4711",
      purchase_status: "success",
      purchase_source_type: "store",
      purchase_source_name: "200",
      receipt_id: "R-1",
      total_price: 150,
      total_price_without_tax: 120,
      total_price_local_currency: 150,
      local_currency: "SEK",
      total_quantity: 3,
      payment_type: "Kort",
      product_ids: ["A1", "S3"],
      product_list: [
        { product_id: "A1", quantity: 1, title: "Coat", total_price_local_currency: 100 },
        { product_id: "S3", quantity: 2, title: "Socks", total_price_local_currency: 50 },
      ],
    });
    expect(items[1]).toMatchObject({
      event_id: "sitoo-90316-1-4711.2",
      purchase_id: "4711",
      product_id: "S3",
      quantity: 2,
      price: 25,
      original_price: 27.5,
      discount_value: 5,
      discount_percentage: 9.09,
      total_price: 50,
    });
    expect(commands.map(({ data }) => data)).toMatchObject([
      {
        customer_ids: ids,
        event_type: "purchase",
        timestamp: Date.parse("2030-01-31T10:00:00Z") / 1000,
      },
      { event_type: "purchase_item" },
      { event_type: "purchase_item" },
    ]);
    expect(JSON.stringify(commands)).not.toMatch(/Exempel|4670/);
  });

  it("of a return is a refund, of either sign", () => {
    const [coat] = saleOf({}).lines;
    if (coat === undefined) throw new Error("no line");
    const back = saleOf({
      lines: [{ ...coat, kind: "return" }],
      linesTotal: -10_000,
      grandTotal: -10_000,
      returnOf: { account: 90316, site: 1, orderId: 4710 },
    });
    const { purchase, items } = eventsOf(back);
    expect(purchase).toMatchObject({
      purchase_status: "refund",
      total_price: 100,
      total_quantity: 1,
      refund_of: "4710",
    });
    expect(items[0]).toMatchObject({ purchase_status: "refund", total_price: 100, price: 100 });
    const negative = eventsOf(back, { refundSign: "negative" });
    expect(negative.purchase).toMatchObject({
      purchase_status: "refund",
      total_price: -100,
      total_price_without_tax: -80,
    });
    expect(negative.items[0]).toMatchObject({ total_price: -100 });
  });

  it("in another currency goes by the rate, and by none it goes nowhere", () => {
    const sale = saleOf({ currency: "NOK" });
    expect(eventsOf(sale, { exchangeRates: { NOK: "0.98" } }).purchase).toMatchObject({
      total_price: 147,
      total_price_local_currency: 150,
      local_currency: "NOK",
    });
    expect(saleCommands(sale, ids, settings)).toMatchObject({
      ok: false,
      failure: { field: "exchange_rates" },
    });
  });

  it("names the instrument that it used, and products by Sitoo's id where asked", () => {
    const sale = saleOf({ instruments: [{ kind: "bonus_check", id: "c-1", amount: 5000 }] });
    expect(eventsOf(sale).purchase).toMatchObject({ voucher_code: "c-1", voucher_value: 50 });
    expect(
      eventsOf(sale, { productId: "productid" }).items.map((item) => item["product_id"]),
    ).toEqual(["9001", "S3"]);
  });

  it("keeps the list below what a property holds, and says so", () => {
    const [coat] = saleOf({}).lines;
    if (coat === undefined) throw new Error("no line");
    const lines = Array.from({ length: 300 }, () => ({ ...coat, name: "å".repeat(60) }));
    const { purchase, items } = eventsOf(saleOf({ lines }));
    expect(new TextEncoder().encode(JSON.stringify(purchase["product_list"])).length).toBeLessThan(
      16_000,
    );
    expect(purchase["product_list_capped"]).toBe(true);
    expect(items).toHaveLength(300);
  });

  it("adds up: list, items and total tell the same, for any mixture", () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.constantFrom("positive", "negative"),
        (lines, refundSign) => {
          const total = lines.reduce(
            (sum, one) => sum + (one.kind === "purchase" ? one.paid : -one.paid),
            0,
          );
          const sale = saleOf({ lines, linesTotal: total, grandTotal: total });
          const { purchase, items } = eventsOf(sale, { refundSign });
          const cents = (value: unknown): number => Math.round(Number(value) * 100);
          const sum = (values: readonly unknown[]) =>
            values.reduce<number>((all, one) => all + cents(one), 0);
          const list = purchase["product_list"] as { total_price_local_currency: number }[];
          expect(sum(list.map((one) => one.total_price_local_currency))).toBe(
            cents(purchase["total_price"]),
          );
          const net = items.map((item) => {
            const amount = Math.abs(cents(item["total_price"]));
            return item["purchase_status"] === "refund" ? -amount : amount;
          });
          expect(net.reduce((all, one) => all + one, 0)).toBe(total);
          expect(Math.abs(cents(purchase["total_price"]))).toBe(Math.abs(total));
          expect(Number(purchase["total_price"]) < 0).toBe(
            isRefund(sale) && refundSign === "negative" && total !== 0,
          );
        },
      ),
    );
  });
});
