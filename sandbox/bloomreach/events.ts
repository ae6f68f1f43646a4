import type { Customer, TrackedEvent } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

/** A repeat makes a second event (third party): nothing here looks for an equal one. */
export function newEvent(
  store: BloomreachStore,
  customer: Customer,
  event: Omit<TrackedEvent, "id" | "order" | "customerId">,
): TrackedEvent {
  const order = store.nextNumber("event");
  return store.events.put({ id: `e${String(order)}`, order, customerId: customer.id, ...event });
}
