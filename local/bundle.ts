import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Metafile } from "esbuild";

export const projectDir = join(import.meta.dirname, "..");

export type Bundle = {
  /** The folder with index.js and the parts that it loads when they are first needed. */
  readonly dir: string;
  readonly metafile: Metafile;
};

/**
 * Bundles a Worker as a deployment does (wrangler.toml, `[build]`). What the code imports by `import()`
 * becomes a module of its own beside index.js, which an isolate reads only when it needs it.
 * @param main the entry, relative to the project; an `index.ts`, so that it becomes index.js.
 * @param name of the folder below dist.
 */
export const bundle = async (main: string, name: string): Promise<Bundle> => {
  const dir = join(projectDir, "dist", name);
  const { metafile } = await build({
    absWorkingDir: projectDir,
    entryPoints: [main],
    outdir: dir,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2024",
    // What wrangler asks for when it bundles.
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    minify: true,
    sourcemap: true,
    metafile: true,
    logLevel: "error",
  });
  // Parts bear a hash of their contents: those of earlier builds are nobody's any more.
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const file of await readdir(dir))
    if (!made.has(file)) await rm(join(dir, file), { recursive: true });
  return { dir, metafile };
};

export const bundleGateway = (): Promise<Bundle> => bundle("src/index.ts", "gateway");

export const bundleBoth = async (): Promise<{ gateway: string; sandbox: string }> => {
  const [gateway, sandbox] = await Promise.all([
    bundleGateway(),
    bundle("sandbox/index.ts", "sandbox"),
  ]);
  return { gateway: gateway.dir, sandbox: sandbox.dir };
};
