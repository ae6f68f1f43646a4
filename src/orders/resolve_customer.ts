import type { Capabilities, Crm, CrmCall, CrmOutcome, Profile, SearchBy } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Person } from "../model/customer.ts";
import { unreachable } from "../model/outcome.ts";
import type { SaleCustomer } from "../model/sale.ts";
import type { Destination } from "../tenants/tenant.ts";

/** What was looked for in vain on the way, by kinds of keys. */
export type Searched = {
  readonly nobodyBy: readonly SearchBy[];
  /** The order names a customer by an id that this CRM instance did not issue. */
  readonly foreignId: boolean;
};

/** Whose sale it is, or why that is not known. Reasons name kinds of keys, never a key. */
export type Resolved = Answer & { readonly searched: Searched };

type Answer =
  | {
      readonly kind: "found";
      readonly customerId: string;
      readonly by: SearchBy | "created";
      /** Sitoo voucher passwords that the customer has as such; absent where the search did not say. */
      readonly voucherPasswords?: readonly string[];
    }
  /** The order carries no key of a customer at all. */
  | { readonly kind: "anonymous" }
  | { readonly kind: "skip"; readonly why: "no such customer" }
  | { readonly kind: "dead_letter"; readonly reason: string; readonly field?: string }
  | {
      readonly kind: "retry";
      readonly failure: CrmFailure;
      readonly by: SearchBy | "created";
    };

export type ResolveIo = {
  readonly crm: Pick<Crm, "capabilities" | "get" | "search">;
  /** Safe against a second create of the same person. */
  createCustomer(person: Person, call: CrmCall): CrmOutcome<Profile>;
};

/**
 * Finds the customer of a sale in the order of design.md 7: the CRM's own id, the member
 * number, phone, e-mail, then creation by policy. A key that several customers share ends the
 * search: the wrong person must not get the purchase.
 *
 * @param crmId only an id that this CRM instance issued.
 */
export const resolveCustomer = async (
  order: Asked,
  io: ResolveIo,
  call: CrmCall,
): Promise<Resolved> => {
  const nobodyBy: SearchBy[] = [];
  const answer = await firstAnswer(order, io, call, nobodyBy);
  const foreignId = order.customer.crmId !== undefined && order.crmId === undefined;
  return { ...answer, searched: { nobodyBy, foreignId } };
};

type Asked = {
  readonly customer: SaleCustomer;
  readonly crmId: string | undefined;
  readonly missingCustomer: Destination["missingCustomer"];
};

/** @param nobodyBy takes up each key that leads to nobody. */
const firstAnswer = async (
  order: Asked,
  io: ResolveIo,
  call: CrmCall,
  nobodyBy: SearchBy[],
): Promise<Answer> => {
  const keys = searchKeys(order.customer, order.crmId, io.crm.capabilities);
  for (const key of keys) {
    // A receipt for an id that is gone would be accepted and lost without a word, so ids are read as well.
    const found =
      key.by === "customer_id" ? await io.crm.get(key.value, call) : await io.crm.search(key, call);
    if (!found.ok && found.failure.kind !== "customer_not_found")
      return afterFailure(found.failure, key.by);
    if (!found.ok || found.value === undefined) {
      nobodyBy.push(key.by);
      continue;
    }
    if (!("customer" in found.value))
      return { kind: "found", customerId: found.value.id, by: key.by };
    const { customer, voucherPasswords } = found.value;
    return { kind: "found", customerId: customer.id, by: key.by, voucherPasswords };
  }

  const person = personToCreate(order.customer, order.missingCustomer);
  switch (person.kind) {
    case "nobody":
      return keys.length === 0 && order.customer.crmId === undefined
        ? { kind: "anonymous" }
        : missing(order.missingCustomer);
    case "not_wanted":
      return missing(order.missingCustomer);
    case "create": {
      const created = await io.createCustomer(person.person, call);
      return created.ok
        ? { kind: "found", customerId: created.value.customer.id, by: "created" }
        : afterFailure(created.failure, "created");
    }
    default:
      return unreachable(person);
  }
};

