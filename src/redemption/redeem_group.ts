import type { CrmCall } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { parseMinor } from "../model/money.ts";
import type { Outcome } from "../model/outcome.ts";
import { fingerprintOf, type Till } from "./machine/admission.ts";
import { checkInstruments } from "./check_instruments.ts";
import type { LedgerContext, RedeemCall, RedeemResult } from "./ledger_calls.ts";
import { newRow, type RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import type { RedemptionState } from "./machine/machine.ts";
import { commitAt, commitOrder, isKeptHere } from "./machine/policy.ts";
import { lostCallMs, type Reconciler } from "./reconciler.ts";
import { newGroupId } from "./redeem_id.ts";

/** After this no further commit begins: the till would have given up before the answer (design.md 6.5). */
const lastCommitBeginsMs = 4_000;
/** Our earlier send of this instrument that had no clear answer, and that the CRM may still act on. */
const unclearBefore = (
  earlier: readonly RedemptionRow[],
  ref: InstrumentRef,
): RedemptionRow | undefined =>
  earlier.find(
    (row) =>
      row.wasUnclear && row.state === "released" && instrumentKey(row.ref) === instrumentKey(ref),
  );

/**
 * "Already redeemed" is a clear refusal on a first send only. After an earlier send of ours that
 * had no clear answer it may be our own use, applied late.
 */
const readInLightOf = <Answered extends Outcome<unknown, CrmFailure>>(
  unclear: RedemptionRow | undefined,
  answered: Answered,
): Answered | { readonly ok: false; readonly failure: CrmFailure } =>
  answered.ok || answered.failure.kind !== "already_redeemed" || unclear === undefined
    ? answered
    : {
        ok: false,
        failure: { kind: "unreadable", detail: "already redeemed, perhaps by our earlier call" },
      };

/** Redeems the instruments of one call: checks all, then commits one after the other (design.md 6.5). */
export const createGroupRedeemer = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
  readonly reconciler: Reconciler;
  /** The till has undone the group while it was under way. */
  readonly isUndone: (groupId: string) => boolean;
  readonly answer: (groupId: string, call: RedeemCall) => RedeemResult;
}) => {
  const { store, now, wakeAt, reconciler, isUndone, answer } = deps;

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
    const checked = await checkInstruments(
      crm,
      owner.customerId,
      call.refs,
      earlier,
      crmCall,
      now(),
      (ref) => store.balanceOf(ref),
    );
    if (checked.kind !== "ready") return checked;
    if (now() - startedAt > lastCommitBeginsMs)
      return { kind: "refused", refusal: { kind: "too_late" } };
    if (isUndone(groupId)) return { kind: "refused", refusal: { kind: "just_undone" } };
    // A closed order may have used one of them while the CRM was read.
    const seen = new Map(earlier.map((row) => [row.redemptionId, row]));
    const isUnchanged = (refs: readonly InstrumentRef[]): boolean =>
      store.newest(refs).every((row) => {
        const before = seen.get(row.redemptionId);
        return before?.state === row.state && before.order === row.order;
      });
    if (!isUnchanged(call.refs)) return { kind: "refused", refusal: { kind: "outcome_unknown" } };

    /** Of a check that is kept here: what the till takes off, if it says so in a way that can be read. */
    const amountOf = (ref: InstrumentRef): number | undefined => {
      const instrument = checked.instruments.get(instrumentKey(ref));
      const asked = call.amounts?.[instrumentKey(ref)];
      if (instrument?.kind !== "bonus_check" || asked === undefined) return undefined;
      const minor = isKeptHere(ref.kind, crm.capabilities)
        ? parseMinor(asked, instrument.amount.currency)
        : undefined;
      return minor !== undefined && minor > 0 ? minor : undefined;
    };
    for (const ref of call.refs) {
      const instrument = checked.instruments.get(instrumentKey(ref));
      if (instrument?.kind === "bonus_check" && (amountOf(ref) ?? 0) > instrument.amount.minor)
        return { kind: "refused", refusal: { kind: "too_little_left", left: instrument.amount } };
    }

    const cause = { requestId: call.requestId, till: call.till };
    const rowFor = (ref: InstrumentRef, state: RedemptionState): RedemptionRow => {
      const instrument = checked.instruments.get(instrumentKey(ref));
      const unclear = unclearBefore(earlier, ref);
      const amount = amountOf(ref);
      return newRow({
        redemptionId: newGroupId(),
        groupId,
        ref,
        state,
        fingerprint: fingerprintOf(call.refs),
        till: call.till,
        requestId: call.requestId,
        // The window that a use must lie in to be ours reaches back to the send that may still act.
        startedAt: unclear?.startedAt ?? now(),
        sentAt: now(),
        viaLedger: checked.reinstated.has(instrumentKey(ref)),
        keptHere: isKeptHere(ref.kind, crm.capabilities),
        undoRequested: isUndone(groupId),
        wasUnclear: unclear !== undefined,
        nextAt: state === "reserved" ? now() + policy.reservationTtlMs : now() + lostCallMs,
        ...(instrument === undefined ? {} : { snapshot: instrument }),
        ...(amount === undefined ? {} : { amount }),
      });
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
      // Undone meanwhile: nothing more is committed, and what was is given back by its intent.
      if (isUndone(groupId)) return { kind: "refused", refusal: { kind: "just_undone" } };
      if (now() - startedAt > lastCommitBeginsMs) {
        giveBack(groupId, context, cause);
        // Paid: what was committed stays, and is said as it is.
        return policy.moment === "paid" && store.group(groupId).length > 0
          ? answer(groupId, call)
          : { kind: "refused", refusal: { kind: "too_late" } };
      }
      // An order may have used it while another one of the call was under way; of our copy no CRM would tell.
      if (!isUnchanged([ref])) {
        giveBack(groupId, context, cause);
        return { kind: "refused", refusal: { kind: "outcome_unknown" } };
      }
      const row = rowFor(ref, "committing");
      store.transaction(() => {
        store.insert(row, cause, now());
        // No call, so nothing can come between.
        if (row.keptHere) store.apply(row.redemptionId, { type: "commit_ok" }, cause, now());
      });
      wakeAt(row.nextAt);
      if (row.keptHere) continue;
      const sentAt = now();
      const answered = row.viaLedger
        ? ({ ok: true, value: {} } as const)
        : await crm.commit(owner.customerId, ref, crmCall);
      const unclear = unclearBefore(earlier, ref);
      const outcome = readInLightOf(unclear, answered);
      store.transaction(() => {
        // This send did nothing, so a use of ours can only be the earlier one's.
        if (outcome !== answered && unclear !== undefined)
          store.noteSent(row.redemptionId, unclear.sentAt);
        store.apply(
          row.redemptionId,
          outcome.ok ? { type: "commit_ok" } : { type: "commit_failed", failure: outcome.failure },
          { ...cause, ms: now() - sentAt, ...(outcome.ok ? {} : { detail: outcome.failure.kind }) },
          now(),
        );
      });
      if (outcome.ok) continue;
      if (outcome !== answered) {
        // Perhaps our own earlier call: the time of use tells.
        await reconciler.settle(row.redemptionId, context);
        if (store.byId(row.redemptionId)?.state === "committed") continue;
      }
      giveBack(groupId, context, cause);
      // The CRM may have acted, so it is no failure: the till asks again, and hears what it came to.
      if (store.byId(row.redemptionId)?.state === "unknown")
        return { kind: "refused", refusal: { kind: "outcome_unknown" } };
      return { kind: "failed", failure: answered.ok ? outcome.failure : answered.failure };
    }
    if (isUndone(groupId)) return { kind: "refused", refusal: { kind: "just_undone" } };
    return answer(groupId, call);
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

  return { begin, giveBack };
};
