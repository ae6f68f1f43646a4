import { mayHaveActed } from "../model/crm_failure.ts";
import { unreachable } from "../model/outcome.ts";
import type { Crm, CrmCall } from "../crm/port.ts";
import type { Sale } from "../model/sale.ts";
import type { Cause } from "./read_order.ts";
import type { Target } from "./destinations.ts";
import { customerWords } from "./customer_words.ts";
import type { JournalDeps } from "./journal_deps.ts";
import { failureWords, resolveCustomer, retryAfterOf } from "./resolve_customer.ts";

/** What one attempt at one destination came to. `customer`: how the customer was looked for, in words. */
export type Attempt = AttemptEnd & { readonly customer?: string };

type AttemptEnd = SendEnd | { readonly kind: "skipped"; readonly why: string };

export type SendEnd =
  | { readonly kind: "delivered"; readonly note: string }
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

/** A person said whose sale it is: `reassign` brings it there, and no delivery of its own. */
export const claimedByHand = "claimed by hand";

/**
 * One attempt to bring a sale to a destination: find the customer, then send.
 * @param intend called right before the sale is sent, so that a crash leaves a trace; false: not to be sent after all.
 */
export const deliverSale = async (
  { target, sale, crmId, unclearBefore }: DeliveryAttempt,
  deps: Pick<JournalDeps, "crm" | "createCustomer">,
  call: { readonly read: CrmCall; readonly send: () => CrmCall },
  intend: (customerId: string | undefined) => boolean,
): Promise<Attempt> => {
  const crm = deps.crm(target.channel);
  if (unclearBefore && !crm.capabilities.deliveryIdempotent) return unclear;
  const send = async (customerId: string | undefined): Promise<AttemptEnd> => {
    if (!intend(customerId)) return { kind: "skipped", why: claimedByHand };
    return sendSale(crm, { sale: ownIds(sale, crmId), customerId }, call.send());
  };
  const resolved = await resolveCustomer(
    { customer: sale.customer, crmId, missingCustomer: target.destination.missingCustomer },
    { crm, createCustomer: (person, at) => deps.createCustomer(target.channel, person, at) },
    call.read,
  );
  const end = (attempt: AttemptEnd): Attempt => ({ ...attempt, customer: customerWords(resolved) });
  switch (resolved.kind) {
    case "found":
      return end(await send(resolved.customerId));
    case "anonymous":
      return end(
        target.destination.anonymous === "deliver" && crm.capabilities.anonymousSales
          ? await send(undefined)
          : { kind: "skipped", why: "anonymous" },
      );
    case "skip":
      return end({ kind: "skipped", why: resolved.why });
    case "dead_letter":
      return end({
        kind: "dead",
        cause: {
          kind: "customer",
          reason: resolved.reason,
          ...(resolved.field === undefined ? {} : { field: resolved.field }),
        },
      });
    case "retry":
      return end(later(resolved.failure));
    default:
      return unreachable(resolved);
  }
};

/** Sends once, and says what is to become of it where there was no clear answer. */
export const sendSale = async (
  crm: Pick<Crm, "capabilities" | "deliver">,
  delivery: { readonly sale: Sale; readonly customerId: string | undefined },
  call: CrmCall,
): Promise<SendEnd> => {
  const [result] = await crm.deliver([delivery], call);
  if (result === undefined)
    return crm.capabilities.deliveryIdempotent
      ? { kind: "later", note: "the adapter gave no result" }
      : unclear;
  switch (result.kind) {
    case "delivered":
      return { kind: "delivered", note: result.note ?? "" };
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

const later = (failure: Parameters<typeof failureWords>[0]): SendEnd => {
  const retryAfterMs = retryAfterOf(failure);
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
      "sent without a clear answer, and this CRM would store a repeat twice: look there for the receipt, replay if it is missing",
  },
};
