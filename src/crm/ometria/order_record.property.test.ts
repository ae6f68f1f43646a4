import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMinor, taxWithin } from "../../model/money.ts";
import type { SaleLine } from "../../model/sale.ts";
import { orderRecord, type OrderSettings } from "./order_record.ts";
import { backOf, parseOrder, withReturns } from "./order_returns.ts";
import { delivery, sale, settings } from "./ometria_fixture.ts";

const orderSettings: OrderSettings = { delivery, settings, market: { country: "SE" } };

const line = (kind: SaleLine["kind"]) =>
  fc
    .record({
      sku: fc.constantFrom("A1", "B2", "C3", "delivery"),
      quantity: fc.integer({ min: 1, max: 9 }),
      paid: fc.integer({ min: 0, max: 10_000_000 }),
      discount: fc.integer({ min: 0, max: 1_000_000 }),
      taxPercent: fc.constantFrom("0", "6", "12", "25"),
    })
    .map(({ quantity, ...rest }): SaleLine => ({
      ...rest,
      kind,
      name: rest.sku,
      quantity: String(quantity),
      tax: taxWithin(rest.paid, rest.taxPercent),
      instruments: [],
    }));

const minor = (value: unknown, currency: string): number =>
  parseMinor(Number(value).toFixed(3), currency) ?? Number.NaN;

describe("an order", () => {
  it("adds up to the last unit, in every currency, whatever is bought and brought back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line("purchase"), line("return")), { minLength: 1, maxLength: 8 }),
        fc.constantFrom("SEK", "JPY", "KWD"),
        fc.integer({ min: -49, max: 50 }),
        fc.constantFrom("SE", "US"),
        (lines, currency, beside, country) => {
          const linesTotal = lines.reduce(
            (sum, { kind, paid }) => sum + (kind === "return" ? -paid : paid),
            0,
          );
          const record = orderRecord(
            sale({ lines, currency, linesTotal, grandTotal: linesTotal + beside }),
            {},
            { ...orderSettings, market: { country } },
          );
          const of = (name: string) => minor(record[name], currency);
          const rounding = country === "US" ? 0 : beside;
          expect(of("grand_total")).toBe(linesTotal + beside);
          expect(of("subtotal") + of("discount") + of("tax") + of("shipping") + rounding).toBe(
            of("grand_total"),
          );
          for (const item of record["lineitems"] as Readonly<Record<string, unknown>>[])
            expect(
              minor(item["subtotal"], currency) +
                minor(item["discount"], currency) +
                minor(item["tax"], currency),
            ).toBe(minor(item["total"], currency));
          expect(record).not.toHaveProperty("customer");
        },
      ),
    );
  });

  it("has back what was brought back of it, in whatever parts, and counts no more once all is back", () => {
    fc.assert(
      fc.property(
        fc.array(
          line("purchase").filter(({ sku }) => sku !== "delivery"),
          { minLength: 1, maxLength: 5 },
        ),
        (lines) => {
          const stored = parseOrder(orderRecord(sale({ lines }), {}, orderSettings));
          if (stored === undefined) throw new Error("an order that was pushed is read");
          // Each line by an order of its own.
          const returns = Object.fromEntries(
            lines.map((one, index) => [
              `pos-${index}`,
              backOf(sale({ lines: [{ ...one, kind: "return" }] }), orderSettings),
            ]),
          );
          const all = withReturns(stored, returns);
          if (all === undefined) throw new Error("all of it can come back");
          expect(all).toMatchObject({ status: "refunded", is_valid: false });
          const refunded = (all["lineitems"] as { refunded?: number }[]).reduce(
            (sum, one) => sum + minor(one.refunded ?? 0, "SEK"),
            0,
          );
          expect(refunded).toBe(lines.reduce((sum, { paid }) => sum + paid, 0));
          // Told again it is the same.
          const again = parseOrder(all);
          expect(again && withReturns(again, returns)).toEqual(all);
        },
      ),
    );
  });
});
