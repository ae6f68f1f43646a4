import type { Sale } from "./sale.ts";

/**
 * The sale turned round, under an id of its own: what was bought comes back, what came back is
 * bought. Of the same moment, so that the day on which the sale counted comes to nothing.
 */
export const takenBack = (sale: Sale, id: string): Sale => ({
  ...sale,
  id,
  lines: sale.lines.map((line) => ({
    ...line,
    kind: line.kind === "purchase" ? "return" : "purchase",
  })),
  linesTotal: 0 - sale.linesTotal,
  grandTotal: 0 - sale.grandTotal,
  payments: sale.payments.map((payment) => ({ ...payment, amount: 0 - payment.amount })),
  // What it used stays used: redemptions have steps of their own.
  instruments: [],
});
