import { Big } from "big.js";
import { SHOPS } from "./shops.ts";
import { CATALOGUE } from "./sitoo_catalogue.ts";

const DAY = 86_400_000;
const ASTRID = "11111111-1111-4111-8111-111111111111";
const NORA = "99999999-9999-4999-8999-999999999999";
const AINO = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const JORDAN = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

/** One product and a number of it, at a country's catalogue price; amounts are the net price and its tax. */
type Line = readonly [sku: string, quantity: number];

/**
 * Purchases made before the gateway, under ids that no order of Sitoo has: `old-…` at the tills of 200 to 600, `web-…`
 * in the web shop. Frans exists by an order alone, so his profile has no preference (published, contracts/ometria.md §4).
 */
export function orders(now: number): { id: string; [name: string]: unknown }[] {
  const at = (days: number): string => new Date(now - days * DAY).toISOString();
  const till = { channel: "store" };
  const returned = { status: "refunded", is_valid: false };
  return [
    order("old-0001", at(300), "200", { id: ASTRID }, [["A1", 1]], { ...till, ...returned }),
    order("old-0003", at(120), "300", { id: ASTRID }, [["S3", 3]], till),
    order("old-0004", at(110), "400", { id: NORA }, [["J2", 1]], till),
    order("old-0005", at(100), "500", { id: AINO }, [["T4", 2]], till),
    order("old-0006", at(90), "600", { id: JORDAN }, [["B6", 1]], till),
    order("old-0007", at(70), "200", undefined, [["C5", 2]], till),
    order("web-5001", at(60), "200", { email: "astrid@example.com" }, [["B6", 1]], {
      channel: "online",
      store: "www.example.com",
    }),
    order(
      "web-5002",
      at(3),
      "200",
      { email: "frans@example.com", firstname: "Frans", lastname: "Ogodkänd" },
      [["T4", 1]],
      { channel: "online", store: "www.example.com" },
    ),
  ];
}

function order(
  id: string,
  timestamp: string,
  storeId: string,
  customer: Record<string, string> | undefined,
  sold: readonly Line[],
  rest: Record<string, unknown>,
): { id: string; [name: string]: unknown } {
  const shop = SHOPS.find(({ externalId }) => externalId === storeId);
  const { currency = "SEK", country = "SE", salesTax = "0" } = shop ?? {};
  const rows = sold.map(([sku, quantity]) => row(sku, quantity, currency, country, salesTax));
  const sum = (name: "subtotal" | "tax"): Big =>
    rows.reduce((total, one) => total.plus(one[name]), new Big(0));
  return {
    id,
    timestamp,
    status: "complete",
    is_valid: true,
    currency,
    subtotal: Number(sum("subtotal").toFixed(2)),
    discount: 0,
    tax: Number(sum("tax").toFixed(2)),
    shipping: 0,
    grand_total: Number(sum("subtotal").plus(sum("tax")).toFixed(2)),
    store: storeId,
    ...(customer === undefined ? {} : { customer }),
    lineitems: rows.map(({ sku, quantity, unitPrice, tax }) => ({
      product_id: sku,
      sku,
      quantity,
      unit_price: Number(unitPrice.toFixed(2)),
      tax: Number(tax.toFixed(2)),
    })),
    ...rest,
  };
}

function row(sku: string, quantity: number, currency: string, country: string, salesTax: string) {
  const product = CATALOGUE.find((one) => one.sku === sku);
  const price = new Big(product?.prices[currency] ?? "0");
  const vat = new Big(product?.vat[country] ?? "0").div(100);
  const unitPrice = price.div(vat.plus(1)).round(2);
  const outside = price.times(quantity).times(salesTax).div(100).round(2);
  const tax = price.minus(unitPrice).times(quantity).plus(outside);
  return { sku, quantity, unitPrice, subtotal: unitPrice.times(quantity), tax };
}
