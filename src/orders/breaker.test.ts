import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CrmFailure } from "../model/crm_failure.ts";
import {
  type Breaker,
  breakerAfter,
  closedBreaker,
  flowOf,
  type Sign,
  signOf,
  together,
} from "./breaker.ts";

const down: Sign = { kind: "down" };
const answered: Sign = { kind: "answered" };
const after = (signs: readonly Sign[], now = 0, from: Breaker = closedBreaker): Breaker =>
  signs.reduce((breaker, sign) => breakerAfter(breaker, sign, now), from);
const five: readonly Sign[] = Array.from({ length: 5 }, () => down);

describe("the breaker", () => {
  it("opens after five deliveries in a row that found the CRM down", () => {
    expect(flowOf(after(five.slice(1)), 0).kind).toBe("flows");
    expect(flowOf(after(five), 0)).toEqual({ kind: "stopped", why: "down", until: 30_000 });
    expect(flowOf(after([...five.slice(1), answered, ...five.slice(1)]), 0).kind).toBe("flows");
    expect(flowOf(after([...five.slice(1), { kind: "silent" }, down]), 0).kind).toBe("stopped");
  });

  it("lets one try after 30 s, 60 s, 2 min, 4 min, 5 min, 5 min, for as long as nobody answers", () => {
    let breaker = after(five);
    const waits: number[] = [];
    for (let now = 0; waits.length < 6;) {
      waits.push((breaker.openUntil - now) / 1_000);
      now = breaker.openUntil;
      expect(flowOf(breaker, now - 1).kind).toBe("stopped");
      expect(flowOf(breaker, now).kind).toBe("probe");
      breaker = breakerAfter(breaker, down, now);
      expect(breaker.since).toBe(0);
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300]);
  });

  it("closes with the first answer, and begins anew with the shortest wait", () => {
    const open = after(five);
    const closed = breakerAfter(open, answered, 40_000);
    expect([flowOf(closed, 40_000).kind, closed.since]).toEqual(["flows", 40_000]);
    expect(after(five, 50_000, closed)).toMatchObject({ openUntil: 80_000, since: 50_000 });
  });

  it("learns nothing from deliveries that began before it opened", () => {
    const open = after(five);
    expect(after(five, 29_000, open)).toBe(open);
  });
});

describe("a CRM that wants to be left alone", () => {
  const busy = (retryAfterMs?: number): Sign =>
    retryAfterMs === undefined ? { kind: "busy" } : { kind: "busy", retryAfterMs };

  it.each([
    [undefined, 10_000],
    [60_000, 60_000],
    [0, 1_000],
    [90 * 24 * 3_600_000, 24 * 3_600_000],
  ])("asking for %s ms is left alone for %s", (asked, held) => {
    const breaker = breakerAfter(closedBreaker, busy(asked), 5_000);
    expect(flowOf(breaker, 4_999 + held)).toMatchObject({ why: "asked_to_wait" });
    expect(flowOf(breaker, 5_000 + held).kind).toBe("flows");
  });

  it("is left alone for the longest time that it asked for, whatever else it answers", () => {
    const breaker = after([busy(60_000), busy(2_000), answered]);
    expect(flowOf(breaker, 59_999).kind).toBe("stopped");
  });

  it("is there: an open breaker closes", () => {
    expect(flowOf(after([...five, busy(1_000)]), 1_000).kind).toBe("flows");
  });
});

describe("what a failure tells", () => {
  it.each<[CrmFailure, Sign]>([
    [{ kind: "unavailable", sent: true, detail: "503" }, down],
    [{ kind: "timed_out" }, down],
    [{ kind: "unreadable", detail: "html" }, down],
    [
      { kind: "rate_limited", retryAfterMs: 5 },
      { kind: "busy", retryAfterMs: 5 },
    ],
    [{ kind: "rate_limited" }, { kind: "busy" }],
    [{ kind: "set_up_fault", detail: "401" }, { kind: "silent" }],
    [{ kind: "refused", detail: "no" }, { kind: "silent" }],
  ])("%o", (failure, sign) => {
    expect(signOf(failure)).toEqual(sign);
  });

  it("of several, a 429 outweighs an answer, and an answer outweighs failures", () => {
    const sign = fc.constantFrom<Sign>(down, answered, { kind: "silent" }, { kind: "busy" });
    fc.assert(
      fc.property(fc.array(sign), (signs) => {
        const kinds = signs.map(({ kind }) => kind);
        const order = ["busy", "answered", "down", "silent"] as const;
        expect(together(signs).kind).toBe(order.find((kind) => kinds.includes(kind)) ?? "silent");
      }),
    );
  });
});
