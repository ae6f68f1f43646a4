import { inUnits } from "../../model/money.ts";
import type { Sale, SaleLine, SalePayment } from "../../model/sale.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";

/** The body of `POST /receipts` (contracts/voyado.md 8.2). Amounts are JSON numbers in whole units of the currency. */
export type Receipt = {
  readonly contact: { readonly matchKey: string; readonly matchKeyType: "contactId" };
  readonly uniqueReceiptId: string;
  readonly receiptNumber: string;
  readonly createdDate: string;
  readonly storeExternalId: string;
  readonly currency: string;
  readonly exchangeRateToGroupCurrency?: number;
  readonly totalGrossPrice: number;
  readonly paymentMethods: readonly ReceiptPayment[];
  readonly items: readonly ReceiptItem[];
};
type ReceiptPayment = {
  readonly type: string;
  readonly value: number;
  readonly description?: string;
};
type ReceiptItem = {
  readonly type: "PURCHASE" | "RETURN";
  readonly sku: string;
  readonly articleNumber: string;
  readonly articleName: string;
  readonly articleGroup?: string;
  /** Negative on a return; the amounts beside it are not. */
  readonly quantity: number;
  readonly grossPaidPrice: number;
  readonly taxAmount: number;
  readonly taxPercent: number;
  /** The field is published, what it does is not: false takes the line out of the points (assumed). */
  readonly awardsBonus?: false;
};

export type ReceiptSettings = Pick<
  VoyadoSettings,
  "exchangeRates" | "usTotalValidationSkipped" | "paymentMethods" | "noPoints"
>;

/** What keeps a sale from being a receipt at all; `field` is the receipt's name of it. */
export type ReceiptFault = { readonly reason: string; readonly field: string };

/** The lines that Engage is told of; without any there is no receipt. */
export const linesTold = (sale: Sale, { noPoints }: ReceiptSettings): readonly SaleLine[] =>
  noPoints === "flag" ? sale.lines : sale.lines.filter((line) => line.noPoints !== true);

/** Sale → receipt (contracts/voyado.md 14). Discounts stay out: `grossPaidPrice` is what was paid after them (17). */
export const receiptOf = (
  sale: Sale,
  customerId: string,
  settings: ReceiptSettings,
): Outcome<Receipt, ReceiptFault> => {
  if (sale.storeExternalId === undefined) {
    return failed({
      field: "storeExternalId",
      reason: "the order names no store, and Engage takes no receipt without",
    });
  }
  const lines = linesTold(sale, settings);
  if (lines.length === 0)
    return failed({ field: "items", reason: "the order has no product lines" });
  const rate = settings.exchangeRates[sale.currency];
  const amount = (minor: number) => inUnits(minor, sale.currency);
  const outside = settings.usTotalValidationSkipped ? sale.grandTotal - sale.linesTotal : 0;
  const total = sumOfLines(lines) + outside;
  return ok({
    contact: { matchKey: customerId, matchKeyType: "contactId" },
    uniqueReceiptId: sale.id,
    receiptNumber: sale.receiptNumber,
    createdDate: sale.at,
    storeExternalId: sale.storeExternalId,
    currency: sale.currency,
    ...(rate === undefined ? {} : { exchangeRateToGroupCurrency: Number(rate) }),
    totalGrossPrice: amount(total),
    paymentMethods: paymentsOf(sale, total, settings.paymentMethods),
    items: lines.map((line) => itemOf(line, amount)),
  });
};

/** Always agrees with the lines, because Engage checks it against them. */
const sumOfLines = (lines: readonly SaleLine[]): number =>
  lines.reduce((sum, line) => (line.kind === "purchase" ? sum + line.paid : sum - line.paid), 0);

const itemOf = (line: SaleLine, amount: (minor: number) => number): ReceiptItem => ({
  type: line.kind === "purchase" ? "PURCHASE" : "RETURN",
  sku: line.sku,
  articleNumber: line.sku,
  articleName: line.name,
  ...(line.group === undefined ? {} : { articleGroup: line.group }),
  quantity: line.kind === "purchase" ? Number(line.quantity) : -Number(line.quantity),
  grossPaidPrice: amount(line.paid),
  taxAmount: amount(line.tax),
  taxPercent: Number(line.taxPercent),
  ...(line.noPoints === true ? { awardsBonus: false } : {}),
});

/** At least one payment is required; a sale without any (an even exchange) shows its total as one. */
const paymentsOf = (
  sale: Sale,
  total: number,
  table: ReceiptSettings["paymentMethods"],
): ReceiptPayment[] => {
  if (sale.payments.length === 0)
    return [{ type: defaultType, value: inUnits(total, sale.currency) }];
  return sale.payments.map((payment) => ({
    type: paymentType(payment, table),
    value: inUnits(payment.amount, sale.currency),
    description: payment.name,
  }));
};

const defaultType = "card";

/** Engage's published types, recognised in the names that Nordic tills use (assumed). */
const knownWords: readonly (readonly [RegExp, string])[] = [
  [/swish/i, "swish"],
  [/cash|kontant|käteinen|\bbar\b/i, "cash"],
  [/credit ?card|kreditkort|kredittkort|luottokortti|kreditkarte/i, "creditcard"],
];

/** The tenant's table by name, then by reference type; the name itself goes along as description. */
export const paymentType = (
  payment: SalePayment,
  table: ReceiptSettings["paymentMethods"],
): string => {
  const byName = new Map(Object.entries(table).map(([name, type]) => [name.toLowerCase(), type]));
  return (
    byName.get(payment.name.toLowerCase()) ??
    byName.get((payment.reference ?? "").toLowerCase()) ??
    knownWords.find(([word]) => word.test(payment.name))?.[1] ??
    defaultType
  );
};
