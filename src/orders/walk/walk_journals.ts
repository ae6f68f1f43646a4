import type { OrderHead } from "../../sitoo/order_head.ts";
import { orderState } from "../../sitoo/order_wire.ts";
import type { JournalObject } from "../journal_host.ts";
import { firstOrderOf, journalName, journalNumber } from "../journal_name.ts";
import { backfillType, type OrderMessage, walkType } from "../order_message.ts";
import type { WalkPlace } from "./walk_name.ts";

/** What the walk asks of journals. */
export type WalkJournal = Pick<JournalObject, "found" | "backfilling" | "list">;

export type OpenJournal = (name: string) => WalkJournal;

/** Orders of a page by their journal, in the order of the page. */
export const byJournal = <Order extends { readonly orderid: number }>(
  orders: readonly Order[],
): readonly { readonly journal: number; readonly orders: readonly Order[] }[] => {
  const groups = new Map<number, Order[]>();
  for (const order of orders) {
    const journal = journalNumber(order.orderid);
    const group = groups.get(journal);
    if (group === undefined) groups.set(journal, [order]);
    else group.push(order);
  }
  return [...groups].map(([journal, group]) => ({ journal, orders: group }));
};

export const journalOf = (
  open: OpenJournal,
  { tenant, account, site }: WalkPlace,
  journal: number,
): WalkJournal => open(journalName(tenant, account, site, firstOrderOf(journal)));

/** What Sitoo's list shows of an order; undefined where it is a state that we do not know. */
export const shownState = (
  head: OrderHead,
): "open" | "closed" | "cancelled" | "abandoned" | undefined => {
  switch (head.orderstateid) {
    case orderState.open:
      return "open";
    case orderState.closed:
      return "closed";
    case orderState.cancelled:
      return "cancelled";
    case orderState.abandoned:
      return "abandoned";
    default:
      return undefined;
  }
};

/** One message for each state that an order was seen in: seen again, it is a repeat. */
export const walkMessage = (place: WalkPlace, head: OrderHead, now: number): OrderMessage => {
  const shown = shownState(head);
  return {
    ...place,
    orderId: head.orderid,
    eventId: `walk-${head.orderid}-${shown ?? "unknown"}`,
    type: walkType,
    ...(shown === undefined || shown === "abandoned" ? {} : { stateChanged: shown }),
    at: now,
    receivedAt: now,
  };
};

/** @param id of the backfill: the same one asking again, after a crash, is a repeat. */
export const backfillMessage = (
  place: WalkPlace,
  id: string,
  { head, channels }: { readonly head: OrderHead; readonly channels: readonly string[] },
  now: number,
): OrderMessage => ({
  ...place,
  orderId: head.orderid,
  eventId: `backfill-${id}-${head.orderid}`,
  type: backfillType,
  stateChanged: "closed",
  channels: [...channels],
  at: now,
  receivedAt: now,
});
