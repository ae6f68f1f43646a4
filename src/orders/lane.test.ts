import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play, type Played, type Traveller } from "../../test/lane_road.ts";
import type { Sign } from "./breaker.ts";
import { step } from "./lane.ts";
import { roomFor } from "./lane_admission.ts";
import { type Lane, newLane, type Pace } from "./lane_state.ts";

const pace: Pace = { rate: 10, concurrency: 4, batch: 1 };
const answered: Sign = { kind: "answered" };
const sale = (at: number, change: Partial<Traveller> = {}): Traveller => ({
  at,
  priority: "live",
  group: "club",
  calls: [50, 50],
  sign: answered,
  ...change,
});
const many = (count: number, change: Partial<Traveller> = {}, at = 0): Traveller[] =>
  Array.from({ length: count }, () => sale(at, change));

const outcomes = ({ answers }: Played) =>
  [...answers.values()].map(([first]) => first?.notYet?.why ?? "started");
const delayOf = ({ answers }: Played, id: number, from: number): number =>
  (answers.get(id)?.[0]?.at ?? Infinity) - from - 1_000_000;

const histories = fc.record({
  pace: fc.record({
    rate: fc.integer({ min: 1, max: 60 }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    batch: fc.integer({ min: 1, max: 5 }),
  }),
  travellers: fc.array(
    fc.record({
      // Crowded at first, then long enough for a breaker to open and to try again.
      at: fc.oneof(fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 0, max: 90_000 })),
      priority: fc.constantFrom("live" as const, "backfill" as const),
      group: fc.constantFrom("se", "no"),
      calls: fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 4 }),
      sign: fc.oneof(
        { arbitrary: fc.constant(answered), weight: 5 },
        { arbitrary: fc.constant<Sign>({ kind: "down" }), weight: 15 },
        { arbitrary: fc.constant<Sign>({ kind: "silent" }), weight: 1 },
        { arbitrary: fc.constant<Sign>({ kind: "busy", retryAfterMs: 2_000 }), weight: 1 },
      ),
    }),
    { maxLength: 80 },
  ),
});

describe("whatever comes, in whatever order", () => {
  const always = (holds: (played: Played, pace: Pace, sales: readonly Traveller[]) => void) =>
    fc.assert(
      fc.property(histories, ({ travellers, pace: any }) => {
        const sales = travellers.toSorted((a, b) => a.at - b.at);
        holds(play(sales, any), any, sales);
      }),
      { numRuns: 300 },
    );

  it("there are never more calls in any second than the rate", () =>
    always(({ calls }, { rate }) => {
      for (const [index, at] of calls.entries()) {
        const later = calls[index + rate];
        if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(1_000);
      }
    }));

  it("there are never more calls at once, nor turns, than the destination bears", () =>
    always(({ mostCalls, mostTurns }, { concurrency }) => {
      expect(mostCalls).toBeLessThanOrEqual(concurrency);
      expect(mostTurns).toBeLessThanOrEqual(concurrency);
    }));

  it("everybody gets exactly one answer, within the time that a caller is kept", () =>
    always(({ answers }, _pace, sales) => {
      for (const [id, { at }] of sales.entries()) {
        const given = answers.get(id) ?? [];
        expect(given).toHaveLength(1);
        expect((given[0]?.at ?? Infinity) - 1_000_000 - at).toBeLessThanOrEqual(3_000);
        const again = given[0]?.notYet?.at;
        if (again !== undefined) expect(again).toBeGreaterThan(given[0]?.at ?? Infinity);
      }
    }));

  it("who comes first sets out first, within live and within backfill", () =>
    always(({ started }, _pace, sales) => {
      for (const priority of ["live", "backfill"]) {
        const ids = started
          .flatMap((one) => one.ids)
          .filter((id) => sales[id]?.priority === priority);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      }
    }));

  it("no backfill sets out while a live sale waits, and one place stays free for those", () =>
    always(({ started }, { concurrency }, sales) => {
      for (const { ids, after } of started) {
        if (sales[ids[0] ?? -1]?.priority !== "backfill") continue;
        expect(after.waiting.live).toEqual([]);
        if (concurrency > 1) expect(after.turns.length).toBeLessThan(concurrency);
      }
    }));

  it("a turn holds sales of one kind and group, and no more than a call can bring", () =>
    always(({ started }, { batch }, sales) => {
      for (const { ids } of started) {
        expect(ids.length).toBeLessThanOrEqual(batch);
        expect(new Set(ids.map((id) => `${sales[id]?.priority} ${sales[id]?.group}`)).size).toBe(1);
      }
    }));

  it("nobody sets out while the breaker is open or the CRM wants to be left alone, and one alone tries", () =>
    always(({ started }) => {
      for (const { at, after } of started) {
        expect(after.breaker.heldUntil).toBeLessThanOrEqual(at);
        expect(after.breaker.openUntil).toBeLessThanOrEqual(at);
        expect(after.turns.filter(({ probe }) => probe).length).toBeLessThanOrEqual(1);
      }
    }));
});

