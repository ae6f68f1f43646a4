import { expect, it } from "vitest";
import type { InstrumentRef } from "../model/instrument.ts";
import type { NamedInstrument, Sale, SaleLine } from "../model/sale.ts";
import { orderUse } from "./order_use.ts";

const b1: InstrumentRef = { kind: "bonus_check", id: "b-1" };
const line = (kind: SaleLine["kind"], instruments: readonly InstrumentRef[] = []): SaleLine => ({
  kind,
  sku: "A1",
  name: "Coat",
  quantity: "1",
  paid: 100,
  tax: 20,
  taxPercent: "25",
  discount: 0,
  instruments,
});
const sale = (lines: readonly SaleLine[], instruments: readonly NamedInstrument[]): Sale => ({
  id: "sitoo-1-1-10",
  order: { account: 1, site: 1, orderId: 10 },
  receiptNumber: "R10",
  at: "2026-11-23T11:00:00+01:00",
  currency: "SEK",
  customer: {},
  lines,
  linesTotal: 100,
  grandTotal: 100,
  payments: [],
  instruments,
});

it("takes what bought lines and the order as a whole name", () => {
  expect(orderUse(sale([line("purchase", [b1])], [b1]), {}).refs).toEqual([b1]);
  expect(orderUse(sale([line("purchase")], [b1]), {}).refs).toEqual([b1]);
});
it("takes nothing from a return, nor from returned lines of an exchange in one order", () => {
  for (const lines of [
    [line("return", [b1])],
    [line("return")],
    [line("return", [b1]), line("purchase")],
  ])
    expect(orderUse(sale(lines, [b1]), {}).refs).toEqual([]);
});
it("says what each took off, by its name, as far as the order does", () => {
  const p1: InstrumentRef = { kind: "promotion", id: "p-1" };
  const use = orderUse(sale([line("purchase", [b1, p1])], [{ ...b1, amount: 5000 }, p1]), {});
  expect(use).toMatchObject({ refs: [b1, p1], amounts: { "bonus_check:b-1": 5000 } });
  expect(use.refs).toEqual([b1, p1]);
  expect(Object.keys(use.amounts ?? {})).toEqual(["bonus_check:b-1"]);
});
it("knows the orders of the same purchase", () => {
  const links = {
    exchangedWith: { account: 1, site: 1, orderId: 9 },
    source: { account: 1, site: 1, orderId: 8 },
  };
  expect(orderUse(sale([line("purchase", [b1])], [b1]), links).linked).toEqual(["1/1/9", "1/1/8"]);
});
