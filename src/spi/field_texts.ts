import { languageOf, type Language } from "./messages.ts";

type Translated = Readonly<Record<Exclude<Language, "en">, string>>;

/**
 * What is said of one field, keyed by its English text; `{n}` is a number in it.
 * Only what a cashier meets is here: faults of a client's programming stay English.
 */
const texts: Readonly<Record<string, Translated>> = {
  "is read-only here": {
    sv: "kan inte ändras här",
    nb: "kan ikke endres her",
    da: "kan ikke ændres her",
    fi: "ei voi muuttaa täällä",
    de: "kann hier nicht geändert werden",
  },
  "is not offered here": {
    sv: "finns inte i formuläret",
    nb: "finnes ikke i skjemaet",
    da: "findes ikke i formularen",
    fi: "ei ole lomakkeella",
    de: "steht nicht im Formular",
  },
  "is required": {
    sv: "måste fyllas i",
    nb: "må fylles ut",
    da: "skal udfyldes",
    fi: "on täytettävä",
    de: "muss ausgefüllt werden",
  },
  "is missing": {
    sv: "saknas",
    nb: "mangler",
    da: "mangler",
    fi: "puuttuu",
    de: "fehlt",
  },
  "is not a valid phone number": {
    sv: "är inget giltigt telefonnummer",
    nb: "er ikke et gyldig telefonnummer",
    da: "er ikke et gyldigt telefonnummer",
    fi: "ei ole kelvollinen puhelinnumero",
    de: "ist keine gültige Telefonnummer",
  },
  "is not a valid e-mail address": {
    sv: "är ingen giltig e-postadress",
    nb: "er ikke en gyldig e-postadresse",
    da: "er ikke en gyldig e-mailadresse",
    fi: "ei ole kelvollinen sähköpostiosoite",
    de: "ist keine gültige E-Mail-Adresse",
  },
  "is not a date such as 1986-05-15": {
    sv: "är inget datum som 1986-05-15",
    nb: "er ikke en dato som 1986-05-15",
    da: "er ikke en dato som 1986-05-15",
    fi: "ei ole päivämäärä, kuten 1986-05-15",
    de: "ist kein Datum wie 1986-05-15",
  },
  "is not a personal id": {
    sv: "är inget personnummer",
    nb: "er ikke et fødselsnummer",
    da: "er ikke et personnummer",
    fi: "ei ole henkilötunnus",
    de: "ist keine Personennummer",
  },
  "nothing was filled in": {
    sv: "inget är ifyllt",
    nb: "ingenting er fylt ut",
    da: "intet er udfyldt",
    fi: "mitään ei ole täytetty",
    de: "nichts wurde ausgefüllt",
  },
  "a customer must be at least {n} years old": {
    sv: "en kund måste vara minst {n} år",
    nb: "en kunde må være minst {n} år",
    da: "en kunde skal være mindst {n} år",
    fi: "asiakkaan on oltava vähintään {n}-vuotias",
    de: "ein Kunde muss mindestens {n} Jahre alt sein",
  },
};

/** The text in the market's language; what has no translation (a CRM's own words too) stays as it is. */
export const fieldText = (english: string, locale: string): string => {
  const language = languageOf(locale);
  if (language === "en") return english;
  const known = texts[english];
  if (known !== undefined) return known[language];
  const number = /\d+/.exec(english)?.[0] ?? "";
  return texts[english.replace(number, "{n}")]?.[language].replace("{n}", number) ?? english;
};
