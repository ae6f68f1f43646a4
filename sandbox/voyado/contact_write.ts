import { isObject, type Json, type JsonObject } from "../json.ts";
import { WRITABLE } from "./contact_view.ts";
import { socialSecurityNumber, validEmail, validPhone } from "./keys.ts";
import type { Contact, ContactConsent, Preferences } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

/** Fields that must be text when set; custom fields may hold any plain value. */
const CHECKS: Record<string, (value: string, now: number) => string | undefined> = {
  email: (value) => (validEmail(value) ? undefined : "Email is not a valid e-mail address."),
  mobilePhone: (value) =>
    validPhone(value)
      ? undefined
      : "MobilePhone must be a phone number with country calling code and no spaces.",
  socialSecurityNumber: (value, now) =>
    socialSecurityNumber(value, now) === undefined
      ? "SocialSecurityNumber is not valid."
      : undefined,
  countryCode: (value) =>
    /^[A-Z]{2}$/.test(value) ? undefined : "CountryCode must be two capital letters.",
  gender: (value) =>
    ["Male", "Female", "Other"].includes(value)
      ? undefined
      : "Gender must be Male, Female or Other.",
  birthDay: (value) =>
    /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : "BirthDay must be YYYY-MM-DD.",
};

const PREFERENCES = ["acceptsEmail", "acceptsPostal", "acceptsSms"] as const;

export interface Written {
  contact: Contact;
  errors: string[];
}

/**
 * Applies a flat create or update body. Unknown fields and contactType are dropped, null and "" overwrite (published);
 * a consent that is set never becomes unset, and consents not named stay (contracts/voyado.md §4.8, assumed).
 */
export function write(store: VoyadoStore, contact: Contact, body: JsonObject): Written {
  const errors: string[] = [];
  const attributes = { ...contact.attributes };
  for (const name of [...WRITABLE, ...store.profile.customFields]) {
    const value = body[name];
    if (value === undefined) continue;
    const standard = (WRITABLE as readonly string[]).includes(name);
    if (standard && value !== null && typeof value !== "string") {
      errors.push(`${name} must be text.`);
      continue;
    }
    const problem =
      typeof value === "string" && value !== ""
        ? CHECKS[name]?.(value, store.clock.now())
        : undefined;
    if (problem === undefined) attributes[name] = stored(store, name, value);
    else errors.push(problem);
  }
  return {
    contact: {
      ...contact,
      attributes,
      preferences: preferences(contact.preferences, body["preferences"], errors),
      consents: consents(store, contact.consents, body["consents"], errors),
      modifiedOn: store.clock.iso(),
    },
    errors,
  };
}

function stored(store: VoyadoStore, name: string, value: Json): Json {
  if (name !== "socialSecurityNumber" || typeof value !== "string") return value;
  return socialSecurityNumber(value, store.clock.now()) ?? value;
}

function preferences(old: Preferences, given: Json | undefined, errors: string[]): Preferences {
  if (given === undefined || given === null) return old;
  if (!isObject(given)) {
    errors.push("preferences must be an object.");
    return old;
  }
  const changed = { ...old };
  for (const name of PREFERENCES) {
    const value = given[name];
    if (typeof value === "boolean") changed[name] = value;
    else if (value !== undefined && value !== null) errors.push(`${name} must be true or false.`);
  }
  return changed;
}

function consents(
  store: VoyadoStore,
  old: ContactConsent[],
  given: Json | undefined,
  errors: string[],
): ContactConsent[] {
  if (given === undefined || given === null) return old;
  if (!Array.isArray(given)) {
    errors.push("consents must be an array.");
    return old;
  }
  const byId = new Map(old.map((consent) => [consent.id, consent]));
  for (const entry of given) {
    const id = isObject(entry) ? entry["id"] : undefined;
    if (!isObject(entry) || typeof id !== "string" || store.consents.get(id) === undefined) {
      errors.push("Consent with an unknown id.");
      continue;
    }
    const value = entry["value"];
    if (value === null || value === undefined) continue;
    if (typeof value !== "boolean") {
      errors.push(`Consent ${id}: value must be true or false.`);
      continue;
    }
    const { source, comment } = entry;
    byId.set(id, {
      id,
      value,
      date: store.clock.iso(),
      source: typeof source === "string" ? source : null,
      comment: typeof comment === "string" ? comment : null,
    });
  }
  return [...byId.values()];
}
