import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest_first.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/bundle_once.ts"],
    reporters: ["default", "./test/closing_line.ts"],
    testTimeout: 30_000,
    hookTimeout: 90_000,
    // With a workerd or two each; the long files mostly wait, so one more than a small machine has cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
