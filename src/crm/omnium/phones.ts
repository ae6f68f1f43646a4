import { toE164, withoutPrefix } from "../../model/phone.ts";
import type { Omnium } from "./client.ts";

/**
 * A phone number as the tenant stores it, because the search is exact (contracts/omnium.md 4.5). The
 * prefix goes from the market's own numbers alone: nobody could say which one another had (assumed).
 */
export const storedPhone = (e164: string, { settings, market }: Omnium): string => {
  switch (settings.phoneFormat) {
    case "e164":
      return e164;
    case "double_zero":
      return e164.replace(/^\+/, "00");
    case "no_prefix":
      return withoutPrefix(e164, market.country) ?? e164;
  }
};

export const readPhone = (stored: string, { market }: Omnium): string | undefined =>
  toE164(stored.replace(/^00/, "+"), market.country);
