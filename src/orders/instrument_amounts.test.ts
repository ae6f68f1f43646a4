import { describe, expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product, totals } from "../../test/sample_orders.ts";
import { instrumentKey } from "../model/instrument.ts";
import { saleFromOrder } from "./sale_from_order.ts";

type Wire = Readonly<Record<string, unknown>>;

const context = {
  account: 90316,
  site: 1,
  market: { country: "SE", currency: "SEK", timeZone: "Europe/Stockholm" },
};
const check = { "crm-bonuscheckid": "b-1" };
const promotion = { "crm-promotionid": "p-1" };
const [b1, p1] = ["bonus_check:b-1", "promotion:p-1"];

/** What each instrument took off, by its key; undefined where the order does not say. */
const amounts = (order: Wire): Readonly<Record<string, number | undefined>> => {
  const reading = saleFromOrder(parsed(order), context);
  if (reading.kind !== "sale") throw new Error(JSON.stringify(reading));
  return Object.fromEntries(
    reading.sale.instruments.map((named) => [instrumentKey(named), named.amount]),
  );
};

/** Rows with the totals that they come to. */
const order = (rows: readonly Wire[], change: Wire = {}): Wire => {
  const sum = (name: string): number =>
    rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
  const [net, vat] = [sum("moneyitemtotal_net"), sum("moneyitemtotal_vat")];
  const text = (value: number): string => value.toFixed(3);
  return closedOrder({
    orderitems: rows,
    payments: [{ name: "Kort", moneyamount: text(net + vat) }],
    ...totals(text(net), text(vat), text(net + vat)),
    ...change,
  });
};
const own = (net: string, vat: string, discount: string, change: Wire = {}): Wire =>
  product({
    moneyitemtotal_net: net,
    moneyitemtotal_vat: vat,
    moneyrowdiscount: discount,
    ...change,
  });

describe("what an instrument took off", () => {
  it.each<[string, Wire, Readonly<Record<string, number | undefined>>]>([
    [
      "is its discount row, with tax",
      order([product(), discountRow("-40.00", "-10.00", { additionaldata: check })]),
      { [b1]: 5000 },
    ],
    [
      "adds up over the rows of several tax rates",
      order([
        product(),
        product({ sku: "C5", vatvalue: "12", moneyitemtotal_vat: "19.20" }),
        discountRow("-26.31", "-6.58", { additionaldata: check }),
        discountRow("-15.28", "-1.83", { vatvalue: "12", additionaldata: check }),
      ]),
      { [b1]: 5000 },
    ],
    [
      "is the product's own discount where the product names it",
      order([own("120.00", "30.00", "50.00", { additionaldata: promotion })]),
      { [p1]: 5000 },
    ],
    [
      "is the discount per unit, net, where there is no other",
      order([
        product({
          moneyitemtotal_net: "120.00",
          moneyitemtotal_vat: "30.00",
          moneydiscount: "20.00",
          additionaldata: promotion,
        }),
      ]),
      { [p1]: 5000 },
    ],
    [
      "is not counted again where goods and their discount row name it",
      order([
        own("120.00", "30.00", "50.00", { additionaldata: promotion }),
        discountRow("0.00", "0.00", { moneyrowdiscount: "50.00", additionaldata: promotion }),
      ]),
      { [p1]: 5000 },
    ],
    [
      "is not another discount of goods that only name it",
      order([
        own("140.00", "35.00", "25.00", { additionaldata: promotion }),
        discountRow("-40.00", "-10.00", { additionaldata: promotion }),
      ]),
      { [p1]: 5000 },
    ],
    [
      "is not counted again where the order repeats its id",
      order([product(), discountRow("-40.00", "-10.00", { additionaldata: check })], {
        additionaldata: check,
      }),
      { [b1]: 5000 },
    ],
    [
      "is a payment that names it",
      order([product()], {
        payments: [
          { name: "Bonus", moneyamount: "30.00", additionaldata: check },
          { name: "Bonus", moneyamount: "20.00", additionaldata: check },
          { name: "Kort", moneyamount: "150.00" },
        ],
      }),
      { [b1]: 5000 },
    ],
    [
      "is one discount where a payment repeats it",
      order([product(), discountRow("-40.00", "-10.00", { additionaldata: check })], {
        payments: [
          { name: "Bonus", moneyamount: "50.00", additionaldata: check },
          { name: "Kort", moneyamount: "150.00" },
        ],
      }),
      { [b1]: 5000 },
    ],
    [
      "is no more than the goods, of which the till takes off no more",
      order([
        product({ moneyitemtotal_net: "63.20", moneyitemtotal_vat: "15.80" }),
        discountRow("-63.20", "-15.80", { additionaldata: check }),
      ]),
      { [b1]: 7900 },
    ],
    [
      "is said apart for two of them",
      order([
        product(),
        discountRow("-16.00", "-4.00", { additionaldata: promotion }),
        discountRow("-40.00", "-10.00", { additionaldata: check }),
      ]),
      { [p1]: 2000, [b1]: 5000 },
    ],
    [
      "has no decimals in yen",
      order(
        [
          product({
            vatvalue: "10",
            moneyitemtotal_net: "1000.00",
            moneyitemtotal_vat: "100.00",
          }),
          discountRow("-90.91", "-9.09", { vatvalue: "10", additionaldata: check }),
        ],
        { currencycode: "JPY" },
      ),
      { [b1]: 100 },
    ],
    [
      "has three decimals in dinars",
      order(
        [
          product({ vatvalue: "0", moneyitemtotal_net: "10.000", moneyitemtotal_vat: "0.000" }),
          discountRow("-1.255", "0.000", { vatvalue: "0", additionaldata: check }),
        ],
        { currencycode: "KWD" },
      ),
      { [b1]: 1255 },
    ],
    [
      "counts the goods that are bought in an exchange, not those that come back",
      order([
        product({ quantity: -2, moneyitemtotal_net: "-160.00", moneyitemtotal_vat: "-40.00" }),
        discountRow("40.00", "10.00", { quantity: -1, additionaldata: check }),
        product({ sku: "B2" }),
        discountRow("-16.00", "-4.00", { additionaldata: promotion }),
      ]),
      { [b1]: undefined, [p1]: 2000 },
    ],
    [
      "is nothing on a refund",
      order(
        [
          product({ quantity: -2, moneyitemtotal_net: "-160.00", moneyitemtotal_vat: "-40.00" }),
          discountRow("40.00", "10.00", { quantity: -1, additionaldata: check }),
        ],
        { payments: [{ name: "Bonus", moneyamount: "-150.00", additionaldata: check }] },
      ),
      { [b1]: undefined },
    ],
    [
      "is not known where the order as a whole names it",
      order([product()], { additionaldata: check }),
      { [b1]: undefined },
    ],
    [
      "is not known where one row names two",
      order([
        product(),
        discountRow("-16.00", "-4.00", { additionaldata: check }),
        discountRow("-40.00", "-10.00", { additionaldata: { ...check, ...promotion } }),
      ]),
      { [b1]: undefined, [p1]: undefined },
    ],
  ])("%s", (_, wire, expected) => {
    expect(amounts(wire)).toEqual(expected);
  });

  it("is never more than the goods: such an order is not read at all", () => {
    const wire = order(
      [
        product({ moneyitemtotal_net: "63.20", moneyitemtotal_vat: "15.80" }),
        discountRow("-80.00", "-20.00", { additionaldata: check }),
      ],
      totals("0.00", "0.00", "0.00"),
    );
    expect(saleFromOrder(parsed(wire), context)).toMatchObject({ kind: "invalid" });
  });
});
