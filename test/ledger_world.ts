import { vi } from "vitest";
import { instrumentKey, type InstrumentRef } from "../src/model/instrument.ts";
import { createLedger } from "../src/redemption/ledger.ts";
import type { LedgerContext, SitooSays } from "../src/redemption/ledger_calls.ts";
import { createLedgerStore } from "../src/redemption/tables/ledger_store.ts";
import type { Goods } from "../src/redemption/order_use.ts";
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

/** Two coats are bought with whatever is redeemed. */
const boughtWith = (refs: readonly InstrumentRef[]): Record<string, readonly Goods[]> =>
  Object.fromEntries(refs.map((ref) => [instrumentKey(ref), [{ sku: "A1", quantity: "2" }]]));

/** One customer's ledger in an object that can be evicted, with its alarm. */
export const world = (
  change: Partial<Redemption> = {},
  orders: { readonly ordersCarryIds: boolean } = { ordersCarryIds: false },
  canRedeem = true,
) => {
  const now = (): number => Date.now();
  const crm = fakeCrm(now, canRedeem);
  for (const ref of [check, check2, promotion]) crm.put(ref);
  const storage = sqliteStorage();
  let alarm: number | undefined;
  let background: Promise<unknown>[] = [];
  let sitooSays: SitooSays = "none";
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
      askSitoo: () => Promise.resolve(sitooSays),
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
    ...orders,
    ordersSettle: true,
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
    /** `amounts` by the instrument's id, as tills write them. */
    redeem: (
      refs: readonly InstrumentRef[],
      who: object = till("till-1"),
      amounts: Readonly<Record<string, string>> = {},
    ) =>
      ledger.redeem(
        {
          ...call(refs, who),
          amounts: Object.fromEntries(
            refs.flatMap((ref) => {
              const amount = amounts[ref.id];
              return amount === undefined ? [] : [[instrumentKey(ref), amount]];
            }),
          ),
        },
        context,
      ),
    undo: (refs: readonly InstrumentRef[], who: object = till("till-1")) =>
      ledger.undo(call(refs, who), context),
    undoGroup: (groupId: string, refs?: readonly InstrumentRef[]) =>
      ledger.undo(
        { groupId, ...(refs === undefined ? {} : { refs }), till: till("till-9"), requestId: "r" },
        context,
      ),
    letters,
    /** What Sitoo answers from now on, asked for an order that names the instrument. */
    sitoo: (says: SitooSays) => (sitooSays = says),
    /** `amounts` by the instrument's id: what it took off, minor units. */
    closes: (
      order: string,
      refs: readonly InstrumentRef[],
      linked: readonly string[] = [],
      amounts: Readonly<Record<string, number>> = {},
    ) =>
      ledger.orderClosed(
        {
          order,
          receiptNumber: `R-${order}`,
          refs,
          linked,
          bought: boughtWith(refs),
          amounts: Object.fromEntries(
            refs.flatMap((ref) => {
              const amount = amounts[ref.id];
              return amount === undefined ? [] : [[instrumentKey(ref), amount]];
            }),
          ),
        },
        context,
      ),
    returns: (order: string, returnOf: string, goods: readonly Goods[]) =>
      ledger.orderReturned({ order, returnOf, goods }, context),
    giveBack: (ref: InstrumentRef, reason: string) =>
      ledger.giveBack(
        {
          redemptionId: ledger.rows().findLast((row) => row.ref.id === ref.id)?.redemptionId ?? "",
          reason,
          requestId: "admin",
        },
        context,
      ),
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
      for (let wakes = 0; wakes < 2_000 && alarm !== undefined && alarm <= end; wakes++) {
        vi.setSystemTime(Math.max(now(), alarm));
        alarm = undefined;
        await ledger.wake(context);
      }
      vi.setSystemTime(end);
    },
  };
};
