import { describe, expect, it } from "vitest";
import type { BackfillAnswer } from "./backfill_answers.ts";
import {
  barText,
  durationOf,
  listText,
  progressText,
  resultText,
  totalsText,
} from "./backfill_text.ts";

const backfill = (change: Partial<BackfillAnswer> = {}): BackfillAnswer => ({
  id: "b1",
  account: 90316,
  site: 1,
  channel: null,
  dryRun: false,
  from: Date.parse("2025-12-31T23:00:00Z"),
  to: Date.parse("2026-06-30T22:00:00Z"),
  state: "running",
  found: 6_200,
  handed: 6_000,
  onTheirWay: 200,
  remaining: 3_800,
  position: 17_000,
  perSecond: 41.27,
  secondsLeft: 92,
  startedAt: Date.parse("2026-11-23T10:00:00Z"),
  endedAt: null,
  lastError: null,
  ...change,
});

describe("a backfill that is watched", () => {
  it("shows what is through, of how many, how fast, and for how long still", () => {
    expect(barText(backfill(), 10)).toBe(
      "██████░░░░  60 %  90316/1  6,000 of 10,000 orders, 41.3/s, 92 s left",
    );
    expect(barText(backfill({ state: "done", remaining: 0, onTheirWay: 0 }), 4)).toMatch(
      /^████ 100 %/,
    );
  });

  it("says what it waits for", () => {
    const early = backfill({
      found: 0,
      onTheirWay: 0,
      remaining: null,
      perSecond: null,
      secondsLeft: null,
    });
    expect(progressText({ ...early, lastError: "Sitoo answered 503" })).toBe(
      "90316/1  0 orders, waits: Sitoo answered 503",
    );
    expect(progressText({ ...early, state: "waiting" })).toContain("waits for another one");
    expect(progressText(backfill({ state: "finishing", remaining: 0 }))).toContain(
      "the last 200 are on their way",
    );
    expect(barText(early, 4)).toMatch(/^░░░░ {3}0 %/);
  });

  it("ends with what came of it", () => {
    const ended = { endedAt: Date.parse("2026-11-23T10:04:02Z"), onTheirWay: 0, remaining: 0 };
    expect(resultText(backfill({ state: "done", ...ended }))).toBe(
      "90316/1: done, 6,200 closed orders, 6,000 of them brought, 200 there already or for no destination, in 4 min",
    );
    expect(resultText(backfill({ dryRun: true, ...ended }))).toContain("nothing was brought");
  });
});

describe("durations", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [100, "2 min"],
    [3_599, "1 h 00 min"],
    [3_900, "1 h 05 min"],
    [90_000, "25 h 00 min"],
  ])("%s seconds are %s", (seconds, words) => {
    expect(durationOf(seconds)).toBe(words);
  });
});

describe("tables", () => {
  it("list every backfill, and a dry run as one", () => {
    const text = listText([backfill({ channel: "voyado" }), backfill({ id: "b2", dryRun: true })]);
    expect(text).toMatch(/^b1 +90316\/1 +2025-12-31 23:00:00Z +\S+ \S+ +voyado +running +6200/m);
    expect(text).toMatch(/^b2 .* all +running, dry run/m);
  });

  it("show a dry run's days, and sum them up where they are many", () => {
    const row = { store: "200", currency: "SEK", orders: 2, total: 20_050 };
    expect(totalsText([backfill({ totals: [{ ...row, day: "2026-01-02" }] })])).toMatch(
      /^2026-01-02 +200 +SEK +2 +200\.50$/m,
    );
    const days = Array.from({ length: 61 }, (_, index) => ({ ...row, day: `day ${index}` }));
    const yen = { day: "day 1", store: "200", currency: "JPY", orders: 1, total: 500 };
    const text = totalsText([backfill({ totals: [...days, yen] })]);
    expect(text).toMatch(/^all +200 +SEK +122 +12230\.50$/m);
    expect(text).toMatch(/^all +200 +JPY +1 +500$/m);
  });
});
