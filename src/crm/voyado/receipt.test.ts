import * as fc from "fast-check";
import Big from "big.js";
import { describe, expect, it } from "vitest";
import { taxWithin } from "../../model/money.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { contactId } from "./engage_fixture.ts";
import { paymentType, receiptOf, type Receipt, type ReceiptSettings } from "./receipt.ts";

const plain: ReceiptSettings = {
  exchangeRates: {},
  usTotalValidationSkipped: false,
  noPoints: "flag",
  paymentMethods: {},
};

const line = (changed: Partial<SaleLine>): SaleLine => ({
  kind: "purchase",
  sku: "A1",
  name: "Coat",
  quantity: "1",
  paid: 20_000,
  tax: 4000,
  taxPercent: "25.00",
  discount: 0,
  instruments: [],
  ...changed,
});

const sale = (changed: Partial<Sale> = {}): Sale => ({
  id: "sitoo-90316-1-4711",
  order: { account: 90_316, site: 1, orderId: 4711 },
  receiptNumber: "SII000000150000110009",
  at: "2030-01-31T11:15:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: {},
  lines: [line({ quantity: "2", group: "Coats" })],
  linesTotal: 20_000,
  grandTotal: 20_000,
  payments: [{ name: "Card", amount: 20_000 }],
  instruments: [],
  ...changed,
});

const receipt = (changed: Partial<Sale> = {}, settings: Partial<ReceiptSettings> = {}): Receipt => {
  const made = receiptOf(sale(changed), contactId, { ...plain, ...settings });
  if (!made.ok) throw new Error(made.failure.reason);
  return made.value;
};

describe("a sale as a receipt", () => {
  it("has the shape that Engage publishes, line totals and the contact as match key", () => {
    expect(receipt()).toEqual({
      contact: { matchKey: contactId, matchKeyType: "contactId" },
      uniqueReceiptId: "sitoo-90316-1-4711",
      receiptNumber: "SII000000150000110009",
      createdDate: "2030-01-31T11:15:00+01:00",
      storeExternalId: "200",
      currency: "SEK",
      totalGrossPrice: 200,
      paymentMethods: [{ type: "card", value: 200, description: "Card" }],
      items: [
        {
          type: "PURCHASE",
          sku: "A1",
          articleNumber: "A1",
          articleName: "Coat",
          articleGroup: "Coats",
          quantity: 2,
          grossPaidPrice: 200,
          taxAmount: 40,
          taxPercent: 25,
        },
      ],
    });
  });

  it("turns round quantity, total and payment of a return, and nothing else", () => {
    const returned = receipt({
      lines: [line({ kind: "return", quantity: "2", paid: 40_000, tax: 8000 })],
      linesTotal: -40_000,
      grandTotal: -40_000,
      payments: [{ name: "Card", amount: -40_000 }],
    });
    expect(returned).toMatchObject({
      totalGrossPrice: -400,
      paymentMethods: [{ value: -400 }],
      items: [{ type: "RETURN", quantity: -2, grossPaidPrice: 400, taxAmount: 80 }],
    });
  });

  it("sends what was asked of the customer where Engage does not check the total (US sales tax)", () => {
    const american = { currency: "USD", grandTotal: 21_775 };
    expect(receipt(american).totalGrossPrice).toBe(200);
    expect(receipt(american, { usTotalValidationSkipped: true }).totalGrossPrice).toBe(217.75);
  });

  it("carries the tenant's exchange rate for the currency of the sale only", () => {
    const exchangeRates = { NOK: "0.98" };
    expect(receipt({ currency: "NOK" }, { exchangeRates }).exchangeRateToGroupCurrency).toBe(0.98);
    expect(receipt({}, { exchangeRates })).not.toHaveProperty("exchangeRateToGroupCurrency");
  });

  it("always shows a payment, as Engage wants one", () => {
    expect(receipt({ payments: [] }).paymentMethods).toEqual([{ type: "card", value: 200 }]);
  });

  it("cannot be made without a store or without lines", () => {
    const { storeExternalId: _storeExternalId, ...homeless } = sale();
    expect(receiptOf(homeless, contactId, plain)).toMatchObject({
      ok: false,
      failure: { field: "storeExternalId" },
    });
    expect(receiptOf(sale({ lines: [] }), contactId, plain)).toMatchObject({
      ok: false,
      failure: { field: "items" },
    });
  });

  it("finds the payment type by name, by reference, by word, and else says card", () => {
    const table = { "Presentkort X": "giftcard", verifonelpp: "creditcard" };
    expect(paymentType({ name: "presentkort x", amount: 1 }, table)).toBe("giftcard");
    expect(paymentType({ name: "Terminal", reference: "VerifoneLPP", amount: 1 }, table)).toBe(
      "creditcard",
    );
    expect(paymentType({ name: "Swish", amount: 1 }, {})).toBe("swish");
    expect(paymentType({ name: "Kontant", amount: 1 }, {})).toBe("cash");
    expect(paymentType({ name: "Barcode card", amount: 1 }, {})).toBe("card");
  });
});

const lineArbitrary = fc
  .record({
    kind: fc.constantFrom("purchase" as const, "return" as const),
    paid: fc.nat(1_000_000_00),
    quantity: fc.constantFrom("1", "3", "0.482"),
    taxPercent: fc.constantFrom("0", "6.00", "12", "25.00"),
  })
  .map((made) => line({ ...made, tax: taxWithin(made.paid, made.taxPercent) }));

describe("money on receipts", () => {
  it.each([
    ["JPY", 2900, "2900"],
    ["SEK", 1990, "19.9"],
    ["KWD", 1_234_567, "1234.567"],
  ])("is in whole units of %s", (currency, paid, written) => {
    const made = receipt({ currency, lines: [line({ paid })] });
    expect(JSON.stringify(made)).toContain(`"totalGrossPrice":${written},`);
    expect(JSON.stringify(made)).toContain(`"grossPaidPrice":${written},`);
  });

  it.each(["JPY", "SEK", "KWD"])("adds up exactly in the JSON that is sent, in %s", (currency) => {
    fc.assert(
      fc.property(fc.array(lineArbitrary, { minLength: 1, maxLength: 12 }), (lines) => {
        // Decimal arithmetic on the very text, as Engage would check it.
        const text = JSON.stringify(receipt({ currency, lines }));
        const read = JSON.parse(text) as Receipt;
        const sum = read.items.reduce(
          (total, item) =>
            total.plus(new Big(item.grossPaidPrice).times(item.type === "RETURN" ? -1 : 1)),
          new Big(0),
        );
        expect(sum.eq(read.totalGrossPrice)).toBe(true);
        expect(text).not.toMatch(/\d\.\d{4,}|e-?\d/);
      }),
    );
  });
});
