import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { consentOf, UNSET } from "./consents.ts";
import { refusal, refused } from "./errors.ts";
import type { ApiKey, Customer } from "./model.ts";
import { permits } from "./permissions.ts";
import { DOES_NOT_EXIST, idsView, readOf } from "./reads.ts";
import type { BloomreachStore } from "./store.ts";

const COMPUTED = ["segmentation", "expression", "aggregate", "prediction", "recommendation"];
const MODES = ["valid", "until", "timestamp", "message", "source"] as const;
const FORBIDDEN = failed("No permission");

/** `POST /customers/attributes`: the call behind every search and get (contracts/bloomreach.md §6). */
export function attributes(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  const { profile } = store;
  const read = readOf(store, call, ["customer_ids", "attributes"]);
  if ("errors" in read) return refused(profile, read);
  const wanted = read.data["attributes"];
  // (assumed) texts
  if (!Array.isArray(wanted) || wanted.length === 0)
    return refused(profile, refusal(400, "attributes must be a list."));
  if (!wanted.every((attribute) => isObject(attribute)))
    return refused(profile, refusal(400, "An attribute must be an object."));
  const { customer } = read;
  if (customer === undefined && profile.unknownCustomer === "404")
    return refused(profile, DOES_NOT_EXIST);
  // One that is not permitted fails alone, and success stays true outside (published).
  const results = wanted.map((attribute) => one(store, customer, key, attribute));
  return ok({ success: true, results });
}

function one(
  store: BloomreachStore,
  customer: Customer | undefined,
  key: ApiKey,
  attribute: JsonObject,
): JsonObject {
  const type = text(attribute["type"]) ?? "";
  if (type === "property") return property(customer, key, text(attribute["property"]));
  if (type === "id") return id(store, customer, text(attribute["id"]));
  if (type === "consent") return consent(store, customer, key, attribute);
  if (COMPUTED.includes(type)) return computed(store, customer, key, type, text(attribute["id"]));
  return failed(`Unknown attribute type ${type}`);
}

function property(
  customer: Customer | undefined,
  key: ApiKey,
  name: string | undefined,
): JsonObject {
  if (name === undefined) return failed("property should be specified.");
  if (!permits(key.permissions.propertiesGet, name)) return FORBIDDEN;
  return value(customer?.properties[name]?.value);
}

/** Needs no permission (published). */
function id(
  store: BloomreachStore,
  customer: Customer | undefined,
  type: string | undefined,
): JsonObject {
  if (type === undefined || !(store.isHard(type) || store.profile.softIds.includes(type)))
    return failed("Unknown id type");
  return value(customer === undefined ? undefined : idsView(customer)[type]);
}

function computed(
  store: BloomreachStore,
  customer: Customer | undefined,
  key: ApiKey,
  type: string,
  definitionId: string | undefined,
): JsonObject {
  const definition = store.definitions.get(definitionId ?? "");
  if (definition?.type !== type) return failed(`There is no such ${type}`);
  if (!permits(key.permissions.computedGet, definition.id)) return FORBIDDEN;
  return value(
    customer === undefined ? undefined : (customer.computed[definition.id] ?? definition.otherwise),
  );
}

function consent(
  store: BloomreachStore,
  customer: Customer | undefined,
  key: ApiKey,
  attribute: JsonObject,
): JsonObject {
  const given = attribute["mode"] ?? "valid";
  const mode = MODES.find((known) => known === given);
  if (mode === undefined) return failed("Unknown mode");
  if (!permits(key.permissions.eventsGet, "consent")) return FORBIDDEN;
  const category = store.categories.get(text(attribute["category"]) ?? "");
  if (category === undefined) return failed("There is no such consent category");
  const state = customer === undefined ? UNSET : consentOf(store, customer.id, category);
  return value(state[mode]);
}

/** What is not set is null (published). */
function value(found: Json | undefined): JsonObject {
  return { success: true, value: found ?? null };
}

function failed(error: string): JsonObject {
  return { success: false, error };
}
