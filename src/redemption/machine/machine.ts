import type { CrmFailure } from "../../model/crm_failure.ts";
import { mayHaveActed } from "../../model/crm_failure.ts";
import { unreachable } from "../../model/outcome.ts";

/**
 * The state machine of one redemption (design.md 6): pure, no clock and no I/O of its own.
 * docs/redemption.md draws it.
 *
 *   reserve ──▶ reserved ──▶ committing ──▶ committed ──▶ settled
 *                  │          │  │  └ no clear answer ▶ unknown ──▶ committed | released | attention
 *                  ▼          ▼  └ refused, goods gone ▶ lost
 *               released    refused         committed ──▶ reversing ──▶ reversed | reinstated
 */
export type RedemptionState =
  /** Held for a till; the CRM knows nothing of it. */
  | "reserved"
  /** The CRM call is under way, or was when the object stopped. */
  | "committing"
  | "committed"
  /** A closed order names it: used for good. */
  | "settled"
  /** Free again; the CRM was never told, or is known not to have acted. */
  | "released"
  | "refused"
  /** A closed order used it, and the CRM would not have it: the discount was given for nothing. */
  | "lost"
  /** The CRM may have acted. Only a reading of the CRM decides. */
  | "unknown"
  /** The CRM call that gives back is under way, or was. */
  | "reversing"
  | "reversed"
  /** Given back here although the CRM cannot: the card shows our copy, the next use makes no call. */
  | "reinstated"
  /** A person must look. */
  | "attention";

export const redemptionStates = [
  "reserved",
  "committing",
  "committed",
  "settled",
  "released",
  "refused",
  "lost",
  "unknown",
  "reversing",
  "reversed",
  "reinstated",
  "attention",
] as const satisfies readonly RedemptionState[];

/** What happens to a redemption. `found` events are what the CRM says when it is asked. */
export type RedemptionEvent =
  | { readonly type: "commit_begun" }
  | { readonly type: "commit_ok" }
  /** `goodsGone`: a closed order has used it already, so a refusal comes too late. */
  | { readonly type: "commit_failed"; readonly failure: CrmFailure; readonly goodsGone?: boolean }
  /** The object woke up without the call that was under way. */
  | { readonly type: "call_lost" }
  | {
      readonly type: "found_redeemed";
      readonly withinAttempt: boolean;
      readonly goodsGone?: boolean;
    }
  | { readonly type: "found_available" }
  | { readonly type: "found_gone" }
  | { readonly type: "order_closed" }
  | { readonly type: "undo" }
  /** By a person with a reason, or because everything bought with it was returned. */
  | { readonly type: "given_back" }
  | { readonly type: "expired" }
  | { readonly type: "reverse_ok" }
  | { readonly type: "reverse_failed"; readonly failure: CrmFailure }
  | { readonly type: "given_up" };

/** States that hold the instrument: nobody else may redeem it. */
export const holds = (state: RedemptionState): boolean => {
  switch (state) {
    case "reserved":
    case "committing":
    case "committed":
    case "settled":
    case "unknown":
    case "reversing":
    case "attention":
      return true;
    case "released":
    case "refused":
    case "lost":
    case "reversed":
    case "reinstated":
      return false;
    default:
      return unreachable(state);
  }
};

/** States that the object must still work on by itself. */
export const isOpen = (state: RedemptionState): boolean =>
  state === "committing" || state === "unknown" || state === "reversing" || state === "reserved";

/** Clear answers that the CRM did nothing, and may well do it later. */
const isTemporary = (failure: CrmFailure): boolean =>
  failure.kind === "rate_limited" ||
  failure.kind === "set_up_fault" ||
  (failure.kind === "unavailable" && !failure.sent);

const afterCommitFailed = (failure: CrmFailure, goodsGone: boolean): RedemptionState => {
  if (mayHaveActed(failure)) return "unknown";
  if (isTemporary(failure)) return "released";
  return goodsGone ? "lost" : "refused";
};

const afterReverseFailed = (failure: CrmFailure): RedemptionState => {
  if (failure.kind === "already_active") return "reversed";
  // Clear refusals to give back: the customer still gets it, from us.
  if (
    failure.kind === "cannot_reverse" ||
    failure.kind === "expired" ||
    failure.kind === "instrument_not_found"
  ) {
    return "reinstated";
  }
  return "reversing";
};

/**
 * The next state, or undefined when the event means nothing in this state
 * (an answer that came too late, an undo of what is undone).
 */
export const transition = (
  state: RedemptionState,
  event: RedemptionEvent,
): RedemptionState | undefined => {
  switch (state) {
    case "reserved":
      if (event.type === "commit_begun") return "committing";
      if (event.type === "undo" || event.type === "given_back" || event.type === "expired")
        return "released";
      return undefined;
    case "committing":
      if (event.type === "commit_ok") return "committed";
      if (event.type === "commit_failed")
        return afterCommitFailed(event.failure, event.goodsGone === true);
      if (event.type === "call_lost") return "unknown";
      return undefined;
    case "unknown":
      if (event.type === "found_redeemed") {
        if (event.withinAttempt) return "committed";
        return event.goodsGone === true ? "lost" : "refused";
      }
      if (event.type === "found_available") return "released";
      if (event.type === "found_gone" || event.type === "given_up") return "attention";
      return undefined;
    case "committed":
      if (event.type === "order_closed") return "settled";
      return event.type === "undo" || event.type === "given_back" ? "reversing" : undefined;
    case "reversing":
      if (event.type === "reverse_ok" || event.type === "found_available") return "reversed";
      if (event.type === "reverse_failed") return afterReverseFailed(event.failure);
      if (event.type === "given_up") return "attention";
      return undefined;
    case "reinstated":
      // Our own copy was used: nothing to tell the CRM.
      if (event.type === "order_closed") return "settled";
      return event.type === "commit_begun" ? "committing" : undefined;
    case "released":
    case "refused":
    case "reversed":
      // Only asked of a commit that once had no clear answer: the CRM acted after we had believed it would not.
      if (state === "released" && event.type === "found_redeemed" && event.withinAttempt)
        return "committed";
      return event.type === "commit_begun" ? "committing" : undefined;
    case "settled":
      return event.type === "given_back" ? "reversing" : undefined;
    case "lost":
      return undefined;
    case "attention":
      if (event.type === "given_back") return "reversing";
      // A till that asks again has the CRM read once more: it may know by now.
      if (event.type === "found_redeemed") return event.withinAttempt ? "committed" : "refused";
      if (event.type === "found_available") return "released";
      return undefined;
    default:
      return unreachable(state);
  }
};
