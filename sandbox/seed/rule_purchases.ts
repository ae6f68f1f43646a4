import { Big } from "big.js";
import type { Json } from "../json.ts";
import type { RecordInput } from "../rule/build.ts";
import { SHOPS } from "./shops.ts";
import { CATALOGUE } from "./sitoo_catalogue.ts";

const DAY = 86_400_000;

interface Sale {
  who: number;
  daysAgo: number;
  number: string;
  storeId: string;
  sku: string;
  quantity: number;
  refundOf?: string;
}

const ASTRID = 910_012;

/** Purchases from before the gateway; numbers of another sender, so that no order of Sitoo is among them. */
const SALES: readonly Sale[] = [
  { who: ASTRID, daysAgo: 300, number: "old-0001", storeId: "200", sku: "A1", quantity: 1 },
  {
    who: ASTRID,
    daysAgo: 290,
    number: "old-0002",
    storeId: "200",
    sku: "A1",
    quantity: -1,
    refundOf: "old-0001",
  },
  { who: ASTRID, daysAgo: 120, number: "old-0003", storeId: "300", sku: "S3", quantity: 3 },
  { who: 910_020, daysAgo: 100, number: "old-0004", storeId: "400", sku: "J2", quantity: 1 },
  { who: 910_021, daysAgo: 90, number: "old-0005", storeId: "500", sku: "T4", quantity: 2 },
  { who: 910_022, daysAgo: 80, number: "old-0006", storeId: "600", sku: "S3", quantity: 4 },
];

export function purchases(now: number): RecordInput[] {
  return [...SALES.map((sale) => till(now, sale)), webShop(now)];
}

/** Fields of contracts/rule.md §8; the price in USD is without tax, as in American shops. */
function till(now: number, sale: Sale): RecordInput {
  const shop = SHOPS.find(({ externalId }) => externalId === sale.storeId);
  const product = CATALOGUE.find(({ sku }) => sku === sale.sku);
  if (shop === undefined || product === undefined) throw new Error(`seed ${sale.number}`);
  const price = new Big(product.prices[shop.currency] ?? "0");
  const rate = new Big(product.vat[shop.country] ?? "0").div(100);
  const goods = price.times(sale.quantity);
  const tax = goods.times(new Big(shop.salesTax ?? "0").div(100)).round(2, Big.roundHalfUp);
  const total = goods.plus(tax);
  const vat = goods
    .minus(goods.div(rate.plus(1)))
    .round(2, Big.roundHalfUp)
    .plus(tax);
  const at = now - sale.daysAgo * DAY;
  const values: Record<string, Json> = {
    Number: sale.number,
    ReceiptId: sale.number.toUpperCase(),
    Date: localTime(at, shop.timeZone),
    Total: total.toFixed(2),
    Vat: vat.toFixed(2),
    Subtotal: total.minus(vat).toFixed(2),
    Discount: "0.00",
    Currency: shop.currency,
    Status: sale.refundOf === undefined ? "completed" : "refunded",
    StoreName: shop.name,
    StoreId: shop.externalId,
    PaymentMethod: ["card"],
    Products: [
      {
        sku: product.sku,
        name: product.name,
        quantity: sale.quantity,
        unit_price: price.toFixed(2),
        total: goods.toFixed(2),
      },
    ],
    ...(sale.refundOf === undefined ? {} : { RefundOf: sale.refundOf }),
  };
  return {
    subscriberId: sale.who,
    group: "Sitoo-Order",
    createdAt: new Date(at).toISOString(),
    values,
  };
}

function webShop(now: number): RecordInput {
  const at = now - 60 * DAY;
  return {
    subscriberId: ASTRID,
    group: "Order",
    createdAt: new Date(at).toISOString(),
    values: {
      Number: "WEB-2001",
      Date: localTime(at, "Europe/Stockholm"),
      Subtotal: "719.20",
      SubtotalVat: "179.80",
      Discount: "0.00",
      Shipping: "0.00",
      ShippingVat: "0.00",
      Total: "899.00",
      Vat: "179.80",
      Currency: "SEK",
      PaymentMethod: ["card"],
      DeliveryMethod: ["parcel"],
      Brands: ["Sample"],
    },
  };
}

function localTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(at);
}
