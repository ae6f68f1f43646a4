import type { AddressField, ContactField, OrderField } from "../../tenants/rule_fields.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Fields } from "./customer_wire.ts";

/** `Group.Field` as the account has it. */
export const contactKey = ({ groups, fields }: RuleSettings, field: ContactField): string =>
  `${groups.contact}.${fields[field] ?? field}`;
export const addressKey = ({ groups, fields }: RuleSettings, field: AddressField): string =>
  `${groups.address}.${fields[field] ?? field}`;
export const orderField = ({ fields }: RuleSettings, field: OrderField): string =>
  fields[field] ?? field;

/** A field's value as text, whatever type it has in the account; undefined when it is empty. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return textOf(value.filter(isText).join(", "));
  return isText(value) && value.trim() !== "" ? value.trim() : undefined;
};

const isText = (value: unknown): value is string => typeof value === "string";

export const fieldText = (fields: Fields, key: string): string | undefined =>
  textOf(fields.get(key)?.value);
