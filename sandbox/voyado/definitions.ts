import { isObject, type JsonObject, text, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import type { Store } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

/** `GET /consents`: bare array (contracts/voyado.md §4.8). */
export function consents(store: VoyadoStore): Reply {
  return ok(store.consents.all().map((consent) => toJson(consent)));
}

/** `GET /stores?includeInactive=`: bare array (contracts/voyado.md §9). */
export function stores(store: VoyadoStore, call: Call): Reply {
  const all = call.query.get("includeInactive") === "true";
  return ok(store.stores.all().flatMap((row) => (all || row.active ? [storeView(row)] : [])));
}

export function oneStore(store: VoyadoStore, call: Call): Reply {
  const found = store.stores.get(call.params["externalId"] ?? "");
  return found === undefined
    ? refuse(404, "StoreNotFound", "The store was not found.")
    : ok(storeView(found));
}

/** 400 when name or externalId is missing (published). */
export function addStore(store: VoyadoStore, call: Call): Reply {
  const body = isObject(call.json) ? call.json : {};
  const name = text(body["name"]);
  const externalId = text(body["externalId"]);
  if (name === undefined || externalId === undefined)
    return refuse(400, "ValidationError", "name and externalId are required.");
  const optional = (field: string): string | null => text(body[field]) ?? null;
  const row: Store = {
    id: store.stores.get(externalId)?.id ?? crypto.randomUUID(),
    name,
    externalId,
    type: text(body["type"]) ?? "RETAIL",
    city: optional("city"),
    countryCode: optional("countryCode"),
    street: optional("street"),
    zipCode: optional("zipCode"),
    timeZone: optional("timeZone"),
    active: body["active"] !== false,
  };
  return reply(201, storeView(store.stores.put(row)));
}

function storeView(row: Store): JsonObject {
  return {
    ...toJson(row),
    county: null,
    region: null,
    phoneNumber: null,
    email: null,
    homepage: null,
    locale: null,
  };
}
