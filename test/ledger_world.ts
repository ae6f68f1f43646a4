import { vi } from "vitest";
import type { InstrumentRef } from "../src/model/instrument.ts";
import { createLedger } from "../src/redemption/ledger.ts";
import type { LedgerContext } from "../src/redemption/ledger_calls.ts";
import { createLedgerStore } from "../src/redemption/ledger_store.ts";
import type { DeadLetter } from "../src/tenants/dead_letters.ts";
import type { Redemption } from "../src/tenants/tenant.ts";
import { fakeCrm } from "./fake_crm.ts";
import { sqliteStorage } from "./sqlite_storage.ts";

export const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
export const check2: InstrumentRef = { kind: "bonus_check", id: "b-2" };
export const promotion: InstrumentRef = { kind: "promotion", id: "p-1" };
const policy: Redemption = {
  promotions: "auto",
  bonusChecks: "auto",
  moment: "cart",
  reservationTtlMs: 4 * 3_600_000,
  replayWindowMs: 120_000,
  onReturn: "keep",
  onUnclaimed: "flag",
};
export const till = (registerId: string, storeId = "200") => ({ registerId, storeId });
export const timedOut = { kind: "timed_out" } as const;

/** One customer's ledger in an object that can be evicted, with its alarm. */
export const world = (change: Partial<Redemption> = {}) => {
  const now = (): number => Date.now();
  const crm = fakeCrm(now);
  for (const ref of [check, check2, promotion]) crm.put(ref);
  const storage = sqliteStorage();
  let alarm: number | undefined;
  let background: Promise<unknown>[] = [];
  const letters: DeadLetter[] = [];
  const open = () =>
    createLedger({
      store: createLedgerStore({
        sql: { exec: storage.exec as SqlStorage["exec"] },
        transaction: storage.transaction,
      }),
      now,
      wakeAt: (at) => (alarm = Math.min(at, alarm ?? at)),
      background: (work) => background.push(work.catch(() => undefined)),
      deadLetter: (entries) => {
        letters.push(...entries);
        return Promise.resolve();
      },
    });
  let ledger = open();
  const context: LedgerContext = {
    crm: crm.crm,
    policy: { ...policy, ...change },
    owner: { tenant: "acme", channelId: "club", customerId: "c-1" },
    ordersCarryIds: false,
  };
  let request = 0;
  const call = (refs: readonly InstrumentRef[], who: ReturnType<typeof till> | object) => ({
    refs,
    till: who,
    requestId: `r-${++request}`,
    deadline: now() + 7_500,
  });
  return {
    crm,
    storage,
    context,
    redeem: (refs: readonly InstrumentRef[], who: object = till("till-1")) =>
      ledger.redeem(call(refs, who), context),
    undo: (refs: readonly InstrumentRef[], who: object = till("till-1")) =>
      ledger.undo(call(refs, who), context),
    undoGroup: (groupId: string, refs?: readonly InstrumentRef[]) =>
      ledger.undo(
        { groupId, ...(refs === undefined ? {} : { refs }), till: till("till-9"), requestId: "r" },
        context,
      ),
    letters,
    closes: (order: string, refs: readonly InstrumentRef[], linked: readonly string[] = []) =>
      ledger.orderClosed({ order, receiptNumber: `R-${order}`, refs, linked }, context),
    overlay: () => ledger.overlay(),
    trail: () => ledger.trail(),
    state: (ref: InstrumentRef) => ledger.overlay().find((entry) => entry.ref.id === ref.id)?.state,
    /** The object loses its memory; rows stay. */
    evict: () => {
      ledger = open();
    },
    settled: async () => {
      while (background.length > 0) {
        const work = background;
        background = [];
        await Promise.all(work);
      }
    },
    /** Moves the clock to the alarm and runs it, until nothing is left to do soon. */
    async runAlarms(untilMs: number) {
      const end = now() + untilMs;
      for (let wakes = 0; wakes < 500 && alarm !== undefined && alarm <= end; wakes++) {
        vi.setSystemTime(Math.max(now(), alarm));
        alarm = undefined;
        await ledger.wake(context);
      }
      vi.setSystemTime(end);
    },
  };
};
