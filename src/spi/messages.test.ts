import { describe, expect, it } from "vitest";
import { languageOf, languages, message } from "./messages.ts";
import type { MessageCode } from "./problem.ts";

const codes: readonly MessageCode[] = [
  "unauthorized",
  "too_many_attempts",
  "not_found",
  "try_again",
  "internal",
  "check_fields",
  "not_at_self_checkout",
  "customer_not_found",
  "instrument_not_found",
  "several_matches",
  "already_member",
  "being_created",
  "already_redeemed",
  "expired",
  "not_redeemable_here",
  "cannot_reverse",
  "crm_busy",
  "crm_down",
  "crm_silent",
  "crm_unreadable",
  "crm_set_up",
  "crm_refused",
  "not_supported",
  "used_at",
  "in_use_at",
  "just_undone",
  "outcome_unknown",
  "too_late",
  "too_little_left",
  "redeem_paused",
];

describe.each(languages)("messages in %s", (language) => {
  it("are all there, each its own, with nothing left unfilled", () => {
    const texts = codes.map((code) => message(code, language));
    expect(new Set(texts).size).toBe(codes.length);
    for (const text of texts) expect(text).not.toMatch(/[{}]/);
  });
});

it("tells where and when", () => {
  const place = {
    storeId: "200",
    at: Date.parse("2026-11-23T10:00:00Z"),
    timeZone: "Europe/Stockholm",
  };
  expect(message("used_at", "sv-SE", place)).toBe(
    "Redan använd i butik 200, 2026-11-23 11:00. Den kan inte användas igen.",
  );
  expect(message("in_use_at", "en-GB")).toBe(
    "It is being used right now at another till. It cannot be used twice.",
  );
});
it("puts what a client sent in as it is", () => {
  expect(message("check_fields", "en", { fields: "$& {store}" })).toContain("$&");
});
it("chooses the nearest language", () => {
  expect(["nn-NO", "no", "sv", "fr-FR", "de-AT"].map(languageOf)).toEqual([
    "nb",
    "nb",
    "sv",
    "en",
    "de",
  ]);
});
