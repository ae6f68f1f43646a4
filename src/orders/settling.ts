import type { OrderTrace } from "./journal_view.ts";

/** The row of an order that stands for settling its redemptions; no channel can be called so. */
export const settling = "(redemption)";

/**
 * Whether an order has told the ledgers what it used, as far as its journal knows.
 * `done` also where it had nothing to tell, or was given up.
 */
export const settledState = (trace: OrderTrace | undefined): "unknown" | "waits" | "done" => {
  if (trace === undefined) return "unknown";
  const row = trace.deliveries.find(({ channel }) => channel === settling);
  const waits = trace.state === "open" || row?.state === "pending" || row?.state === "delivering";
  return waits ? "waits" : "done";
};
