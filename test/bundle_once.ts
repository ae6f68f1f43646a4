import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleBoth, projectDir } from "../local/bundle.ts";

/** Vitest's global set-up: every black-box file uses the same real bundles, made from the code as it is now. */
export const setup = async (): Promise<void> => {
  await bundleBoth();
  if (!existsSync(join(projectDir, "dist/gateway/index.js")))
    throw new Error("the bundle was not made");
  process.env.BUNDLED = "1";
};
