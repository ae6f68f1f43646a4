import type { Crm, CrmCall } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { instrumentKey, type Instrument, type InstrumentRef } from "../model/instrument.ts";
import { unreachable } from "../model/outcome.ts";
import { newGenerationMs, placeOf, type RedeemRefusal } from "./machine/admission.ts";
import { smaller, type Balance } from "./machine/balance.ts";
import type { RedemptionRow } from "./machine/redemption_row.ts";
import { isKeptHere } from "./machine/policy.ts";

export type Check =
  | {
      readonly kind: "ready";
      /** By `instrumentKey`, as the customer sees them now. */
      readonly instruments: ReadonlyMap<string, Instrument>;
      /** Keys of instruments that only the ledger still gives. */
      readonly reinstated: ReadonlySet<string>;
    }
  /** The CRM knows the customer by another id: another ledger is theirs. */
  | { readonly kind: "moved"; readonly customerId: string }
  | { readonly kind: "refused"; readonly refusal: RedeemRefusal }
  | { readonly kind: "failed"; readonly failure: CrmFailure };

/** Of a check that the ledger keeps, what is offered is what is left of it. */
const withLeft = (instrument: Instrument, balance: Balance | undefined): Instrument =>
  instrument.kind === "bonus_check"
    ? { ...instrument, amount: smaller(instrument.amount, balance?.left) }
    : instrument;

const isUsed = (row: RedemptionRow | undefined): row is RedemptionRow =>
  row?.state === "committed" || row?.state === "settled";
/** Why an instrument that the CRM does not offer cannot be redeemed. */
const whyNot = async (
  crm: Crm,
  customerId: string,
  ref: InstrumentRef,
  earlier: RedemptionRow | undefined,
  call: CrmCall,
): Promise<Check> => {
  // A CRM that cannot redeem cannot say more than that it does not offer it.
  if (isKeptHere(ref.kind, crm.capabilities))
    return isUsed(earlier)
      ? { kind: "refused", refusal: { kind: "used", place: placeOf(earlier) } }
      : { kind: "failed", failure: { kind: "instrument_not_found" } };
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

const expiredCopy = (row: RedemptionRow, now: number): boolean =>
  row.snapshot?.expiresAt !== undefined && Date.parse(row.snapshot.expiresAt) <= now;

/**
 * Checks the customer and all instruments of a call before any is committed (design.md 6.5):
 * each is the customer's own and free. A CRM's redeem call may name no customer at all
 * (contracts/voyado.md 6), so without this a voucher of somebody else would be taken.
 *
 * It is read here, behind the admission, so that a hundred tills with one voucher cost the CRM
 * one reading. What was given back without the CRM is not asked of it for an hour; after that
 * an instrument that the CRM offers again is a new one, whose use it must hear of.
 */
export const checkInstruments = async (
  crm: Crm,
  customerId: string,
  refs: readonly InstrumentRef[],
  earlier: readonly RedemptionRow[],
  call: CrmCall,
  now: number,
  balanceOf: (ref: InstrumentRef) => Balance | undefined,
): Promise<Check> => {
  const earlierOf = new Map(earlier.map((row) => [instrumentKey(row.ref), row]));
  const instruments = new Map<string, Instrument>();
  const reinstated = new Set<string>();
  const givenBack = earlier.filter((row) => row.state === "reinstated");
  const isRecent = (row: RedemptionRow): boolean => now - row.nextAt <= newGenerationMs;
  if (!givenBack.every(isRecent) || givenBack.length < refs.length) {
    const [profile, offered] = await Promise.all([
      crm.get(customerId, call),
      crm.instruments(customerId, call),
    ]);
    if (!profile.ok) return { kind: "failed", failure: profile.failure };
    const { id } = profile.value.customer;
    if (id !== customerId) return { kind: "moved", customerId: id };
    if (!offered.ok) return { kind: "failed", failure: offered.failure };
    for (const instrument of [...offered.value.promotions, ...offered.value.bonusChecks])
      if (!instrument.redeemed)
        instruments.set(instrumentKey(instrument), withLeft(instrument, balanceOf(instrument)));

    const own = new Set(givenBack.map((row) => instrumentKey(row.ref)));
    const missing = refs.filter((ref) => {
      const key = instrumentKey(ref);
      return !instruments.has(key) && !own.has(key);
    });
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
    if (reasons[0] !== undefined) return reasons[0];
  }
  for (const row of givenBack) {
    const key = instrumentKey(row.ref);
    if (!isRecent(row) && instruments.has(key)) continue;
    if (expiredCopy(row, now)) return { kind: "failed", failure: { kind: "expired" } };
    reinstated.add(key);
    if (row.snapshot !== undefined) instruments.set(key, row.snapshot);
  }
  return { kind: "ready", instruments, reinstated };
};
