import type { Instruments, Match, Profile } from "../crm/port.ts";
import { smaller } from "../redemption/machine/balance.ts";
import { holdsOnCard, type OverlayEntry } from "../redemption/overlay.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { CardPart } from "../model/customer.ts";
import {
  instrumentKey,
  type BonusCheck,
  type Instrument,
  type Promotion,
} from "../model/instrument.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { crmCall, type TillCall } from "./till_call.ts";

/** A customer with what they can redeem, as the ledger and the CRM together see it. */
export type Card = {
  readonly profile: Profile;
  readonly promotions: readonly Promotion[];
  readonly bonusChecks: readonly BonusCheck[];
  readonly voucherPasswords: readonly string[];
  readonly sections: Profile["sections"];
  readonly degraded: readonly CardPart[];
};

const used = <Kind extends Instrument>(instrument: Kind): Kind => ({
  ...instrument,
  redeemed: true,
});

/** What the CRM shows of a bonus check that the ledger keeps may lag behind its uses. */
const withLeft = <Kind extends Instrument>(instrument: Kind, { balance }: OverlayEntry): Kind =>
  instrument.kind === "bonus_check"
    ? { ...instrument, amount: smaller(instrument.amount, balance?.left) }
    : instrument;

/**
 * Lays the ledger over what the CRM offers (design.md 6.9): what a till holds shows as used,
 * what was given back although the CRM cannot shows as ours.
 */
export const overlay = <Kind extends Instrument>(
  kind: Kind["kind"],
  offered: readonly Kind[],
  entries: readonly OverlayEntry[],
  now: number,
): Kind[] => {
  const byKey = new Map(entries.map((entry) => [instrumentKey(entry.ref), entry]));
  const shown = offered.map((instrument) => {
    const entry = byKey.get(instrumentKey(instrument));
    if (entry === undefined) return instrument;
    return holdsOnCard(entry, now) ? used(instrument) : withLeft(instrument, entry);
  });
  const offeredKeys = new Set(offered.map(instrumentKey));
  for (const entry of entries) {
    const copy = entry.snapshot;
    if (entry.ref.kind !== kind || copy === undefined || offeredKeys.has(instrumentKey(entry.ref)))
      continue;
    const isOver = copy.expiresAt !== undefined && Date.parse(copy.expiresAt) <= now;
    if (entry.state === "reinstated" && !isOver) shown.push(copy as Kind);
    else if (holdsOnCard(entry, now)) shown.push(used(copy as Kind));
  }
  return shown;
};

const nothingOffered: Instruments = {
  promotions: [],
  bonusChecks: [],
  voucherPasswords: [],
  sections: [],
  degraded: ["promotions", "bonus_checks"],
};

/** Puts a card together from what was read; a part that failed is named, not hidden. */
export const assembleCard = (
  profile: Profile,
  instruments: Outcome<Instruments, CrmFailure>,
  entries: readonly OverlayEntry[] | undefined,
  now: number,
): Card => {
  const offered = instruments.ok ? instruments.value : nothingOffered;
  const ledger = entries ?? [];
  return {
    profile,
    promotions: overlay("promotion", offered.promotions, ledger, now),
    bonusChecks: overlay("bonus_check", offered.bonusChecks, ledger, now),
    voucherPasswords: [...new Set([...profile.voucherPasswords, ...offered.voucherPasswords])],
    sections: [...profile.sections, ...offered.sections],
    degraded: [
      ...new Set<CardPart>([
        ...profile.degraded,
        ...offered.degraded,
        ...(entries === undefined ? (["redemptions"] as const) : []),
      ]),
    ],
  };
};

/** Reads customer, instruments and ledger side by side. Only the customer can fail the card. */
export const readCard = async (
  match: Match,
  call: TillCall,
): Promise<Outcome<Card, CrmFailure>> => {
  const upstream = crmCall(call);
  const [profile, instruments, entries] = await call.stopwatch.time(
    "crm",
    Promise.all([
      match.profile === undefined
        ? call.crm.get(match.id, upstream)
        : Promise.resolve(ok(match.profile)),
      call.crm.instruments(match.id, upstream),
      call.redemptions.overlay(match.id),
    ]),
  );
  if (!profile.ok) return failed(profile.failure);
  // Another spelling, or a merged customer: the ledger is named by the id as the CRM returned it (design.md 6.13).
  const { id } = profile.value.customer;
  if (id !== match.id) {
    const own = await call.stopwatch.time("crm", call.redemptions.overlay(id));
    if (entries === undefined || entries.length === 0)
      return ok(assembleCard(profile.value, instruments, own, call.now()));
    // What is held under the old id shows at once, and moves behind the answer.
    call.redemptions.moveTo(match.id, id);
    const both = own === undefined ? undefined : [...entries, ...own];
    return ok(assembleCard(profile.value, instruments, both, call.now()));
  }
  return ok(assembleCard(profile.value, instruments, entries, call.now()));
};
