import type { Money } from "../../model/money.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { RedemptionState } from "./machine.ts";

/**
 * Balances of bonus checks that the ledger keeps, for a CRM that cannot redeem (design.md 6.12).
 * Each use's snapshot is what the check had when it began; the oldest says what it was worth.
 */
export type Balance = {
  readonly isUsedUp: boolean;
  /** Of a bonus check. */
  readonly left?: Money;
};

type Use = {
  readonly state: RedemptionState;
  readonly snapshot?: Instrument;
  readonly amount?: number;
};

const valueOf = ({ snapshot }: Use): Money | undefined =>
  snapshot?.kind === "bonus_check" ? snapshot.amount : undefined;

/** What one use takes, as far as the check reached. An order that does not say took all of it. */
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

/** Uses that closed orders have made, and uses of tills that no order has closed yet. */
const takes = (use: Use): boolean =>
  use.state === "settled" || use.state === "committed" || use.state === "reserved";

/**
 * What can still be redeemed.
 * @param uses every use of the check, oldest first.
 * @returns undefined for what has no value, or was never used.
 */
export const leftOf = (uses: readonly Use[]): Money | undefined => {
  const worth = uses.map(valueOf).find((value) => value !== undefined);
  if (worth === undefined) return undefined;
  const used = uses.filter(takes).reduce((sum, use) => sum + (usedBy(use)?.minor ?? 0), 0);
  return { ...worth, minor: Math.max(0, worth.minor - used) };
};

/** Nothing of it can be redeemed any more. @param uses every use of it, oldest first. */
export const isUsedUp = (uses: readonly Use[]): boolean =>
  leftOf(uses)?.minor === 0 || (leftOf(uses) === undefined && uses.some(takes));

/** The CRM shows its copy, which may lag behind; what is offered is the smaller of the two. */
export const smaller = (one: Money, other: Money | undefined): Money =>
  other === undefined || other.currency !== one.currency || other.minor >= one.minor ? one : other;
