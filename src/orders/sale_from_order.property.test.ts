import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product } from "../../test/sample_orders.ts";
import { allocate, currencyDigits, formatMinor } from "../model/money.ts";
import { saleFromOrder } from "./sale_from_order.ts";

/** Orders as Sitoo writes them, made from what their rows are meant to come to. */

const currencies = ["SEK", "JPY", "KWD"] as const;
type Row = {
  readonly back: boolean;
  readonly pieces: number;
  readonly price: number;
  readonly vat: 0 | 6 | 25;
  /** Share of the row that a discount row behind it takes off, in percent. */
  readonly off: number;
};

const row: fc.Arbitrary<Row> = fc.record({
  back: fc.boolean(),
  pieces: fc.integer({ min: 1, max: 9 }),
  price: fc.integer({ min: 0, max: 500_000 }),
  vat: fc.constantFrom(0, 6, 25),
  off: fc.constantFrom(0, 0, 10, 33, 100),
});

const orders = fc.record({
  currency: fc.constantFrom(...currencies),
  rows: fc.array(row, { minLength: 1, maxLength: 8 }),
  /** What the checkout takes off the whole order, in percent of what it comes to. */
  checkout: fc.constantFrom(0, 0, 5, 37),
  roundOff: fc.integer({ min: -49, max: 49 }),
  shape: fc.constantFrom("sale", "return", "mixed"),
});

/** Net and tax with two decimals each, whatever the currency; their sum is the gross exactly. */
const split = (gross: number, vat: number, currency: string): [string, string] => {
  // Hundredths of a whole unit: what two decimals can say.
  const hundredths = Math.round(gross * 10 ** (2 - currencyDigits(currency)));
  const net = Math.round(hundredths / (1 + vat / 100));
  return [formatMinor(net, "SEK"), formatMinor(hundredths - net, "SEK")];
};

const build = (order: typeof orders extends fc.Arbitrary<infer T> ? T : never) => {
  const { currency } = order;
  // Sitoo writes two decimals, so a fil ends in 0.
  const step = currencyDigits(currency) === 3 ? 10 : 1;
  const items: unknown[] = [];
  let total = 0;
  for (const { back, pieces, price, vat, off } of order.rows) {
    const sign = order.shape === "return" || (order.shape === "mixed" && back) ? -1 : 1;
    const gross = sign * pieces * price * step;
    const [net, tax] = split(gross, vat, currency);
    items.push(
      product({
        quantity: sign * pieces,
        vatvalue: vat,
        moneyitemtotal_net: net,
        moneyitemtotal_vat: tax,
      }),
    );
    total += gross;
    const discount = Math.floor((pieces * price * off) / 100) * step;
    if (discount === 0) continue;
    const [discountNet, discountTax] = split(-sign * discount, vat, currency);
    items.push(discountRow(discountNet, discountTax));
    total -= sign * discount;
  }
  const checkout =
    order.shape === "mixed" ? 0 : Math.trunc((total * order.checkout) / 100 / step) * -step;
  const paid = total + checkout;
  const round = order.roundOff * step;
  const [net, tax] = split(total, 0, currency);
  return {
    paid,
    round,
    wire: closedOrder({
      currencycode: currency,
      orderitems: items,
      moneytotal_net: net,
      moneytotal_vat: tax,
      moneycheckout_net: split(checkout, 0, currency)[0],
      moneycheckout_vat: "0.00",
      moneytotal_gross_roundoff: split(round, 0, currency)[0],
      moneytotal_gross_all: split(paid + round, 0, currency)[0],
    }),
  };
};

const context = {
  account: 1,
  site: 1,
  market: { country: "SE", currency: "SEK", timeZone: "Europe/Stockholm" },
};

describe("any order in any currency", () => {
  it("comes to exactly what was paid, and no line below zero", () => {
    fc.assert(
      fc.property(orders, (order) => {
        const { paid, round, wire } = build(order);
        const reading = saleFromOrder(parsed(wire), context);
        if (reading.kind !== "sale") throw new Error(JSON.stringify(reading));
        const { sale } = reading;
        const sum = sale.lines.reduce(
          (total, line) => total + (line.kind === "return" ? -line.paid : line.paid),
          0,
        );
        expect(sum).toBe(sale.linesTotal);
        expect(sale.linesTotal).toBe(paid);
        expect(sale.grandTotal).toBe(paid + round);
        for (const line of sale.lines) {
          expect(line.paid).toBeGreaterThanOrEqual(0);
          expect(Number.isSafeInteger(line.paid)).toBe(true);
          expect(line.tax).toBeGreaterThanOrEqual(0);
          expect(line.tax).toBeLessThanOrEqual(line.paid);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("has its whole-order discount on every line by value, none below zero", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 100 }),
        (weights, percent) => {
          const total = weights.reduce((a, b) => a + b, 0);
          const parts = allocate(Math.floor((total * percent) / 100), weights);
          for (const [index, part] of parts.entries())
            expect(part).toBeLessThanOrEqual(weights[index] ?? 0);
        },
      ),
    );
  });
});
