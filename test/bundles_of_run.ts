import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleBoth, projectDir } from "../local/bundle.ts";

/** Bundled once by the whole run's set-up (bundle_once.ts); outside of one, made now. */
export const bundlesOfRun = async (): Promise<{ gateway: string; sandbox: string }> => {
  const made = {
    gateway: join(projectDir, "dist/gateway"),
    sandbox: join(projectDir, "dist/sandbox"),
  };
  const isMade = process.env.BUNDLED === "1" && existsSync(join(made.gateway, "index.js"));
  return isMade ? made : bundleBoth();
};
