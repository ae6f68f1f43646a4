import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";
import { bundleGateway, projectDir } from "./bundle.ts";

/** A cold isolate loads all of this before the first cashier gets an answer (docs/decisions.md). */
const budgetKiB = 150;

/** What index.js cannot start without. */
const startOf = (outputs: Metafile["outputs"]): Set<string> => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && outputs[next] !== undefined) visit(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs))
    if (entryPoint === "src/index.ts") visit(path);
  return seen;
};

const { metafile } = await bundleGateway();
const start = startOf(metafile.outputs);
const parts = await Promise.all(
  Object.keys(metafile.outputs)
    .filter((path) => path.endsWith(".js"))
    .map(async (path) => ({
      path,
      name: metafile.outputs[path]?.entryPoint ?? basename(path),
      kib: gzipSync(await readFile(join(projectDir, path)), { level: 9 }).length / 1_024,
    })),
);
const total = (of: typeof parts): number => of.reduce((sum, { kib }) => sum + kib, 0);
const [first, later] = [
  parts.filter(({ path }) => start.has(path)),
  parts.filter(({ path }) => !start.has(path)),
];
const size = total(first);
const line = `bundle: ${size.toFixed(1)} KiB gzip of ${budgetKiB} KiB to start, ${total(later).toFixed(1)} KiB in ${later.length} parts that are loaded when needed`;
for (const { name, kib } of later.toSorted((a, b) => b.kib - a.kib))
  console.log(`  ${kib.toFixed(1).padStart(5)} KiB  ${name}`);
if (size > budgetKiB) {
  console.error(
    `${line}. It is too large: see what grew with the source map in dist/gateway, and import less of it.`,
  );
  process.exit(1);
}
console.log(line);

// The same files as a deployment takes them, which wrangler checks in its own way.
await promisify(execFile)(
  join(projectDir, "node_modules/.bin/wrangler"),
  ["deploy", "--dry-run", "--outdir", join(projectDir, "dist/deployment")],
  { cwd: projectDir, env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" } },
);
