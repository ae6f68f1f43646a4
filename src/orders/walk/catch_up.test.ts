import { describe, expect, it } from "vitest";
import { begun, isOutOfReach, notBegun, runEnded, runStarted, type Mark } from "./catch_up.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = 1_782_900_400_000;
/** A run every hour for ten days; an order a second. */
const marks: readonly Mark[] = Array.from({ length: 240 }, (_, n) => ({
  at: now - n * hour,
  position: 1_000_000 - n * 3_600,
}));
const state = (deepAt: number) => ({ ...begun(notBegun(deepAt), 1_000_000), deepAt });
const agoOf = (cursor: number | null): number => (1_000_000 - ((cursor ?? 0) - 1)) * 1_000;

describe("a run of the catch-up", () => {
  it("goes back an hour", () => {
    const run = runStarted(state(now - hour), marks, now);
    expect(agoOf(run.cursor)).toBe(hour);
  });

  it("goes back once a day as far as anything may still wait to be delivered: a week and a day", () => {
    const run = runStarted(state(now - day), marks, now);
    expect(agoOf(run.cursor)).toBe(8 * day);
    // And the next one an hour again.
    const { state: ended } = runEnded(run, now + hour / 2, 0);
    expect(agoOf(runStarted(ended, marks, now + hour / 2).cursor)).toBeLessThanOrEqual(hour);
  });

  it("keeps the marks that it goes back to, and no older ones", () => {
    const kept = marks.filter((mark) => !isOutOfReach(mark, marks, now));
    expect(now - Math.min(...kept.map(({ at }) => at))).toBe(8 * day);
  });
});
