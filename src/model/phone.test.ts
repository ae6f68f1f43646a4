import fc from "fast-check";
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { expect, it } from "vitest";
import { toE164 } from "./phone.ts";

/** By the library's whole metadata, of which the gateway has a part. */
const asTheLibrary = (
  typed: string,
  country: Parameters<typeof getExampleNumber>[0],
): string | undefined => {
  const parsed = parsePhoneNumberFromString(typed, country);
  return parsed?.isValid() ? parsed.number : undefined;
};

it("reads the mobile numbers of every country as the library does, however they are written", () => {
  for (const country of getCountries()) {
    const example = getExampleNumber(country, examples);
    if (example === undefined) continue;
    for (const typed of [
      example.number,
      example.formatNational(),
      example.formatInternational(),
      example.nationalNumber,
      `00${example.number.slice(1)}`,
    ])
      expect(toE164(typed, country), `${country} ${typed}`).toBe(asTheLibrary(typed, country));
    expect(toE164(example.number, country)).toBe(example.number);
  }
});

it("reads whatever is typed as the library does", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...getCountries()),
      fc.stringMatching(/^[+0]{0,2}[0-9 ()-]{4,16}$/),
      (country, typed) => {
        expect(toE164(typed, country)).toBe(asTheLibrary(typed, country));
      },
    ),
    { numRuns: 2_000 },
  );
});
