import { describe, expect, it } from "vitest";
import { isoWithOffset } from "./iso_time.ts";

const zone = "Europe/Stockholm";

describe("times from Engage", () => {
  it.each([
    ["2030-01-31T10:00:01Z", "2030-01-31T10:00:01Z"],
    ["2030-01-31T10:00:01.4567891+01:00", "2030-01-31T10:00:01.456+01:00"],
    ["2030-01-31 10:00", "2030-01-31T10:00:00+01:00"],
    ["2030-07-31T10:00:00.5", "2030-07-31T10:00:00.5+02:00"],
    ["2030-07-31", "2030-07-31T00:00:00+02:00"],
    // Clocks change at 01:00 UTC on the last Sundays of March and October.
    ["2030-03-31T01:59:59", "2030-03-31T01:59:59+01:00"],
    ["2030-03-31T03:00:00", "2030-03-31T03:00:00+02:00"],
    ["2030-10-27T03:00:00", "2030-10-27T03:00:00+01:00"],
  ])("%s is %s", (text, iso) => expect(isoWithOffset(text, zone)).toBe(iso));

  it("keeps fractions, which tell our own redeem from an earlier one", () => {
    expect(Date.parse(isoWithOffset("2030-01-31T10:00:00.999Z", zone) ?? "")).toBe(
      Date.parse("2030-01-31T10:00:00.999Z"),
    );
  });

  it.each(["", "soon", "2030-13-45T00:00:00Z", "31/01/2030"])(
    "knows that %j is no time",
    (text) => {
      expect(isoWithOffset(text, zone)).toBeUndefined();
    },
  );

  it("reads UTC and zones west of it", () => {
    expect(isoWithOffset("2030-01-31T10:00:00", "UTC")).toBe("2030-01-31T10:00:00+00:00");
    expect(isoWithOffset("2030-01-31", "America/New_York", "ends")).toBe(
      "2030-01-31T23:59:59-05:00",
    );
  });
});
