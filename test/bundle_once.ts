import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundleBoth, projectDir } from "../local/bundle.ts";

/** Vitest's global set-up: every black-box file uses the same real bundles, made from the code as it is now. */
export const setup = async (): Promise<void> => {
  const named = process.argv.filter((word) => /^(src|test)\//.test(word));
  // A file of src that needs one after all makes its own (bundles_of_run.ts).
  if (named.length > 0 && named.every((path) => path.startsWith("src/"))) return;
  await bundleBoth();
  if (!existsSync(join(projectDir, "dist/gateway/index.js")))
    throw new Error("the bundle was not made");
  process.env.BUNDLED = "1";
};
