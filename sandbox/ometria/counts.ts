import type { JsonObject } from "../json.ts";
import { queued } from "./queue.ts";
import type { OmetriaStore } from "./store.ts";

/** How much there is of everything, for a test that waits or that has loaded a lot. */
export function counts(store: OmetriaStore): JsonObject {
  const collections: Record<string, number> = {};
  for (const { collection } of store.listings.all())
    collections[collection] = (collections[collection] ?? 0) + 1;
  return {
    received: store.received.size,
    queued: queued(store),
    waitingForProfile: store.received.by("waiting", "profile").length,
    contacts: store.listings.size,
    collections,
    orders: store.orders.size,
    products: store.products.size,
    events: store.events.size,
    profiles: store.profiles.size,
    errors: store.errors.size,
    mails: store.mails.size,
    unsubscribes: store.unsubscribes.size,
    sent: store.sent.size,
  };
}
