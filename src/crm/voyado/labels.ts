import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import { earnedPasswords, passwordsOf } from "../earned_passwords.ts";
import { attributeOf, type Contact } from "./contact_wire.ts";

/**
 * Label names in any of the forms that the contract foresees (contracts/voyado.md 4.7, assumed):
 * strings, `{id, name}` objects, one comma-separated string, or a page of them.
 */
export const labelNames = (value: unknown): string[] => {
  if (typeof value === "string") return value.split(",").flatMap((name) => name.trim() || []);
  if (Array.isArray(value)) return value.flatMap((entry) => labelName(entry) ?? []);
  if (typeof value !== "object" || value === null) return [];
  if ("items" in value) return labelNames(value.items);
  return "Items" in value ? labelNames(value.Items) : [];
};

const labelName = (entry: unknown): string | undefined => {
  if (typeof entry === "string") return entry.trim() === "" ? undefined : entry.trim();
  if (typeof entry !== "object" || entry === null) return undefined;
  const name = "name" in entry ? entry.name : "Name" in entry ? entry.Name : undefined;
  return typeof name === "string" ? name.trim() : undefined;
};

export const labelsOfContact = (contact: Contact, labelsPath: string): string[] =>
  labelNames(attributeOf(contact, labelsPath));

/** The tenant's default passwords, then those of the labels; each once. */
export const voucherPasswords = (
  labels: readonly string[],
  settings: Pick<VoyadoSettings, "voucherPasswordsDefault" | "voucherPasswordsFromLabels">,
): string[] => {
  const table = settings.voucherPasswordsFromLabels.map((entry) => ({
    group: entry.labelName,
    voucherPasswords: entry.voucherPasswords,
  }));
  return passwordsOf(settings.voucherPasswordsDefault, earnedPasswords(labels, table));
};
