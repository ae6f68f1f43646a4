import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/min";

/**
 * A phone number as typed at a till, in E.164.
 * @param country the market's country; decides how a national form is read.
 * @returns undefined when it cannot be a phone number.
 */
export const toE164 = (typed: string, country: string): string | undefined => {
  if (typed.length > 40) return undefined;
  const parsed = parsePhoneNumberFromString(typed, country as CountryCode);
  return parsed?.isValid() ? parsed.number : undefined;
};
