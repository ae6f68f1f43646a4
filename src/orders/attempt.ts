import type { CrmFailure } from "../model/crm_failure.ts";
import type { Cause } from "./read_order.ts";
import { failureWords, retryAfterOf } from "./resolve_customer.ts";

/** What one attempt at one destination came to. */
export type Attempt =
  | { readonly kind: "delivered"; readonly note: string }
  | { readonly kind: "skipped"; readonly why: string }
  | { readonly kind: "dead"; readonly cause: Cause }
  | { readonly kind: "later"; readonly note: string; readonly retryAfterMs?: number };

export const later = (failure: CrmFailure): Attempt => {
  const retryAfterMs = retryAfterOf(failure);
  return {
    kind: "later",
    note: failureWords(failure),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

export const unclear: Attempt = {
  kind: "dead",
  cause: {
    kind: "unclear",
    reason:
      "sent without a clear answer, and this CRM would store a repeat twice: look there for the receipt, replay if it is missing",
  },
};
