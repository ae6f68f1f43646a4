import { mayHaveActed } from "../model/crm_failure.ts";
import { unreachable } from "../model/outcome.ts";
import type { Sale } from "../model/sale.ts";
import type { CreateCustomer } from "../crm/create_customer.ts";
import type { Crm, DeliveryResult } from "../crm/port.ts";
import type { Destination } from "../tenants/tenant.ts";
import { type Attempt, later, unclear } from "./attempt.ts";
import { type Sign, signOf } from "./breaker.ts";
import { type Resolved, resolveCustomer } from "./resolve_customer.ts";

/** One sale on its way to one destination. */
export type TurnSale = {
  readonly sale: Sale;
  /** The id on the order that this CRM instance issued. */
  readonly crmId?: string;
  readonly missingCustomer: Destination["missingCustomer"];
  readonly requestId: string;
};

export type TurnJob = TurnSale & {
  /** Called right before the sale is sent, so that a crash leaves a trace; rejects when its caller is gone. */
  readonly intend: () => Promise<void>;
};

export type TurnAnswer = { readonly attempt: Attempt; readonly sign: Sign };

export type TurnIo = {
  readonly crm: Pick<Crm, "capabilities" | "get" | "search" | "deliver">;
  /** Safe against a second create of the same person. */
  readonly createCustomer: CreateCustomer;
  readonly now: () => number;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** Nobody waits at a till for a receipt. */
export const callMs = 20_000;

type Found = { readonly job: TurnJob } & Extract<Resolved, { readonly kind: "found" }>;

/**
 * Brings sales to a destination in one call: finds the customer of each, then sends those that
 * have one. Never rejects; one answer for each sale, in their order.
 */
export const deliverTurn = async (
  jobs: readonly TurnJob[],
  io: TurnIo,
): Promise<readonly TurnAnswer[]> => {
  const broken = (job: TurnJob, fault: unknown): TurnAnswer => {
    // The message of an error may quote anything, so only its name is kept.
    const error = fault instanceof Error ? fault.name : "unknown";
    io.log({ level: "error", event: "delivery_failed", request_id: job.requestId, error });
    return silent({ kind: "later", note: `unexpected: ${error}` });
  };
  const finding = await Promise.all(
    jobs.map((job) => find(job, io).catch((fault: unknown) => broken(job, fault))),
  );
  // All of them are found before any is said to be on its way: a slow search keeps nobody in doubt.
  const meant = await Promise.all(
    finding.map(async (one) => ("job" in one ? intended(one) : undefined)),
  );
  const ready = meant.flatMap((one) => one ?? []);
  const results = await send(ready, io).catch((fault: unknown): readonly DeliveryResult[] => {
    for (const { job } of ready) broken(job, fault);
    return [];
  });
  const { deliveryIdempotent } = io.crm.capabilities;
  return finding.map((one, index) => {
    if (!("job" in one)) return one;
    if (meant[index] === undefined)
      return silent({ kind: "later", note: "nobody waits for it any more" });
    return answerOf(results[ready.indexOf(one)], one, deliveryIdempotent);
  });
};

/** undefined: its journal was restarted, and will bring it again by itself. */
const intended = (found: Found): Promise<Found | undefined> =>
  found.job.intend().then(
    () => found,
    () => undefined,
  );

const find = async (job: TurnJob, io: TurnIo): Promise<TurnAnswer | Found> => {
  const { sale, crmId, missingCustomer, requestId } = job;
  const resolved = await resolveCustomer({ customer: sale.customer, crmId, missingCustomer }, io, {
    deadline: io.now() + callMs,
    requestId,
    ...storeOf(sale),
  });
  switch (resolved.kind) {
    case "found":
      return { job, ...resolved };
    case "anonymous":
      return silent({ kind: "skipped", why: "anonymous" });
    case "skip":
      return silent({ kind: "skipped", why: resolved.why });
    case "dead_letter": {
      const { reason, field } = resolved;
      const cause = {
        kind: "customer",
        reason,
        ...(field === undefined ? {} : { field }),
      } as const;
      return silent({ kind: "dead", cause });
    }
    case "retry":
      return { attempt: later(resolved.failure), sign: signOf(resolved.failure) };
    default:
      return unreachable(resolved);
  }
};

const send = async (found: readonly Found[], io: TurnIo): Promise<readonly DeliveryResult[]> => {
  const [first] = found;
  if (first === undefined) return [];
  return io.crm.deliver(
    found.map(({ job, customerId }) => ({ sale: ownIds(job), customerId })),
    { deadline: io.now() + callMs, requestId: first.job.requestId, ...storeOf(first.job.sale) },
  );
};

const answerOf = (
  result: DeliveryResult | undefined,
  { by }: Found,
  idempotent: boolean,
): TurnAnswer => {
  if (result === undefined)
    return silent(idempotent ? { kind: "later", note: "the adapter gave no result" } : unclear);
  switch (result.kind) {
    case "delivered":
      return {
        attempt: { kind: "delivered", note: `customer by ${by}` },
        sign: { kind: "answered" },
      };
    case "refused": {
      const { reason, field } = result;
      const cause = { kind: "refused", reason, ...(field === undefined ? {} : { field }) } as const;
      return { attempt: { kind: "dead", cause }, sign: { kind: "answered" } };
    }
    case "retry":
      return {
        // Sent again only where the CRM itself drops a repeat by its id.
        attempt: mayHaveActed(result.failure) && !idempotent ? unclear : later(result.failure),
        sign: signOf(result.failure),
      };
    default:
      return unreachable(result);
  }
};

const silent = (attempt: Attempt): TurnAnswer => ({ attempt, sign: { kind: "silent" } });

const storeOf = ({ storeExternalId }: Sale): { readonly storeId?: string } =>
  storeExternalId === undefined ? {} : { storeId: storeExternalId };

/** Another CRM's id of the customer has no business in this one. */
const ownIds = ({ sale, crmId }: TurnSale): Sale => {
  const { crmId: _, ...keys } = sale.customer;
  return { ...sale, customer: { ...keys, ...(crmId === undefined ? {} : { crmId }) } };
};
