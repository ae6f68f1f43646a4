import type { ReceiptRow } from "./receipts_table.ts";

/** One receipt as an operator sees it; the customer's id shortened, enough to tell two apart. */
export type ReceiptView = {
  readonly channel: string;
  readonly receiptId: string;
  readonly kind: ReceiptRow["kind"];
  readonly cause: ReceiptRow["cause"];
  readonly state: ReceiptRow["state"] | "planned";
  readonly customer: string;
  /** How its delivery found the customer, in words; "" where a person said it. */
  readonly foundBy: string;
  readonly reason: string;
  readonly note: string;
};

type Shown = Pick<
  ReceiptRow,
  "channel" | "receipt_id" | "kind" | "cause" | "customer" | "reason" | "note"
> & { readonly state: ReceiptView["state"]; readonly found_by?: string };

export const receiptViews = (rows: readonly Shown[]): readonly ReceiptView[] =>
  rows.map((row) => ({
    channel: row.channel,
    receiptId: row.receipt_id,
    kind: row.kind,
    cause: row.cause,
    state: row.state,
    customer: row.customer === null ? "" : `…${row.customer.slice(-4)}`,
    foundBy: row.found_by ?? "",
    reason: row.reason,
    note: row.note,
  }));
