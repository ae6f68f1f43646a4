import {
  parsePhoneNumberFromString,
  type CountryCode,
  type MetadataJson,
} from "libphonenumber-js/core";
import metadata from "./phone_metadata.json" with { type: "json" };

const parsed = (typed: string, country: string) => {
  if (typed.length > 40) return undefined;
  const number = parsePhoneNumberFromString(
    typed,
    country as CountryCode,
    // Made by local/phone_metadata.ts from the library's own, so its shape is the library's.
    metadata as MetadataJson,
  );
  return number?.isValid() ? number : undefined;
};

/**
 * A phone number as typed at a till, in E.164.
 * @param country the market's country; decides how a national form is read.
 * @returns undefined when it cannot be a phone number.
 */
export const toE164 = (typed: string, country: string): string | undefined =>
  parsed(typed, country)?.number;

/** What follows the country's prefix; undefined where the number is another country's. */
export const withoutPrefix = (e164: string, country: string): string | undefined => {
  const number = parsed(e164, country);
  return number?.country === country ? number.nationalNumber : undefined;
};
