import { type Instrument, instrumentKey, type Promotion } from "../model/instrument.ts";
import { newGenerationMs } from "./machine/admission.ts";
import type { RedemptionRow } from "./machine/redemption_row.ts";
import { holds } from "./machine/machine.ts";
import type { Goods, OfferUse, OrderUse } from "./order_use.ts";

/** A till shows a card no longer than this: a password used again within it was used twice. */
const staleCardMs = 24 * 3_600_000;

const opens = (instrument: Instrument | undefined, password: string): instrument is Promotion =>
  instrument?.kind === "promotion" &&
  instrument.offer.type === "voucher" &&
  instrument.offer.password === password;

const expiry = ({ expiresAt }: Promotion): number =>
  expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);

/**
 * Which promotion an order's voucher used: exactly one for each password, and the same one however
 * often the order is told, although the CRM lists it no more once it is used. So the rows decide:
 * 1. this order, or another of its purchase, has one already: that one;
 * 2. a till holds one: that one;
 * 3. what is free, the CRM's or our own copy: the one that expires first;
 * 4. none is free, and another order used it just now: that one, a second use.
 * @param rows all of the ledger, oldest first.
 */
const promotionFor = (
  offer: OfferUse,
  use: OrderUse,
  rows: readonly RedemptionRow[],
  now: number,
): Promotion | undefined => {
  const listed = new Map(offer.promotions.map((one) => [instrumentKey(one), one]));
  const newest = new Map(rows.map((row) => [instrumentKey(row.ref), row]));
  const of = (row: RedemptionRow): Promotion | undefined => {
    const known = row.snapshot ?? listed.get(instrumentKey(row.ref));
    return opens(known, offer.password) ? known : undefined;
  };
  const isOfPurchase = ({ order }: RedemptionRow): boolean =>
    order !== undefined && (order === use.order || use.linked.includes(order));
  // The order names a promotion of which nobody knows what it opens: it may well be this.
  const isUnknown = use.refs.some(
    (ref) => ref.kind === "promotion" && newest.get(instrumentKey(ref))?.snapshot === undefined,
  );
  if (isUnknown || rows.some((row) => isOfPurchase(row) && of(row) !== undefined)) return undefined;

  const ours = [...newest.values()].filter((row) => of(row) !== undefined);
  const atTill = ours.find(
    ({ state, order, undoRequested }) =>
      order === undefined && holds(state) && state !== "reversing" && !undoRequested,
  );
  if (atTill !== undefined) return of(atTill);

  const isFree = (row: RedemptionRow | undefined): boolean => {
    if (row === undefined) return true;
    // A closed order used it, and the CRM is still to be told.
    if (row.state === "released" && row.order !== undefined && !row.givenBack) return false;
    const isOld = now - (row.settledAt ?? row.committedAt ?? row.startedAt) > newGenerationMs;
    return !holds(row.state) || ((row.state === "committed" || row.state === "settled") && isOld);
  };
  const copies = ours.flatMap((row) => (row.state === "reinstated" ? (of(row) ?? []) : []));
  const [first] = [
    ...offer.promotions.filter((one) => isFree(newest.get(instrumentKey(one)))),
    ...copies,
  ]
    .filter((one) => expiry(one) > now)
    .toSorted((one, other) => expiry(one) - expiry(other));
  if (first !== undefined) return first;

  const usedTwice = ours.find(
    (row) =>
      row.order !== undefined &&
      !row.givenBack &&
      now - (row.settledAt ?? row.startedAt) < staleCardMs,
  );
  return usedTwice === undefined ? undefined : of(usedTwice);
};

/** The use with the promotions that its vouchers lead to, and by `instrumentKey` how the customer sees them. */
export const withOffers = (
  use: OrderUse,
  rows: readonly RedemptionRow[],
  now: number,
): {
  readonly use: OrderUse;
  readonly seen: ReadonlyMap<string, { readonly snapshot: Promotion }>;
} => {
  const seen = new Map<string, { readonly snapshot: Promotion }>();
  const bought: Record<string, readonly Goods[]> = { ...use.bought };
  const amounts: Record<string, number> = { ...use.amounts };
  for (const offer of use.offers ?? []) {
    const promotion = promotionFor(offer, use, rows, now);
    if (promotion === undefined) continue;
    const key = instrumentKey(promotion);
    seen.set(key, { snapshot: promotion });
    bought[key] = offer.bought;
    if (offer.amount !== undefined) amounts[key] = offer.amount;
  }
  const found = [...seen.values()].map(({ snapshot: { kind, id } }) => ({ kind, id }));
  return { use: { ...use, refs: [...use.refs, ...found], bought, amounts }, seen };
};
