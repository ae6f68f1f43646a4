import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { unreachable } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { isOverdrawn } from "./machine/balance.ts";
import { createCrmSteps, lostCallMs } from "./crm_steps.ts";
import type { LedgerContext, SitooSays } from "./ledger_calls.ts";
import { createLedgerPost } from "./ledger_post.ts";
import type { Cause, RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import { isOpen, type RedemptionEvent } from "./machine/machine.ts";
import { nextStep, type Step } from "./machine/next_step.ts";
import { isAllBack } from "./order_use.ts";
import { createOrderWaits } from "./order_waits.ts";

const backOffMs = [
  5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 3_600_000,
] as const;
const hourMs = 3_600_000;
/** Hourly in the end, for a week: a CRM may be away for long. */
const mostAttempts = backOffMs.length + 7 * 24;
/** Closed rows are needed for replays, returns and questions of customers; then they go. */
const keepClosedMs = 400 * 24 * hourMs;

export { lostCallMs };

/**
 * Brings open rows to an end, one step after the other as `nextStep` says. It never redeems by
 * itself (only a till and a closed order do), and gives back only what a till, a person or the
 * tenant's policy wants back.
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
    /** Orders that other uses of the instrument belong to. */
    known: readonly string[],
  ) => Promise<SitooSays>;
}) => {
  const { store, now, wakeAt } = deps;
  /** Rows that are worked on in this object's memory. */
  const running = new Map<string, Promise<void>>();
  /**
   * The end of the last work on each instrument: two rows of one instrument (two orders that name
   * it) are worked on one after the other, or one would read the other's unanswered call as its own.
   */
  const lasts = new Map<string, Promise<void>>();

  const causeOf = (row: RedemptionRow, detail?: string): Cause => ({
    requestId: row.requestId,
    till: row.till,
    ...(detail === undefined ? {} : { detail }),
  });
  const apply = (row: RedemptionRow, event: RedemptionEvent, detail?: string): void => {
    store.transaction(() => {
      const next = store.apply(row.redemptionId, event, causeOf(row, detail), now());
      if (next === "settled" && row.keptHere && isOverdrawn(row))
        store.outbox.put(row.redemptionId, "overdrawn", now());
    });
  };
  const postpone = (row: RedemptionRow): void => {
    // What only waits for an order waits on; a CRM that is away for a week is a person's matter.
    const waitsForOrder =
      row.state === "reserved" || row.state === "committed" || row.state === "released";
    const delay =
      backOffMs[row.attempts] ??
      (waitsForOrder || row.attempts < mostAttempts ? hourMs : undefined);
    if (delay === undefined) {
      apply(row, { type: "given_up" });
      return;
    }
    store.transaction(() => store.postpone(row.redemptionId, row.attempts + 1, now() + delay));
  };
  const waitFor = (row: RedemptionRow, ms: number): void =>
    store.transaction(() => store.postpone(row.redemptionId, 0, now() + ms));

  const crmSteps = createCrmSteps({ store, now, apply, causeOf, postpone, waitFor });
  const orderWaits = createOrderWaits({
    store,
    now,
    askSitoo: deps.askSitoo,
    apply,
    postpone,
    waitFor,
  });
  const post = createLedgerPost({
    store,
    now,
    deadLetter: deps.deadLetter,
    backOffMs: (attempts) => backOffMs[attempts] ?? hourMs,
  });

  const stepOf = (row: RedemptionRow, context: LedgerContext, tillAsks = false): Step => {
    const goods =
      row.state === "settled" && row.order !== undefined ? store.returnedGoods(row.order) : [];
    return nextStep(row, {
      now: now(),
      replayWindowMs: context.policy.replayWindowMs,
      returns: {
        areUnseen: goods.some(({ isSeen }) => !isSeen),
        areAll: context.policy.onReturn === "reactivate" && isAllBack(row.bought, goods),
      },
      tillAsks,
    });
  };

  const carryOut = async (
    step: Exclude<Step, { do: "wait" }>,
    row: RedemptionRow,
    context: LedgerContext,
    tillAsks: boolean,
  ): Promise<void> => {
    switch (step.do) {
      case "apply":
        return apply(row, step.event, step.detail);
      case "ask_crm":
        return crmSteps.askCrm(row, context, tillAsks);
      case "commit":
        return crmSteps.commitByOrder(row, context);
      case "reverse":
        return crmSteps.reverse(row, context);
      case "look_again":
        if (!(await crmSteps.lookAgain(row, context))) return postpone(row);
        return store.transaction(() => store.noteWatched(row.redemptionId));
      case "ask_sitoo":
        return step.about === "reservation"
          ? orderWaits.afterReservation(row, context)
          : orderWaits.afterUnclaimed(row, context);
      case "note_returns":
        return store.transaction(() => store.noteReturnsSeen(row.order ?? ""));
      default:
        return unreachable(step);
    }
  };

  /** Each kind of step once: what asks for the same again waits for the next look. */
  const workOn = async (
    redemptionId: string,
    context: LedgerContext,
    tillAsks: boolean,
  ): Promise<void> => {
    const done = new Set<string>();
    for (;;) {
      const row = store.byId(redemptionId);
      if (row === undefined) return;
      const step = stepOf(row, context, tillAsks);
      if (step.do === "wait") return;
      const name = step.do === "apply" ? step.event.type : step.do;
      if (done.has(name)) return;
      done.add(name);
      await carryOut(step, row, context, tillAsks);
    }
  };

  /** One row is worked on by one at a time; whoever comes second waits for the first. */
  const work = (row: RedemptionRow, context: LedgerContext, tillAsks = false): Promise<void> => {
    // Its own call is under way and will write what it came to.
    if (deps.inFlight(row.groupId)) return Promise.resolve();
    const known = running.get(row.redemptionId);
    if (known !== undefined) return known;
    const key = instrumentKey(row.ref);
    const before = lasts.get(key) ?? Promise.resolve();
    const mine = before
      .then(() => workOn(row.redemptionId, context, tillAsks))
      .finally(() => {
        running.delete(row.redemptionId);
        if (lasts.get(key) === last) lasts.delete(key);
      });
    // The next one of the instrument begins whatever came of this one.
    const last = mine.catch(() => undefined);
    lasts.set(key, last);
    running.set(row.redemptionId, mine);
    return mine;
  };

  /** When the object must look again, by the rows as they are now; undefined: never. */
  const nextWake = (context: LedgerContext): number | undefined => {
    const times = store.all().flatMap((row) => {
      const step = stepOf(row, context);
      if (step.do !== "wait") return [now()];
      return step.until === undefined ? [] : [step.until];
    });
    const letters = post.nextAt();
    if (letters !== undefined) times.push(letters);
    const oldest = store.oldest();
    if (oldest !== undefined) times.push(oldest + keepClosedMs);
    return times.length === 0 ? undefined : Math.max(now() + 1_000, Math.min(...times));
  };

  /** Works on everything that is due; ends by asking to be woken for the rest. */
  const run = async (context: LedgerContext): Promise<void> => {
    // Another ledger is the customer's now, and works on what was here.
    if (store.movedTo() !== undefined) return;
    const due = store.all().filter((row) => stepOf(row, context).do !== "wait");
    const done = await Promise.allSettled(due.map((row) => work(row, context)));
    const broken = due.filter((_row, index) => done[index]?.status === "rejected");
    for (const { redemptionId } of broken) {
      const row = store.byId(redemptionId);
      if (row !== undefined && isOpen(row.state)) postpone(row);
    }
    await post.deliver(context);
    store.transaction(() => store.prune(now() - keepClosedMs));
    const next = nextWake(context);
    if (next !== undefined) wakeAt(next);
    // A bug in one row: the others are done and the alarm is set, so that it can be told.
    const fault = done.find((one) => one.status === "rejected");
    if (fault !== undefined) throw fault.reason;
  };

  return {
    run,
    turns: post.turns,
    idle: async (): Promise<void> => {
      while (running.size > 0) await Promise.allSettled(running.values());
    },
    /** Looks at what an order used, because goods of it came back. */
    async afterReturn(order: string, context: LedgerContext): Promise<void> {
      await Promise.all(
        store.ofOrder(order).map(async (row) => {
          // One that is worked on already may have looked before the goods came.
          await running.get(row.redemptionId);
          await work(row, context);
        }),
      );
      await run(context);
    },
    lookAgain: crmSteps.lookAgain,
    /** Asks the CRM about one row in the middle of its own call. */
    async settle(redemptionId: string, context: LedgerContext): Promise<void> {
      const row = store.byId(redemptionId);
      if (row?.state === "unknown") await crmSteps.askCrm(row, context, true);
    },
    /** Asks the CRM about one group at once, because its till asks again. */
    async settleGroup(groupId: string, context: LedgerContext): Promise<void> {
      await Promise.all(store.group(groupId).map((row) => work(row, context, true)));
    },
  };
};

export type Reconciler = ReturnType<typeof createReconciler>;
