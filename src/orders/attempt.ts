import type { CrmFailure } from "../model/crm_failure.ts";
import type { Cause } from "./read_order.ts";
import { failureWords, retryAfterOf } from "./resolve_customer.ts";

/** What one attempt at one destination came to. `customer`: how the customer was looked for, in words. */
export type Attempt = AttemptEnd & { readonly customer?: string };

export type AttemptEnd = SendEnd | { readonly kind: "skipped"; readonly why: string };

export type SendEnd =
  | { readonly kind: "delivered"; readonly note: string }
  | { readonly kind: "dead"; readonly cause: Cause }
  | { readonly kind: "later"; readonly note: string; readonly retryAfterMs?: number };

/** A person said whose sale it is: `reassign` brings it there, and no delivery of its own. */
export const claimedByHand = "claimed by hand";
/** Whom it should be taken back from. */
export const customerGone = "its customer is gone";

export const later = (failure: CrmFailure, afterMs?: number): SendEnd => {
  const retryAfterMs = retryAfterOf(failure) ?? afterMs;
  return {
    kind: "later",
    note: failureWords(failure),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

export const unclear: SendEnd = {
  kind: "dead",
  cause: {
    kind: "unclear",
    reason:
      "sent without a clear answer, and a repeat would arrive twice: look whether it is there, replay if it is missing",
  },
};
