import Big from "big.js";
import { currencyDigits, formatMinor } from "../../model/money.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import type { OrderField } from "../../tenants/rule_fields.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";

/** All values of a group stay under 65 KiB (contracts/rule.md 5); the rest of an order is far below 5. */
const productsBytes = 60 * 1024;

export type OrderValues = { readonly [Field in OrderField]?: string | readonly string[] };

/** What came back counts negative: a return is a record of its own (contracts/rule.md 8). */
const signed = ({ kind }: SaleLine, minor: number): number =>
  kind === "return" ? 0 - minor : minor;

const sum = (lines: readonly SaleLine[], of: (line: SaleLine) => number): number =>
  lines.reduce((total, line) => total + signed(line, of(line)), 0);

/** Goods alone come back: a basket with both is a sale. */
export const isReturn = ({ lines, grandTotal }: Sale): boolean =>
  lines.length === 0 ? grandTotal < 0 : lines.every(({ kind }) => kind === "return");

/** Sale → one record of the order group, by our names of its fields. */
export const orderValues = (sale: Sale, { storeNames }: RuleSettings): OrderValues => {
  const { lines, currency, storeExternalId: store } = sale;
  const money = (minor: number) => formatMinor(minor, currency);
  const vat = sum(lines, ({ tax }) => tax);
  const storeName = store === undefined ? undefined : storeNames[store];
  return {
    Number: String(sale.order.orderId),
    ReceiptId: sale.receiptNumber,
    SaleId: sale.id,
    Date: sale.at.slice(0, 19).replace("T", " "),
    Total: money(sale.grandTotal),
    Vat: money(vat),
    Subtotal: money(sale.linesTotal - vat),
    Discount: money(sum(lines, ({ discount }) => discount)),
    Currency: currency,
    Status: isReturn(sale) ? "refunded" : "completed",
    ...(storeName === undefined ? {} : { StoreName: storeName }),
    ...(store === undefined ? {} : { StoreId: store }),
    PaymentMethod: [...new Set(sale.payments.map(({ name }) => name))],
    Products: productsText(lines, currency),
    ...(sale.returnOf === undefined ? {} : { RefundOf: String(sale.returnOf.orderId) }),
  };
};

/** As many as there is room for, the first ones first. */
const productsText = (lines: readonly SaleLine[], currency: string): string => {
  const coder = new TextEncoder();
  const products: string[] = [];
  let bytes = 2;
  for (const line of lines) {
    const text = JSON.stringify(productOf(line, currency));
    bytes += coder.encode(text).length + 1;
    if (bytes > productsBytes) break;
    products.push(text);
  }
  return `[${products.join(",")}]`;
};

const productOf = (line: SaleLine, currency: string) => ({
  sku: line.sku,
  name: line.name,
  quantity: `${line.kind === "return" ? "-" : ""}${line.quantity}`,
  unit_price: new Big(formatMinor(line.paid, currency))
    .div(line.quantity)
    .toFixed(currencyDigits(currency)),
  total: formatMinor(signed(line, line.paid), currency),
});
