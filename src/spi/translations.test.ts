import { afterEach, beforeEach, expect, it, vi } from "vitest";
import sv from "../../public/_texts/sv.json";
import { english } from "./english.ts";
import type { Texts } from "./texts.ts";
import { createTranslations } from "./translations.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const world = (read: () => Promise<Texts>) => {
  const reading = vi.fn<(language: string) => Promise<Texts>>(read);
  const report = vi.fn<(language: string, fault: unknown) => void>();
  const kept: Promise<unknown>[] = [];
  const translations = createTranslations({ read: reading, now: () => Date.now(), report });
  return {
    reading,
    report,
    kept,
    /** What a till is told, and after how long. */
    async ask(locale = "sv-SE") {
      const told = { texts: undefined as Texts | undefined, waitedMs: 0 };
      const from = Date.now();
      void translations(locale, (work) => kept.push(work)).then((texts) => {
        told.texts = texts;
        told.waitedMs = Date.now() - from;
      });
      do await vi.advanceTimersByTimeAsync(10);
      while (told.texts === undefined);
      return told;
    },
  };
};
const after = (ms: number, texts: Texts) => () =>
  new Promise<Texts>((resolve) => setTimeout(() => resolve(texts), ms));

it("reads a language once, and English never", async () => {
  const w = world(after(100, sv));
  expect((await w.ask("en-GB")).texts).toBe(english);
  expect((await w.ask("fr-FR")).texts).toBe(english);
  expect(w.reading).not.toHaveBeenCalled();
  const both = await Promise.all([w.ask("sv-SE"), w.ask("sv-FI")]);
  expect(both.map(({ texts }) => texts)).toEqual([sv, sv]);
  expect((await w.ask()).texts).toBe(sv);
  expect(w.reading.mock.calls).toEqual([["sv"]]);
  expect(w.kept).toHaveLength(1);
});

it("waits no longer than a till can, tells English, and has the language for the next", async () => {
  const w = world(after(700, sv));
  expect(await w.ask()).toEqual({ texts: english, waitedMs: 400 });
  // Whoever comes while it is still being read finds the wait over.
  expect(await w.ask()).toEqual({ texts: english, waitedMs: 0 });
  await vi.advanceTimersByTimeAsync(300);
  expect(await w.ask()).toEqual({ texts: sv, waitedMs: 0 });
  expect(w.reading).toHaveBeenCalledTimes(1);
});

it("tries again after a while what could not be read, and not for every call", async () => {
  let isAway = true;
  const w = world(() => (isAway ? Promise.reject(new Error("status 500")) : Promise.resolve(sv)));
  for (let call = 0; call < 5; call += 1)
    expect(await w.ask()).toEqual({ texts: english, waitedMs: 0 });
  expect(w.reading).toHaveBeenCalledTimes(1);
  expect(w.report).toHaveBeenCalledExactlyOnceWith("sv", new Error("status 500"));
  isAway = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await w.ask()).texts).toBe(sv);
});

it("is not held up for good by a reading that never ends", async () => {
  let isStuck = true;
  const w = world(() => (isStuck ? new Promise(() => undefined) : Promise.resolve(sv)));
  expect((await w.ask()).waitedMs).toBe(400);
  expect((await w.ask()).waitedMs).toBe(0);
  isStuck = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await w.ask()).texts).toBe(sv);
});
