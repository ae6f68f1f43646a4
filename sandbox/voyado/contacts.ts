import { isObject, type JsonObject, text } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Handler } from "../router.ts";
import { contactView, labels } from "./contact_view.ts";
import { write } from "./contact_write.ts";
import {
  contactNotFound,
  invalid,
  invalidContactId,
  invalidContactType,
  refuse,
} from "./errors.ts";
import { guid } from "./keys.ts";
import type { Contact } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

/** The contact named in the path, or the refusal. */
export function pathContact(store: VoyadoStore, call: Call): Contact | Reply {
  const id = guid(call.params["contactId"]);
  if (id === undefined) return invalidContactId();
  return store.contact(id) ?? contactNotFound();
}

export function withContact(
  store: VoyadoStore,
  answer: (contact: Contact, call: Call) => Reply,
): Handler {
  return (call) => {
    const contact = pathContact(store, call);
    return "status" in contact ? contact : answer(contact, call);
  };
}

export interface CreateOptions {
  source: string | null;
  storeExternalId: string | null;
  createAsUnapproved: string | null;
}

/** v3 reads them from the query and ignores headers of these names; v2 reads the headers (published). */
export const v3Options = ({ query }: Call): CreateOptions => ({
  source: query.get("source"),
  storeExternalId: query.get("storeExternalId"),
  createAsUnapproved: query.get("createAsUnapproved"),
});
export const v2Options = ({ headers }: Call): CreateOptions => ({
  source: headers.get("source"),
  storeExternalId: headers.get("storeExternalId"),
  createAsUnapproved: headers.get("createAsUnapproved"),
});

export function create(store: VoyadoStore, call: Call, options: CreateOptions): Reply {
  const body = call.json;
  if (!isObject(body) || Object.keys(body).length === 0)
    return refuse(400, "NoData", "No data was sent.");
  const type = store.contactType(text(body["contactType"]) ?? "Member");
  if (type === undefined) return invalidContactType();
  const { contact, errors } = write(store, blank(store, type.id, options), body);
  // (assumed) the four key attributes; Engage could not find a contact again that has none of them.
  if (
    !["email", "mobilePhone", "externalId", "socialSecurityNumber"].some(
      (name) => text(contact.attributes[name]) !== undefined,
    )
  ) {
    errors.push(
      "A contact needs an e-mail address, mobile phone, external id or social security number.",
    );
  }
  for (const name of type.mandatory)
    if (text(contact.attributes[name]) === undefined) errors.push(`${name} is required.`);
  if (options.storeExternalId !== null && contact.store === null)
    errors.push(`There is no store with external id ${options.storeExternalId}.`);
  if (errors.length > 0) return invalid(errors);
  if (store.profile.beingCreated) return beingCreated();
  const taken = holderOfKey(store, contact);
  if (taken !== undefined) return conflict(store, taken);
  return reply(201, contactView(store, store.contacts.put(withMemberNumber(store, contact))));
}

export function update(store: VoyadoStore, contact: Contact, call: Call): Reply {
  if (!isObject(call.json) || Object.keys(call.json).length === 0)
    return refuse(400, "NoData", "No data was sent.");
  const written = write(store, contact, call.json);
  if (written.errors.length > 0) return invalid(written.errors);
  // (assumed) an update into another contact's key is refused like a create.
  const key = store.contactType(contact.contactType)?.key;
  const moved = key !== undefined && written.contact.attributes[key] !== contact.attributes[key];
  if (moved && holderOfKey(store, written.contact) !== undefined)
    return refuse(409, "ApprovedContactWithKeyExists", "There is already a contact with this key.");
  return ok(contactView(store, store.contacts.put(written.contact)));
}

export function changeType(store: VoyadoStore, contact: Contact, typeId: string | null): Reply {
  const type = typeId === null ? undefined : store.contactType(typeId);
  if (type === undefined) return invalidContactType();
  return ok(
    contactView(
      store,
      store.contacts.put({ ...contact, contactType: type.id, modifiedOn: store.clock.iso() }),
    ),
  );
}

/** `POST /contacts/{id}/preferences/{name}` body {"value":true}; approves an unapproved contact as well (published). */
export function setPreference(store: VoyadoStore, contact: Contact, call: Call): Reply {
  const name = call.params["preference"];
  const value = isObject(call.json) ? call.json["value"] : undefined;
  if (name !== "acceptsEmail" && name !== "acceptsSms" && name !== "acceptsPostal")
    return refuse(404, "NotFound", "Unknown preference.");
  if (typeof value !== "boolean") return refuse(400, "NoData", "value must be true or false.");
  const preferences = { ...contact.preferences, [name]: value };
  return ok(
    contactView(
      store,
      store.contacts.put({
        ...contact,
        preferences,
        approved: true,
        modifiedOn: store.clock.iso(),
      }),
    ),
  );
}

/** Bare integer, cached about 20 minutes (published). */
export function countContacts(store: VoyadoStore): Reply {
  const now = store.clock.now();
  const cached = store.snapshots.get("count");
  if (cached !== undefined && now - cached.at < 20 * 60_000) return ok(Number(cached.json));
  store.snapshots.put({ key: "count", at: now, json: String(store.contacts.size) });
  return ok(store.contacts.size);
}

export function labelsOf(store: VoyadoStore, contact: Contact): Reply {
  return ok(labels(store, contact));
}

function blank(store: VoyadoStore, contactType: string, options: CreateOptions): Contact {
  const home =
    options.storeExternalId === null ? null : (store.storeRef(options.storeExternalId) ?? null);
  return {
    id: crypto.randomUUID(),
    attributes: {} satisfies JsonObject,
    contactType,
    createdOn: store.clock.iso(),
    modifiedOn: store.clock.iso(),
    sourceType: options.source ?? "API",
    approved: options.createAsUnapproved?.toLowerCase() !== "true",
    store: home,
    createdInStore: home,
    preferences: { acceptsEmail: false, acceptsPostal: false, acceptsSms: false },
    consents: [],
    labels: [],
    audiences: [],
    points: 0,
    visibleFrom:
      store.profile.beingCreatedMs > 0 ? store.clock.now() + store.profile.beingCreatedMs : 0,
  };
}

/** memberNumber comes from Engage's own sequence (published). */
function withMemberNumber(store: VoyadoStore, contact: Contact): Contact {
  return {
    ...contact,
    attributes: {
      ...contact.attributes,
      memberNumber: String(store.nextNumber("memberNumber", 20_001)),
    },
  };
}

/** Another contact of the same type that has the type's key; the key is unique, e-mail and phone otherwise are not. */
function holderOfKey(store: VoyadoStore, contact: Contact): Contact | undefined {
  const type = store.contactType(contact.contactType);
  const value = type === undefined ? undefined : text(contact.attributes[type.key]);
  if (type === undefined || value === undefined) return undefined;
  return store.contacts
    .by(type.key, value.toLowerCase())
    .find((other) => other.id !== contact.id && other.contactType === contact.contactType);
}

function conflict(store: VoyadoStore, taken: Contact): Reply {
  if (taken.visibleFrom > store.clock.now()) return beingCreated();
  // By the SDK's text the answer is the GUID of the contact already there (published); a client lists 409 (third party).
  if (store.profile.createConflict === "guid") return ok(taken.id);
  return refuse(
    409,
    "ApprovedContactWithKeyExists",
    "There is already an approved contact with this key.",
  );
}

function beingCreated(): Reply {
  return refuse(409, "ContactWithKeyIsBeingCreated", "A contact with this key is being created.");
}
