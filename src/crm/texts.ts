import type { Market } from "../tenants/tenant.ts";

/** The few words that adapters themselves put on a card. */
type Texts = { readonly yes: string; readonly no: string; readonly validTo: string };

const english: Texts = { yes: "Yes", no: "No", validTo: "Valid to" };

const byLanguage: Readonly<Record<string, Texts>> = {
  en: english,
  sv: { yes: "Ja", no: "Nej", validTo: "Giltig till" },
  nb: { yes: "Ja", no: "Nei", validTo: "Gyldig til" },
  da: { yes: "Ja", no: "Nej", validTo: "Gyldig til" },
  fi: { yes: "Kyllä", no: "Ei", validTo: "Voimassa" },
  de: { yes: "Ja", no: "Nein", validTo: "Gültig bis" },
};

/** ISO 639-1 language of a locale: "sv-SE" → "sv". */
export const languageOf = (locale: string): string => (locale.split("-")[0] ?? "en").toLowerCase();

export const textsFor = (locale: string): Texts => byLanguage[languageOf(locale)] ?? english;

/** Until when, as the description of a bonus check. */
export const expiryText = (expiresAt: string, market: Market): string => {
  const day = new Intl.DateTimeFormat(market.locale, {
    timeZone: market.timeZone,
    dateStyle: "short",
  });
  return `${textsFor(market.locale).validTo} ${day.format(new Date(expiresAt))}`;
};
