import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, invalidContactType, refuse } from "./errors.ts";
import { socialSecurityNumber, validEmail, validPhone } from "./keys.ts";
import type { Contact } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

const KEYS = ["email", "mobilePhone", "socialSecurityNumber", "customKey", "any"] as const;
type Key = (typeof KEYS)[number];

/** `GET /contacts/id`: the GUID as a bare JSON string (contracts/voyado.md §4.2). */
export function contactId(store: VoyadoStore, call: Call): Reply {
  const found = search(store, call);
  return "status" in found ? found : ok(found.id);
}

/** One contact by exactly one key, or the refusal Engage would give. */
export function search(store: VoyadoStore, call: Call): Contact | Reply {
  const given = KEYS.filter((key) => call.query.has(key));
  const [key] = given;
  const value = key === undefined ? "" : (call.query.get(key) ?? "");
  if (key === undefined || given.length > 1 || value === "")
    return refuse(400, "InvalidSearchQuery", "Exactly one search key with a value is needed.");
  const type = call.query.get("contactType");
  if (type !== null && store.contactType(type) === undefined) return invalidContactType();
  const matches = byKey(store, key, value);
  if (!Array.isArray(matches)) return matches;
  const now = store.clock.now();
  const visible = matches.filter(
    (contact) =>
      contact.visibleFrom <= now &&
      (type === null || contact.contactType.toLowerCase() === type.toLowerCase()),
  );
  const [first] = visible;
  if (first === undefined) return contactNotFound();
  if (visible.length === 1) return first;
  return refuse(409, "MultipleMatches", "More than one contact matches the search.", {
    messageDetails: { multipleMatchesFound: visible.map((contact) => contact.id) },
  });
}

function byKey(store: VoyadoStore, key: Key, value: string): Contact[] | Reply {
  const normal = socialSecurityNumber(value, store.clock.now());
  switch (key) {
    case "email":
      return validEmail(value)
        ? store.contacts.by("email", value.toLowerCase())
        : refuse(400, "InvalidEmailAddress", "The e-mail address is not valid.");
    case "mobilePhone":
      return validPhone(value)
        ? store.contacts.by("mobilePhone", value)
        : refuse(400, "InvalidPhoneNumber", "The phone number is not valid.");
    case "socialSecurityNumber":
      if (normal === undefined)
        return refuse(
          400,
          "InvalidSocialSecurityNumber",
          "The social security number is not valid.",
        );
      return store.contacts.by("socialSecurityNumber", normal.toLowerCase());
    case "customKey":
      return store.contacts.by(store.profile.customKey, value.toLowerCase());
    case "any":
      // The first kind that the value is valid as decides; a miss there ends the search (published).
      if (validEmail(value)) return byKey(store, "email", value);
      if (normal !== undefined) return byKey(store, "socialSecurityNumber", value);
      if (validPhone(value)) return byKey(store, "mobilePhone", value);
      return byKey(store, "customKey", value);
  }
}
