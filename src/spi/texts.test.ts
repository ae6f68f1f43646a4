import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { projectDir } from "../../local/bundle.ts";
import da from "../../public/_texts/da.json";
import de from "../../public/_texts/de.json";
import fi from "../../public/_texts/fi.json";
import nb from "../../public/_texts/nb.json";
import sv from "../../public/_texts/sv.json";
import { english } from "./english.ts";
import type { FieldText } from "./field_texts.ts";
import { message } from "./messages.ts";
import type { MessageCode } from "./problem.ts";
import { languageOf, languages, type Texts, type TranslatedLanguage } from "./texts.ts";

/** A text that a file lacks is a fault of the compiler here, and no till finds it. */
const translations: Readonly<
  Record<TranslatedLanguage, Texts & { readonly fields: Readonly<Record<FieldText, string>> }>
> = { sv, nb, da, fi, de };

const codes = Object.keys(english.messages) as MessageCode[];
const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).toSorted();

/** Every text by its place in the file: "messages.used_at". */
const placed = (texts: object, path = ""): (readonly [place: string, text: string])[] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as const] : placed(value, `${path}${key}.`),
  );
/** English has no field texts of its own: it is what they are keyed by. */
const expected = new Map(
  placed({
    ...english,
    fields: Object.fromEntries(Object.keys(sv.fields).map((key) => [key, key])),
  }),
);

describe.each(Object.entries({ en: english, ...translations }))("texts in %s", (_, texts) => {
  it("make messages that are each their own, with nothing left unfilled", () => {
    const messages = codes.map((code) => message(code, texts, "en"));
    expect(new Set(messages).size).toBe(codes.length);
    for (const text of messages) expect(text).not.toMatch(/[{}]/);
  });
});

describe.each(Object.entries(translations))("the file of %s", (_, texts) => {
  const found = new Map(placed(texts));
  it("has what English has, and nothing that nobody reads any more", () => {
    expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  });
  it("has the same placeholders, and no empty text", () => {
    for (const [place, text] of found) {
      expect(placeholders(text), place).toEqual(placeholders(expected.get(place) ?? ""));
      expect(text.trim(), place).not.toBe("");
    }
  });
});

it("there is a file for each language but English, and no other", async () => {
  const files = await readdir(`${projectDir}/public/_texts`);
  expect(files.toSorted()).toEqual(
    languages
      .filter((language) => language !== "en")
      .map((language) => `${language}.json`)
      .toSorted(),
  );
});
it("chooses the nearest language", () => {
  expect(["nn-NO", "no", "sv", "fr-FR", "de-AT"].map(languageOf)).toEqual([
    "nb",
    "nb",
    "sv",
    "en",
    "de",
  ]);
});
