import type { Texts } from "./texts.ts";

/**
 * What is said of one field, as the code words it; `{n}` is a number in it. Only what a cashier
 * meets is here, and every language has it: faults of a client's programming stay English.
 */
export type FieldText =
  | "is read-only here"
  | "is not offered here"
  | "is required"
  | "is missing"
  | "is not a valid phone number"
  | "is not a valid e-mail address"
  | "is not a date such as 1986-05-15"
  | "is not a personal id"
  | "nothing was filled in"
  | "a customer must be at least {n} years old";

/** The text in the language of `texts`; what has no translation (a CRM's own words too) stays as it is. */
export const fieldText = (english: string, { fields }: Pick<Texts, "fields">): string => {
  const known = fields[english];
  if (known !== undefined) return known;
  const number = /\d+/.exec(english)?.[0] ?? "";
  return fields[english.replace(number, "{n}")]?.replace("{n}", number) ?? english;
};
