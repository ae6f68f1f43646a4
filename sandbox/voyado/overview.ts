import { parseJson, type JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { checkView } from "./bonus_checks.ts";
import { contactView } from "./contact_view.ts";
import { contactNotFound, invalidContactId, invalidContactType } from "./errors.ts";
import { search } from "./find_contact.ts";
import { guid } from "./keys.ts";
import type { Contact } from "./model.ts";
import { available, promotionView } from "./promotions.ts";
import type { VoyadoStore } from "./store.ts";
import { onShelf } from "./vouchers.ts";

/**
 * `GET /contactoverview` (contracts/voyado.md §4.3, §16.5). The answer comes from a cache (published): a snapshot made
 * by the first call stands until the clock has moved past `overviewMaxAgeMs`.
 */
export function overview(store: VoyadoStore, call: Call, version: "v2" | "v3"): Reply {
  const contact = wanted(store, call);
  if ("status" in contact) return contact;
  const key = `overview:${version}:${contact.id}`;
  const now = store.clock.now();
  const cached = store.snapshots.get(key);
  if (cached !== undefined && now - cached.at < store.profile.overviewMaxAgeMs)
    return ok(parseJson(cached.json) ?? null);
  const fresh = view(store, contact, version);
  store.snapshots.put({ key, at: now, json: JSON.stringify(fresh) });
  return ok(fresh);
}

/** Every key but contactId also needs contactType. */
function wanted(store: VoyadoStore, call: Call): Contact | Reply {
  if (call.query.has("contactId")) {
    const id = guid(call.query.get("contactId"));
    return id === undefined ? invalidContactId() : (store.contact(id) ?? contactNotFound());
  }
  return call.query.has("contactType") ? search(store, call) : invalidContactType();
}

function view(store: VoyadoStore, contact: Contact, version: "v2" | "v3"): JsonObject {
  const shown = contactView(store, contact);
  const attributes = shown["attributes"] as JsonObject;
  attributes["currentStore"] = attributes["store"] ?? null;
  // v3 leaves out total points (published).
  if (version === "v3") delete attributes["bonusPoints"];
  return {
    ...shown,
    preferences: { ...contact.preferences },
    warnings: [],
    audiences: contact.audiences.map((name) => ({ id: `audience-${name.toLowerCase()}`, name })),
    bonusChecks: onShelf(store, contact.id, "available").map((voucher) =>
      checkView(store, voucher, "available"),
    ),
    promotions: available(store, contact, null).map((promotion) => promotionView(store, promotion)),
  };
}
