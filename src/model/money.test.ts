import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocate, currencyDigits, formatMinor, parseMinor, taxWithin } from "./money.ts";

describe("amounts", () => {
  it.each([
    ["SEK", 2],
    ["JPY", 0],
    ["KWD", 3],
    ["USD", 2],
  ])("%s has %i decimals", (currency, digits) => {
    expect(currencyDigits(currency)).toBe(digits);
  });
  it.each([
    ["50.00", "SEK", 5_000],
    ["-0.10", "SEK", -10],
    ["100.00", "JPY", 100],
    ["1.5", "KWD", 1_500],
    ["0.005", "SEK", 1],
    ["1e3", "SEK", undefined],
    ["", "SEK", undefined],
    ["12,50", "SEK", undefined],
    ["-0.00", "SEK", 0],
  ])("%s %s is %s", (text, currency, minor) => {
    expect(parseMinor(text, currency)).toBe(minor);
  });
  it("are written as they are read", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.constantFrom("SEK", "JPY", "KWD"),
        (minor, currency) => {
          expect(parseMinor(formatMinor(minor, currency), currency)).toBe(minor);
        },
      ),
    );
  });
});

describe("splitting", () => {
  it("adds up exactly, and gives nothing to what weighs nothing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.array(fc.nat(2_000_000_000), { minLength: 1, maxLength: 20 }),
        (minor, weights) => {
          const parts = allocate(minor, weights);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(minor);
          if (weights.some((weight) => weight > 0)) {
            parts.forEach((part, index) => weights[index] === 0 && expect(part).toBe(0));
          }
        },
      ),
    );
  });
  it("has nowhere to put an amount without lines", () => {
    expect(allocate(100, [])).toEqual([]);
  });
});

it("finds the tax within a gross amount", () => {
  expect([taxWithin(20_000, "25"), taxWithin(100, "0"), taxWithin(11_200, "12")]).toEqual([
    4_000, 0, 1_200,
  ]);
});
