import { unreachable } from "../../model/outcome.ts";
import type { RedemptionRow } from "./redemption_row.ts";
import type { RedemptionEvent } from "./machine.ts";

/**
 * What one redemption needs next: the guards of the machine (design.md 6), pure like its
 * transitions. The reconciler carries the steps out; nothing but `machine.ts` changes a state.
 */
export type Step =
  /** Nothing is to be found out: the event follows from what the row says. */
  | { readonly do: "apply"; readonly event: RedemptionEvent; readonly detail: string }
  /** Nobody knows whether the CRM acted: it is read, never asked to redeem again. */
  | { readonly do: "ask_crm" }
  /** A closed order has used it: the CRM is told now. */
  | { readonly do: "commit" }
  | { readonly do: "reverse" }
  /** Believed free after an unclear call: one more look at what the CRM did late. */
  | { readonly do: "look_again" }
  /** No order has named it in its time; Sitoo is asked for one. */
  | { readonly do: "ask_sitoo"; readonly about: "reservation" | "claim" }
  /** Goods of its order came back, and not yet all of them. */
  | { readonly do: "note_returns" }
  /** `until` (epoch milliseconds) absent: for nothing, it has ended. */
  | { readonly do: "wait"; readonly until?: number };

/** What a step is decided by besides the row. */
export type Situation = {
  readonly now: number;
  /** So long a till may repeat its call and get the stored answer. */
  readonly replayWindowMs: number;
  /** Goods that came back of the row's order: `unseen` since the row was last looked at. */
  readonly returns: { readonly areUnseen: boolean; readonly areAll: boolean };
  /** The row's till is waiting: what has a time of its own is done at once. */
  readonly tillAsks?: boolean;
};

/** A closed order used it, and has not given it back. */
export const isSold = (row: RedemptionRow): boolean => row.order !== undefined && !row.givenBack;

/** One more second, so that the alarm does not ring just before. */
const afterWindowMs = 1_000;

const ended: Step = { do: "wait" };

export const nextStep = (row: RedemptionRow, situation: Situation): Step => {
  const { now, tillAsks = false } = situation;
  const wait: Step = { do: "wait", until: row.nextAt };
  const when = (isTime: boolean, step: Step): Step => (isTime ? step : wait);
  const isTime = row.nextAt <= now;
  switch (row.state) {
    case "reserved":
      return isSold(row)
        ? when(isTime || tillAsks, { do: "commit" })
        : when(isTime, { do: "ask_sitoo", about: "reservation" });
    case "committing":
      // Only asked of a row whose call is not under way: it was lost with its object.
      return when(isTime || tillAsks, {
        do: "apply",
        event: { type: "call_lost" },
        detail: "the call was lost",
      });
    case "unknown":
      return when(isTime || tillAsks, { do: "ask_crm" });
    case "attention":
      return tillAsks ? { do: "ask_crm" } : ended;
    case "committed":
      return committed(row, situation);
    case "settled":
      if (situation.returns.areAll)
        return {
          do: "apply",
          event: { type: "given_back" },
          detail: "everything bought with it was returned",
        };
      return situation.returns.areUnseen ? { do: "note_returns" } : ended;
    case "reversing":
      return when(isTime || tillAsks, { do: "reverse" });
    case "reinstated":
      // Our own copy was used: nothing to tell the CRM.
      return isSold(row) ? orderClosed(row) : ended;
    case "released":
      if (isSold(row)) return when(isTime || tillAsks, { do: "commit" });
      return row.wasUnclear && !row.watched ? when(isTime, { do: "look_again" }) : ended;
    case "refused":
    case "reversed":
      return isSold(row) ? when(isTime || tillAsks, { do: "commit" }) : ended;
    case "lost":
      return ended;
    default:
      return unreachable(row.state);
  }
};

const committed = (row: RedemptionRow, { now, replayWindowMs }: Situation): Step => {
  if (isSold(row)) return orderClosed(row);
  const undo = { do: "apply", event: { type: "undo" } } as const;
  if (row.undoRequested) return { ...undo, detail: "undo asked for" };
  if (!row.heard) {
    const until = (row.committedAt ?? row.startedAt) + replayWindowMs;
    return now > until
      ? { ...undo, detail: "no till heard of it" }
      : { do: "wait", until: until + afterWindowMs };
  }
  if (row.claimChecked) return ended;
  return row.nextAt <= now
    ? { do: "ask_sitoo", about: "claim" }
    : { do: "wait", until: row.nextAt };
};

const orderClosed = (row: RedemptionRow): Step => ({
  do: "apply",
  event: { type: "order_closed" },
  detail: row.order ?? "",
});
