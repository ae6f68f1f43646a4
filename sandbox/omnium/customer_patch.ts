import { isObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachCustomer, forbidden } from "./access.ts";
import { bodyOf } from "./body.ts";
import { accepted } from "./customer_rules.ts";
import { replaced } from "./customers.ts";
import { Refused } from "./errors.ts";
import type { Profile } from "./profile.ts";
import { customerPatchSchema } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

/** What tells two members of a list apart, where lists merge. */
const KEYS: Record<string, (one: JsonObject) => Json> = {
  consents: (one) => one["type"] ?? null,
  externalIds: (one) => one["providerName"] ?? null,
  customerGroups: (one) => one["id"] ?? null,
  customerRelations: (one) => one["customerId"] ?? null,
  addresses: (one) => one["name"] ?? null,
};

/**
 * `PATCH /PrivateCustomers/PatchPrivateCustomer`: counters in the answer (published). (assumed) an unknown customer and
 * a bad value are told by the counters with status 200, as §4.1 warns; a body of the wrong shape is 400.
 */
export function patch(store: OmniumStore, call: Call): Reply {
  const { profile } = store;
  const body = bodyOf(call, customerPatchSchema, profile);
  const customer = store.customers.get(body.customerId);
  if (customer === undefined) return failed(profile, 404, `No customer ${body.customerId}.`);
  if (!mayReachCustomer(store, customer.fields)) throw forbidden();
  let fields: JsonObject;
  try {
    fields = patched(customer.fields, body as JsonObject, profile);
  } catch (error) {
    if (error instanceof Refused) return failed(profile, 400, error.message);
    throw error;
  }
  const isModified = !same(fields, customer.fields);
  if (isModified) store.saveCustomer(replaced(store, customer, fields, call));
  return ok(counters(isModified ? { isModified, updatedCount: 1 } : { unchangedCount: 1 }));
}

function failed({ patchFailure }: Profile, status: 400 | 404, errorMessage: string): Reply {
  if (patchFailure === "status") throw new Refused(status, errorMessage);
  const counted = status === 404 ? { notFoundCount: 1 } : { errorCount: 1 };
  return ok(counters({ ...counted, errorMessage }));
}

export function counters(given: JsonObject): JsonObject {
  return {
    isModified: false,
    totalCount: 1,
    updatedCount: 0,
    unchangedCount: 0,
    notFoundCount: 0,
    errorCount: 0,
    errorMessage: null,
    ...given,
  };
}

function patched(old: JsonObject, body: JsonObject, profile: Profile): JsonObject {
  const { keepExistingCustomProperties, propertiesRemovalConditions, properties, ...rest } = body;
  const sent = Object.entries(rest).filter(
    ([, value]) => value !== null || profile.patchNull === "clear",
  );
  const changed = { ...old };
  for (const [name, value] of Object.entries(accepted(profile, Object.fromEntries(sent))))
    changed[name] = combined(name, old[name], value, profile);
  const kept = removed(list(old["properties"]), list(propertiesRemovalConditions));
  const merged = keepExistingCustomProperties !== false;
  if (Array.isArray(properties))
    changed["properties"] = merged ? union(kept, properties, (one) => one["key"]) : properties;
  else if (kept.length < list(old["properties"]).length) changed["properties"] = kept;
  return changed;
}

function combined(name: string, before: Json | undefined, sent: Json, profile: Profile): Json {
  if (name === "address" && profile.patchAddress === "merge" && isObject(before) && isObject(sent))
    return { ...before, ...sent };
  if (!Array.isArray(sent) || profile.patchLists === "replace") return sent;
  const key = KEYS[name];
  if (key !== undefined) return union(list(before), sent, key);
  return [...new Set([...list(before), ...sent])];
}

/** (assumed) a condition names the members that a property must have to go. */
function removed(properties: Json[], conditions: Json[]): Json[] {
  return properties.filter(
    (property) =>
      !conditions.some(
        (condition) =>
          isObject(condition) &&
          isObject(property) &&
          Object.entries(condition).every(
            ([name, value]) => value === null || property[name] === value,
          ),
      ),
  );
}

function union(before: Json[], sent: Json[], key: (one: JsonObject) => Json | undefined): Json[] {
  const named = (one: Json): Json => (isObject(one) ? (key(one) ?? null) : one);
  const kept = before.filter((old) => !sent.some((one) => named(one) === named(old)));
  return [...kept, ...sent];
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** Members in one order, so that the same content reads the same. */
export function same(a: Json, b: Json): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, ordered(member)]),
  );
}
