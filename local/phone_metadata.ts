import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { projectDir } from "./bundle.ts";

/**
 * Makes src/model/phone_metadata.json: the library's own metadata without the patterns by which
 * numbers are written for people. The gateway reads numbers and writes E.164 alone, and the
 * patterns are half of what a cold isolate would load. `--check` compares instead of writing.
 */
type Metadata = {
  readonly countries: Readonly<Record<string, readonly unknown[]>>;
  readonly nonGeographic?: Readonly<Record<string, readonly unknown[]>>;
};

/** Where libphonenumber-js keeps a country's formats in its compressed form. */
const formats = 4;

const without = (all: Readonly<Record<string, readonly unknown[]>>) =>
  Object.fromEntries(
    Object.entries(all).map(([name, one]) => [
      name,
      one.map((part, index) => (index === formats && Array.isArray(part) ? [] : part)),
    ]),
  );

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
