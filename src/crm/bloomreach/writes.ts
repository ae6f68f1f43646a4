import type { FieldFault } from "../../model/crm_failure.ts";
import type { Person } from "../../model/customer.ts";
import type { BloomreachSettings, KeptField } from "../../tenants/bloomreach_settings.ts";
import { partsOf, type Values } from "./attributes.ts";
import type { Properties } from "./batch.ts";
import { fieldOf } from "./fields.ts";

/** What a write sets. `moved`: soft IDs, which somebody else may hold. */
export type Write = {
  readonly properties: Properties;
  readonly moved: Readonly<Record<string, string>>;
  readonly faults: readonly FieldFault[];
};

/** Hard IDs are case-sensitive, and the vendor advises lower case (contracts/bloomreach.md 4). */
export const asId = (field: KeptField, value: string): string =>
  field === "email" ? value.trim().toLowerCase() : value.trim();

/** The field that the hard ID is filled from; undefined where tills cannot know it. */
export const hardField = ({ fields, hardId }: BloomreachSettings): KeptField | undefined =>
  (Object.keys(fields) as KeptField[]).find((field) => fields[field]?.includes(`ids.${hardId}`));

const asProperty = (
  field: KeptField,
  value: string,
  held: unknown,
  settings: BloomreachSettings,
): Properties[string] => {
  if (value === "") return settings.clearWith === "null" ? null : "";
  if (field === "birthday" && settings.birthdayAs === "seconds")
    return Date.parse(`${value}T00:00:00Z`) / 1000;
  // A list of numbers is added to, never replaced (8, seed).
  if ((field === "mobile" || field === "phone") && Array.isArray(held))
    return [...(held as string[]), value];
  return value;
};

/**
 * From what a till was shown to what it sent: only what differs, each in all of its places.
 * @param held the customer as read, for what is added to; undefined of a new one.
 */
export const writeOf = (
  changes: Person,
  before: Person,
  held: Values | undefined,
  settings: BloomreachSettings,
): Write => {
  const properties: Record<string, Properties[string]> = {};
  const moved: Record<string, string> = {};
  const faults: FieldFault[] = [];
  const refuse = (field: KeptField, message: string) => faults.push({ field, message });
  for (const [field, places = []] of Object.entries(settings.fields) as [KeptField, string[]][]) {
    const value = fieldOf(changes, field);
    const was = fieldOf(before, field) ?? "";
    if (value === undefined || value === was) continue;
    for (const place of places) {
      const [kind, name] = partsOf(place);
      if (kind === "properties")
        properties[name] = asProperty(field, value, held?.of(place), settings);
      // Under another hard ID it would be another customer's profile (8).
      else if (name === settings.hardId) {
        if (held !== undefined && asId(field, value) !== asId(field, was))
          refuse(field, "is read-only here");
      } else if (value !== "") moved[name] = asId(field, value);
      // An ID that is given cannot be taken away; beside a property, that one is what is shown.
      else if (places.every((one) => one.startsWith("ids."))) refuse(field, "cannot be cleared");
    }
  }
  return { properties, moved, faults };
};
