import { Big } from "big.js";
import type { EventInput } from "../bloomreach/build.ts";
import type { JsonObject } from "../json.ts";
import { type Shop, SHOPS } from "./shops.ts";
import { CATALOGUE } from "./sitoo_catalogue.ts";

const DAY = 86_400;
/** Local currency → SEK, the project's reference currency. */
const RATES: Record<string, string> = { SEK: "1", NOK: "0.98", EUR: "11.20", USD: "10.40" };

/** Purchases of before the gateway, in the e-commerce convention of contracts/bloomreach.md §9. */
export function purchases(now: number): EventInput[] {
  const at = (days: number): number => Math.floor(now / 1000) - days * DAY;
  return [
    ...bought("astrid@example.com", at(300), "old-0001", "200", "A1", 1),
    ...bought("astrid@example.com", at(290), "old-0002", "200", "A1", 1, "refund"),
    ...bought("astrid@example.com", at(120), "old-0003", "300", "S3", 3),
    ...bought("bertil@example.com", at(60), "old-0004", "300", "J2", 1),
    ...bought("nora@example.net", at(50), "old-0005", "400", "A1", 1),
    ...bought("aino@example.com", at(40), "old-0006", "500", "T4", 2),
    ...bought("jordan@example.com", at(30), "old-0007", "600", "S3", 2),
    {
      customer: "cookie:c00c1e00-0000-4000-8000-000000000001",
      type: "view_item",
      timestamp: at(2),
      properties: { product_id: "A1", title: "Coat" },
    },
  ];
}

/** One `purchase` and its `purchase_item`; a refund is the same type with another status (published). */
function bought(
  customer: string,
  timestamp: number,
  purchase_id: string,
  storeId: string,
  sku: string,
  quantity: number,
  purchase_status = "success",
): EventInput[] {
  const shop = SHOPS.find(({ externalId }) => externalId === storeId);
  const product = CATALOGUE.find((one) => one.sku === sku);
  if (shop === undefined || product === undefined)
    throw new Error(`No shop or product: ${storeId}, ${sku}`);
  const price = new Big(product.prices[shop.currency] ?? "0");
  const { gross, net } = totals(shop, price.times(quantity), product.vat[shop.country] ?? "0");
  const rate = new Big(RATES[shop.currency] ?? "1");
  const money: JsonObject = {
    total_price: number(gross.times(rate)),
    total_price_local_currency: number(gross),
    local_currency: shop.currency,
  };
  const purchase = {
    purchase_id,
    purchase_status,
    purchase_source_type: "store",
    purchase_source_name: shop.externalId,
    product_list: [{ product_id: sku, quantity }],
    product_ids: [sku],
    total_price_without_tax: number(net.times(rate)),
    total_quantity: quantity,
    payment_type: "card",
    ...money,
  };
  const item = {
    purchase_id,
    purchase_status,
    product_id: sku,
    title: product.name,
    price: number(price.times(rate)),
    price_local_currency: number(price),
    quantity,
    ...money,
  };
  return [
    { customer, type: "purchase", timestamp, properties: purchase },
    { customer, type: "purchase_item", timestamp, properties: item },
  ];
}

/** Prices hold VAT; in the US the sales tax comes on top. */
function totals(shop: Shop, sum: Big, vat: string): { gross: Big; net: Big } {
  if (shop.salesTax !== undefined)
    return { gross: sum.times(new Big(shop.salesTax).div(100).plus(1)).round(2), net: sum };
  return { gross: sum, net: sum.div(new Big(vat).div(100).plus(1)) };
}

function number(amount: Big): number {
  return Number(amount.round(2).toString());
}