type Key = { readonly by: SearchBy; readonly value: string };

const searchKeys = (
  customer: SaleCustomer,
  crmId: string | undefined,
  { searchBy }: Capabilities,
): readonly Key[] => {
  const candidates: readonly { readonly by: SearchBy; readonly value: string | undefined }[] = [
    { by: "member_number", value: customer.memberNumber },
    { by: "mobile", value: customer.phone },
    { by: "email", value: customer.email },
  ];
  return [
    ...(crmId === undefined ? [] : [{ by: "customer_id" as const, value: crmId }]),
    ...candidates.flatMap(({ by, value }) =>
      value === undefined || !searchBy.includes(by) ? [] : [{ by, value }],
    ),
  ];
};

type ToCreate =
  | { readonly kind: "create"; readonly person: Person }
  | { readonly kind: "not_wanted" }
  /** Without phone and e-mail there is nothing to know the new customer by. */
  | { readonly kind: "nobody" };

const personToCreate = (
  customer: SaleCustomer,
  policy: Destination["missingCustomer"],
): ToCreate => {
  if (customer.phone === undefined && customer.email === undefined) return { kind: "nobody" };
  if (policy !== "create") return { kind: "not_wanted" };
  return {
    kind: "create",
    person: {
      ...(customer.email === undefined ? {} : { email: customer.email }),
      ...(customer.phone === undefined ? {} : { mobile: customer.phone }),
      ...(customer.nameFirst === undefined ? {} : { nameFirst: customer.nameFirst }),
      ...(customer.nameLast === undefined ? {} : { nameLast: customer.nameLast }),
    },
  };
};

const missing = (policy: Destination["missingCustomer"]): Answer => {
  switch (policy) {
    case "skip":
      return { kind: "skip", why: "no such customer" };
    case "dead_letter":
      return { kind: "dead_letter", reason: "the CRM has no customer with the order's keys" };
    case "create":
      return {
        kind: "dead_letter",
        reason:
          "the CRM does not know the order's customer, and the order has neither phone nor e-mail to create one with",
      };
    default:
      return unreachable(policy);
  }
};

/** What a failed read or create means for the sale. */
const afterFailure = (failure: CrmFailure, by: SearchBy | "created"): Answer => {
  switch (failure.kind) {
    case "rate_limited":
    case "unavailable":
    case "timed_out":
    case "unreadable":
    case "being_created":
    // An operator mends a set-up fault; the sales of that time are not to be lost meanwhile.
    case "set_up_fault":
    // Made by someone else just now: the next search finds them.
    case "already_member":
      return { kind: "retry", failure, by };
    case "several_matches":
      return {
        kind: "dead_letter",
        reason: `several customers in the CRM share the order's ${by === "created" ? "keys" : by.replaceAll("_", " ")}`,
      };
    case "invalid_fields": {
      const first = failure.fields[0];
      return {
        kind: "dead_letter",
        reason: `the CRM would not take the new customer: ${failure.fields.map(({ field }) => field).join(", ")}`,
        ...(first === undefined ? {} : { field: first.field }),
      };
    }
    case "refused":
      return { kind: "dead_letter", reason: `the CRM refused the customer: ${failure.detail}` };
    case "customer_not_found":
    case "instrument_not_found":
    case "already_redeemed":
    case "already_active":
    case "expired":
    case "not_redeemable_here":
    case "cannot_reverse":
    case "not_supported":
      return {
        kind: "dead_letter",
        reason: `the CRM could not name the customer (${failure.kind})`,
      };
    default:
      return unreachable(failure);
  }
};

/** Words for a failure, for hops and dead letters; names nobody. */
export const failureWords = (failure: CrmFailure): string =>
  "detail" in failure ? `${failure.kind}: ${failure.detail}` : failure.kind;

export const retryAfterOf = (failure: CrmFailure): number | undefined =>
  failure.kind === "rate_limited" ? failure.retryAfterMs : undefined;
