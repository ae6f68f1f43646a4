import { addCustomer, addEvent } from "../bloomreach/build.ts";
import { categorySchema, definitionSchema, keySchema } from "../bloomreach/definition_controls.ts";
import type { BloomreachStore } from "../bloomreach/store.ts";
import { CATEGORIES, DEFINITIONS, KEYS } from "./bloomreach_definitions.ts";
import { instrumentsOf } from "./bloomreach_instruments.ts";
import { people } from "./bloomreach_people.ts";
import { purchases } from "./bloomreach_purchases.ts";

/** Fills an empty project. Dates are relative to the instance's clock; internal ids count from b1…01 in this order. */
export function seedBloomreach(store: BloomreachStore): void {
  const now = store.clock.now();
  for (const row of CATEGORIES) store.categories.put(categorySchema.parse(row));
  for (const row of DEFINITIONS) store.definitions.put(definitionSchema.parse(row));
  for (const row of KEYS) store.keys.put(keySchema.parse(row));
  for (const person of people(now)) {
    const { registered } = person.ids;
    const instruments = typeof registered === "string" ? instrumentsOf(registered, now) : {};
    addCustomer(store, { ...person, properties: { ...person.properties, ...instruments } });
  }
  for (const event of purchases(now)) addEvent(store, event);
}
