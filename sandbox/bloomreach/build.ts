import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { newEvent } from "./events.ts";
import { blank } from "./identity.ts";
import type { Customer, TrackedEvent } from "./model.ts";
import { withSoft } from "./soft_ids.ts";
import type { BloomreachStore } from "./store.ts";

/** Rows made from little, for seeds and tests: what is left out gets a sensible value, and no vendor rule applies. */

/** What a control call cannot do; answered as 400. */
export class BadInput extends Error {}

const fields = z.record(z.string(), z.json());
const consentsInput = z
  .record(
    z.string(),
    z.union([z.boolean(), z.strictObject({ action: z.string() }).catchall(z.json())]),
  )
  .default({});

const customerInput = z.strictObject({
  /** By type: one value, or a list for a soft type. */
  ids: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  properties: fields.default({}),
  /** By definition id. */
  computed: fields.default({}),
  /** By category: accepted for ever, rejected, or the properties of the event. */
  consents: consentsInput,
  createdAt: z.string().optional(),
});
export type CustomerInput = z.input<typeof customerInput>;

export function addCustomer(store: BloomreachStore, input: unknown): Customer {
  const { ids, properties, computed, consents, createdAt } = customerInput.parse(input);
  const made = createdAt ?? store.clock.iso();
  const fresh = { ...blank(store), createdAt: made, computed };
  const customer = withIds(store, withProperties(fresh, properties, Date.parse(made) / 1000), ids);
  store.customers.put(customer);
  addConsents(store, customer, consents, Date.parse(made) / 1000);
  return customer;
}

const customerPatch = customerInput.omit({ createdAt: true }).partial();

/** Merges into what is there: an id type is replaced, a property set to null is removed. */
export function patchCustomer(store: BloomreachStore, old: Customer, input: unknown): Customer {
  const { ids, properties, computed, consents } = customerPatch.parse(input);
  const now = store.seconds();
  const changed = { ...old, computed: { ...old.computed, ...computed } };
  const emptied = without(changed, Object.keys(ids ?? {}));
  // Put first, so that an id that only moves within this customer is free.
  store.customers.put(emptied);
  const customer = withIds(store, withProperties(emptied, properties ?? {}, now), ids ?? {});
  store.customers.put(customer);
  addConsents(store, customer, consents ?? {}, now);
  return customer;
}

function without(customer: Customer, types: string[]): Customer {
  const rest = <T>(all: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([type]) => !types.includes(type)));
  return { ...customer, hard: rest(customer.hard), soft: rest(customer.soft) };
}

function withProperties(customer: Customer, values: JsonObject, at: number): Customer {
  const properties = { ...customer.properties };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete properties[name];
    else properties[name] = { value, at };
  }
  return { ...customer, properties };
}

function withIds(
  store: BloomreachStore,
  customer: Customer,
  ids: Record<string, string | string[]>,
): Customer {
  let made = customer;
  for (const [type, given] of Object.entries(ids)) {
    if (!store.isHard(type)) {
      for (const value of [given].flat()) made = withSoft(store, made, [type, value]);
    } else if (typeof given !== "string" || (store.owner(type, given)?.id ?? made.id) !== made.id) {
      throw new BadInput(`${type} is a hard id: one value, and nobody else may have it`);
    } else {
      made = { ...made, hard: { ...made.hard, [type]: given } };
    }
  }
  return made;
}

function addConsents(
  store: BloomreachStore,
  customer: Customer,
  consents: z.output<typeof consentsInput>,
  at: number,
): void {
  for (const [category, given] of Object.entries(consents)) {
    const event = typeof given === "boolean" ? { action: given ? "accept" : "reject" } : given;
    const properties = { category, valid_until: "unlimited", timestamp: at, ...event };
    newEvent(store, customer, { ...IMPORTED, type: "consent", timestamp: at, properties });
  }
}

const IMPORTED = { source: "import", writeId: null } as const;

const eventInput = z.strictObject({
  /** Internal id, `type:value`, or the value of a hard id. */
  customer: z.string(),
  type: z.string(),
  timestamp: z.number().optional(),
  properties: fields.default({}),
});
export type EventInput = z.input<typeof eventInput>;

export function addEvent(store: BloomreachStore, input: unknown): TrackedEvent {
  const { customer: key, type, timestamp, properties } = eventInput.parse(input);
  const customer = customerByKey(store, key);
  if (customer === undefined) throw new BadInput(`No customer ${key}`);
  const at = timestamp ?? store.seconds();
  return newEvent(store, customer, { ...IMPORTED, type, timestamp: at, properties });
}

export function customerByKey(store: BloomreachStore, key: string): Customer | undefined {
  const [type = "", ...rest] = key.split(":");
  const byValue = store.profile.hardIds.flatMap((hard) => store.owner(hard, key) ?? []);
  return store.customers.get(key) ?? store.owner(type, rest.join(":")) ?? byValue[0];
}
