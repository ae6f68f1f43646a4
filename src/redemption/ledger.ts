import type { Crm, CrmCall, Instruments } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { instrumentKey, type Instrument, type InstrumentRef } from "../model/instrument.ts";
import { unreachable, type Outcome } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { Redemption } from "../tenants/tenant.ts";
import {
  admit,
  fingerprintOf,
  otherTill,
  undoMarkerMs,
  type Flight,
  type RedeemRefusal,
  type Till,
} from "./admission.ts";
import { checkInstruments } from "./check_instruments.ts";
import type { RedemptionRow } from "./ledger_rows.ts";
import type { LedgerStore } from "./ledger_store.ts";
import type { OrderUse } from "./order_use.ts";
import { holds, type RedemptionState } from "./machine.ts";
import { commitAt, commitOrder } from "./policy.ts";
import { newGroupId } from "./redeem_id.ts";
import { createReconciler } from "./reconciler.ts";

/** The customer's CRM and the tenant's policy, as the caller of the object opened them. */
export type LedgerContext = {
  readonly crm: Crm;
  readonly policy: Redemption;
  readonly owner: {
    readonly tenant: string;
    readonly channelId: string;
    readonly customerId: string;
  };
  readonly ordersCarryIds: boolean;
};

export type LedgerDeps = {
  readonly store: LedgerStore;
  readonly now: () => number;
  /** Wakes the object at a time, or earlier if it already would. */
  readonly wakeAt: (at: number) => void;
  /** Goes on after the answer; the object is not evicted meanwhile. */
  readonly background: (work: Promise<unknown>) => void;
  /** Resolves once they are stored where people look. */
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
};

export type RedeemCall = {
  readonly refs: readonly InstrumentRef[];
  /** What the CRM offered a moment ago, where the caller has read it already. */
  readonly offered?: Instruments;
  readonly till: Till;
  readonly requestId: string;
  readonly deadline: number;
};

/** An instrument and whether it counts as redeemed now. */
export type RedeemedItem = InstrumentRef & { readonly redeemed: boolean };

export type RedeemResult =
  | { readonly kind: "redeemed"; readonly groupId: string; readonly items: readonly RedeemedItem[] }
  | { readonly kind: "refused"; readonly refusal: RedeemRefusal }
  | { readonly kind: "failed"; readonly failure: CrmFailure };

export type UndoCall = {
  readonly refs?: readonly InstrumentRef[];
  readonly groupId?: string;
  readonly till: Till;
  readonly requestId: string;
};

export type UndoResult = {
  readonly kind: "undone";
  readonly groupId: string;
  readonly items: readonly RedeemedItem[];
};

/** What a card must know of the ledger. */
export type OverlayEntry = {
  readonly ref: InstrumentRef;
  readonly state: RedemptionState;
  readonly at: number;
  readonly snapshot?: Instrument;
};

/** After this no further commit begins: the till would have given up before the answer (design.md 6.5). */
const lastCommitBeginsMs = 4_000;
const undoWaitsMs = 4_000;
/** Later than any CRM call can last: a row still `committing` then has lost its call. */
const lostCallMs = 15_000;

/**
 * "Already redeemed" is a clear refusal on a first send only. After an earlier send of ours that
 * had no clear answer it may be our own use, applied late.
 */
const readInLightOf = <Answered extends Outcome<unknown, CrmFailure>>(
  earlier: readonly RedemptionRow[],
  ref: InstrumentRef,
  answered: Answered,
): Answered | { readonly ok: false; readonly failure: CrmFailure } => {
  if (answered.ok || answered.failure.kind !== "already_redeemed") return answered;
  const isOurs = earlier.some(
    (row) =>
      row.wasUnclear && row.state === "released" && instrumentKey(row.ref) === instrumentKey(ref),
  );
  return isOurs
    ? {
        ok: false,
        failure: { kind: "unreadable", detail: "already redeemed, perhaps by our earlier call" },
      }
    : answered;
};

const wait = (ms: number): Promise<"waited"> =>
  new Promise((resolve) => setTimeout(() => resolve("waited"), ms));

