import type { Crm, CrmCall, Instruments } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { instrumentKey, type Instrument, type InstrumentRef } from "../model/instrument.ts";
import { ok, unreachable } from "../model/outcome.ts";
import { newGenerationMs, placeOf, type RedeemRefusal } from "./admission.ts";
import type { RedemptionRow } from "./ledger_rows.ts";

export type Check =
  | {
      readonly kind: "ready";
      /** By `instrumentKey`, as the customer sees them now. */
      readonly instruments: ReadonlyMap<string, Instrument>;
      /** Keys of instruments that only the ledger still gives. */
      readonly reinstated: ReadonlySet<string>;
    }
  | { readonly kind: "refused"; readonly refusal: RedeemRefusal }
  | { readonly kind: "failed"; readonly failure: CrmFailure };

const isUsed = (row: RedemptionRow | undefined): row is RedemptionRow =>
  row?.state === "committed" || row?.state === "settled";
const offers = (offered: Instruments, key: string): boolean =>
  [...offered.promotions, ...offered.bonusChecks].some(
    (instrument) => !instrument.redeemed && instrumentKey(instrument) === key,
  );

/** Why an instrument that the CRM does not offer cannot be redeemed. */
const whyNot = async (
  crm: Crm,
  customerId: string,
  ref: InstrumentRef,
  earlier: RedemptionRow | undefined,
  call: CrmCall,
): Promise<Check> => {
  const status = await crm.status(customerId, ref, call);
  if (!status.ok) return { kind: "failed", failure: status.failure };
  switch (status.value.state) {
    case "redeemed": {
      if (!isUsed(earlier)) return { kind: "failed", failure: { kind: "already_redeemed" } };
      return { kind: "refused", refusal: { kind: "used", place: placeOf(earlier) } };
    }
    case "expired":
      return { kind: "failed", failure: { kind: "expired" } };
    case "gone":
    case "available":
      // A CRM that lists only what is available (contracts/voyado.md 5) does not say "used"; the ledger does.
      if (status.value.state === "gone" && isUsed(earlier))
        return { kind: "refused", refusal: { kind: "used", place: placeOf(earlier) } };
      // Available but not offered: not in a currency or a channel of this till.
      return { kind: "failed", failure: { kind: "instrument_not_found" } };
    default:
      return unreachable(status.value);
  }
};

/**
 * Checks all instruments of a call before any is committed (design.md 6.5): each is the
 * customer's own and free. A CRM's redeem call may name no customer at all
 * (contracts/voyado.md 6), so without this a voucher of somebody else would be taken.
 */
export const checkInstruments = async (
  crm: Crm,
  customerId: string,
  {
    refs,
    offered: read,
  }: { readonly refs: readonly InstrumentRef[]; readonly offered?: Instruments },
  earlier: readonly RedemptionRow[],
  call: CrmCall,
  now: number,
): Promise<Check> => {
  const earlierOf = new Map(earlier.map((row) => [instrumentKey(row.ref), row]));
  const instruments = new Map<string, Instrument>();
  const reinstated = new Set<string>();
  for (const [key, row] of earlierOf) {
    if (row.state !== "reinstated") continue;
    const { expiresAt } = row.snapshot ?? {};
    if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
      return { kind: "failed", failure: { kind: "expired" } };
    // Offered by the CRM again long after: a new one, whose use the CRM must hear of.
    const isNew = now - (row.committedAt ?? row.startedAt) > newGenerationMs;
    if (isNew && read !== undefined && offers(read, key)) continue;
    reinstated.add(key);
    if (row.snapshot !== undefined) instruments.set(key, row.snapshot);
  }
  const asked = refs.filter((ref) => !reinstated.has(instrumentKey(ref)));
  if (asked.length === 0) return { kind: "ready", instruments, reinstated };

  const offered = read === undefined ? await crm.instruments(customerId, call) : ok(read);
  if (!offered.ok) return { kind: "failed", failure: offered.failure };
  for (const instrument of [...offered.value.promotions, ...offered.value.bonusChecks]) {
    if (!instrument.redeemed) instruments.set(instrumentKey(instrument), instrument);
  }
  const missing = asked.filter((ref) => !instruments.has(instrumentKey(ref)));
  const unread = missing.find((ref) =>
    offered.value.degraded.includes(ref.kind === "promotion" ? "promotions" : "bonus_checks"),
  );
  if (unread !== undefined) {
    return {
      kind: "failed",
      failure: { kind: "unavailable", sent: false, detail: `${unread.kind} list not read` },
    };
  }
  const reasons = await Promise.all(
    missing.map((ref) => whyNot(crm, customerId, ref, earlierOf.get(instrumentKey(ref)), call)),
  );
  return reasons[0] ?? { kind: "ready", instruments, reinstated };
};
