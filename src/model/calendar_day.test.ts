import { expect, it } from "vitest";
import { isCalendarDay } from "./calendar_day.ts";

it.each(["2026-12-01", "2028-02-29", "1999-12-31"])("%s is a day", (text) => {
  expect(isCalendarDay(text)).toBe(true);
});
it.each([
  "2026-02-29",
  "2026-04-31",
  "2026-13-01",
  "2026-00-10",
  "2026-12-00",
  "26-12-01",
  "2026-12-01T00:00:00Z",
  "2026-1-1",
  " 2026-12-01",
  "today",
  "",
])("%j is none", (text) => {
  expect(isCalendarDay(text)).toBe(false);
});