describe("live and backfill", () => {
  it("a live sale is as fast behind ten thousand of a backfill as behind ten", () => {
    const after = (length: number): number => {
      const played = play([...many(length, { priority: "backfill" }), sale(500)], pace);
      return delayOf(played, length, 500);
    };
    expect(after(10_000)).toBe(after(10));
    expect(after(10_000)).toBe(0);
  });

  it("and its calls go before those of sales that have set out", () => {
    const slow: Pace = { rate: 1, concurrency: 4, batch: 1 };
    const { calls, started } = play(
      [...many(3, { priority: "backfill", calls: [1, 1] }), sale(500, { calls: [1] })],
      slow,
    );
    expect(started.map(({ ids }) => ids)).toContainEqual([3]);
    // The first backfill call at once; the next second is the live sale's, then the backfill goes on.
    expect(calls[1]).toBe(1_001_000);
    expect(started.find(({ ids }) => ids[0] === 3)?.at).toBe(1_000_500);
  });

  it("a backfill runs at the whole rate while nothing live comes", () => {
    const steady = Array.from({ length: 100 }, (_, n) => sale(n * 200, { priority: "backfill" }));
    const played = play(steady, pace);
    expect(outcomes(played)).toEqual(Array(100).fill("started"));
    expect(played.calls).toHaveLength(200);
    expect(played.end - 1_000_000).toBeLessThan(20_500);
  });

  it("and waits, without being refused for good, while live sales take everything", () => {
    const live = Array.from({ length: 60 }, (_, n) => sale(n * 150));
    const played = play([sale(0), ...live, sale(4_000, { priority: "backfill" })], pace);
    expect(played.answers.get(61)?.[0]?.notYet).toMatchObject({ why: "busy" });
  });
});

describe("who is turned away", () => {
  it("is told a time of its own, at the pace of the lane", () => {
    const played = play(many(500), pace);
    const times = [...played.answers.values()].flatMap(([first]) => first?.notYet?.at ?? []);
    expect(times.length).toBeGreaterThan(400);
    expect(new Set(times).size).toBe(times.length);
    const [first = 0, ...rest] = times.toSorted((a, b) => a - b);
    // Two calls each, ten a second: five sales a second.
    expect((rest.at(-1) ?? 0) - first).toBe(rest.length * 200);
  });

  it("is told so at once when waiting would take too long", () => {
    const played = play(many(40), pace);
    const away = [...played.answers.values()].filter(([first]) => first?.notYet !== undefined);
    expect(away.length).toBeGreaterThan(20);
    for (const [first] of away) expect(first?.at).toBe(1_000_000);
  });

  it("and after three seconds, when the CRM turns out to be slow", () => {
    const played = play(many(6, { calls: [9_000] }), { ...pace, concurrency: 2 });
    expect(outcomes(played)).toEqual(["started", "started", "busy", "busy", "busy", "busy"]);
    expect(delayOf(played, 5, 0)).toBe(3_000);
  });
});

