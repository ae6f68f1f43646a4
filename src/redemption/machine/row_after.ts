import type { RedemptionRow } from "./redemption_row.ts";
import { transition, type RedemptionEvent } from "./machine.ts";

/** A redemption that no order has named by then is asked about (design.md 6.7). */
const claimedWithinMs = 48 * 3_600_000;

/**
 * The row after an event: its state by the machine, and what its next step is decided by.
 * @returns undefined when the event means nothing in the row's present state.
 */
export const rowAfter = (
  row: RedemptionRow,
  event: RedemptionEvent,
  now: number,
): RedemptionRow | undefined => {
  const state = transition(row.state, event);
  if (state === undefined) return undefined;
  const stays = state === row.state;
  const nextAt = state === "committed" ? now + claimedWithinMs : now;
  return {
    ...row,
    state,
    attempts: stays ? row.attempts : 0,
    nextAt: stays ? row.nextAt : nextAt,
    wasUnclear: row.wasUnclear || state === "unknown",
    givenBack: row.givenBack || event.type === "given_back",
    ...(state === "committed" ? { committedAt: row.committedAt ?? now } : {}),
    ...(state === "settled" ? { settledAt: row.settledAt ?? now } : {}),
  };
};
