import type { Json, JsonObject } from "../json.ts";
import { text, toJson } from "../json.ts";
import type { Contact } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

/** Fields a client may write; everything else in a body is dropped silently (published). */
export const WRITABLE = [
  "firstName",
  "lastName",
  "email",
  "mobilePhone",
  "street",
  "careOf",
  "zipCode",
  "city",
  "countryCode",
  "country",
  "socialSecurityNumber",
  "externalId",
  "birthDay",
  "gender",
  "language",
] as const;

const SHOWN_EMPTY: JsonObject = {
  ...Object.fromEntries(WRITABLE.map((name) => [name, null])),
  memberNumber: null,
  rfm: null,
  secrecyMarked: false,
  isRegistrationCompleted: true,
  bonusBasedLevel: null,
};

/** `GET /contacts/{id}`: {id, attributes, meta, preferences, consents} (contracts/voyado.md §4.3). */
export function contactView(store: VoyadoStore, contact: Contact): JsonObject {
  const { profile } = store;
  const view: JsonObject = {
    id: contact.id,
    attributes: attributes(store, contact),
    meta: {
      contactType: contact.contactType,
      createdOn: contact.createdOn,
      modifiedOn: contact.modifiedOn,
      sourceType: contact.sourceType,
      approved: contact.approved,
      recruitedByStore: contact.createdInStore === null ? null : toJson(contact.createdInStore),
    },
    preferences:
      profile.preferenceSpelling === "acceptsEmail"
        ? toJson(contact.preferences)
        : pascalPreferences(contact),
    consents: contact.consents.map((consent) => toJson(consent)),
  };
  if (profile.labelsUrl === "") {
    const place = profile.labelsPlace === "root" ? view : view["attributes"];
    setAt(place as JsonObject, profile.labelsPath.split("."), labels(store, contact));
  }
  return view;
}

function attributes(store: VoyadoStore, contact: Contact): JsonObject {
  const shown: JsonObject = { ...SHOWN_EMPTY, ...contact.attributes };
  shown["age"] = age(text(contact.attributes["birthDay"]), store.clock.now());
  shown["registrationDate"] = contact.createdOn;
  shown["bonusPoints"] = contact.points;
  shown["store"] = contact.store === null ? null : toJson(contact.store);
  shown["createdInStore"] = contact.createdInStore === null ? null : toJson(contact.createdInStore);
  return shown;
}

/** One tenant's contacts/{id} answered these names while its overview used the others (third party). */
function pascalPreferences(contact: Contact): JsonObject {
  const { acceptsEmail, acceptsPostal, acceptsSms } = contact.preferences;
  return { AcceptsEmails: acceptsEmail, AcceptsPostals: acceptsPostal, AcceptsSms: acceptsSms };
}

/** Shape and place of labels are not published (contracts/voyado.md §4.7, assumed). */
export function labels(store: VoyadoStore, contact: Contact): Json {
  const { labelsShape } = store.profile;
  if (labelsShape === "csv") return contact.labels.join(",");
  if (labelsShape === "objects")
    return contact.labels.map((name) => ({ id: `label-${name.toLowerCase()}`, name }));
  return contact.labels;
}

function setAt(target: JsonObject, path: readonly string[], value: Json): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner: JsonObject = {};
  target[head] = inner;
  setAt(inner, rest, value);
}

function age(birthDay: string | undefined, now: number): number | null {
  if (birthDay === undefined) return null;
  const today = new Date(now).toISOString().slice(0, 10);
  const years = Number(today.slice(0, 4)) - Number(birthDay.slice(0, 4));
  return today.slice(5) < birthDay.slice(5) ? years - 1 : years;
}
