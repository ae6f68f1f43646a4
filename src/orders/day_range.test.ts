import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, dayRange, yesterday } from "./day_range.ts";

const zones = [
  "Europe/Stockholm",
  "America/New_York",
  "Asia/Tokyo",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Australia/Lord_Howe",
  "Africa/Cairo",
];
const anyDay = fc
  .date({ min: new Date("2015-01-01"), max: new Date("2030-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("a day of a zone", () => {
  it.each([
    ["2026-11-23", "Europe/Stockholm", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"],
    // Clocks go forward: 23 hours. And back: 25.
    ["2026-03-29", "Europe/Stockholm", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ["2026-10-25", "Europe/Stockholm", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    ["2026-11-01", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"],
    // Midnight is leapt over: the day begins at one.
    ["2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"],
    ["2026-11-23", "No/Where", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"],
  ])("%s in %s is from %s to %s", (day, zone, from, to) => {
    expect(dayRange(day, zone)).toEqual({
      from: Date.parse(from) / 1_000,
      to: Date.parse(to) / 1_000,
    });
  });

  it("begins where the day before ends, and holds its own seconds alone", () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (day, zone, part) => {
          const { from, to } = dayRange(day, zone);
          const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
            .toISOString()
            .slice(0, 10);
          expect(dayRange(next, zone).from).toBe(to);
          const within = Math.min(to - 1, Math.floor(from + part * (to - from)));
          expect(dayOf(within * 1_000, zone)).toBe(day);
          expect(dayOf((from - 1) * 1_000, zone) < day).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("that ended last is the one before today, where the market is", () => {
    const at = Date.parse("2026-11-23T03:17:00Z");
    expect(yesterday(at, "Europe/Stockholm")).toBe("2026-11-22");
    expect(yesterday(at, "America/New_York")).toBe("2026-11-21");
    expect(yesterday(at, "Asia/Tokyo")).toBe("2026-11-22");
  });
});
