import type { CrmCall } from "../crm/port.ts";
import { unreachable } from "../model/outcome.ts";
import { type AttemptEnd, customerGone, later } from "./attempt.ts";
import { signOf } from "./breaker.ts";
import { customerWords } from "./customer_words.ts";
import {
  callMs,
  type Recipient,
  silent,
  storeOf,
  type TurnAnswer,
  type TurnIo,
  type TurnSale,
} from "./turn_sale.ts";
import { maskedAddress } from "./receipt_mail.ts";
import { resolveCustomer } from "./resolve_customer.ts";

/** Whom a sale is sent for, and how that was found out, in words. */
export type Found = {
  readonly kind: "found";
  readonly customerId: string | undefined;
  readonly words: { readonly customer?: string };
  readonly formerId?: string | undefined;
};

type Came = Found | { readonly kind: "ends"; readonly answer: TurnAnswer };

/** Whose sale it is: looked for by what the order says, or known and perhaps read once more. */
export const findRecipient = async (job: TurnSale, io: TurnIo): Promise<Came> => {
  const { to } = job;
  switch (to.kind) {
    case "found":
      return look(job, to, io);
    case "known":
      return read(job, to, io);
    case "mail": {
      const words = { customer: `to ${maskedAddress(to.address)}` };
      return { kind: "found", customerId: undefined, words };
    }
    default:
      return unreachable(to);
  }
};

type Of<Kind extends Recipient["kind"]> = Extract<Recipient, { readonly kind: Kind }>;

export const callOf = (job: TurnSale, io: Pick<TurnIo, "now">): CrmCall => ({
  deadline: io.now() + callMs,
  requestId: job.requestId,
  ...storeOf(job.sale),
});

const look = async (job: TurnSale, to: Of<"found">, io: TurnIo): Promise<Came> => {
  const resolved = await resolveCustomer(
    { customer: job.sale.customer, crmId: to.crmId, missingCustomer: to.missingCustomer },
    io,
    callOf(job, io),
  );
  const words = { customer: customerWords(resolved) };
  const found = (customerId: string | undefined, formerId?: string): Came => ({
    kind: "found",
    customerId,
    words,
    formerId,
  });
  const ends = (end: AttemptEnd): Came => ({ kind: "ends", answer: silent({ ...end, ...words }) });
  switch (resolved.kind) {
    case "found": {
      const { customerId, by } = resolved;
      const isJoined = by === "customer_id" && to.crmId !== customerId;
      return found(customerId, isJoined ? to.crmId : undefined);
    }
    case "anonymous":
      return to.anonymous === "deliver" && io.crm.capabilities.anonymousSales
        ? found(undefined)
        : ends({ kind: "skipped", why: "anonymous" });
    case "skip":
      return ends({ kind: "skipped", why: resolved.why });
    case "dead_letter": {
      const { reason, field } = resolved;
      const cause = {
        kind: "customer",
        reason,
        ...(field === undefined ? {} : { field }),
      } as const;
      return ends({ kind: "dead", cause });
    }
    case "retry": {
      const { failure } = resolved;
      const attempt = { ...later(failure), ...words };
      return { kind: "ends", answer: { attempt, sign: signOf(failure) } };
    }
    default:
      return unreachable(resolved);
  }
};

const read = async (job: TurnSale, to: Of<"known">, io: TurnIo): Promise<Came> => {
  const { customerId } = to;
  if (!to.read || customerId === undefined) return { kind: "found", customerId, words: {} };
  const profile = await io.crm.get(customerId, callOf(job, io));
  // By the id that the CRM has now: it may have joined two customers.
  if (profile.ok) return { kind: "found", customerId: profile.value.customer.id, words: {} };
  const { failure } = profile;
  return {
    kind: "ends",
    answer:
      failure.kind === "customer_not_found"
        ? silent({ kind: "skipped", why: customerGone })
        : { attempt: later(failure), sign: signOf(failure) },
  };
};
