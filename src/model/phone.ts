import {
  parsePhoneNumberFromString,
  type CountryCode,
  type MetadataJson,
} from "libphonenumber-js/core";
import metadata from "./phone_metadata.json" with { type: "json" };

/**
 * A phone number as typed at a till, in E.164.
 * @param country the market's country; decides how a national form is read.
 * @returns undefined when it cannot be a phone number.
 */
export const toE164 = (typed: string, country: string): string | undefined => {
  if (typed.length > 40) return undefined;
  const parsed = parsePhoneNumberFromString(
    typed,
    country as CountryCode,
    // Made by local/phone_metadata.ts from the library's own, so its shape is the library's.
    metadata as MetadataJson,
  );
  return parsed?.isValid() ? parsed.number : undefined;
};
