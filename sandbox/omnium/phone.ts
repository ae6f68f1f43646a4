import type { PhoneFormat } from "./profile_parts.ts";

export type StoredPhone = { phone: string } | { problem: string };

/** How a number is checked and stored (contracts/omnium.md §4.5). */
export function storedPhone(given: string, format: PhoneFormat): StoredPhone {
  if (given === "") return { phone: "" };
  const match = /^(\+|00)?(\d{4,15})$/.exec(given);
  // (assumed) nothing but digits and the prefix; a plus sign lost in a URL arrives as a space and fails here.
  if (match === null) return { problem: "Phone must hold digits with + or 00 before them only." };
  const [, prefix, digits = ""] = match;
  if (prefix === undefined && format.requireCountryCode && !format.removeCountryCode)
    return { problem: "Phone must have a country code." };
  const { country, national } =
    prefix === undefined
      ? { country: format.defaultCountryCode, national: digits }
      : divided(digits, format);
  const expected = format.expectedPhoneNumberFormats.find((one) => one.countryCode === country);
  if (
    expected !== undefined &&
    (national.length < expected.minExpectedNumberLength ||
      national.length > expected.maxExpectedNumberLength)
  )
    return { problem: `Phone has the wrong length for country code ${country}.` };
  return { phone: shown(country, national, format) };
}

/** A country code that the settings do not name is not known here; such a number passes without a check (assumed). */
function divided(digits: string, format: PhoneFormat): { country: string; national: string } {
  const codes = [
    format.defaultCountryCode,
    ...format.expectedPhoneNumberFormats.map(({ countryCode }) => countryCode),
  ].toSorted((a, b) => b.length - a.length);
  const country = codes.find((code) => code !== "" && digits.startsWith(code)) ?? "";
  return { country, national: digits.slice(country.length) };
}

/** (assumed) only the default country's code is removed: nobody could say which one another number had. */
function shown(country: string, national: string, format: PhoneFormat): string {
  if (format.removeCountryCode && country === format.defaultCountryCode) return national;
  const number = country + national.replace(/^0/, "");
  if (format.useZeroZeroInCountryCode) return `00${number}`;
  return format.usePlusInCountryCode ? `+${number}` : number;
}
