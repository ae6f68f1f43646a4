import { unreachable } from "../model/outcome.ts";
import type { ProofDifference } from "../orders/walk/proof_table.ts";

type Case = Pick<ProofDifference, "outcome" | "reason" | "destination"> & {
  readonly tenant: string;
  readonly day: string;
  /** account/site/order */
  readonly order: string;
};

/** What mends a difference, or where to look. @param letter id of the open dead letter that tells of it. */
export const mendOf = (one: Case, letter: string | undefined): string => {
  const command = (words: string): string => `npm run tenant -- ${words}`;
  const look = command(`trace ${one.tenant} --order ${one.order}`);
  const channel = one.destination === "" ? "" : ` --channel ${one.destination}`;
  const bring = command(`backfill ${one.tenant} --from ${one.day} --to ${one.day}${channel}`);
  switch (one.outcome) {
    case "missing":
      return bring;
    case "refused":
      return letter === undefined ? look : command(`dead-letters ${one.tenant} --replay ${letter}`);
    case "withheld":
      return ["before live_from", "not in this backfill"].includes(one.reason)
        ? bring
        : `the tenant file (${one.reason}), then ${bring}`;
    case "differs":
    case "on_its_way":
    case "delivered":
    case "no_customer":
      return look;
    default:
      return unreachable(one.outcome);
  }
};
