import { spawn } from "node:child_process";
import { join } from "node:path";

export const projectDir = join(import.meta.dirname, "..");

/**
 * Bundles a Worker just as a deployment would.
 * @param main instead of the configuration's own; an `index.ts`, so that it becomes index.js.
 * @returns the folder with index.js.
 */
export const bundle = (config: string, name: string, main?: string): Promise<string> => {
  const outDir = join(projectDir, "dist", name);
  const args = [
    "deploy",
    ...(main === undefined ? [] : [join(projectDir, main)]),
    "--dry-run",
    "--config",
    join(projectDir, config),
    "--outdir",
    outDir,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(join(projectDir, "node_modules/.bin/wrangler"), args, {
      cwd: projectDir,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve(outDir) : reject(new Error(`bundling ${config} failed:\n${printed}`)),
    );
  });
};

export const bundleBoth = async (): Promise<{ gateway: string; sandbox: string }> => {
  const [gateway, sandbox] = await Promise.all([
    bundle("wrangler.toml", "gateway"),
    bundle("sandbox/wrangler.toml", "sandbox"),
  ]);
  return { gateway, sandbox };
};
