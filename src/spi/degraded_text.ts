import type { CardPart } from "../model/customer.ts";
import { languageOf, type Language } from "./messages.ts";

const names: Readonly<Record<Language, Readonly<Record<CardPart, string>>>> = {
  en: {
    promotions: "offers",
    bonus_checks: "bonus checks",
    labels: "labels",
    redemptions: "what is in use",
  },
  sv: {
    promotions: "erbjudanden",
    bonus_checks: "bonuscheckar",
    labels: "etiketter",
    redemptions: "vad som används",
  },
  nb: {
    promotions: "tilbud",
    bonus_checks: "bonussjekker",
    labels: "etiketter",
    redemptions: "hva som er i bruk",
  },
  da: {
    promotions: "tilbud",
    bonus_checks: "bonuschecks",
    labels: "etiketter",
    redemptions: "hvad der er i brug",
  },
  fi: {
    promotions: "tarjoukset",
    bonus_checks: "bonussetelit",
    labels: "tunnisteet",
    redemptions: "käytössä olevat",
  },
  de: {
    promotions: "Angebote",
    bonus_checks: "Bonusschecks",
    labels: "Kennzeichen",
    redemptions: "Einlösungen",
  },
};
const prefix: Readonly<Record<Language, string>> = {
  en: "Not shown right now:",
  sv: "Visas inte just nu:",
  nb: "Vises ikke akkurat nå:",
  da: "Vises ikke lige nu:",
  fi: "Ei juuri nyt näkyvissä:",
  de: "Gerade nicht angezeigt:",
};

/** Tells the cashier which parts of a card could not be read; undefined when all could. */
export const degradedText = (parts: readonly CardPart[], locale: string): string | undefined => {
  if (parts.length === 0) return undefined;
  const language = languageOf(locale);
  return `${prefix[language]} ${parts.map((part) => names[language][part]).join(", ")}`;
};
