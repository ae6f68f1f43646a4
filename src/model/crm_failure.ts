/** A field that the CRM, or our own rules, would not take. `field` is the SPI's name of it. */
export type FieldFault = { readonly field: string; readonly message: string };

/**
 * Everything that can go wrong at a CRM, each its own case because each asks
 * something else of the cashier, of the redemption machine, or of an operator.
 *
 * `detail` is for operators: it names codes and statuses, never personal data.
 */
export type CrmFailure =
  /** The customer is not (or no longer) there. */
  | { readonly kind: "customer_not_found" }
  /** The instrument is not there, or is another customer's. */
  | { readonly kind: "instrument_not_found" }
  /** Several customers share the key. `ids` may be empty when the CRM does not name them. */
  | { readonly kind: "several_matches"; readonly ids: readonly string[] }
  /** Create met a customer who has the key already. */
  | { readonly kind: "already_member" }
  /** Another create with the same key is under way in the CRM. */
  | { readonly kind: "being_created" }
  /** The CRM's own validation. */
  | { readonly kind: "invalid_fields"; readonly fields: readonly FieldFault[] }
  | { readonly kind: "already_redeemed" }
  | { readonly kind: "already_active" }
  | { readonly kind: "expired" }
  /** The instrument may not be used at a till. */
  | { readonly kind: "not_redeemable_here" }
  /** The CRM will not give the instrument back (limit of reactivations, or no such operation). */
  | { readonly kind: "cannot_reverse"; readonly detail: string }
  | { readonly kind: "rate_limited"; readonly retryAfterMs?: number }
  /** The CRM answered that it is down, or could not be reached at all. `sent` tells whether it may have acted. */
  | { readonly kind: "unavailable"; readonly sent: boolean; readonly detail: string }
  /** No answer in time. The CRM may have acted. */
  | { readonly kind: "timed_out" }
  /** An answer came, but not one that can be read. The CRM may have acted. */
  | { readonly kind: "unreadable"; readonly detail: string }
  /** Wrong key, wrong permission, wrong configuration: an operator must mend it. */
  | { readonly kind: "set_up_fault"; readonly detail: string }
  /** A clear refusal that none of the above describes. */
  | { readonly kind: "refused"; readonly detail: string }
  /** The CRM has no such operation and the gateway cannot honestly supply it. */
  | { readonly kind: "not_supported" };

/** True when the CRM may have done what was asked although we hold no clear answer. */
export const mayHaveActed = (failure: CrmFailure): boolean =>
  failure.kind === "timed_out" ||
  failure.kind === "unreadable" ||
  (failure.kind === "unavailable" && failure.sent);
