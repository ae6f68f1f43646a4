import { expect, it } from "vitest";
import type { Sale, SaleLine } from "./sale.ts";
import { takenBack } from "./taken_back.ts";

const line = (kind: SaleLine["kind"], paid: number): SaleLine => ({
  kind,
  sku: "A1",
  name: "Coat",
  quantity: "2",
  paid,
  tax: 5,
  taxPercent: "25",
  discount: 1,
  instruments: [{ kind: "bonus_check", id: "b-1" }],
  noPoints: true,
});
const sale: Sale = {
  id: "sitoo-1-1-7",
  order: { account: 1, site: 1, orderId: 7 },
  receiptNumber: "R7",
  at: "2026-07-01T12:05:09+02:00",
  currency: "SEK",
  customer: {},
  lines: [line("purchase", 500), line("return", 200), line("purchase", 0)],
  linesTotal: 300,
  grandTotal: 301,
  payments: [
    { name: "Card", amount: 311 },
    { name: "Change", amount: -10 },
    { name: "Gift card", amount: 0 },
  ],
  instruments: [{ kind: "bonus_check", id: "b-1", amount: 50 }],
};

it("turns every line and every amount round, and nothing else", () => {
  expect(takenBack(sale, "back")).toEqual({
    ...sale,
    id: "back",
    lines: [line("return", 500), line("purchase", 200), line("return", 0)],
    linesTotal: -300,
    grandTotal: -301,
    payments: [
      { name: "Card", amount: -311 },
      { name: "Change", amount: 10 },
      { name: "Gift card", amount: 0 },
    ],
    instruments: [],
  });
});

it("turned round twice is the sale again, but for what it used", () => {
  expect(takenBack(takenBack(sale, "back"), sale.id)).toEqual({ ...sale, instruments: [] });
});
