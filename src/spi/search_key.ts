import type { SearchBy, SearchKey } from "../crm/port.ts";
import { toE164 } from "../model/phone.ts";
import type { Channel } from "../tenants/tenant.ts";

export const searchKeyTypes = [
  "mobile",
  "email",
  "personal_id",
  "member_number",
  "customer_id",
] as const satisfies readonly SearchBy[];

/** The key type as typed by the till, or undefined when it is none of the SPI's. */
export const readKeyType = (given: string): SearchBy | undefined =>
  searchKeyTypes.find((known) => known === given.trim().toLowerCase());

/**
 * Scanners add prefixes and check digits: the first pattern that matches gives the number.
 * With patterns configured a number that matches none is kept as typed: staff type it too.
 */
const memberNumber = (typed: string, patterns: readonly string[]): string => {
  for (const pattern of patterns) {
    const found = new RegExp(pattern).exec(typed)?.[1];
    if (found !== undefined && found !== "") return found;
  }
  return typed;
};

/** A `+` that a till did not encode arrives as a space; neither kind of key can hold one there. */
const withPlus = (by: SearchBy, typed: string): string => {
  const value = typed.trim();
  if (by === "email") return value.replaceAll(" ", "+");
  return by === "mobile" && typed.startsWith(" ") && /^\d/.test(value) ? `+${value}` : value;
};

/**
 * The key as CRMs store it.
 * @returns undefined when it cannot be of its type (the till then offers to create).
 */
export const normaliseKey = (
  by: SearchBy,
  typed: string,
  channel: Channel,
): SearchKey | undefined => {
  const value = withPlus(by, typed);
  if (value === "" || value.length > 254) return undefined;
  switch (by) {
    case "mobile": {
      const number = toE164(value, channel.market.country);
      return number === undefined ? undefined : { by, value: number };
    }
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
        ? { by, value: value.toLowerCase() }
        : undefined;
    case "personal_id":
      return /^[0-9A-Za-z+\-. ]{6,20}$/.test(value)
        ? { by, value: value.replaceAll(/[ .]/g, "") }
        : undefined;
    case "member_number": {
      const number = memberNumber(value, channel.client.memberNumberPatterns);
      return /^[\w\-.]{1,64}$/.test(number) ? { by, value: number } : undefined;
    }
    case "customer_id":
      return isCustomerId(value) ? { by, value } : undefined;
  }
};

/**
 * Ids are opaque; this only keeps out what no CRM issues and what could leave a URL path. Long enough
 * for a sealed e-mail address (crm/bloomreach/customer_id.ts).
 */
export const isCustomerId = (id: string): boolean =>
  /^[A-Za-z0-9][\w\-.:@{}+=]{0,399}$/.test(id) && !id.includes("..");
