import { mayHaveActed } from "../model/crm_failure.ts";
import { unreachable } from "../model/outcome.ts";
import type { CrmCall } from "../crm/port.ts";
import type { Sale } from "../model/sale.ts";
import type { Cause } from "./read_order.ts";
import type { Target } from "./destinations.ts";
import type { JournalDeps } from "./journal_deps.ts";
import { failureWords, resolveCustomer, retryAfterOf } from "./resolve_customer.ts";

/** What one attempt at one destination came to. */
export type Attempt =
  | { readonly kind: "delivered"; readonly note: string }
  | { readonly kind: "skipped"; readonly why: string }
  | { readonly kind: "dead"; readonly cause: Cause }
  | { readonly kind: "later"; readonly note: string; readonly retryAfterMs?: number };

export type DeliveryAttempt = {
  readonly target: Target;
  readonly sale: Sale;
  /** The id on the order that this CRM instance issued. */
  readonly crmId: string | undefined;
  /** An earlier attempt began to send and never told how it ended. */
  readonly unclearBefore: boolean;
};

/**
 * One attempt to bring a sale to a destination: find the customer, then send.
 * @param intend called right before the sale is sent, so that a crash leaves a trace.
 */
export const deliverSale = async (
  { target, sale, crmId, unclearBefore }: DeliveryAttempt,
  deps: Pick<JournalDeps, "crm" | "createCustomer">,
  call: { readonly read: CrmCall; readonly send: () => CrmCall },
  intend: () => void,
): Promise<Attempt> => {
  const crm = deps.crm(target.channel);
  if (unclearBefore && !crm.capabilities.deliveryIdempotent) return unclear;
  const resolved = await resolveCustomer(
    { customer: sale.customer, crmId, missingCustomer: target.destination.missingCustomer },
    { crm, createCustomer: (person, at) => deps.createCustomer(target.channel, person, at) },
    call.read,
  );
  switch (resolved.kind) {
    case "found":
      break;
    case "anonymous":
      return { kind: "skipped", why: "anonymous" };
    case "skip":
      return { kind: "skipped", why: resolved.why };
    case "dead_letter":
      return {
        kind: "dead",
        cause: {
          kind: "customer",
          reason: resolved.reason,
          ...(resolved.field === undefined ? {} : { field: resolved.field }),
        },
      };
    case "retry":
      return later(resolved.failure);
    default:
      return unreachable(resolved);
  }

  intend();
  const [result] = await crm.deliver(
    [{ sale: ownIds(sale, crmId), customerId: resolved.customerId }],
    call.send(),
  );
  if (result === undefined)
    return crm.capabilities.deliveryIdempotent
      ? { kind: "later", note: "the adapter gave no result" }
      : unclear;
  switch (result.kind) {
    case "delivered":
      return { kind: "delivered", note: `customer by ${resolved.by}` };
    case "refused":
      return {
        kind: "dead",
        cause: {
          kind: "refused",
          reason: result.reason,
          ...(result.field === undefined ? {} : { field: result.field }),
        },
      };
    case "retry":
      // Sent again only where the CRM itself drops a repeat by its id.
      return mayHaveActed(result.failure) && !crm.capabilities.deliveryIdempotent
        ? unclear
        : later(result.failure);
    default:
      return unreachable(result);
  }
};

/** Another CRM's id of the customer has no business in this one. */
const ownIds = (sale: Sale, crmId: string | undefined): Sale => {
  const { crmId: _, ...keys } = sale.customer;
  return { ...sale, customer: { ...keys, ...(crmId === undefined ? {} : { crmId }) } };
};

const later = (failure: Parameters<typeof failureWords>[0]): Attempt => {
  const retryAfterMs = retryAfterOf(failure);
  return {
    kind: "later",
    note: failureWords(failure),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

const unclear: Attempt = {
  kind: "dead",
  cause: {
    kind: "unclear",
    reason:
      "sent without a clear answer, and this CRM would store a repeat twice: look there for the receipt, replay if it is missing",
  },
};
