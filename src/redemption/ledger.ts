import type { Crm } from "../crm/port.ts";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { failed, unreachable } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import {
  admit,
  fingerprintOf,
  markersOf,
  otherTill,
  undoMarkerMs,
  type Flight,
  type Till,
} from "./machine/admission.ts";
import type { Balance } from "./machine/balance.ts";
import type {
  IssueCall,
  IssueResult,
  LedgerContext,
  OverlayEntry,
  RedeemCall,
  RedeemedItem,
  RedeemResult,
  SitooSays,
  UndoCall,
  UndoResult,
} from "./ledger_calls.ts";
import type { RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import { holds } from "./machine/machine.ts";
import { createReconciler, lostCallMs } from "./reconciler.ts";
import { createOrderNews } from "./order_news.ts";
import { createGroupRedeemer } from "./redeem_group.ts";
import { newGroupId } from "./redeem_id.ts";

export type LedgerDeps = {
  readonly store: LedgerStore;
  readonly now: () => number;
  /** Wakes the object at a time, or earlier if it already would. */
  readonly wakeAt: (at: number) => void;
  /** Goes on after the answer; the object is not evicted meanwhile. */
  readonly background: (work: Promise<unknown>) => void;
  /** Resolves once they are stored where people look. */
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  /** Looks for an order since a time (epoch milliseconds) that names the instrument. */
  readonly askSitoo: (
    owner: LedgerContext["owner"],
    ref: InstrumentRef,
    since: number,
    /** Orders that other uses of the instrument belong to. */
    known: readonly string[],
  ) => Promise<SitooSays>;
};

const undoWaitsMs = 4_000;
const repeatedUndoMs = 60_000;

const justUndone: RedeemResult = { kind: "refused", refusal: { kind: "just_undone" } };

/** A CRM whose checks do not come out of files has no such call; whoever asks has looked. */
const issued = async (
  answer: ReturnType<NonNullable<Crm["issueChecks"]>> | undefined,
): Promise<IssueResult> => {
  const came = (await answer) ?? failed({ kind: "not_supported" } as const);
  return came.ok ? { kind: "issued", ...came.value } : { kind: "failed", failure: came.failure };
};

const wait = (ms: number): Promise<"waited"> =>
  new Promise((resolve) => setTimeout(() => resolve("waited"), ms));

/**
 * One customer's ledger: decides, writes the row, calls the CRM, writes the answer.
 * A Durable Object does not serialise across the CRM call, so the flights of this
 * object are kept in memory and rows are durable before the call (design.md 6.1).
 */
export const createLedger = ({
  store,
  now,
  wakeAt,
  background,
  deadLetter,
  askSitoo,
}: LedgerDeps) => {
  const flights = new Map<string, Flight & { readonly result: Promise<RedeemResult> }>();
  /** Groups that were undone before they had a row: lost with the flight itself, so memory will do. */
  const undoneInFlight = new Set<string>();
  /** Redeems that wait for what the CRM says of an earlier call, before they have a flight. */
  const asking = new Set<{ refs: readonly InstrumentRef[]; till: Till; isUndone: boolean }>();
  const reconciler = createReconciler({
    store,
    now,
    wakeAt,
    inFlight: (groupId) => flights.has(groupId),
    deadLetter,
    askSitoo,
  });

  const items = (rows: readonly RedemptionRow[]): RedeemedItem[] =>
    rows.map((row) => ({ ...row.ref, redeemed: holds(row.state) }));

  const answer = (groupId: string, call: RedeemCall): RedeemResult => {
    // A till that has given up by now does not hear it.
    if (now() <= call.deadline) store.transaction(() => store.markHeard(groupId));
    const rows = store.group(groupId);
    const kept = new Set(rows.map((row) => instrumentKey(row.ref)));
    const left = call.refs.filter((ref) => !kept.has(instrumentKey(ref)));
    return {
      kind: "redeemed",
      groupId,
      items: [...items(rows), ...left.map((ref) => ({ ...ref, redeemed: false }))],
    };
  };

  const { begin, giveBack } = createGroupRedeemer({
    store,
    now,
    wakeAt,
    reconciler,
    isUndone: (groupId) => undoneInFlight.has(groupId),
    answer,
  });

  /** Keeps a call in sight of undos while the CRM is asked. @returns whether it was undone meanwhile. */
  const askFor = async (call: RedeemCall, work: Promise<unknown>): Promise<boolean> => {
    const one = { refs: call.refs, till: call.till, isUndone: false };
    asking.add(one);
    try {
      await work;
    } finally {
      asking.delete(one);
    }
    return one.isUndone;
  };

  const balanceOf = (row: RedemptionRow): { readonly balance?: Balance } => {
    const balance = row.keptHere ? store.balanceOf(row.ref) : undefined;
    return balance === undefined ? {} : { balance };
  };

  const redeem = async (
    call: RedeemCall,
    context: LedgerContext,
    asked = false,
    readLate = false,
  ): Promise<RedeemResult> => {
    const keys = new Set(call.refs.map(instrumentKey));
    const isInFlight = [...flights.values()].some((flight) =>
      flight.refs.some((ref) => keys.has(instrumentKey(ref))),
    );
    const late = readLate || isInFlight ? [] : store.believedFree(call.refs);
    if (late.length > 0) {
      const wasUndone = await askFor(
        call,
        Promise.all(late.map((row) => reconciler.lookAgain(row, context))),
      );
      // What it found is given back unless a till is told of it.
      background(reconciler.run(context));
      return wasUndone ? justUndone : redeem(call, context, asked, true);
    }
    const admission = admit(
      call,
      {
        entries: store.newest(call.refs).map((row) => ({ ...row, ...balanceOf(row) })),
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
        return answer(admission.groupId, call);
      case "reconcile":
        // The till asks again before the reconciler's turn has come: ask the CRM now, once.
        if (asked) return { kind: "refused", refusal: { kind: "outcome_unknown" } };
        if (await askFor(call, reconciler.settleGroup(admission.groupId, context)))
          return justUndone;
        return redeem(call, context, true, readLate);
      case "incomplete":
        // The object was lost in the middle of the group. Paid: each stands on its own, and is said as it is.
        if (context.policy.moment === "paid") return answer(admission.groupId, call);
        // Undone in part by its till, whose cart still has the rest.
        if (admission.wasAnswered)
          return { kind: "refused", refusal: { kind: "used", place: admission.place } };
        giveBack(admission.groupId, context, { requestId: call.requestId, till: call.till });
        background(reconciler.run(context));
        return { kind: "refused", refusal: { kind: "outcome_unknown" } };
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
          // What was undone or sold meanwhile is worked on now that the call has ended, and the CRM is told of what is kept here.
          const isOver = (row: RedemptionRow): boolean =>
            row.state !== "reversing" && row.order === undefined && !row.keptHere;
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

  /** The redeem takes longer than the till waits: what the CRM says of it in the end is given back. */
  const keepUndoIntent = (
    flight: { readonly groupId: string; readonly result: Promise<RedeemResult> },
    call: UndoCall,
    context: LedgerContext,
  ): void => {
    const cause = { requestId: call.requestId, till: call.till };
    undoneInFlight.add(flight.groupId);
    store.transaction(() => {
      for (const row of store.group(flight.groupId)) {
        if (row.state === "reserved") store.apply(row.redemptionId, { type: "undo" }, cause, now());
        else store.requestUndo(row.redemptionId);
      }
    });
    background(flight.result.then(() => reconciler.run(context)));
  };

  const undo = async (call: UndoCall, context: LedgerContext): Promise<UndoResult> => {
    const named = new Set((call.refs ?? []).map(instrumentKey));
    // One that still asks the CRM about an earlier call begins nothing any more; told at once, for
    // it may have begun by the time that the flights have ended.
    for (const one of asking) {
      const isNamed = one.refs.some((ref) => named.has(instrumentKey(ref)));
      if (isNamed && !otherTill(one.till, call.till)) one.isUndone = true;
    }
    const touched = [...flights.values()].filter(
      (one) =>
        one.groupId === call.groupId ||
        (one.refs.some((ref) => named.has(instrumentKey(ref))) && !otherTill(one.till, call.till)),
    );
    const ended = Promise.all(touched.map((flight) => flight.result));
    const first = touched.length === 0 ? [] : await Promise.race([ended, wait(undoWaitsMs)]);
    const late = first === "waited" ? touched.filter(({ groupId }) => flights.has(groupId)) : [];
    for (const flight of late) keepUndoIntent(flight, call, context);
    const rows =
      call.groupId === undefined ? store.newest(call.refs ?? []) : store.group(call.groupId);
    // Another register's redemption is not this till's to undo: its cart still has the discount.
    // Nor is a newer use of the same instrument, whatever id an old receipt names.
    const newest = new Set(store.newest(rows.map((row) => row.ref)).map((row) => row.redemptionId));
    const mine = rows.filter(
      (row) =>
        newest.has(row.redemptionId) &&
        (call.groupId === undefined
          ? !otherTill(row.till, call.till)
          : named.size === 0 || named.has(instrumentKey(row.ref))),
    );
    const cause = { requestId: call.requestId, till: call.till };
    store.transaction(() => {
      for (const row of mine) {
        if (row.state === "unknown" || row.state === "committing")
          store.requestUndo(row.redemptionId);
        else store.apply(row.redemptionId, { type: "undo" }, cause, now());
      }
      // A second undo of what has just been given back is a repeat, not one that came too early.
      const answered = mine.filter(
        (row) => holds(row.state) || now() - row.nextAt < repeatedUndoMs,
      );
      const markers =
        call.groupId === undefined && late.length === 0
          ? markersOf(call.refs ?? [], new Set(answered.map(({ ref }) => ref.id)))
          : [];
      if (markers.length > 0) store.setOwner(context.owner);
      for (const fingerprint of markers)
        store.addMarker({ fingerprint, till: call.till, until: now() + undoMarkerMs }, now());
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
    const refs =
      call.refs ??
      (after.length > 0 ? after.map((row) => row.ref) : late.flatMap((flight) => flight.refs));
    return {
      kind: "undone",
      groupId: call.groupId ?? mine[0]?.groupId ?? late[0]?.groupId ?? newGroupId(),
      items: refs.map((ref) => ({ ...ref, redeemed: held.has(instrumentKey(ref)) })),
    };
  };

  const { orderClosed, orderReturned, giveBackByPerson } = createOrderNews({
    store,
    now,
    wakeAt,
    background,
    reconciler,
  });

  return {
    redeem,
    undo,
    orderClosed,
    orderReturned,
    giveBack: giveBackByPerson,
    /** One customer's checks may be one value in the CRM, which uses are told to as well. */
    issueChecks: ({ crm, owner }: LedgerContext, { checks, ...call }: IssueCall) =>
      reconciler.turns(() => issued(crm.issueChecks?.(owner.customerId, checks, call))),
    /** What holds or changes the customer's instruments, for the card. */
    overlay: (): OverlayEntry[] =>
      store.newest().map((row) => ({
        ref: row.ref,
        state: row.state,
        at: row.settledAt ?? row.committedAt ?? row.startedAt,
        ...(row.snapshot === undefined ? {} : { snapshot: row.snapshot }),
        ...balanceOf(row),
      })),
    /** Resolves when nothing is under way any more; whoever asks lets nothing new begin. */
    idle: async (): Promise<void> => {
      await Promise.allSettled([...flights.values()].map((flight) => flight.result));
      await reconciler.idle();
    },
    owner: () => store.owner(),
    rows: () => store.all(),
    trail: () => store.trail(),
    wake: (context: LedgerContext) => reconciler.run(context),
  };
};
