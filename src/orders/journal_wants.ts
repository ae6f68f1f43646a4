import type { DeliveryRow, OrderRow } from "./journal_store.ts";
import { backfillType, type OrderMessage } from "./order_message.ts";

/** What a journal has of an order. */
export type Known = { readonly order: OrderRow; readonly deliveries: readonly DeliveryRow[] };

/**
 * Whether an order that stood in Sitoo's list is work: only one that the journal does not know, or
 * knows to be otherwise. Walks show each order many times over, and this is asked each time.
 */
export const wants = (known: Known | undefined, message: OrderMessage): boolean =>
  message.type === backfillType ? wantsHistory(known, message) : wantsNews(known, message);

const wantsNews = (known: Known | undefined, { stateChanged: shows }: OrderMessage): boolean => {
  // Open and cancelled orders that nobody has told of were brought nowhere; one of unknown state is read.
  if (known === undefined) return shows === "closed" || shows === undefined;
  const { order } = known;
  if (order.wanted > order.done) return false;
  switch (order.state) {
    case "settled":
      return shows === "cancelled";
    case "not_a_sale":
      return shows === "closed"
        ? isNoEnd(order.note)
        : shows === "cancelled" && order.note === "open";
    // A dead letter tells of it already, and a person replays it.
    case "dead":
    case "open":
      return false;
  }
};

/** What an order may yet be closed after; parked ones and bookings become orders of their own. */
const isNoEnd = (note: string): boolean => ["open", "cancelled", "abandoned"].includes(note);

const wantsHistory = (known: Known | undefined, { channels }: OrderMessage): boolean => {
  if (known === undefined || channels === undefined) return true;
  const { order, deliveries } = known;
  if (order.state === "dead" && order.wanted === order.done) return false;
  return channels.some((channel) => {
    const row = deliveries.find((delivery) => delivery.channel === channel);
    return row === undefined || row.state === "skipped";
  });
};
