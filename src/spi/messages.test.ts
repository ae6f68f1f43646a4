import { expect, it } from "vitest";
import sv from "../../public/_texts/sv.json";
import { english } from "./english.ts";
import { message } from "./messages.ts";

it("tells where and when", () => {
  const place = {
    storeId: "200",
    at: Date.parse("2026-11-23T10:00:00Z"),
    timeZone: "Europe/Stockholm",
  };
  expect(message("used_at", sv, "sv-SE", place)).toBe(
    "Redan använd i butik 200, 2026-11-23 11:00. Den kan inte användas igen.",
  );
  expect(message("in_use_at", english, "en-GB")).toBe(
    "It is being used right now at another till. It cannot be used twice.",
  );
});
it("puts what a client sent in as it is", () => {
  expect(message("check_fields", english, "en", { fields: "$& {store}" })).toContain("$&");
});
