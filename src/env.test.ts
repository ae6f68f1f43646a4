import { expect, it } from "vitest";
import { checkEnv } from "./env.ts";

const ttl = (value: unknown) => {
  const checked = checkEnv({
    CONFIG_KEY: "k",
    ...(value === undefined ? {} : { CONFIG_TTL_MS: value }),
  });
  return checked.ok ? checked.settings.CONFIG_TTL_MS : checked.faults;
};

it.each([
  [undefined, 30_000],
  ["0", 0],
  ["1000", 1_000],
  [1_000, 1_000],
  [" 5 ", 5],
])("CONFIG_TTL_MS %j is %j ms", (value, ms) => {
  expect(ttl(value)).toBe(ms);
});
it.each(["x", "1.5", "-1", "300001", "1e9", null, {}, Number.NaN])(
  "CONFIG_TTL_MS %j is none",
  (value) => {
    expect(ttl(value)).toEqual([expect.stringMatching(/^CONFIG_TTL_MS /)]);
  },
);
it("says which setting is missing, and how to make it", () => {
  expect(checkEnv({})).toEqual({
    ok: false,
    faults: [expect.stringContaining("CONFIG_KEY is missing")],
  });
});