describe("a CRM that is down", () => {
  const failing = { calls: [10, 10], sign: { kind: "down" } } as const;
  const steadily = (count: number, from: number, change: Partial<Traveller>) =>
    Array.from({ length: count }, (_, n) => sale(from + n * 500, change));
  const fast: Pace = { rate: 50, concurrency: 4, batch: 3 };

  it("is left alone, tried by one sale alone, and gone to again when that arrives", () => {
    const played = play(
      [
        ...steadily(5, 0, failing),
        sale(5_000),
        // After 30 s: the first tries, and takes its time.
        ...many(3, { calls: [1_000, 1_000] }, 33_000),
      ],
      fast,
    );
    expect(outcomes(played).slice(5)).toEqual(["down", "started", "started", "started"]);
    expect(played.started.slice(5).map(({ ids, at }) => [ids, at - 1_000_000])).toEqual([
      [[6], 33_000],
      [[7, 8], 35_000],
    ]);
  });

  it("and while that one still tries, the others wait for the CRM, not for each other", () => {
    const played = play(
      [...steadily(5, 0, failing), ...many(3, { ...failing, calls: [2_000, 2_000] }, 33_000)],
      fast,
    );
    expect(outcomes(played).slice(5)).toEqual(["started", "down", "down"]);
    expect(delayOf(played, 7, 33_000)).toBe(3_000);
  });

  it("turns away at once who waits while it opens, to a time when it may be tried again", () => {
    const slow = { calls: [900, 900], sign: { kind: "down" } } as const;
    const played = play(many(14, slow), { rate: 50, concurrency: 5, batch: 1 });
    const [away] = played.answers.get(13) ?? [];
    expect(away?.at).toBeLessThan(1_002_000);
    expect(away?.notYet).toMatchObject({ why: "down" });
    expect((away?.notYet?.at ?? 0) - (away?.at ?? 0)).toBeGreaterThanOrEqual(30_000);
  });

  it("is not thought slow for how long it hung", () => {
    const hanging = { calls: [9_000], sign: { kind: "down" } } as const;
    const played = play([...steadily(5, 0, hanging), ...many(6, {}, 60_000)], {
      rate: 50,
      concurrency: 5,
      batch: 1,
    });
    expect(outcomes(played).slice(5)).toEqual(Array(6).fill("started"));
  });

  it("is not called by sales that have set out, once it has asked to be left alone", () => {
    const busy = { calls: [100], sign: { kind: "busy", retryAfterMs: 60_000 } } as const;
    const played = play([sale(0, busy), sale(0, { calls: [200, 200, 200] })], fast);
    expect(played.calls.map((at) => at - 1_000_000)).toEqual([0, 20]);
    expect(played.end).toBeLessThan(1_001_000);
  });
});

describe("asking for room", () => {
  const ask = (count: number, lane: Lane = newLane(), now = 5_000) => {
    let told = 0;
    let at = lane;
    for (let n = 0; n < count; n += 1) {
      const asked = roomFor(at, "backfill", pace, now);
      at = asked.lane;
      if (asked.notYet === undefined) told += 1;
    }
    return { told, lane: at };
  };

  it("keeps a place, so that no more are told so than can come", () => {
    expect(ask(500).told).toBe(16);
  });

  it("and forgets who does not come", () => {
    const { lane } = ask(500);
    expect(ask(500, lane, 14_999).told).toBe(0);
    expect(ask(500, lane, 15_001).told).toBe(16);
  });

  it("whoever has a place is taken, and nobody else in their stead", () => {
    let { lane } = ask(500);
    const come = (expected: boolean, count: number): number => {
      let away = 0;
      for (let id = 0; id < count; id += 1) {
        const event = { kind: "came", id, group: "club", priority: "backfill", expected } as const;
        const moved = step(lane, event, pace, 5_000);
        lane = moved.lane;
        away += moved.commands.filter(({ kind }) => kind === "turn_away").length;
      }
      return away;
    };
    expect([come(false, 5), come(true, 16)]).toEqual([5, 0]);
    expect(lane.expected.backfill).toEqual([]);
  });
});

describe("batches", () => {
  it("hold what waits of one group, and go when a place is free", () => {
    const ten: Pace = { rate: 100, concurrency: 1, batch: 10 };
    const travellers = [sale(0), ...many(12, {}, 1), ...many(2, { group: "no" }, 2)];
    const { started } = play(travellers, ten);
    expect(started.map(({ ids }) => ids.length)).toEqual([1, 10, 2, 2]);
  });

  it("find their customers no more at once than the destination bears", () => {
    const ten: Pace = { rate: 1_000, concurrency: 2, batch: 10 };
    const played = play([sale(0), sale(0), ...many(12, { calls: [400, 400] }, 1)], ten);
    expect([played.mostCalls, played.started.length]).toEqual([2, 4]);
  });
});
