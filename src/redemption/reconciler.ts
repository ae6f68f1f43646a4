import type { CrmCall } from "../crm/port.ts";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { unreachable } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { LedgerContext, SitooSays } from "./ledger_calls.ts";
import type { Cause, RedemptionRow } from "./ledger_rows.ts";
import type { LedgerStore } from "./ledger_store.ts";
import { holds, isOpen, type RedemptionEvent, type RedemptionState } from "./machine.ts";
import { isAllBack } from "./order_use.ts";
import { createOrderWaits } from "./order_waits.ts";
import { redemptionDeadLetter } from "./redemption_dead_letter.ts";

/** Clocks of ours and of a CRM differ; a use this far outside our attempt is somebody else's. */
const attemptSlackMs = 2 * 60_000;
const callMs = 6_000;
/** Later than any CRM call can last: a row still `committing` then has lost its call. */
export const lostCallMs = 15_000;
/** A CRM may still act on a call that we gave up on; only after this is "available" believed without a till. */
const lateActionMs = 30_000;
const backOffMs = [
  5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 3_600_000,
] as const;
/** Hourly in the end, for a week: a CRM may be away for long. */
const mostAttempts = backOffMs.length + 7 * 24;
/** Closed rows are needed for replays, returns and questions of customers; then they go. */
const keepClosedMs = 400 * 24 * 3_600_000;

const isWithinAttempt = (row: RedemptionRow, redeemedAt: string | undefined): boolean => {
  if (redeemedAt === undefined) return true;
  const at = Date.parse(redeemedAt);
  return (
    Number.isNaN(at) || (at >= row.startedAt - attemptSlackMs && at <= row.sentAt + attemptSlackMs)
  );
};

/** A closed order commits from these: the CRM has not been told, or has been told of the undo. */
const commitsLate = (state: RedemptionState): boolean =>
  state === "reserved" || state === "released" || state === "refused" || state === "reversed";

/**
 * Brings open rows to an end by reading the CRM. It never redeems (only a till and a closed order
 * do), and gives back only what a till, a person or the tenant's policy wants back.
 */
