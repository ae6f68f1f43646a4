/** The few words that this adapter itself puts on a card. */
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
