import * as z from "zod/mini";
import { requiredWholeNumber, text, wholeNumber } from "../sitoo/wire_values.ts";

/**
 * One event of Sitoo's queue (contracts/sitoo.md 4.2, published). All of these are required
 * there; here only what an order cannot be found without.
 */
export const eventWire = z.object({
  event_id: text,
  event_type: z.pipe(text, z.string()),
  /** Unix seconds. */
  event_date: wholeNumber,
  account_id: requiredWholeNumber,
  data: z.optional(z.unknown()),
});

/** `data` of the types `order` and `booking`. */
export const orderData = z.object({
  eshop_id: requiredWholeNumber,
  order_id: z.pipe(requiredWholeNumber, z.number().check(z.positive())),
  order_event_type: text,
  order_state_changed: text,
});
export type OrderData = z.infer<typeof orderData>;

/** The types whose `data` is OrderData and that lead to an order; any other is counted and left. */
export const orderEventTypes: readonly string[] = ["order", "booking"];

/**
 * The state that an event says its order came to. One edition of Sitoo's guide has `closed`
 * as the event type, the newer has a property of its own (contracts/sitoo.md 4.2, published).
 */
export const stateChanged = (data: OrderData): "open" | "closed" | "cancelled" | undefined => {
  for (const word of [data.order_state_changed, data.order_event_type])
    switch (word?.toLowerCase()) {
      case "open":
        return "open";
      case "closed":
        return "closed";
      case "cancelled":
      case "canceled":
        return "cancelled";
      default:
    }
  return undefined;
};
