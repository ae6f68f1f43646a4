import { instrumentKey, type InstrumentRef } from "../../model/instrument.ts";
import type { Money } from "../../model/money.ts";
import { unreachable } from "../../model/outcome.ts";
import type { Balance } from "./balance.ts";
import { holds, type RedemptionState } from "./machine.ts";

/** Who calls: what the till's headers say, each of which may be absent (contracts/sitoo.md 2.1). */
export type Till = {
  readonly registerId?: string;
  readonly storeId?: string;
  readonly staffId?: string;
};

/** Where and when an instrument was used, as far as is known. */
export type PlaceOfUse = { readonly storeId?: string; readonly at?: number };

/** Why the ledger will not redeem (design.md 6.3). */
export type RedeemRefusal =
  | { readonly kind: "used"; readonly place: PlaceOfUse }
  | { readonly kind: "in_use"; readonly place: PlaceOfUse }
  | { readonly kind: "just_undone" }
  | { readonly kind: "outcome_unknown" }
  | { readonly kind: "too_late" }
  /** Less is left on the bonus check than the till would take off. */
  | { readonly kind: "too_little_left"; readonly left: Money }
  | { readonly kind: "ledger_away" };

/** One row of the ledger, as far as admission looks at it. */
export type LedgerEntry = {
  readonly redemptionId: string;
  readonly groupId: string;
  readonly ref: InstrumentRef;
  readonly state: RedemptionState;
  /** The instruments of its call; the same set is a repeat. */
  readonly fingerprint: string;
  readonly till: Till;
  readonly startedAt: number;
  readonly committedAt?: number;
  readonly settledAt?: number;
  /** The closed order that used it. */
  readonly order?: string;
  /** A till was told that it is given back. */
  readonly undoRequested?: boolean;
  /** A till was told that it is redeemed. */
  readonly heard?: boolean;
  /** Of what the ledger keeps, for a CRM that cannot redeem: no new generation of it can come from there. */
  readonly balance?: Balance;
};

/** A call that is under way in this object's memory. */
export type Flight = {
  readonly groupId: string;
  readonly fingerprint: string;
  readonly refs: readonly InstrumentRef[];
  readonly till: Till;
};

/** Left by an undo of what was never redeemed: the redeem may still be on its way. */
export type UndoMarker = {
  readonly fingerprint: string;
  readonly till: Till;
  readonly until: number;
};

export type Admission =
  /** Wait for the call that does the same. */
  | { readonly kind: "join"; readonly groupId: string }
  /** Done already, for this till: the stored answer. */
  | { readonly kind: "replay"; readonly groupId: string }
  /** Not known yet; ask the CRM first, then decide anew. */
  | { readonly kind: "reconcile"; readonly groupId: string }
  /**
   * Some of its instruments are held, others are not: broken off in the middle, or, where its till
   * was answered, undone in part since. `place` is where what is held was used.
   */
  | {
      readonly kind: "incomplete";
      readonly groupId: string;
      readonly wasAnswered: boolean;
      readonly place: PlaceOfUse;
    }
  | { readonly kind: "refuse"; readonly refusal: RedeemRefusal }
  | { readonly kind: "start" };

export const undoMarkerMs = 15_000;
const replayWithoutRegisterMs = 60_000;
/** After this a committed instrument that the CRM offers again is a new one (staff reactivated it). */
export const newGenerationMs = 60 * 60_000;

export const fingerprintOf = (refs: readonly InstrumentRef[]): string =>
  [...new Set(refs.map(instrumentKey))].toSorted().join("\n");

/** In a marker's fingerprint: only a call of just this set was overtaken. */
const wholeSet = "whole set";

/**
 * The markers that an undo leaves for redeems that it may have overtaken: of what its till does not
 * have, and, where it does have the rest, of the whole set that it named.
 * @param answered ids of what was given back by this undo, or a moment ago.
 */
export const markersOf = (
  refs: readonly InstrumentRef[],
  answered: ReadonlySet<string>,
): readonly string[] => {
  const missed = refs.filter(({ id }) => !answered.has(id));
  if (missed.length === 0) return [];
  const own = fingerprintOf(missed);
  return missed.length === refs.length ? [own] : [own, `${wholeSet}\n${fingerprintOf(refs)}`];
};

/**
 * Whether two calls come from one till. Two registers that are both named decide alone;
 * without a register the store and staff must agree, and the replay window is shorter.
 */
export const sameTill = (one: Till, other: Till): boolean =>
  one.registerId !== undefined || other.registerId !== undefined
    ? one.registerId === other.registerId
    : one.storeId === other.storeId && one.staffId === other.staffId;

/** Two tills that are known to be different. An undo without headers is not. */
export const otherTill = (one: Till, other: Till): boolean =>
  one.registerId !== undefined &&
  other.registerId !== undefined &&
  one.registerId !== other.registerId;

