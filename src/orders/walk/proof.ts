import { unreachable } from "../../model/outcome.ts";
import { claimedByHand } from "../attempt.ts";
import type { OrderSummary } from "../journal_view.ts";

/** How one closed order of Sitoo stands at one destination. */
export type ProofOutcome =
  | "delivered"
  /** Nobody to bring it to: anonymous, or a customer that the CRM does not have. */
  | "no_customer"
  /** By the tenant file: shadow, before live_from, a store that is not live, training. */
  | "withheld"
  /** Delivered, but to another amount, or changed since. */
  | "differs"
  | "on_its_way"
  /** A dead letter tells of it. */
  | "refused"
  /** No journal knows that it is closed. */
  | "missing";

/** What a person, or the night's dead letter, must hear of. */
export const isFinding = (outcome: ProofOutcome): boolean => {
  switch (outcome) {
    case "delivered":
    case "no_customer":
    case "withheld":
      return false;
    case "differs":
    case "on_its_way":
    case "refused":
    case "missing":
      return true;
    default:
      return unreachable(outcome);
  }
};

/** What is listed order by order, and not only counted. */
export const isListed = (outcome: ProofOutcome): boolean =>
  isFinding(outcome) || outcome === "withheld";

export type Verdict = {
  readonly outcome: ProofOutcome;
  readonly reason: string;
  /** What the receipt came to, minor units; only of what was delivered. */
  readonly delivered?: number;
};

/**
 * @param totals what Sitoo says that the order came to, each reading of it (head_money.ts).
 * @param trace what its journal has; undefined when it has nothing.
 */
export const verdictOn = (
  totals: readonly number[],
  trace: OrderSummary | undefined,
  destination: string,
): Verdict => {
  if (trace === undefined) return { outcome: "missing", reason: "nothing has told of it" };
  if (trace.state === "dead") return { outcome: "refused", reason: trace.note };
  const delivery = trace.deliveries.find(({ channel }) => channel === destination);
  if (delivery?.state === "delivered") return judged(totals, trace.total, delivery.changedSince);
  if (trace.state === "open") return { outcome: "on_its_way", reason: trace.note };
  if (trace.state === "not_a_sale")
    return { outcome: "missing", reason: `it was ${trace.note} when it was read` };
  if (trace.note === "orders are off") return { outcome: "withheld", reason: trace.note };
  switch (delivery?.state) {
    case undefined:
      return { outcome: "missing", reason: "was no destination when the order was delivered" };
    case "refused":
      return { outcome: "refused", reason: delivery.reason };
    case "skipped":
      // A person gave the sale to somebody: its receipt has a way of its own, and a dead letter where that fails.
      if (delivery.reason === claimedByHand) return { outcome: "delivered", reason: "" };
      return {
        outcome: noCustomer.has(delivery.reason) ? "no_customer" : "withheld",
        reason: delivery.reason,
      };
    default:
      return { outcome: "on_its_way", reason: delivery?.reason ?? "" };
  }
};

const judged = (
  totals: readonly number[],
  delivered: number | undefined,
  changedSince: boolean,
): Verdict => {
  const amount = delivered === undefined ? {} : { delivered };
  if (changedSince)
    return { outcome: "differs", reason: "changed after it was delivered", ...amount };
  if (delivered !== undefined && totals.length > 0 && !totals.includes(delivered))
    return { outcome: "differs", reason: "delivered to another amount", ...amount };
  return { outcome: "delivered", reason: "", ...amount };
};

const noCustomer: ReadonlySet<string> = new Set(["anonymous", "no such customer"]);
