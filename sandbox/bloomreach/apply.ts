import { isObject, type JsonObject, text } from "../json.ts";
import { consentEffect } from "./consents.ts";
import { newEvent } from "./events.ts";
import { forget } from "./forget.ts";
import { addressed } from "./identity.ts";
import { quotaOf } from "./limits.ts";
import type { Customer, Outcome, Write } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

/** The effect of one write that left the queue. */
export function applied(store: BloomreachStore, write: Write): Outcome {
  const outcome = untouched(store);
  if (write.name === "customers/anonymize" || write.name === "customers/anonymize_bulk")
    return { ...outcome, customerId: forget(store, write) };
  const customer = addressed(store, write, outcome);
  outcome.customerId = customer.id;
  if (write.name === "customers") update(store, customer, write, outcome);
  else record(store, customer, write, outcome);
  return outcome;
}

function untouched(store: BloomreachStore): Outcome {
  return {
    at: store.clock.iso(),
    customerId: null,
    created: false,
    merged: [],
    taken: {},
    pushedOut: [],
    clashed: [],
    discarded: [],
    kept: [],
    consent: null,
  };
}

/** Only properties stored at an older time are overwritten; new ones above the quota are lost (published). */
function update(store: BloomreachStore, customer: Customer, write: Write, outcome: Outcome): void {
  const properties = { ...customer.properties };
  for (const [name, value] of Object.entries(propertiesOf(write))) {
    const stored = properties[name];
    if (stored !== undefined && stored.at >= write.time) {
      outcome.kept.push(name);
    } else if (value === null && store.profile.nullProperty === "remove") {
      delete properties[name];
    } else if (stored === undefined && Object.keys(properties).length >= quotaOf(store.profile)) {
      outcome.discarded.push(name);
    } else {
      properties[name] = { value, at: write.time };
    }
  }
  store.customers.put({ ...customer, properties });
}

function record(store: BloomreachStore, customer: Customer, write: Write, outcome: Outcome): void {
  const type = text(write.data["event_type"]) ?? "";
  const event = newEvent(store, customer, {
    type,
    timestamp: write.time,
    properties:
      type === "consent" ? identified(customer, propertiesOf(write)) : propertiesOf(write),
    source: write.source,
    writeId: write.id,
  });
  if (type === "consent") outcome.consent = consentEffect(store, event);
}

/** The platform fills these two of a consent (published); with which of several IDs is assumed: the first hard one. */
function identified(customer: Customer, properties: JsonObject): JsonObject {
  const [first] = Object.entries(customer.hard);
  if (first === undefined) return properties;
  return { identification_type: first[0], identification: first[1], ...properties };
}

function propertiesOf({ data }: Write): JsonObject {
  const properties = data["properties"];
  return isObject(properties) ? properties : {};
}
