import { instrumentKey } from "../model/instrument.ts";
import { fingerprintOf, type Till } from "./machine/admission.ts";
import type { GiveBackCall, GiveBackResult, LedgerContext } from "./ledger_calls.ts";
import { newRow, type RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import { holds } from "./machine/machine.ts";
import { withOffers } from "./offer_use.ts";
import type { OrderReturn, OrderUse } from "./order_use.ts";
import { isKeptHere } from "./machine/policy.ts";
import { lostCallMs, type Reconciler } from "./reconciler.ts";
import { newGroupId } from "./redeem_id.ts";

/** So long a person waits for the CRM; the work goes on. */
const personWaitsMs = 4_000;

/** A row that an order which comes now can belong to; an ended one is an earlier use. */
const isSameUse = (row: RedemptionRow): boolean => holds(row.state) || row.state === "reinstated";

/** The CRM may have acted late on a send of ours that had no clear answer. */
const isStillUnclear = (row: RedemptionRow | undefined): row is RedemptionRow =>
  row !== undefined && row.wasUnclear && row.state === "released";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a ledger learns after the till has gone: closed orders, returns, a person's word. */
export const createOrderNews = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
  readonly background: (work: Promise<unknown>) => void;
  readonly reconciler: Reconciler;
}) => {
  const { store, now, wakeAt, background, reconciler } = deps;

  /** Of a check that the ledger keeps: as the customer has it now. */
  const keptCopy = (row: RedemptionRow | undefined): Pick<RedemptionRow, "snapshot"> => {
    const copy = row?.keptHere === true ? row.snapshot : undefined;
    if (copy === undefined) return {};
    if (copy.kind === "promotion") return { snapshot: copy };
    return { snapshot: { ...copy, amount: store.balanceOf(copy)?.left ?? copy.amount } };
  };

  /** What an earlier order has given back to our copy is used from our copy: the CRM has it used already. */
  const reinstatedCopy = (
    row: RedemptionRow | undefined,
  ): Partial<Pick<RedemptionRow, "viaLedger" | "snapshot">> =>
    row?.state !== "reinstated" || row.keptHere
      ? {}
      : { viaLedger: true, ...(row.snapshot === undefined ? {} : { snapshot: row.snapshot }) };

  /**
   * A closed order names instruments: what is held is settled, what is free is committed late.
   * Durable when it returns; the work follows. Repeats and linked orders change nothing.
   * @returns whether the ledger now has to do with the order.
   */
  const orderClosed = (told: OrderUse, context: LedgerContext): boolean => {
    const { use, seen } = withOffers(told, told.offers === undefined ? [] : store.all(), now());
    if (use.refs.length === 0) return store.ofOrder(use.order).length > 0;
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
        const amount = use.amounts[instrumentKey(ref)];
        const used = {
          bought: use.bought[instrumentKey(ref)] ?? [],
          ...(amount === undefined ? {} : { amount }),
        };
        const row = newest.get(instrumentKey(ref));
        if (row?.order !== undefined && known.has(row.order)) continue;
        if (row?.order === undefined && row !== undefined && isSameUse(row)) {
          store.nameOrder(row.redemptionId, use, used, now());
          continue;
        }
        // Never redeemed here, or used by another order: the CRM is asked to take it now.
        const fresh = newRow({
          redemptionId: newGroupId(),
          groupId: newGroupId(),
          ref,
          state: "reserved",
          fingerprint: fingerprintOf([ref]),
          till,
          requestId,
          startedAt: isStillUnclear(row) ? row.startedAt : now(),
          sentAt: isStillUnclear(row) ? row.sentAt : now(),
          heard: true,
          wasUnclear: isStillUnclear(row),
          nextAt: now(),
          keptHere: isKeptHere(ref.kind, context.crm.capabilities),
          ...keptCopy(row),
          ...reinstatedCopy(row),
          ...seen.get(instrumentKey(ref)),
        });
        store.insert(fresh, { requestId, till }, now());
        store.nameOrder(fresh.redemptionId, use, used, now());
      }
    });
    wakeAt(now() + lostCallMs);
    background(reconciler.run(context));
    return true;
  };

  /**
   * Goods of an order come back. By `on_return: reactivate` an instrument is given back when
   * everything bought with it is; durable when it returns.
   */
  const orderReturned = (back: OrderReturn, context: LedgerContext): void => {
    store.transaction(() => {
      store.setOwner(context.owner);
      store.addReturn(back);
    });
    wakeAt(now() + lostCallMs);
    background(reconciler.afterReturn(back.returnOf, context));
  };

  /** A person gives a redemption back, with a reason that the trail keeps. Durable when it returns. */
  const giveBackByPerson = async (
    call: GiveBackCall,
    context: LedgerContext,
  ): Promise<GiveBackResult> => {
    const row = store.byId(call.redemptionId);
    if (row === undefined) return { kind: "not_found" };
    const cause = { requestId: call.requestId, till: {}, detail: call.reason };
    // What the ledger keeps has a balance, to which any of its uses can be given back.
    const mayGiveBack =
      row.keptHere || store.newest([row.ref])[0]?.redemptionId === row.redemptionId;
    const next = mayGiveBack
      ? store.transaction(() => store.apply(row.redemptionId, { type: "given_back" }, cause, now()))
      : undefined;
    if (next === undefined) return { kind: "not_possible", state: row.state };
    wakeAt(now() + lostCallMs);
    const work = reconciler.run(context);
    background(work);
    await Promise.race([work, wait(personWaitsMs)]);
    return { kind: "given_back", state: store.byId(row.redemptionId)?.state ?? next };
  };

  return { orderClosed, orderReturned, giveBackByPerson };
};
