import type { DeliveryRow, EventRow, HopRow, JournalStore, OrderRow } from "./journal_store.ts";
import { receiptViews, type ReceiptView } from "./receipt_view.ts";
import type { ReceiptsTable } from "./receipts_table.ts";

/** One order as an operator sees it: no person, no key. Times are epoch milliseconds unless said otherwise. */
export type OrderSummary = {
  readonly orderId: number;
  readonly account: number;
  readonly site: number;
  readonly state: OrderRow["state"];
  readonly note: string;
  readonly receipt: string | undefined;
  readonly store: string | undefined;
  readonly currency: string | undefined;
  /** What the lines come to, minor units. */
  readonly total: number | undefined;
  /** ISO 8601, local time of the store. */
  readonly soldAt: string | undefined;
  readonly deliveries: readonly {
    readonly channel: string;
    readonly state: DeliveryRow["state"];
    readonly reason: string;
    readonly attempt: number;
    readonly nextAt: number | undefined;
    readonly deliveredAt: number | undefined;
    /** The order changed after it was delivered, and the destination takes no changes. */
    readonly changedSince: boolean;
  }[];
  readonly updatedAt: number;
};

export type OrderTrace = OrderSummary & {
  readonly events: readonly Omit<EventRow, "order_id">[];
  readonly hops: readonly Omit<HopRow, "order_id">[];
  /** What was sent to each destination, and what of it changes hands. */
  readonly receipts: readonly ReceiptView[];
  /** The sale as it was built last, without its person; JSON. */
  readonly payload: string | undefined;
};

export const listOrders = (store: JournalStore): readonly OrderSummary[] =>
  store.exists() ? store.orders().map((row) => summary(store, row)) : [];

export const traceOrder = (
  store: JournalStore,
  receipts: ReceiptsTable,
  orderId: number,
): OrderTrace | undefined => {
  const row = store.exists() ? store.order(orderId) : undefined;
  if (row === undefined) return undefined;
  return {
    ...summary(store, row),
    events: store.events(orderId).map(({ order_id: _, ...event }) => event),
    hops: store.hops(orderId).map(({ order_id: _, ...hop }) => hop),
    receipts: receiptViews(receipts.ofOrder(orderId)),
    payload: row.payload ?? undefined,
  };
};

const summary = (store: JournalStore, row: OrderRow): OrderSummary => ({
  orderId: row.order_id,
  account: row.account,
  site: row.site,
  state: row.wanted > row.done ? "open" : row.state,
  note: row.note,
  receipt: row.receipt ?? undefined,
  store: row.store ?? undefined,
  currency: row.currency ?? undefined,
  total: row.total ?? undefined,
  soldAt: row.sold_at ?? undefined,
  deliveries: store.deliveries(row.order_id).map((delivery) => ({
    channel: delivery.channel,
    state: delivery.state,
    reason: delivery.reason,
    attempt: delivery.attempt,
    nextAt: delivery.state === "pending" ? delivery.next_at : undefined,
    deliveredAt: delivery.delivered_at ?? undefined,
    changedSince: delivery.changed_hash !== null,
  })),
  updatedAt: row.updated_at,
});
