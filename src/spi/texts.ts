import type { CardPart } from "../model/customer.ts";
import type { MessageCode } from "./problem.ts";

/** Languages that a cashier's texts exist in; others read English. */
export const languages = ["en", "sv", "nb", "da", "fi", "de"] as const;
export type Language = (typeof languages)[number];

/** Those that are no part of the Worker, but files: public/_texts/{language}.json. */
export type TranslatedLanguage = Exclude<Language, "en">;

/** Language of a market's locale: "sv-SE" → sv, "no-NO" and "nn-NO" → nb. */
export const languageOf = (locale: string): Language => {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? "en";
  if (language === "no" || language === "nn") return "nb";
  return languages.find((known) => known === language) ?? "en";
};

/** Everything that is said to a cashier, in one language. */
export type Texts = {
  /** `{fields}`, `{store}`, `{time}` and `{left}` are filled in. Each says what happened and what to do. */
  readonly messages: Readonly<Record<MessageCode, string>>;
  /** What `{store}` becomes: the store `{id}`, or some other till. */
  readonly inStore: string;
  readonly elsewhere: string;
  /** What is said of one field, keyed by its English text, so empty in English. */
  readonly fields: Readonly<Record<string, string>>;
  /** Stands before the names of the parts of a card that could not be read. */
  readonly notShown: string;
  readonly cardParts: Readonly<Record<CardPart, string>>;
};
