import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleBoth } from "./bundle.ts";

/** A cold isolate loads all of it before the first cashier gets an answer. */
const budgetKiB = 150;

const { gateway } = await bundleBoth();
const size = gzipSync(await readFile(join(gateway, "index.js")), { level: 9 }).length / 1024;
const line = `bundle: ${size.toFixed(1)} KiB gzip of ${budgetKiB} KiB`;
if (size > budgetKiB) {
  console.error(
    `${line}. It is too large: see what grew with the source map in dist/gateway, and import less of it.`,
  );
  process.exit(1);
}
console.log(line);
