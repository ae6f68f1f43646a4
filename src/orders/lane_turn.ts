import { mayHaveActed } from "../model/crm_failure.ts";
import { unreachable } from "../model/outcome.ts";
import type { Sale } from "../model/sale.ts";
import type { DeliveryResult } from "../crm/port.ts";
import { type AttemptEnd, claimedByHand, later, unclear } from "./attempt.ts";
import { signOf } from "./breaker.ts";
import { callOf, findRecipient, type Found } from "./find_recipient.ts";
import { silent, type TurnAnswer, type TurnIo, type TurnJob, type TurnSale } from "./turn_sale.ts";

type Step = { readonly job: TurnJob } & (
  | { readonly kind: "ends"; readonly answer: TurnAnswer }
  | { readonly kind: "goes"; readonly found: Found }
);

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
  const found = await Promise.all(
    jobs.map(async (job): Promise<Step> => {
      try {
        const came = await findRecipient(job, io);
        return came.kind === "found"
          ? { job, kind: "goes", found: came }
          : { job, kind: "ends", answer: came.answer };
      } catch (fault) {
        return { job, kind: "ends", answer: broken(job, fault) };
      }
    }),
  );
  // All of them are found before any is said to be on its way: a slow search keeps nobody in doubt.
  const steps = await Promise.all(found.map(meant));
  const going = steps.flatMap((step) => (step.kind === "goes" ? [step] : []));
  const results = await send(going, io).catch((fault: unknown): readonly DeliveryResult[] => {
    for (const { job } of going) broken(job, fault);
    return [];
  });
  const { deliveryIdempotent } = io.crm.capabilities;
  return steps.map((step) =>
    step.kind === "ends"
      ? step.answer
      : answerOf(
          results[going.indexOf(step)],
          step.found,
          deliveryIdempotent && step.job.to.kind !== "mail",
        ),
  );
};

/** Asks the journal whether it is still to be sent. */
const meant = async (step: Step): Promise<Step> => {
  if (step.kind === "ends") return step;
  const ends = (end: AttemptEnd): Step => ({
    job: step.job,
    kind: "ends",
    answer: silent({ ...end, ...step.found.words }),
  });
  const { customerId, words, formerId } = step.found;
  return step.job.intend(customerId, words.customer, formerId).then(
    (goes) => (goes ? step : ends({ kind: "skipped", why: claimedByHand })),
    // Its journal was restarted, and will bring it again by itself.
    () => ends({ kind: "later", note: "nobody waits for it any more" }),
  );
};

const send = async (
  going: readonly Extract<Step, { readonly kind: "goes" }>[],
  io: TurnIo,
): Promise<readonly DeliveryResult[]> => {
  const [first] = going;
  if (first === undefined) return [];
  const { job } = first;
  const call = callOf(job, io);
  // A lane lets a mail go alone.
  if (job.to.kind === "mail") return [await io.crm.mailReceipt(ownIds(job), job.to.address, call)];
  return io.crm.deliver(
    going.map((one) => ({ sale: ownIds(one.job), customerId: one.found.customerId })),
    call,
  );
};

const answerOf = (
  result: DeliveryResult | undefined,
  { words }: Found,
  idempotent: boolean,
): TurnAnswer => {
  if (result === undefined)
    return silent({
      ...(idempotent ? { kind: "later", note: "the adapter gave no result" } : unclear),
      ...words,
    });
  switch (result.kind) {
    case "delivered": {
      const note = result.note ?? "";
      return { attempt: { kind: "delivered", note, ...words }, sign: { kind: "answered" } };
    }
    case "refused": {
      const { reason, field } = result;
      const cause = { kind: "refused", reason, ...(field === undefined ? {} : { field }) } as const;
      return { attempt: { kind: "dead", cause, ...words }, sign: { kind: "answered" } };
    }
    case "retry": {
      // Sent again only where a repeat does no harm.
      const end =
        mayHaveActed(result.failure) && !idempotent
          ? unclear
          : later(result.failure, result.afterMs);
      return { attempt: { ...end, ...words }, sign: signOf(result.failure) };
    }
    default:
      return unreachable(result);
  }
};

/** Another CRM's id of the customer has no business in this one. */
const ownIds = ({ sale, to }: TurnSale): Sale => {
  const { crmId: _, ...keys } = sale.customer;
  const crmId = to.kind === "known" ? sale.customer.crmId : to.crmId;
  return { ...sale, customer: { ...keys, ...(crmId === undefined ? {} : { crmId }) } };
};