/**
 * One customer's ledger: decides, writes the row, calls the CRM, writes the answer.
 * A Durable Object does not serialise across the CRM call, so the flights of this
 * object are kept in memory and rows are durable before the call (design.md 6.1).
 */
export const createLedger = ({ store, now, wakeAt, background, deadLetter }: LedgerDeps) => {
  const flights = new Map<string, Flight & { readonly result: Promise<RedeemResult> }>();
  /** Groups that were undone before they had a row: lost with the flight itself, so memory will do. */
  const undoneInFlight = new Set<string>();
  const reconciler = createReconciler({
    store,
    now,
    wakeAt,
    inFlight: (groupId) => flights.has(groupId),
    deadLetter,
  });

  const items = (rows: readonly RedemptionRow[]): RedeemedItem[] =>
    rows.map((row) => ({ ...row.ref, redeemed: holds(row.state) }));

  const answer = (groupId: string): RedeemResult => {
    store.transaction(() => store.markHeard(groupId));
    return { kind: "redeemed", groupId, items: items(store.group(groupId)) };
  };

  const begin = async (
    groupId: string,
    call: RedeemCall,
    context: LedgerContext,
  ): Promise<RedeemResult> => {
    const startedAt = now();
    const { crm, owner, policy } = context;
    const crmCall: CrmCall = {
      deadline: call.deadline,
      requestId: call.requestId,
      ...(call.till.storeId === undefined ? {} : { storeId: call.till.storeId }),
    };
    const earlier = store.newest(call.refs);
    const checked = await checkInstruments(crm, owner.customerId, call, earlier, crmCall);
    if (checked.kind !== "ready") return checked;
    if (now() - startedAt > lastCommitBeginsMs)
      return { kind: "refused", refusal: { kind: "too_late" } };
    if (undoneInFlight.has(groupId)) return { kind: "refused", refusal: { kind: "just_undone" } };

    const cause = { requestId: call.requestId, till: call.till };
    const rowFor = (ref: InstrumentRef, state: RedemptionState): RedemptionRow => {
      const instrument = checked.instruments.get(instrumentKey(ref));
      return {
        redemptionId: newGroupId(),
        groupId,
        ref,
        state,
        fingerprint: fingerprintOf(call.refs),
        till: call.till,
        requestId: call.requestId,
        startedAt: now(),
        heard: false,
        viaLedger: checked.reinstated.has(instrumentKey(ref)),
        undoRequested: undoneInFlight.has(groupId),
        wasUnclear: false,
        attempts: 0,
        nextAt: state === "reserved" ? now() + policy.reservationTtlMs : now() + lostCallMs,
        ...(instrument === undefined ? {} : { snapshot: instrument }),
      };
    };
    const atOrder = call.refs.filter(
      (ref) => commitAt(ref.kind, policy, crm.capabilities, context.ordersCarryIds) === "order",
    );
    const atTill = commitOrder(
      call.refs.filter((ref) => !atOrder.includes(ref)),
      crm.capabilities,
    );

    store.transaction(() => {
      store.setOwner(owner);
      for (const ref of atOrder) store.insert(rowFor(ref, "reserved"), cause, now());
    });
    if (atOrder.length > 0) wakeAt(now() + policy.reservationTtlMs);

    for (const ref of atTill) {
      if (now() - startedAt > lastCommitBeginsMs) {
        giveBack(groupId, context, cause);
        return { kind: "refused", refusal: { kind: "too_late" } };
      }
      const row = rowFor(ref, "committing");
      store.transaction(() => store.insert(row, cause, now()));
      wakeAt(row.nextAt);
      const sentAt = now();
      const answered = row.viaLedger
        ? ({ ok: true, value: {} } as const)
        : await crm.commit(owner.customerId, ref, crmCall);
      const outcome = readInLightOf(earlier, ref, answered);
      store.transaction(() =>
        store.apply(
          row.redemptionId,
          outcome.ok ? { type: "commit_ok" } : { type: "commit_failed", failure: outcome.failure },
          { ...cause, ms: now() - sentAt, ...(outcome.ok ? {} : { detail: outcome.failure.kind }) },
          now(),
        ),
      );
      if (outcome.ok) continue;
      if (outcome !== answered) {
        // Perhaps our own earlier call: the time of use tells.
        await reconciler.settle(row.redemptionId, context);
        if (store.byId(row.redemptionId)?.state === "committed") continue;
      }
      giveBack(groupId, context, cause);
      return { kind: "failed", failure: answered.ok ? outcome.failure : answered.failure };
    }
    return answer(groupId);
  };

  /**
   * Undoes what a group has committed after one of it failed. Durable before the till is
   * answered; the CRM calls follow in the background. `moment: paid` gives nothing back:
   * the goods are gone, so each settles on its own and a person sees the refusal.
   */
  const giveBack = (
    groupId: string,
    context: LedgerContext,
    cause: { requestId: string; till: Till },
  ): void => {
    if (context.policy.moment === "paid") {
      store.transaction(() => store.markHeard(groupId));
      return;
    }
    const rows = store.group(groupId);
    // Alone and unclear: its till will ask again, and gets what was committed; if not, it is reversed then.
    if (rows.length === 1 && rows[0]?.state === "unknown") return;
    store.transaction(() => {
      for (const row of rows) {
        if (row.state === "unknown") store.requestUndo(row.redemptionId);
        else store.apply(row.redemptionId, { type: "undo" }, cause, now());
      }
    });
  };

  const redeem = async (
    call: RedeemCall,
    context: LedgerContext,
    asked = false,
  ): Promise<RedeemResult> => {
    const admission = admit(
      call,
      {
        entries: store.newest(call.refs),
        flights: [...flights.values()],
        markers: store.markers(now()),
      },
      context.policy.replayWindowMs,
      now(),
    );
    switch (admission.kind) {
      case "refuse":
        return { kind: "refused", refusal: admission.refusal };
      case "join": {
        const flight = flights.get(admission.groupId);
        return flight === undefined
          ? { kind: "refused", refusal: { kind: "outcome_unknown" } }
          : flight.result;
      }
      case "replay":
        return answer(admission.groupId);
      case "reconcile":
        // The till asks again before the reconciler's turn has come: ask the CRM now, once.
        if (asked) return { kind: "refused", refusal: { kind: "outcome_unknown" } };
        await reconciler.settleGroup(admission.groupId, context);
        return redeem(call, context, true);
      case "start": {
        const groupId = newGroupId();
        const flight = {
          groupId,
          fingerprint: fingerprintOf(call.refs),
          refs: call.refs,
          till: call.till,
        };
        const result = begin(groupId, call, context).finally(() => {
          flights.delete(groupId);
          undoneInFlight.delete(groupId);
          // What was undone or sold meanwhile is worked on now that the call has ended.
          const isOver = (row: RedemptionRow): boolean =>
            row.state !== "reversing" && row.order === undefined;
          if (!store.group(groupId).every(isOver)) background(reconciler.run(context));
        });
        flights.set(groupId, { ...flight, result });
        background(result);
        return result;
      }
      default:
        return unreachable(admission);
    }
  };

  const undo = async (call: UndoCall, context: LedgerContext): Promise<UndoResult> => {
    const named = new Set((call.refs ?? []).map(instrumentKey));
    const flight = [...flights.values()].find(
      (one) =>
        one.groupId === call.groupId ||
        (one.refs.some((ref) => named.has(instrumentKey(ref))) && !otherTill(one.till, call.till)),
    );
    if (flight !== undefined) {
      const first = await Promise.race([flight.result, wait(undoWaitsMs)]);
      if (first === "waited") {
        // The intent is kept: what the CRM says in the end is given back.
        undoneInFlight.add(flight.groupId);
        store.transaction(() => {
          for (const row of store.group(flight.groupId)) store.requestUndo(row.redemptionId);
        });
        background(flight.result.then(() => reconciler.run(context)));
        return {
          kind: "undone",
          groupId: flight.groupId,
          items: flight.refs.map((ref) => ({ ...ref, redeemed: false })),
        };
      }
    }
    const rows =
      call.groupId === undefined ? store.newest(call.refs ?? []) : store.group(call.groupId);
    // Another register's redemption is not this till's to undo: its cart still has the discount.
    const mine = rows.filter(
      (row) => call.groupId !== undefined || !otherTill(row.till, call.till),
    );
    const cause = { requestId: call.requestId, till: call.till };
    store.transaction(() => {
      for (const row of mine) {
        if (row.state === "unknown" || row.state === "committing")
          store.requestUndo(row.redemptionId);
        else store.apply(row.redemptionId, { type: "undo" }, cause, now());
      }
      if (
        !mine.some((row) => holds(row.state)) &&
        call.refs !== undefined &&
        call.refs.length > 0
      ) {
        store.setOwner(context.owner);
        store.addMarker(
          { fingerprint: fingerprintOf(call.refs), till: call.till, until: now() + undoMarkerMs },
          now(),
        );
      }
    });
    if (mine.some((row) => holds(row.state))) {
      wakeAt(now() + lostCallMs);
      const work = reconciler.run(context);
      background(work);
      await Promise.race([work, wait(undoWaitsMs)]);
    }
    const after =
      call.groupId === undefined ? store.newest(call.refs ?? []) : store.group(call.groupId);
    const ours = new Set(mine.map((row) => row.redemptionId));
    const held = new Set(
      after
        .filter(
          (row) =>
            row.state === "attention" ||
            row.state === "settled" ||
            (holds(row.state) && !ours.has(row.redemptionId)),
        )
        .map((row) => instrumentKey(row.ref)),
    );
    const refs = call.refs ?? after.map((row) => row.ref);
    return {
      kind: "undone",
      groupId: call.groupId ?? mine[0]?.groupId ?? newGroupId(),
      items: refs.map((ref) => ({ ...ref, redeemed: held.has(instrumentKey(ref)) })),
    };
  };

  /**
   * A closed order names instruments: what is held is settled, what is free is committed late.
   * Durable when it returns; the work follows. Repeats and linked orders change nothing.
   */
  const orderClosed = (use: OrderUse, context: LedgerContext): void => {
    const known = new Set([use.order, ...use.linked]);
    const till: Till = {
      ...(use.registerId === undefined ? {} : { registerId: use.registerId }),
      ...(use.storeId === undefined ? {} : { storeId: use.storeId }),
    };
    const requestId = `order-${use.order}`;
    store.transaction(() => {
      store.setOwner(context.owner);
      const newest = new Map(store.newest(use.refs).map((row) => [instrumentKey(row.ref), row]));
      for (const ref of use.refs) {
        const row = newest.get(instrumentKey(ref));
        if (row?.order !== undefined && known.has(row.order)) continue;
        if (row !== undefined && row.order === undefined) {
          store.nameOrder(row.redemptionId, use.order, use.receiptNumber, now());
          continue;
        }
        // Never redeemed here, or used by another order: the CRM is asked to take it now.
        const fresh: RedemptionRow = {
          redemptionId: newGroupId(),
          groupId: newGroupId(),
          ref,
          state: "reserved",
          fingerprint: fingerprintOf([ref]),
          till,
          requestId,
          startedAt: now(),
          heard: true,
          viaLedger: false,
          undoRequested: false,
          wasUnclear: false,
          attempts: 0,
          nextAt: now(),
        };
        store.insert(fresh, { requestId, till }, now());
        store.nameOrder(fresh.redemptionId, use.order, use.receiptNumber, now());
      }
    });
    wakeAt(now() + lostCallMs);
    background(reconciler.run(context));
  };

  return {
    redeem,
    undo,
    orderClosed,
    /** What holds or changes the customer's instruments, for the card. */
    overlay: (): OverlayEntry[] =>
      store.newest().map((row) => ({
        ref: row.ref,
        state: row.state,
        at: row.settledAt ?? row.committedAt ?? row.startedAt,
        ...(row.snapshot === undefined ? {} : { snapshot: row.snapshot }),
      })),
    owner: () => store.owner(),
    trail: () => store.trail(),
    wake: (context: LedgerContext) => reconciler.run(context),
  };
};
