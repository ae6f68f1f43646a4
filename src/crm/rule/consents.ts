import type { Consent } from "../../model/customer.ts";
import { parseJson } from "../../upstream/classify.ts";
import type { RuleConsent, RuleSettings } from "../../tenants/rule_settings.ts";
import type { Read } from "./customer_wire.ts";
import { contactKey, textOf } from "./field_keys.ts";

/** Where a consent is kept (contracts/rule.md 7: a setting). */
export const placeOf = ({ preference, tag }: RuleConsent): "preference" | "tag" | "field" => {
  if (preference !== undefined) return "preference";
  return tag === undefined ? "field" : "tag";
};

/** Rule has no call that lists consents with their texts, so the tenant's file does. */
export const consentsOf = ({ consents }: RuleSettings): Consent[] =>
  consents.map(({ id, name, description }) => ({
    id,
    name,
    ...(description === undefined ? {} : { description }),
    value: false,
  }));

/** Ids in the field acceptedconsents: a list, its JSON, or text with commas. */
export const idsInField = (value: unknown): string[] => {
  const read = typeof value === "string" && value.startsWith("[") ? parseJson(value) : value;
  if (Array.isArray(read)) return read.flatMap((id: unknown) => textOf(id) ?? []);
  return (textOf(read) ?? "").split(",").flatMap((id) => id.trim() || []);
};

/** Those of the tenant's consents that are given. */
export const givenConsents = (read: Read, settings: RuleSettings): string[] => {
  const inField = new Set(
    idsInField(read.fields.get(contactKey(settings, "acceptedconsents"))?.value),
  );
  return settings.consents
    .filter(({ id, preference, tag }) => {
      if (preference !== undefined) return read.preferences.includes(preference);
      return tag === undefined ? inField.has(id) : read.subscriber.tags.includes(tag);
    })
    .map(({ id }) => id);
};
