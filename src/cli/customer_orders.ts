import * as z from "zod";
import { orderTrace } from "./admin_answers.ts";
import { tableOf } from "./output.ts";
import { deliveryNote } from "./trace_text.ts";

const order = orderTrace.omit({ events: true, hops: true, payload: true });
type Order = z.output<typeof order>;

/** Orders that are or were a customer's, newest first. */
export const customerOrdersAnswer = z.object({
  items: z.array(order),
  /** There are older ones, which the answer has no room for. */
  more: z.boolean(),
});

/** As `--order` takes it. */
const nameOf = ({ account, site, orderId }: Order): string => `${account}/${site}/${orderId}`;

/** How the customer of a destination's receipt came to be known, and where that has changed, as what. */
const customerOf = ({ receipts = [] }: Order, channel: string): string => {
  const own = receipts.filter((one) => one.channel === channel);
  const last = own.at(-1);
  if (last?.kind === "taken_back") return `taken back (${last.cause.replaceAll("_", " ")})`;
  const named = own.findLast(({ cause }) => cause === "order" || cause === "reassigned");
  if (named === undefined) return "";
  return named.cause === "reassigned" ? `by hand: ${named.customer}` : (named.foundBy ?? "");
};

/** A line for each destination of each order. */
export const customerOrdersText = (orders: readonly Order[]): string =>
  tableOf(
    ["order", "receipt", "sold", "destination", "state", "customer", "why"],
    orders.flatMap((one) => {
      const named = [nameOf(one), one.receipt ?? "", one.soldAt ?? ""];
      return one.deliveries.length === 0
        ? [[...named, "", one.state, "", one.note]]
        : one.deliveries.map((delivery) => [
            ...named,
            delivery.channel,
            delivery.state,
            customerOf(one, delivery.channel),
            deliveryNote(delivery),
          ]);
    }),
  );
