import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { projectDir } from "./bundle.ts";

/**
 * Makes src/model/phone_metadata.json: the library's own metadata without what numbers are written
 * for people by. The gateway reads numbers and writes E.164 alone, and the patterns are half of
 * what a cold isolate would load. `--check` compares instead of writing.
 */
type Metadata = {
  readonly countries: Readonly<Record<string, readonly unknown[]>>;
  readonly nonGeographic?: Readonly<Record<string, readonly unknown[]>>;
};

/**
 * Where libphonenumber-js keeps, in a country's compressed form, what only writing asks for: formats,
 * how the national prefix is written, whether it may be left out, the prefix of calls abroad, the
 * word for an extension. 0 is "none" in that form.
 */
const forWriting = new Set([4, 6, 9, 12, 13]);

const reading = (country: readonly unknown[]): readonly unknown[] => {
  const parts = country.map((part, index) => (forWriting.has(index) ? 0 : part));
  return parts.slice(0, parts.findLastIndex((part) => part !== 0) + 1);
};

const without = (all: Readonly<Record<string, readonly unknown[]>>) =>
  Object.fromEntries(Object.entries(all).map(([name, country]) => [name, reading(country)]));

const full = createRequire(import.meta.url)("libphonenumber-js/metadata.min.json") as Metadata;
const made = `${JSON.stringify({
  ...full,
  countries: without(full.countries),
  ...(full.nonGeographic === undefined ? {} : { nonGeographic: without(full.nonGeographic) }),
})}\n`;
const place = join(projectDir, "src/model/phone_metadata.json");
if (!process.argv.includes("--check")) await writeFile(place, made);
else if ((await readFile(place, "utf8")) !== made) {
  console.error(
    "src/model/phone_metadata.json is not what the library has: npm run phone-metadata",
  );
  process.exitCode = 1;
}
