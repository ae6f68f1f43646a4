import { expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product, totals } from "../../test/sample_orders.ts";
import { saleFromOrder } from "./sale_from_order.ts";

type Wire = Readonly<Record<string, unknown>>;

const vouchers = (orderitems: readonly Wire[], sums: readonly [string, string, string]) => {
  const reading = saleFromOrder(parsed(closedOrder({ orderitems, ...totals(...sums) })), {
    account: 90316,
    site: 1,
    market: { country: "SE", currency: "SEK", timeZone: "Europe/Stockholm" },
  });
  if (reading.kind !== "sale") throw new Error(JSON.stringify(reading));
  return reading;
};
const book = product({ sku: "B6", vatvalue: "6.00", moneyitemtotal_vat: "9.60" });
const coat = { sku: "A1", quantity: "2" };

it.each<[string, readonly Wire[], readonly [string, string, string], readonly object[]]>([
  [
    "on a discount row bears on the goods before it",
    [book, product(), discountRow("-40.00", "-10.00", { voucherid: "4" })],
    ["280.00", "39.60", "319.60"],
    [{ id: 4, amount: 5000, goods: [coat] }],
  ],
  [
    "without a tax rate of its own bears on the goods before it",
    [product(), book, discountRow("-40.00", "0.00", { vatvalue: "0", voucherid: 4 })],
    ["280.00", "49.60", "329.60"],
    [{ id: 4, amount: 4000, goods: [{ sku: "B6", quantity: "2" }] }],
  ],
  [
    "with a row for each tax rate bears on all of it, once",
    [
      product(),
      book,
      discountRow("-8.00", "-2.00", { voucherid: 4 }),
      discountRow("-40.00", "-2.40", { vatvalue: "6.00", voucherid: 4 }),
    ],
    ["272.00", "45.20", "317.20"],
    [{ id: 4, amount: 5240, goods: [] }],
  ],
  [
    "on goods bears on those, with their own discount",
    [product({ voucherid: 4, moneyrowdiscount: "50.00" }), book],
    ["320.00", "49.60", "369.60"],
    [{ id: 4, amount: 5000, goods: [coat] }],
  ],
  [
    "worth nothing by itself took part all the same",
    [product(), discountRow("0.00", "0.00", { voucherid: 3 })],
    ["160.00", "40.00", "200.00"],
    [{ id: 3, goods: [coat] }],
  ],
  [
    "is none where an instrument on its row explains it",
    [
      product(),
      discountRow("-40.00", "-10.00", {
        voucherid: 4,
        additionaldata: { "crm-promotionid": "p-1" },
      }),
    ],
    ["120.00", "30.00", "150.00"],
    [],
  ],
  [
    "is none where Sitoo writes 0 or nothing",
    [product({ voucherid: 0 }), discountRow("-40.00", "-10.00", { voucherid: "" })],
    ["120.00", "30.00", "150.00"],
    [],
  ],
  [
    "is none on what comes back",
    [
      product({
        quantity: -2,
        moneyitemtotal_net: "-160.00",
        moneyitemtotal_vat: "-40.00",
        voucherid: 4,
      }),
      discountRow("40.00", "10.00", { quantity: -1, voucherid: 4 }),
    ],
    ["-120.00", "-30.00", "-150.00"],
    [],
  ],
])("a voucher %s", (_, rows, sums, expected) => {
  expect(vouchers(rows, sums).vouchers).toEqual(expected);
});

it("a voucher worth nothing changes no line of the sale", () => {
  const sums = ["160.00", "40.00", "200.00"] as const;
  const row = discountRow("0.00", "0.00", { voucherid: 3 });
  expect(vouchers([product(), row], sums).sale).toEqual(vouchers([product()], sums).sale);
});
