import { expect, it } from "vitest";
import { fieldText } from "./field_texts.ts";

it("says it in the market's language, numbers and all", () => {
  expect(fieldText("is read-only here", "sv-SE")).toBe("kan inte ändras här");
  expect(fieldText("a customer must be at least 16 years old", "nb-NO")).toBe(
    "en kunde må være minst 16 år",
  );
  expect(fieldText("is not a date such as 1986-05-15", "de-DE")).toBe(
    "ist kein Datum wie 1986-05-15",
  );
});
it("passes on what it has no words for", () => {
  expect(fieldText("Postnumret finns inte", "fi-FI")).toBe("Postnumret finns inte");
  expect(fieldText("is required", "fr-FR")).toBe("is required");
});
