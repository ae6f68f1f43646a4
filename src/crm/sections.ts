import type { Section } from "../model/customer.ts";
import type { Market, SectionConfig } from "../tenants/tenant.ts";
import { isoWithOffset } from "./iso_time.ts";
import { textsFor } from "./texts.ts";

type AttributeConfig = SectionConfig["attributes"][number];

/** Attributes that a protected identity keeps to itself, whatever a tenant configured. */
const addressAttributes = new Set([
  "street",
  "careof",
  "zipcode",
  "city",
  "county",
  "region",
  "country",
  "countrycode",
]);

/**
 * The configured attributes as rows of text (contracts/voyado.md 13, seed; contracts/omnium.md 13). Rows without text, and sections
 * without rows, are left out.
 */
export const sectionsOf = (
  valueOf: (attribute: string) => unknown,
  configured: readonly SectionConfig[],
  market: Market,
  isProtected = false,
): Section[] =>
  configured.flatMap((section) => {
    const values = section.attributes.flatMap((config) => {
      if (isProtected && isAddress(config.attribute)) return [];
      const text = displayText(valueOf(config.attribute), config, market);
      return text === undefined ? [] : [{ title: config.title, text }];
    });
    return values.length === 0 ? [] : [{ title: section.title, values }];
  });

const isAddress = (attribute: string): boolean =>
  addressAttributes.has((attribute.split(".").at(-1) ?? "").toLowerCase());

/**
 * What a row shows. `display_false` is for null, "", [] and false; 0 is data (design.md 4).
 * Without display texts the value itself is shown, and an empty one is not.
 */
const displayText = (
  value: unknown,
  config: AttributeConfig,
  market: Market,
): string | undefined => {
  if (isEmpty(value)) {
    return config.displayFalse ?? (value === false ? textsFor(market.locale).no : undefined);
  }
  return config.displayTrue ?? asText(value, market);
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0);

/** A value of any kind as a short text; undefined when it has none. */
export const asText = (value: unknown, market: Market): string | undefined => {
  switch (typeof value) {
    case "string":
      return dateText(value.trim(), market) ?? value.trim();
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return value ? textsFor(market.locale).yes : textsFor(market.locale).no;
    case "object":
      return value === null ? undefined : objectText(value, market);
    default:
      // JSON has no other kinds.
      return undefined;
  }
};

const objectText = (value: object, market: Market): string | undefined => {
  if (Array.isArray(value)) {
    const texts = value.flatMap((entry: unknown) => asText(entry, market) ?? []);
    return texts.length === 0 ? undefined : texts.join(", ");
  }
  // Stores and labels are `{id, name}`; an object without a name has nothing to show.
  return "name" in value ? asText(value.name, market) : undefined;
};

/** A date or time as the day in the market, written as its locale does. */
const dateText = (text: string, market: Market): string | undefined => {
  const iso = isoWithOffset(text, market.timeZone);
  if (iso === undefined) return undefined;
  return new Intl.DateTimeFormat(market.locale, {
    timeZone: market.timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(new Date(iso));
};
