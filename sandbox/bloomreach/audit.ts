import { type JsonObject, toJson } from "../json.ts";
import { consentOf } from "./consents.ts";
import type { ApiKey, Customer, Write } from "./model.ts";
import { applyDue, waiting } from "./queue.ts";
import { idsView, propertiesView } from "./reads.ts";
import { named, type BloomreachStore } from "./store.ts";

/** Everything there is; secrets are left out. */
export function stateOf(store: BloomreachStore): JsonObject {
  const counts = countsOf(store);
  const rows = (all: readonly object[]): JsonObject[] => all.map((row) => toJson(row));
  return {
    counts,
    customers: store.customers.all().map((customer) => customerView(store, customer)),
    events: rows(store.events.all()),
    writes: rows(store.writes.all()),
    merges: rows(store.merges.all()),
    earlyReads: rows(store.earlyReads.all()),
    categories: rows(store.categories.all()),
    definitions: rows(store.definitions.all()),
    keys: store.keys.all().map(keyView),
  };
}

/** Cheap: for polling, and for storms. */
export function countsOf(store: BloomreachStore): JsonObject {
  applyDue(store);
  const eventsByType: Record<string, number> = {};
  for (const { type } of store.events.all()) eventsByType[type] = (eventsByType[type] ?? 0) + 1;
  const writes = store.writes.all();
  const count = (test: (write: Write) => boolean): number => writes.filter(test).length;
  return {
    customers: store.customers.size,
    events: store.events.size,
    eventsByType,
    writes: {
      received: writes.length,
      refused: count(({ errors }) => errors.length > 0),
      waiting: waiting(store).length,
      repeats: count(({ repeats }) => repeats > 0),
    },
    merges: store.merges.size,
    earlyReads: store.earlyReads.size,
  };
}

/** One customer as a test wants to see it: what is stored now, and how many writes still wait for one of its IDs. */
export function customerView(store: BloomreachStore, customer: Customer): JsonObject {
  const ids = Object.entries(idsView(customer)).flatMap(([type, given]) =>
    [given].flat().map((value) => named([type, value])),
  );
  const writes = new Set(ids.flatMap((id) => store.writes.by("waitingId", id)));
  const categories = store.categories.all();
  return {
    id: customer.id,
    createdAt: customer.createdAt,
    ids: idsView(customer),
    properties: propertiesView(customer),
    propertyTimes: Object.fromEntries(
      Object.entries(customer.properties).map(([name, { at }]) => [name, at]),
    ),
    computed: customer.computed,
    consents: Object.fromEntries(
      categories.map((one) => [one.id, toJson(consentOf(store, customer.id, one))]),
    ),
    events: store.events.by("customerId", customer.id).length,
    waiting: writes.size,
  };
}

export function keyView({ id, kind, permissions, old }: ApiKey): JsonObject {
  return { id, kind, permissions, old: old.map(({ until }) => new Date(until).toISOString()) };
}
