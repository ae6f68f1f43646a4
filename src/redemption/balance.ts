import type { Money } from "../model/money.ts";
import { unreachable } from "../model/outcome.ts";
import type { RedemptionRow } from "./ledger_rows.ts";

/**
 * Balances of bonus checks that the ledger keeps, for a CRM that cannot redeem (design.md 6.12).
 * The newest use of a check tells what is left: its snapshot is what there was before it.
 */
type Use = Pick<RedemptionRow, "state" | "snapshot" | "amount">;

const valueOf = ({ snapshot }: Use): Money | undefined =>
  snapshot?.kind === "bonus_check" ? snapshot.amount : undefined;

/** What a closed order used, as far as the check reached. An order that does not say used all of it. */
export const usedBy = (use: Use): Money | undefined => {
  const value = valueOf(use);
  if (value === undefined) return undefined;
  return { ...value, minor: Math.min(value.minor, use.amount ?? value.minor) };
};

/** An order took more off than the check had: nobody paid the difference. */
export const isOverdrawn = (use: Use): boolean => {
  const value = valueOf(use);
  return value !== undefined && use.amount !== undefined && use.amount > value.minor;
};

/** What can still be redeemed after this use; undefined for what has no value. */
export const leftAfter = (use: Use): Money | undefined => {
  const value = valueOf(use);
  if (value === undefined) return undefined;
  switch (use.state) {
    case "settled":
      return { ...value, minor: value.minor - (usedBy(use)?.minor ?? 0) };
    case "released":
    case "refused":
    case "reversed":
    case "reinstated":
      return value;
    case "reserved":
    case "committing":
    case "committed":
    case "unknown":
    case "reversing":
    case "attention":
    case "lost":
      return { ...value, minor: 0 };
    default:
      return unreachable(use.state);
  }
};

/** The CRM still shows what it showed before, or less: what is offered is the smaller of the two. */
export const smaller = (one: Money, other: Money | undefined): Money =>
  other === undefined || other.currency !== one.currency || other.minor >= one.minor ? one : other;
