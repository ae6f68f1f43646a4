import { expect, it } from "vitest";
import { isTooYoung } from "./age.ts";

const now = Date.parse("2026-11-23T10:00:00Z");

it.each([
  ["16 today", "SE", { birthday: "2010-11-23" }, false],
  ["16 tomorrow", "SE", { birthday: "2010-11-24" }, true],
  ["Swedish, twelve digits", "SE", { personalId: "20121201-2396" }, true],
  ["Swedish, ten digits, this century", "SE", { personalId: "1212012396" }, true],
  ["Swedish, with a hyphen", "SE", { personalId: "150412-1234" }, true],
  ["Swedish, ten digits, last century", "SE", { personalId: "8505152386" }, false],
  ["Swedish, over a hundred", "SE", { personalId: "200101+1234" }, false],
  ["Swedish samordningsnummer", "SE", { personalId: "201212612396" }, true],
  ["Finnish, born 2015", "FI", { personalId: "010115A900P" }, true],
  ["Finnish, born 1990", "FI", { personalId: "010190-900P" }, false],
  ["Danish, whose form is another", "DK", { personalId: "1512901234" }, false],
  ["nobody knows", "NO", { personalId: "NO-0001" }, false],
  ["nothing given", "SE", {}, false],
])("%s", (_, country, person, tooYoung) => {
  expect(isTooYoung(person, 16, now, country)).toBe(tooYoung);
});
