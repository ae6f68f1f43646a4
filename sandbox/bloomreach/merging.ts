import { newEvent } from "./events.ts";
import type { Customer, Outcome, Property, SoftId, Write } from "./model.ts";
import { evicted } from "./soft_ids.ts";
import type { BloomreachStore } from "./store.ts";

/**
 * Two profiles become the older one (published): events move to it, the newer property value wins, a `merge` event is
 * recorded. What stands in that event is assumed.
 */
export function joined(
  store: BloomreachStore,
  older: Customer,
  newer: Customer,
  write: Write,
  outcome: Outcome,
): Customer {
  for (const event of store.events.by("customerId", newer.id))
    store.events.put({ ...event, customerId: older.id });
  store.customers.delete(newer.id);
  const customer = evicted(
    store,
    {
      ...older,
      hard: { ...older.hard, ...newer.hard },
      soft: softOf(older, newer),
      properties: newest(older.properties, newer.properties),
      computed: { ...newer.computed, ...older.computed },
    },
    outcome,
  );
  newEvent(store, customer, {
    type: "merge",
    timestamp: store.seconds(),
    properties: { source_id: newer.id, destination_id: older.id },
    source: "import",
    writeId: write.id,
  });
  store.merges.put({
    id: newer.id,
    at: store.clock.iso(),
    from: newer.id,
    into: older.id,
    writeId: write.id,
  });
  outcome.merged.push(newer.id);
  // Put at once: what follows looks up the owners of IDs.
  return store.customers.put(customer);
}

function softOf(older: Customer, newer: Customer): Record<string, SoftId[]> {
  const soft = { ...older.soft };
  for (const [type, list] of Object.entries(newer.soft))
    soft[type] = [...(soft[type] ?? []), ...list];
  return soft;
}

function newest(
  older: Record<string, Property>,
  newer: Record<string, Property>,
): Record<string, Property> {
  const properties = { ...older };
  for (const [name, property] of Object.entries(newer)) {
    const other = properties[name];
    if (other === undefined || other.at < property.at) properties[name] = property;
  }
  return properties;
}
