import * as z from "zod/mini";
import { parseMinor } from "../../model/money.ts";
import type { Purchase } from "../port.ts";
import { isoWithOffset } from "../iso_time.ts";
import { numeric, optionalText, orUndefined, parseEach } from "../wire_values.ts";

const optionalAmount = orUndefined(numeric);
const lineSchema = z.looseObject({
  type: optionalText,
  sku: optionalText,
  articleNumber: optionalText,
  articleName: optionalText,
  quantity: optionalAmount,
  price: optionalAmount,
  localPrice: optionalAmount,
});
type Line = z.infer<typeof lineSchema>;

/** Contracts/voyado.md 8.1; line fields (third party). */
const transactionSchema = z.looseObject({
  transactionNumber: optionalText,
  externalId: optionalText,
  createdDate: z.string(),
  storeName: optionalText,
  netPriceSum: optionalAmount,
  localNetPriceSum: optionalAmount,
  localCurrency: optionalText,
  groupCurrency: optionalText,
  lineItems: orUndefined(z.array(z.unknown())),
});
type Transaction = z.infer<typeof transactionSchema>;

/** Entries that are no transaction are left out. */
export const purchasesOf = (
  items: readonly unknown[],
  currencyCode: string,
  timeZone: string,
): Purchase[] =>
  parseEach(transactionSchema, items).flatMap(
    (wire) => purchaseOf(wire, currencyCode, timeZone) ?? [],
  );

/**
 * Receipts that this gateway sent of a sale, `saleId` first, also to whom it was reassigned
 * (orders/receipt_standing.ts). Another system's ids are no order of ours, and what is taken back for a
 * repair is no order either.
 */
const ourReceipt = /^(sitoo-\d+-\d+-\d+)(?:-r\d+)?$/;

/** Local amounts where there are any, else those in group currency. */
const purchaseOf = (
  wire: Transaction,
  currencyCode: string,
  timeZone: string,
): Purchase | undefined => {
  const at = isoWithOffset(wire.createdDate, timeZone);
  if (at === undefined) return undefined;
  const isLocal = wire.localNetPriceSum !== undefined && wire.localCurrency !== undefined;
  const named = (isLocal ? wire.localCurrency : wire.groupCurrency) ?? currencyCode;
  const currency = named.toUpperCase();
  const sum = minorOf(isLocal ? wire.localNetPriceSum : wire.netPriceSum, currency);
  const lines = parseEach(lineSchema, wire.lineItems ?? []);
  const amounts = lineAmounts(
    lines.map((line) => minorOf(isLocal ? line.localPrice : line.price, currency)),
    lines.map((line) => Math.abs(Number(line.quantity ?? "1"))),
    sum,
  );
  const signed = lines.map((line, index) => {
    const amount = amounts.lines[index] ?? 0;
    return isReturnLine(line) ? 0 - Math.abs(amount) : amount;
  });
  const isReturn = lines.length > 0 && lines.every(isReturnLine);
  const total = amounts.isComplete
    ? signed.reduce((running, amount) => running + amount, 0)
    : (sum ?? 0);
  const [, saleId] = ourReceipt.exec(wire.externalId ?? "") ?? [];
  return {
    ...(saleId === undefined ? {} : { saleId }),
    ...(wire.transactionNumber === undefined ? {} : { receiptNumber: wire.transactionNumber }),
    at,
    ...(wire.storeName === undefined ? {} : { storeName: wire.storeName }),
    currency,
    total: isReturn ? 0 - Math.abs(total) : total,
    items: lines.map((line, index) => ({
      sku: line.sku ?? line.articleNumber ?? "",
      name: line.articleName ?? "",
      quantity: quantityOf(line),
      total: signed[index] ?? 0,
    })),
  };
};

/**
 * What each line came to. Whether `price` is a line's total or that of one piece is not published, nor whether the
 * sum includes tax: pieces only where pieces alone agree with the sum, else totals, as receipts are written (assumed).
 */
const lineAmounts = (
  prices: readonly (number | undefined)[],
  quantities: readonly number[],
  sum: number | undefined,
): { readonly lines: readonly number[]; readonly isComplete: boolean } => {
  const totals = prices.map((price) => price ?? 0);
  const pieces = totals.map((price, index) => Math.round(price * (quantities[index] ?? 1)));
  const add = (amounts: readonly number[]) =>
    amounts.reduce((running, amount) => running + amount, 0);
  const isByPiece = sum !== undefined && add(totals) !== sum && add(pieces) === sum;
  return {
    lines: isByPiece ? pieces : totals,
    isComplete: prices.length > 0 && prices.every((price) => price !== undefined),
  };
};

const quantityOf = (line: Line): string => {
  const quantity = line.quantity ?? "1";
  return isReturnLine(line) && !quantity.startsWith("-") ? `-${quantity}` : quantity;
};

const isReturnLine = (line: Line): boolean =>
  line.type?.toUpperCase() === "RETURN" || line.quantity?.startsWith("-") === true;

const minorOf = (text: string | undefined, currency: string): number | undefined =>
  text === undefined || !/^[A-Z]{3}$/.test(currency) ? undefined : parseMinor(text, currency);
