import type { CrmCall } from "../crm/port.ts";
import { instrumentKey } from "../model/instrument.ts";
import { unreachable } from "../model/outcome.ts";
import type { LedgerContext } from "./ledger_calls.ts";
import type { Cause, RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import { holds, type RedemptionEvent } from "./machine/machine.ts";

/** Clocks of ours and of a CRM differ; a use this far outside our attempt is somebody else's. */
const attemptSlackMs = 2 * 60_000;
const callMs = 6_000;
/** Later than any CRM call can last: a row still `committing` then has lost its call. */
export const lostCallMs = 15_000;
/** A CRM may still act on a call that we gave up on; only after this is "available" believed without a till. */
const lateActionMs = 30_000;

const listOf = { promotion: "promotions", bonus_check: "bonus_checks" } as const;

const isWithinAttempt = (row: RedemptionRow, redeemedAt: string | undefined): boolean => {
  if (redeemedAt === undefined) return true;
  const at = Date.parse(redeemedAt);
  return (
    Number.isNaN(at) || (at >= row.startedAt - attemptSlackMs && at <= row.sentAt + attemptSlackMs)
  );
};

/** The reconciler's calls to the CRM: each ends in an event of the row, or in a later look. */
export const createCrmSteps = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  readonly apply: (row: RedemptionRow, event: RedemptionEvent, detail?: string) => void;
  readonly causeOf: (row: RedemptionRow, detail?: string) => Cause;
  /** The next look by the back-off. */
  readonly postpone: (row: RedemptionRow) => void;
  readonly waitFor: (row: RedemptionRow, ms: number) => void;
}) => {
  const { store, now, apply, causeOf, postpone, waitFor } = deps;

  const callOf = (row: RedemptionRow): CrmCall => ({
    deadline: now() + callMs,
    requestId: row.requestId,
  });
  const hasExpired = (row: RedemptionRow): boolean =>
    row.snapshot?.expiresAt !== undefined && Date.parse(row.snapshot.expiresAt) <= now();

  /** Used within our attempt, and not by another redemption of ours: a second order's attempt is none. */
  const isOurUse = (row: RedemptionRow, at: string | undefined): boolean =>
    isWithinAttempt(row, at) &&
    !store.ofInstrument(row.ref).some(
      (other) =>
        other.redemptionId !== row.redemptionId &&
        // One that is being given back still has it until the CRM has heard.
        (other.state === "committed" || other.state === "settled" || other.state === "reversing") &&
        // When it was committed here may be long after its use: it was found out.
        (at === undefined ||
          (Date.parse(at) >= other.startedAt - attemptSlackMs &&
            Date.parse(at) <= Math.max(other.sentAt, other.committedAt ?? 0) + attemptSlackMs)),
    );

  /** What became of a commit without a clear answer. */
  const askCrm = async (
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
        // A till that asks redeems anew at once, and reads an "already used" in that light (redeem_group.ts).
        if (!tillAsks && now() - row.sentAt < lateActionMs) return postpone(row);
        apply(row, { type: "found_available" });
        return waitFor(row, Math.max(0, row.sentAt + lateActionMs - now()));
      case "expired":
      case "gone":
        // A CRM that lists only what is available shows a used promotion as gone (contracts/voyado.md 12.3).
        return row.ref.kind === "promotion" && status.value.state === "gone" && !hasExpired(row)
          ? apply(
              row,
              {
                type: "found_redeemed",
                // The CRM had offered it to the till; to an order it may have been gone by an earlier use of ours.
                withinAttempt: row.snapshot !== undefined || isOurUse(row, undefined),
                goodsGone: row.order !== undefined,
              },
              "gone before its expiry",
            )
          : apply(row, { type: "found_gone" }, status.value.state);
      default:
        return unreachable(status.value);
    }
  };

  /** Whether the CRM acted, after all, on a commit that was believed not to have happened. */
  const lookAgain = async (row: RedemptionRow, context: LedgerContext): Promise<boolean> => {
    const status = await context.crm.status(context.owner.customerId, row.ref, callOf(row));
    if (!status.ok) return false;
    if (status.value.state !== "redeemed") return true;
    const { at } = status.value;
    const isOurs = (at !== undefined || now() - row.sentAt <= attemptSlackMs) && isOurUse(row, at);
    if (isOurs) apply(row, { type: "found_redeemed", withinAttempt: true }, "applied late");
    return true;
  };

  /**
   * The ledger keeps it, so nobody is asked but for what it is worth, where no till has shown it.
   * Nothing left, or not the customer's: the discount was given for nothing.
   */
  const commitHere = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    let copy = row.snapshot;
    if (copy === undefined) {
      const offered = await context.crm.instruments(context.owner.customerId, callOf(row));
      if (!offered.ok) return postpone(row);
      if (offered.value.degraded.includes(listOf[row.ref.kind])) return postpone(row);
      copy = [...offered.value.promotions, ...offered.value.bonusChecks].find(
        (one) => instrumentKey(one) === instrumentKey(row.ref) && !one.redeemed,
      );
    }
    const isThere = copy !== undefined && (copy.kind === "promotion" || copy.amount.minor > 0);
    const others = store
      .ofInstrument(row.ref)
      .some((other) => other.redemptionId !== row.redemptionId && holds(other.state));
    const isFree = isThere && (copy?.kind === "bonus_check" || !others);
    store.transaction(() => {
      if (copy !== undefined) store.setSnapshot(row.redemptionId, copy);
      store.apply(row.redemptionId, { type: "commit_begun" }, causeOf(row, "closed order"), now());
      store.apply(
        row.redemptionId,
        isFree
          ? { type: "commit_ok" }
          : { type: "commit_failed", failure: { kind: "already_redeemed" }, goodsGone: true },
        causeOf(row),
        now(),
      );
    });
  };

  /** The goods are gone with a closed order, so the CRM is told now (design.md 6.7). */
  const commitByOrder = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    if (row.keptHere) return commitHere(row, context);
    const sentAt = now();
    store.transaction(() => {
      store.apply(row.redemptionId, { type: "commit_begun" }, causeOf(row, "closed order"), sentAt);
      store.noteSent(row.redemptionId, sentAt);
    });
    const outcome = row.viaLedger
      ? ({ ok: true, value: {} } as const)
      : await context.crm.commit(context.owner.customerId, row.ref, callOf(row));
    // After an unclear send of ours "already redeemed" may be our own use.
    const isPerhapsOurs =
      !outcome.ok && outcome.failure.kind === "already_redeemed" && row.wasUnclear;
    const failure = isPerhapsOurs
      ? ({ kind: "unreadable", detail: "already redeemed, perhaps by us" } as const)
      : outcome.ok
        ? undefined
        : outcome.failure;
    const next = store.transaction(() => {
      // This send did nothing, so a use of ours can only be the earlier one's.
      if (isPerhapsOurs) store.noteSent(row.redemptionId, row.sentAt);
      return store.apply(
        row.redemptionId,
        failure === undefined
          ? { type: "commit_ok" }
          : { type: "commit_failed", failure, goodsGone: true },
        { ...causeOf(row, failure?.kind), ms: now() - sentAt },
        now(),
      );
    });
    if (next === "released") postpone(row);
  };

  const reverse = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    if (row.keptHere) return apply(row, { type: "reverse_ok" });
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

  return { askCrm, lookAgain, commitByOrder, reverse };
};
