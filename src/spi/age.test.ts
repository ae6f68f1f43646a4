import { expect, it } from "vitest";
import { isTooYoung } from "./age.ts";

const now = Date.parse("2026-11-23T10:00:00Z");

it.each([
  ["16 today", { birthday: "2010-11-23" }, false],
  ["16 tomorrow", { birthday: "2010-11-24" }, true],
  ["Swedish, twelve digits", { personalId: "20121201-2396" }, true],
  ["Swedish, ten digits, this century", { personalId: "1212012396" }, true],
  ["Swedish, ten digits, last century", { personalId: "8505152386" }, false],
  ["Swedish samordningsnummer", { personalId: "201212612396" }, true],
  ["Finnish, born 2015", { personalId: "010115A900P" }, true],
  ["Finnish, born 1990", { personalId: "010190-900P" }, false],
  ["nobody knows", { personalId: "NO-0001" }, false],
  ["nothing given", {}, false],
])("%s", (_, person, tooYoung) => {
  expect(isTooYoung(person, 16, now)).toBe(tooYoung);
});
