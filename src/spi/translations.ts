import { english } from "./english.ts";
import { languageOf, type Language, type Texts, type TranslatedLanguage } from "./texts.ts";

/** A till waits no longer, counted from when a language began to be read. */
const patienceMs = 400;
/** What could not be read is tried again after this, not for every call. */
const retryAfterMs = 10_000;

export type TranslationsDeps = {
  /** Reads one language; rejects when it cannot. */
  readonly read: (language: TranslatedLanguage) => Promise<Texts>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly report: (language: TranslatedLanguage, fault: unknown) => void;
};

/** @param waitUntil keeps the reading alive after the answer, for the calls to come. */
export type Translations = (
  locale: string,
  waitUntil: (work: Promise<unknown>) => void,
) => Promise<Texts>;

type Attempt = { readonly startedAt: number; readonly over: Promise<void> };

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What is said to cashiers, in the memory of one isolate: English from the start, each other
 * language once it was asked for. Nobody waits longer than `patienceMs`, and while a language
 * cannot be read not even that: the wait is counted from the attempt that all of them share.
 */
export const createTranslations = (deps: TranslationsDeps): Translations => {
  const held = new Map<Language, Texts>([["en", english]]);
  const attempts = new Map<Language, Attempt>();

  const read = async (language: TranslatedLanguage): Promise<void> => {
    try {
      held.set(language, await deps.read(language));
    } catch (fault) {
      deps.report(language, fault);
    }
  };

  return async (locale, waitUntil) => {
    const language = languageOf(locale);
    const known = held.get(language);
    if (known !== undefined || language === "en") return known ?? english;
    let attempt = attempts.get(language);
    if (attempt === undefined || deps.now() - attempt.startedAt >= retryAfterMs) {
      attempt = { startedAt: deps.now(), over: read(language) };
      attempts.set(language, attempt);
      waitUntil(attempt.over);
    }
    const left = attempt.startedAt + patienceMs - deps.now();
    if (left > 0) await Promise.race([attempt.over, sleep(left)]);
    return held.get(language) ?? english;
  };
};