export const placeOf = (entry: LedgerEntry): PlaceOfUse => ({
  ...(entry.till.storeId === undefined ? {} : { storeId: entry.till.storeId }),
  at: entry.committedAt ?? entry.startedAt,
});

const repeats = (
  call: { fingerprint: string; till: Till },
  earlier: { fingerprint: string; till: Till },
): boolean => earlier.fingerprint === call.fingerprint && sameTill(earlier.till, call.till);

/**
 * Decides what one redeem call is: a repeat, a second use, or a first use (design.md 6.3).
 * @param entries the newest row of each instrument in the call.
 */
export const admit = (
  call: { readonly refs: readonly InstrumentRef[]; readonly till: Till },
  ledger: {
    readonly entries: readonly LedgerEntry[];
    readonly flights: readonly Flight[];
    readonly markers: readonly UndoMarker[];
  },
  replayWindowMs: number,
  now: number,
): Admission => {
  const fingerprint = fingerprintOf(call.refs);
  const mine = { fingerprint, till: call.till };
  const keys = new Set(call.refs.map(instrumentKey));

  for (const flight of ledger.flights) {
    if (!flight.refs.some((ref) => keys.has(instrumentKey(ref)))) continue;
    if (repeats(mine, flight)) return { kind: "join", groupId: flight.groupId };
    const place = flight.till.storeId === undefined ? {} : { storeId: flight.till.storeId };
    return { kind: "refuse", refusal: { kind: "in_use", place } };
  }
  const isMarked = (marker: UndoMarker): boolean => {
    // An undo by bare ids names both kinds of each: the call is within it, not equal to it.
    const undone = new Set(marker.fingerprint.split("\n"));
    const isWhole = undone.delete(wholeSet);
    return (
      marker.until > now &&
      sameTill(marker.till, call.till) &&
      [...keys].every((key) => undone.has(key)) &&
      (!isWhole || undone.size === keys.size)
    );
  };
  if (ledger.markers.some(isMarked)) {
    return { kind: "refuse", refusal: { kind: "just_undone" } };
  }
  const held = ledger.entries.filter(
    (entry) =>
      keys.has(instrumentKey(entry.ref)) &&
      // A closed order has used it and the CRM is still to be told: not free for another till.
      (holds(entry.state) ||
        (entry.state === "released" && entry.order !== undefined) ||
        entry.balance?.isUsedUp === true),
  );
  let replays: string | undefined;
  let unclear: string | undefined;
  for (const entry of held) {
    const repeat = repeats(mine, entry);
    switch (entry.state) {
      case "committed": {
        const age = now - (entry.committedAt ?? entry.startedAt);
        const window =
          call.till.registerId === undefined
            ? Math.min(replayWithoutRegisterMs, replayWindowMs)
            : replayWindowMs;
        if (repeat && entry.undoRequested === true)
          return { kind: "refuse", refusal: { kind: "outcome_unknown" } };
        if (repeat && age <= window) {
          replays ??= entry.groupId;
          continue;
        }
        if (entry.balance === undefined && age > newGenerationMs) continue;
        return { kind: "refuse", refusal: { kind: "used", place: placeOf(entry) } };
      }
      case "settled":
        if (
          entry.balance === undefined
            ? now - (entry.settledAt ?? entry.startedAt) > newGenerationMs
            : !entry.balance.isUsedUp
        )
          continue;
        return { kind: "refuse", refusal: { kind: "used", place: placeOf(entry) } };
      case "reserved":
        if (!repeat) return { kind: "refuse", refusal: { kind: "in_use", place: placeOf(entry) } };
        replays ??= entry.groupId;
        continue;
      case "unknown":
      case "committing":
        if (!repeat) return { kind: "refuse", refusal: { kind: "in_use", place: placeOf(entry) } };
        unclear ??= entry.groupId;
        continue;
      case "attention":
        if (!repeat) return { kind: "refuse", refusal: { kind: "outcome_unknown" } };
        unclear ??= entry.groupId;
        continue;
      case "reversing":
        // Nobody can say yet whether it is free.
        return { kind: "refuse", refusal: { kind: "outcome_unknown" } };
      case "released":
      case "refused":
      case "lost":
      case "reversed":
      case "reinstated":
        return { kind: "refuse", refusal: { kind: "used", place: placeOf(entry) } };
      default:
        return unreachable(entry.state);
    }
  }
  if (unclear !== undefined) return { kind: "reconcile", groupId: unclear };
  if (replays === undefined) return { kind: "start" };
  const ofGroup = held.filter((entry) => entry.groupId === replays);
  const [first] = ofGroup;
  const heldKeys = new Set(ofGroup.map((entry) => instrumentKey(entry.ref)));
  if (first === undefined || [...keys].every((key) => heldKeys.has(key)))
    return { kind: "replay", groupId: replays };
  return {
    kind: "incomplete",
    groupId: replays,
    wasAnswered: ofGroup.some((entry) => entry.heard === true),
    place: placeOf(first),
  };
};
