import type { NewReceipt, ReceiptRow } from "./receipts_table.ts";

/** Where an order stands at one destination, by everything that was sent there or is on its way. */
export type Standing =
  /** The destination has nothing of it, and nothing is on its way. */
  | { readonly kind: "nothing" }
  /** It is, or is becoming, this customer's. */
  | { readonly kind: "held"; readonly by: ReceiptRow }
  /** It is, or is being, taken back from whoever held it. */
  | { readonly kind: "taken_back"; readonly from: ReceiptRow; readonly held: ReceiptRow };

/** @param rows oldest first. */
export const standingOf = (rows: readonly ReceiptRow[]): Standing => {
  const last = rows.at(-1);
  if (last === undefined) return { kind: "nothing" };
  if (last.kind === "sale")
    return last.state === "refused" ? { kind: "nothing" } : { kind: "held", by: last };
  const held = rows.findLast(({ kind }) => kind === "sale");
  return held === undefined ? { kind: "nothing" } : { kind: "taken_back", from: last, held };
};

/** Something is still to be sent, or waits for a person. */
export const isMoving = (rows: readonly ReceiptRow[]): boolean =>
  rows.some(
    ({ state, kind }) =>
      state === "waiting" ||
      state === "with_delivery" ||
      (state === "refused" && kind === "taken_back"),
  );

/** A person said whose it is before any delivery had found out. */
export const isClaimed = (rows: readonly ReceiptRow[]): boolean => {
  const [first] = rows;
  return first?.kind === "sale" && first.cause === "reassigned";
};

const nextNumber = (rows: readonly ReceiptRow[]): number =>
  Math.max(0, ...rows.map(({ number }) => number)) + 1;

/**
 * Ids of repairs, for ever: destinations know a repeat by them, and the purchase history finds the
 * order in those of sales (crm/voyado/transaction.ts).
 */
const repairId = (saleId: string, word: string, number: number): string =>
  `${saleId}-${word}${number}`;

/** Takes back what an order delivered that was cancelled since; nothing where it has been already. */
export const cancelled = (rows: readonly ReceiptRow[], saleId: string): NewReceipt | undefined => {
  const standing = standingOf(rows);
  if (standing.kind !== "held") return undefined;
  const number = nextNumber(rows);
  const { customer, content } = standing.by;
  return {
    receipt_id: number === 1 ? `${saleId}-cancelled` : repairId(saleId, "cancelled", number),
    kind: "taken_back",
    cause: "cancelled",
    number,
    customer,
    reason: "",
    content,
  };
};

/** Gives back what was taken for a cancellation, when the order is closed all the same. */
export const closedAgain = (
  rows: readonly ReceiptRow[],
  saleId: string,
): NewReceipt | undefined => {
  const standing = standingOf(rows);
  if (standing.kind !== "taken_back" || standing.from.cause !== "cancelled") return undefined;
  const number = nextNumber(rows);
  return {
    receipt_id: repairId(saleId, "r", number),
    kind: "sale",
    cause: "closed_again",
    number,
    customer: standing.held.customer,
    reason: "",
    content: null,
  };
};

/** Moves what one customer holds to another: taken back first, so that it never counts twice. */
export const reassigned = (
  rows: readonly ReceiptRow[],
  saleId: string,
  to: { readonly customer: string; readonly reason: string },
): readonly NewReceipt[] => {
  const standing = standingOf(rows);
  const number = nextNumber(rows);
  const sale = { kind: "sale", cause: "reassigned", number, content: null, ...to } as const;
  if (standing.kind !== "held")
    // What nobody has had is claimed under its own id.
    return [{ ...sale, receipt_id: rows.some(wasSent) ? repairId(saleId, "r", number) : saleId }];
  const { customer, content } = standing.by;
  return [
    {
      receipt_id: repairId(saleId, "back", number),
      kind: "taken_back",
      cause: "reassigned",
      number,
      customer,
      reason: to.reason,
      content,
    },
    { ...sale, receipt_id: repairId(saleId, "r", number), content },
  ];
};

const wasSent = ({ state }: ReceiptRow): boolean => state !== "refused";
