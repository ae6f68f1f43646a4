import type { CrmFailure, FieldFault } from "../model/crm_failure.ts";
import type { ErrorStatus } from "../model/error_object.ts";
import { unreachable } from "../model/outcome.ts";
import type { RedeemRefusal } from "../redemption/machine/admission.ts";

/** Everything that an SPI call can be answered with other than success. */
export type Problem =
  | { readonly kind: "unauthorized" }
  | { readonly kind: "too_many_attempts" }
  | { readonly kind: "route_not_found" }
  | { readonly kind: "configuration_away" }
  | { readonly kind: "bug" }
  | { readonly kind: "bad_request"; readonly faults: readonly FieldFault[] }
  | { readonly kind: "not_at_self_checkout" }
  /** An operator has switched redeeming off for now. */
  | { readonly kind: "redeem_paused" }
  | { readonly kind: "crm"; readonly failure: CrmFailure }
  | { readonly kind: "redeem"; readonly refusal: RedeemRefusal };

/** Key of the text that a cashier reads; english.ts has it, and so has each public/_texts/{language}.json. */
export type MessageCode =
  | "unauthorized"
  | "too_many_attempts"
  | "not_found"
  | "try_again"
  | "internal"
  | "check_fields"
  | "not_at_self_checkout"
  | "customer_not_found"
  | "instrument_not_found"
  | "several_matches"
  | "already_member"
  | "being_created"
  | "already_redeemed"
  | "expired"
  | "not_redeemable_here"
  | "cannot_reverse"
  | "crm_busy"
  | "crm_down"
  | "crm_silent"
  | "crm_unreadable"
  | "crm_set_up"
  | "crm_refused"
  | "not_supported"
  | "used_at"
  | "in_use_at"
  | "just_undone"
  | "outcome_unknown"
  | "too_late"
  | "too_little_left"
  | "redeem_paused";

type Verdict = { readonly status: ErrorStatus; readonly message: MessageCode };

const fromCrm = (failure: CrmFailure): Verdict => {
  switch (failure.kind) {
    case "customer_not_found":
      return { status: 404, message: "customer_not_found" };
    case "instrument_not_found":
      return { status: 404, message: "instrument_not_found" };
    case "several_matches":
      return { status: 400, message: "several_matches" };
    case "already_member":
      return { status: 400, message: "already_member" };
    case "being_created":
      return { status: 503, message: "being_created" };
    case "invalid_fields":
      return { status: 400, message: "check_fields" };
    case "already_redeemed":
      return { status: 400, message: "already_redeemed" };
    // Only reversals answer this, and there it counts as done; as an answer to a till it is a refusal.
    case "already_active":
      return { status: 400, message: "crm_refused" };
    case "expired":
      return { status: 400, message: "expired" };
    case "not_redeemable_here":
      return { status: 400, message: "not_redeemable_here" };
    case "cannot_reverse":
      return { status: 400, message: "cannot_reverse" };
    case "rate_limited":
      return { status: 503, message: "crm_busy" };
    case "unavailable":
      return { status: 503, message: "crm_down" };
    case "timed_out":
      return { status: 504, message: "crm_silent" };
    case "unreadable":
      return { status: 502, message: "crm_unreadable" };
    case "set_up_fault":
      return { status: 502, message: "crm_set_up" };
    case "refused":
      return { status: 400, message: "crm_refused" };
    case "not_supported":
      return { status: 404, message: "not_supported" };
    default:
      return unreachable(failure);
  }
};

const fromLedger = (refusal: RedeemRefusal): Verdict => {
  switch (refusal.kind) {
    case "used":
      return { status: 400, message: "used_at" };
    case "in_use":
      return { status: 400, message: "in_use_at" };
    case "just_undone":
      return { status: 400, message: "just_undone" };
    case "outcome_unknown":
      return { status: 504, message: "outcome_unknown" };
    case "too_late":
      return { status: 504, message: "too_late" };
    case "too_little_left":
      return { status: 400, message: "too_little_left" };
    case "ledger_away":
      return { status: 503, message: "try_again" };
    default:
      return unreachable(refusal);
  }
};

/** Status and text of a problem; the one place where business meets HTTP. */
export const verdict = (problem: Problem): Verdict => {
  switch (problem.kind) {
    case "unauthorized":
      return { status: 401, message: "unauthorized" };
    case "too_many_attempts":
      return { status: 429, message: "too_many_attempts" };
    case "route_not_found":
      return { status: 404, message: "not_found" };
    case "configuration_away":
      return { status: 503, message: "try_again" };
    case "bug":
      return { status: 500, message: "internal" };
    case "bad_request":
      return { status: 400, message: "check_fields" };
    case "not_at_self_checkout":
      return { status: 403, message: "not_at_self_checkout" };
    case "redeem_paused":
      return { status: 503, message: "redeem_paused" };
    case "crm":
      return fromCrm(problem.failure);
    case "redeem":
      return fromLedger(problem.refusal);
    default:
      return unreachable(problem);
  }
};

export const badRequest = (...faults: readonly FieldFault[]): Problem => ({
  kind: "bad_request",
  faults,
});
export const fromFailure = (failure: CrmFailure): Problem => ({ kind: "crm", failure });
