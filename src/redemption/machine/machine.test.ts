import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  holds,
  redemptionStates,
  transition,
  type RedemptionEvent,
  type RedemptionState,
} from "./machine.ts";

const timedOut = { kind: "timed_out" } as const;
const events: Readonly<Record<string, RedemptionEvent>> = {
  commit_begun: { type: "commit_begun" },
  commit_ok: { type: "commit_ok" },
  commit_refused: { type: "commit_failed", failure: { kind: "expired" } },
  commit_unclear: { type: "commit_failed", failure: timedOut },
  call_lost: { type: "call_lost" },
  found_ours: { type: "found_redeemed", withinAttempt: true },
  found_others: { type: "found_redeemed", withinAttempt: false },
  found_available: { type: "found_available" },
  found_gone: { type: "found_gone" },
  commit_refused_late: { type: "commit_failed", failure: { kind: "expired" }, goodsGone: true },
  commit_busy: { type: "commit_failed", failure: { kind: "rate_limited" }, goodsGone: true },
  found_others_late: { type: "found_redeemed", withinAttempt: false, goodsGone: true },
  order_closed: { type: "order_closed" },
  undo: { type: "undo" },
  given_back: { type: "given_back" },
  expired: { type: "expired" },
  reverse_ok: { type: "reverse_ok" },
  reverse_unclear: { type: "reverse_failed", failure: timedOut },
  reverse_impossible: { type: "reverse_failed", failure: { kind: "cannot_reverse", detail: "" } },
  reverse_done_before: { type: "reverse_failed", failure: { kind: "already_active" } },
  given_up: { type: "given_up" },
};

/** design.md 6, line by line; what is not here must mean nothing. */
const table: readonly (readonly [RedemptionState, string, RedemptionState])[] = [
  ["reserved", "commit_begun", "committing"],
  ["reserved", "undo", "released"],
  ["reserved", "expired", "released"],
  ["committing", "commit_ok", "committed"],
  ["committing", "commit_refused", "refused"],
  ["committing", "commit_unclear", "unknown"],
  ["committing", "call_lost", "unknown"],
  ["committing", "commit_refused_late", "lost"],
  ["committing", "commit_busy", "released"],
  ["unknown", "found_others_late", "lost"],
  // A till that asks again has the CRM read once more.
  ["released", "found_ours", "committed"],
  ["attention", "found_ours", "committed"],
  ["attention", "found_others", "refused"],
  ["attention", "found_others_late", "refused"],
  ["attention", "found_available", "released"],
  ["committed", "order_closed", "settled"],
  ["reinstated", "order_closed", "settled"],
  ["unknown", "found_ours", "committed"],
  ["unknown", "found_others", "refused"],
  ["unknown", "found_available", "released"],
  ["unknown", "found_gone", "attention"],
  ["unknown", "given_up", "attention"],
  ["committed", "undo", "reversing"],
  ["reversing", "reverse_ok", "reversed"],
  ["reversing", "found_available", "reversed"],
  ["reversing", "reverse_done_before", "reversed"],
  ["reversing", "reverse_impossible", "reinstated"],
  ["reversing", "reverse_unclear", "reversing"],
  ["reversing", "given_up", "attention"],
  ["reserved", "given_back", "released"],
  ["committed", "given_back", "reversing"],
  ["settled", "given_back", "reversing"],
  ["attention", "given_back", "reversing"],
  ["released", "commit_begun", "committing"],
  ["refused", "commit_begun", "committing"],
  ["reversed", "commit_begun", "committing"],
  ["reinstated", "commit_begun", "committing"],
];

describe("every state and event", () => {
  for (const state of redemptionStates) {
    for (const [name, event] of Object.entries(events)) {
      const next = table.find(([from, what]) => from === state && what === name)?.[2];
      it(`${state} · ${name} → ${next ?? "nothing"}`, () => {
        expect(transition(state, event)).toBe(next);
      });
    }
  }
});

describe("any history", () => {
  const anyHistory = fc.array(fc.constantFrom(...Object.values(events)), { maxLength: 40 });
  const walk = (
    from: RedemptionState,
    history: readonly RedemptionEvent[],
  ): [RedemptionState, RedemptionEvent, RedemptionState][] => {
    let state = from;
    return history.flatMap((event) => {
      const next = transition(state, event);
      if (next === undefined) return [];
      const step: [RedemptionState, RedemptionEvent, RedemptionState] = [state, event, next];
      state = next;
      return [step];
    });
  };
  it("frees an instrument whose use was unclear only by what the CRM said", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        for (const [from, event, to] of walk("committing", history)) {
          if (from === "unknown" && !holds(to))
            expect(["found_available", "found_redeemed"]).toContain(event.type);
        }
      }),
    );
  });
  it("never gives back what was not committed first", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        for (const [from, , to] of walk("committing", history)) {
          if (to === "reversing" && from !== "reversing")
            expect(["committed", "settled", "attention"]).toContain(from);
        }
      }),
    );
  });
});
