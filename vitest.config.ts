import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/bundle_once.ts"],
    reporters: ["default", "./test/closing_line.ts"],
    testTimeout: 30_000,
    hookTimeout: 90_000,
    // Two workers with a workerd or two each is what a small machine carries.
    maxWorkers: 2,
  },
});
