import { expect, it } from "vitest";
import de from "../../public/_texts/de.json";
import fi from "../../public/_texts/fi.json";
import nb from "../../public/_texts/nb.json";
import sv from "../../public/_texts/sv.json";
import { english } from "./english.ts";
import { fieldText } from "./field_texts.ts";

it("says it in the market's language, numbers and all", () => {
  expect(fieldText("is read-only here", sv)).toBe("kan inte ändras här");
  expect(fieldText("a customer must be at least 16 years old", nb)).toBe(
    "en kunde må være minst 16 år",
  );
  expect(fieldText("is not a date such as 1986-05-15", de)).toBe("ist kein Datum wie 1986-05-15");
});
it("passes on what it has no words for", () => {
  expect(fieldText("Postnumret finns inte", fi)).toBe("Postnumret finns inte");
  expect(fieldText("is required", english)).toBe("is required");
});
