import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { Order } from "../sitoo/order_wire.ts";
import type { SitooClient } from "../sitoo/client.ts";
import { instrumentsOf } from "./order_rows.ts";

/** What Sitoo knows of an instrument's use. */
export type FoundUse =
  | { readonly kind: "closed"; readonly orderId: number }
  /** Parked or still open: the cart may yet be paid. */
  | { readonly kind: "open" }
  | { readonly kind: "none" }
  | { readonly kind: "no_answer" };

const pageSize = 200;
/** Beyond this many orders nobody can say "none" without reading half a chain's day. */
const mostPages = 25;
/** Clocks of tills and ours differ. */
const slackS = 600;

const [open, closed] = [0, 10];

/** What stands on returned lines alone is given back by the order, not used. */
const names = (order: Order, key: string): boolean =>
  [
    ...order.orderitems
      .filter(({ quantity }) => (quantity ?? 1) > 0)
      .map((item) => item.additionaldata),
    ...((order.creditorderid ?? 0) > 0
      ? []
      : [...order.payments.map((payment) => payment.additionaldata), order.additionaldata]),
  ].some((data) => instrumentsOf(data).some((ref) => instrumentKey(ref) === key));

/**
 * Looks for an order that names the instrument, among those since it was redeemed
 * (contracts/sitoo.md 5.2: there is no filter by instrument, so orders are read).
 * @param since epoch milliseconds.
 * @param isKnown of an order that another use of the instrument belongs to.
 */
export const findUse = async (
  sitoo: Pick<SitooClient, "orders">,
  ref: InstrumentRef,
  since: number,
  deadline: number,
  isKnown: (orderId: number) => boolean,
): Promise<FoundUse> => {
  const key = instrumentKey(ref);
  let isOpen = false;
  for (let page = 0, start = 0; page < mostPages; page++) {
    const found = await sitoo.orders(
      {
        orderDateFrom: Math.floor(since / 1_000) - slackS,
        states: [open, closed],
        start,
        num: pageSize,
        sort: "orderid",
      },
      deadline,
    );
    if (found.kind !== "found") return { kind: "no_answer" };
    const { items, unreadable, totalCount } = found.value;
    for (const order of items) {
      if (isKnown(order.orderid) || !names(order, key)) continue;
      if (order.orderstateid === closed) return { kind: "closed", orderId: order.orderid };
      isOpen = true;
    }
    const count = items.length + unreadable;
    start += count;
    if (count === 0 || start >= totalCount) return { kind: isOpen ? "open" : "none" };
  }
  return { kind: "no_answer" };
};
