import type { InstrumentKind, InstrumentRef } from "../../model/instrument.ts";
import type { Capabilities } from "../../crm/port.ts";
import type { Redemption } from "../../tenants/tenant.ts";

/** When an instrument is told to the CRM: at the till, or when the closed order names it. */
export type CommitAt = "till" | "order";

/** The ledger keeps the use, because the CRM has no call for it (design.md 6.12). */
export const isKeptHere = (kind: InstrumentKind, capabilities: Capabilities): boolean =>
  !capabilities.commit[kind];

/** What the ledger keeps it also gives back. */
const canGiveBack = (kind: InstrumentKind, capabilities: Capabilities): boolean =>
  isKeptHere(kind, capabilities) || capabilities.reverse[kind];

/**
 * The tenant's policy for one kind of instrument, resolved (design.md 6.2).
 * `auto` commits at the till where the CRM can give back; otherwise only orders can commit,
 * and that needs this account's orders to have been seen to carry instrument ids.
 */
export const commitAt = (
  kind: InstrumentKind,
  policy: Redemption,
  capabilities: Capabilities,
  ordersCarryIds: boolean,
): CommitAt => {
  const mode = kind === "promotion" ? policy.promotions : policy.bonusChecks;
  if (mode === "redeem") return "till";
  if (mode === "sale") return "order";
  if (canGiveBack(kind, capabilities)) return "till";
  return ordersCarryIds ? "order" : "till";
};

/** Reversible instruments first: what cannot be taken back is committed when all else has worked. */
export const commitOrder = (
  refs: readonly InstrumentRef[],
  capabilities: Capabilities,
): InstrumentRef[] =>
  refs.toSorted(
    (one, other) =>
      Number(canGiveBack(other.kind, capabilities)) - Number(canGiveBack(one.kind, capabilities)),
  );