export const createReconciler = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
  readonly inFlight: (groupId: string) => boolean;
  /** Resolves once they are stored. */
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  readonly askSitoo: (
    owner: LedgerContext["owner"],
    ref: InstrumentRef,
    since: number,
  ) => Promise<SitooSays>;
}) => {
  const { store, now, wakeAt } = deps;
  /** Rows that are worked on in this object's memory. */
  const steps = new Map<string, Promise<void>>();
  /**
   * The end of the last work on each instrument: two rows of one instrument (two orders that name
   * it) are worked on one after the other, or one would read the other's unanswered call as its own.
   */
  const lasts = new Map<string, Promise<void>>();

  const callOf = (row: RedemptionRow): CrmCall => ({
    deadline: now() + callMs,
    requestId: row.requestId,
  });
  const causeOf = (row: RedemptionRow, detail?: string): Cause => ({
    requestId: row.requestId,
    till: row.till,
    ...(detail === undefined ? {} : { detail }),
  });
  const apply = (row: RedemptionRow, event: RedemptionEvent, detail?: string): void => {
    store.transaction(() => store.apply(row.redemptionId, event, causeOf(row, detail), now()));
  };
  const postpone = (row: RedemptionRow): void => {
    // What only waits for an order waits on; a CRM that is away for a week is a person's matter.
    const waitsForOrder =
      row.state === "reserved" || row.state === "committed" || row.state === "released";
    const delay =
      backOffMs[row.attempts] ??
      (waitsForOrder || row.attempts < mostAttempts ? 3_600_000 : undefined);
    if (delay === undefined) {
      apply(row, { type: "given_up" });
      return;
    }
    store.transaction(() => store.postpone(row.redemptionId, row.attempts + 1, now() + delay));
  };

  /** Used within our attempt, and not by another redemption of ours: a second order's attempt is none. */
  const isOurUse = (row: RedemptionRow, at: string | undefined): boolean =>
    isWithinAttempt(row, at) &&
    !store.ofInstrument(row.ref).some(
      (other) =>
        other.redemptionId !== row.redemptionId &&
        (other.state === "committed" || other.state === "settled") &&
        // When it was committed here may be long after its use: it was found out.
        (at === undefined ||
          (Date.parse(at) >= other.startedAt - attemptSlackMs &&
            Date.parse(at) <= Math.max(other.sentAt, other.committedAt ?? 0) + attemptSlackMs)),
    );

  const settleUnknown = async (
    row: RedemptionRow,
    context: LedgerContext,
    tillAsks: boolean,
  ): Promise<void> => {
    const status = await context.crm.status(context.owner.customerId, row.ref, callOf(row));
    if (!status.ok) return postpone(row);
    switch (status.value.state) {
      case "redeemed":
        return apply(row, {
          type: "found_redeemed",
          withinAttempt: isOurUse(row, status.value.at),
          goodsGone: row.order !== undefined,
        });
      case "available":
        // A till that asks redeems anew at once, and reads an "already used" in that light (ledger.ts).
        if (!tillAsks && now() - row.sentAt < lateActionMs) return postpone(row);
        apply(row, { type: "found_available" });
        return waitFor(row, Math.max(0, row.sentAt + lateActionMs - now()));
      case "expired":
      case "gone":
        // A CRM that lists only what is available shows a used promotion as gone (contracts/voyado.md 12.3).
        return row.ref.kind === "promotion" && status.value.state === "gone" && !hasExpired(row)
          ? apply(
              row,
              { type: "found_redeemed", withinAttempt: true, goodsGone: row.order !== undefined },
              "gone before its expiry",
            )
          : apply(row, { type: "found_gone" }, status.value.state);
      default:
        return unreachable(status.value);
    }
  };

  const hasExpired = (row: RedemptionRow): boolean =>
    row.snapshot?.expiresAt !== undefined && Date.parse(row.snapshot.expiresAt) <= now();

  const reverse = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    if (row.viaLedger)
      return apply(row, {
        type: "reverse_failed",
        failure: { kind: "cannot_reverse", detail: "given by the ledger" },
      });
    // A newer use of ours: this one was given back by hand in between, and giving back now would be the other's.
    const uses = store.ofInstrument(row.ref);
    const own = uses.findIndex((other) => other.redemptionId === row.redemptionId);
    if (uses.slice(own + 1).some((newer) => holds(newer.state)))
      return apply(row, { type: "found_available" }, "used again since");
    // A reverse whose answer was lost may have worked: read before it is repeated.
    if (row.attempts > 0) {
      const status = await context.crm.status(context.owner.customerId, row.ref, callOf(row));
      if (!status.ok) return postpone(row);
      if (status.value.state === "available") return apply(row, { type: "found_available" });
      // Redeemed at another time than ours: it was given back, and somebody else has used it since.
      if (status.value.state === "redeemed" && !isWithinAttempt(row, status.value.at)) {
        return apply(row, { type: "found_available" }, "used elsewhere since");
      }
    }
    // Counted before the call: an object that loses its memory here must read before it repeats.
    store.transaction(() => store.postpone(row.redemptionId, row.attempts + 1, now() + lostCallMs));
    const sentAt = now();
    const outcome = await context.crm.reverse(context.owner.customerId, row.ref, callOf(row));
    const cause = {
      ...causeOf(row, outcome.ok ? undefined : outcome.failure.kind),
      ms: now() - sentAt,
    };
    const next = store.transaction(() =>
      store.apply(
        row.redemptionId,
        outcome.ok ? { type: "reverse_ok" } : { type: "reverse_failed", failure: outcome.failure },
        cause,
        now(),
      ),
    );
    if (next === "reversing") postpone(row);
  };

  /** A till knows of the commit, or a closed order does: nothing is to be given back. */
  const isWanted = (row: RedemptionRow): boolean =>
    (row.order !== undefined && !row.givenBack) || (row.heard && !row.undoRequested);

  const isSold = (row: RedemptionRow): boolean => row.order !== undefined && !row.givenBack;

  /** The goods are gone with a closed order, so the CRM is told now (design.md 6.7). */
  const commitByOrder = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    const sentAt = now();
    store.transaction(() => {
      store.apply(row.redemptionId, { type: "commit_begun" }, causeOf(row, "closed order"), sentAt);
      store.noteSent(row.redemptionId, sentAt);
    });
    const outcome = row.viaLedger
      ? ({ ok: true, value: {} } as const)
      : await context.crm.commit(context.owner.customerId, row.ref, callOf(row));
    // After an unclear send of ours "already redeemed" may be our own use.
    const failure =
      !outcome.ok && outcome.failure.kind === "already_redeemed" && row.wasUnclear
        ? ({ kind: "unreadable", detail: "already redeemed, perhaps by us" } as const)
        : outcome.ok
          ? undefined
          : outcome.failure;
    const next = store.transaction(() =>
      store.apply(
        row.redemptionId,
        failure === undefined
          ? { type: "commit_ok" }
          : { type: "commit_failed", failure, goodsGone: true },
        { ...causeOf(row, failure?.kind), ms: now() - sentAt },
        now(),
      ),
    );
    if (next === "released") postpone(row);
  };

  /** Whether the CRM acted, after all, on a commit that was believed not to have happened. */
  const settleLate = async (row: RedemptionRow, context: LedgerContext): Promise<boolean> => {
    const status = await context.crm.status(context.owner.customerId, row.ref, callOf(row));
    if (!status.ok) return false;
    if (status.value.state !== "redeemed") return true;
    const { at } = status.value;
    const isOurs = (at !== undefined || now() - row.sentAt <= attemptSlackMs) && isOurUse(row, at);
    if (isOurs) apply(row, { type: "found_redeemed", withinAttempt: true }, "applied late");
    return true;
  };

  const isReturned = (row: RedemptionRow, context: LedgerContext): boolean =>
    context.policy.onReturn === "reactivate" &&
    row.order !== undefined &&
    isAllBack(row.bought, store.returnedGoods(row.order));

  const waitFor = (row: RedemptionRow, ms: number): void =>
    store.transaction(() => store.postpone(row.redemptionId, 0, now() + ms));
  const { afterReservation, afterUnclaimed } = createOrderWaits({
    store,
    now,
    askSitoo: deps.askSitoo,
    apply,
    postpone,
    waitFor,
  });

  const workOn = async (
    redemptionId: string,
    context: LedgerContext,
    tillAsks: boolean,
  ): Promise<void> => {
    const read = (): RedemptionRow | undefined => store.byId(redemptionId);
    let row = read();
    if (row?.state === "committing") apply(row, { type: "call_lost" });
    row = read();
    if (row?.state === "unknown" || (row?.state === "attention" && tillAsks))
      await settleUnknown(row, context, tillAsks);
    row = read();
    if (row?.state === "reserved" && row.order === undefined && row.nextAt <= now())
      await afterReservation(row, context);
    row = read();
    if (row?.order !== undefined && !row.givenBack && commitsLate(row.state))
      await commitByOrder(row, context);
    row = read();
    if (row?.order !== undefined && !row.givenBack) apply(row, { type: "order_closed" }, row.order);
    row = read();
    if (row?.state === "committed" && !isWanted(row)) {
      const age = now() - (row.committedAt ?? row.startedAt);
      if (row.undoRequested || age > context.policy.replayWindowMs)
        apply(row, { type: "undo" }, row.undoRequested ? "undo asked for" : "no till heard of it");
    }
    row = read();
    if (row?.state === "released" && row.wasUnclear && !row.watched && row.nextAt <= now()) {
      if (await settleLate(row, context)) store.transaction(() => store.noteWatched(redemptionId));
      else postpone(row);
    }
    row = read();
    if (row?.state === "settled") {
      if (isReturned(row, context))
        apply(row, { type: "given_back" }, "everything bought with it was returned");
      const { order } = row;
      if (order !== undefined) store.transaction(() => store.noteReturnsSeen(order));
    }
    row = read();
    if (row?.state === "committed" && isWanted(row) && row.nextAt <= now())
      await afterUnclaimed(row, context);
    row = read();
    if (row?.state === "reversing") await reverse(row, context);
  };

  /** One row is worked on by one at a time; whoever comes second waits for the first. */
  const step = (row: RedemptionRow, context: LedgerContext, tillAsks = false): Promise<void> => {
    // Its own call is under way and will write what it came to.
    if (deps.inFlight(row.groupId)) return Promise.resolve();
    const running = steps.get(row.redemptionId);
    if (running !== undefined) return running;
    const key = instrumentKey(row.ref);
    const before = lasts.get(key) ?? Promise.resolve();
    const work = before
      .then(() => workOn(row.redemptionId, context, tillAsks))
      .finally(() => {
        steps.delete(row.redemptionId);
        if (lasts.get(key) === last) lasts.delete(key);
      });
    // The next one of the instrument begins whatever came of this one.
    const last = work.catch(() => undefined);
    lasts.set(key, last);
    steps.set(row.redemptionId, work);
    return work;
  };

  /** Tells a person, until it is stored where people look. */
  const drainOutbox = async (context: LedgerContext): Promise<void> => {
    const entries = store.outbox(now());
    if (entries.length === 0) return;
    try {
      await deps.deadLetter(
        entries.map(({ row, at, why }) => redemptionDeadLetter(row, context.owner, at, why)),
      );
      store.transaction(() => {
        for (const { row } of entries) store.dropOutbox(row.redemptionId);
      });
    } catch {
      store.transaction(() => {
        for (const { row, attempts } of entries)
          store.postponeOutbox(row.redemptionId, now() + (backOffMs[attempts] ?? 3_600_000));
      });
    }
  };

  /** When the object must look again, by the rows as they are now. */
  const nextWake = (context: LedgerContext): number | undefined => {
    const times = store
      .open()
      .map((row) =>
        row.state === "committed" && !isWanted(row)
          ? (row.committedAt ?? row.startedAt) + context.policy.replayWindowMs + 1_000
          : row.nextAt,
      );
    const due = store.earliestDue();
    if (due !== undefined) times.push(due);
    const oldest = store.oldest();
    if (oldest !== undefined) times.push(oldest + keepClosedMs);
    return times.length === 0 ? undefined : Math.max(now() + 1_000, Math.min(...times));
  };

  return {
    /** Works on everything that is due; ends by asking to be woken for the rest. */
    async run(context: LedgerContext): Promise<void> {
      const due = store
        .open()
        .filter(
          (row) =>
            row.nextAt <= now() || (row.state === "committed" && (!isWanted(row) || isSold(row))),
        );
      const done = await Promise.allSettled(due.map((row) => step(row, context)));
      const broken = due.filter((_row, index) => done[index]?.status === "rejected");
      for (const { redemptionId } of broken) {
        const row = store.byId(redemptionId);
        if (row !== undefined && isOpen(row.state)) postpone(row);
      }
      await drainOutbox(context);
      store.transaction(() => store.prune(now() - keepClosedMs));
      const next = nextWake(context);
      if (next !== undefined) wakeAt(next);
      // A bug in one row: the others are done and the alarm is set, so that it can be told.
      const fault = done.find((one) => one.status === "rejected");
      if (fault !== undefined) throw fault.reason;
    },
    /** Looks at what an order used, because goods of it came back. */
    async afterReturn(order: string, context: LedgerContext): Promise<void> {
      await Promise.all(
        store.ofOrder(order).map(async (row) => {
          // One that is worked on already may have looked before the goods came.
          await steps.get(row.redemptionId);
          await step(row, context);
        }),
      );
    },
    settleLate,
    /** Asks the CRM about one row in the middle of its own call. */
    async settle(redemptionId: string, context: LedgerContext): Promise<void> {
      const row = store.byId(redemptionId);
      if (row?.state === "unknown") await settleUnknown(row, context, true);
    },
    /** Asks the CRM about one group at once, because its till asks again. */
    async settleGroup(groupId: string, context: LedgerContext): Promise<void> {
      await Promise.all(store.group(groupId).map((row) => step(row, context, true)));
    },
  };
};

export type Reconciler = ReturnType<typeof createReconciler>;
