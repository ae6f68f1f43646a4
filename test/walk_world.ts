import { type OrderFilter } from "../src/sitoo/client.ts";
import { type OrderHead, orderHead } from "../src/sitoo/order_head.ts";
import type { SitooAnswer } from "../src/sitoo/sitoo_answer.ts";
import type { DeadLetter } from "../src/tenants/dead_letters.ts";
import type { Tenant } from "../src/tenants/tenant.ts";
import type { OrderSummary } from "../src/orders/journal_view.ts";
import { journalName } from "../src/orders/journal_name.ts";
import type { OrderMessage } from "../src/orders/order_message.ts";
import { createWalk } from "../src/orders/walk/walk.ts";
import type { WalkJournal } from "../src/orders/walk/walk_journals.ts";
import { sqliteStorage } from "./sqlite_storage.ts";
import { channel, tenantWith } from "./tenant_fixture.ts";

export const place = { tenant: "acme", account: 90316, site: 1 };
export const start = Date.parse("2026-11-23T09:00:00Z");
const minute = 60_000;

type Wire = Readonly<Record<string, unknown>>;

/** A walk with its surroundings in memory: Sitoo's list, journals that remember what they were told, a clock. */
export const walkWorld = (tenant: Tenant = tenantWith([channel("club")])) => {
  const storage = sqliteStorage();
  const orders = new Map<number, { head: OrderHead; visibleAt: number }>();
  const told = new Map<string, OrderMessage>();
  const world = {
    tenant: tenant as Tenant | undefined,
    now: start,
    alarmAt: undefined as number | undefined,
    /** How many orders Sitoo hands out at most, whatever was asked for. */
    maxNum: 7,
    sitooSays: undefined as Exclude<SitooAnswer<never>, { kind: "found" }> | undefined,
    /** Sitoo leaves the filter out, as one that it does not know. */
    withoutCursor: false,
    withoutDates: false,
    /** Tried before each call of a journal, and after it. */
    beforeJournal: (): void => {},
    afterJournal: (): void => {},
    asked: [] as { filter: OrderFilter; at: number }[],
    letters: new Map<string, DeadLetter>(),
    mended: [] as string[],
    logged: [] as Readonly<Record<string, unknown>>[],
    /** Backfilled orders that journals are not through with. */
    underWay: new Set<number>(),
    mostUnderWay: 0,
    traces: new Map<number, OrderSummary>(),
  };

  const heads = (
    filter: OrderFilter,
  ): SitooAnswer<{ items: OrderHead[]; totalCount: number; unreadable: number }> => {
    world.asked.push({ filter, at: world.now });
    if (world.sitooSays !== undefined) return world.sitooSays;
    const has = (list: readonly number[] | undefined, value: number | undefined): boolean =>
      list === undefined || (value !== undefined && list.includes(value));
    const found = [...orders.values()]
      .filter(({ visibleAt }) => visibleAt <= world.now)
      .map(({ head }) => head)
      .filter(
        ({ orderid, orderdate = 0, orderstateid }) =>
          has(filter.orderIds, orderid) &&
          has(filter.states, orderstateid) &&
          (world.withoutCursor || orderid >= (filter.orderIdFrom ?? 0)) &&
          (world.withoutDates ||
            (orderdate >= (filter.orderDateFrom ?? 0) &&
              orderdate < (filter.orderDateTo ?? Infinity))),
      )
      .toSorted((a, b) =>
        filter.sort === "orderid" ? a.orderid - b.orderid : b.orderid - a.orderid,
      );
    const items = found.slice(0, Math.min(filter.num ?? 10, world.maxNum));
    return { kind: "found", value: { items, totalCount: found.length, unreadable: 0 } };
  };

  const journal = (name: string): WalkJournal => ({
    async found(messages) {
      // As over a wire: several calls are under way at once.
      await Promise.resolve();
      world.beforeJournal();
      let noted = 0;
      for (const message of messages) {
        if (journalName(message.tenant, message.account, message.site, message.orderId) !== name)
          throw new Error(`order ${message.orderId} is none of journal ${name}`);
        if (told.has(message.eventId)) continue;
        told.set(message.eventId, message);
        if (message.type === "backfill") world.underWay.add(message.orderId);
        noted += 1;
      }
      world.mostUnderWay = Math.max(world.mostUnderWay, world.underWay.size);
      world.afterJournal();
      return { noted, taken: messages.filter(({ eventId }) => told.has(eventId)).length };
    },
    backfilling: async () =>
      [...world.underWay].filter((id) => journalName("acme", 90316, 1, id) === name).length,
    list: async () =>
      [...world.traces.values()].filter(
        ({ orderId }) => journalName("acme", 90316, 1, orderId) === name,
      ),
  });

  const open = () =>
    createWalk({
      storage: { sql: storage, transaction: (work) => storage.transaction(work) },
      setAlarm: async (at) => {
        world.alarmAt = at;
      },
      now: () => world.now,
      random: () => 0,
      deps: {
        tenant: async () => world.tenant,
        sitoo: () => ({ heads: async (filter) => heads(filter) }),
        journal,
        deadLetter: async (entries) => {
          for (const entry of entries) world.letters.set(entry.id, entry);
        },
        mended: async (_, id) => world.mended.push(id),
        log: (entry) => world.logged.push(entry),
      },
    });
  let walk = open();

  return {
    world,
    orders,
    told,
    storage,
    walk: () => walk,
    /** The object is evicted: memory is gone, rows stay. */
    restart: () => {
      walk = open();
    },
    /** @param change over a closed order of now; `visibleAt` is when the list shows it. */
    order: (orderid: number, change: Wire = {}, visibleAt = world.now): void => {
      const head = orderHead.parse({
        orderid,
        orderstateid: 10,
        ordertypeid: 10,
        orderdate: Math.floor(world.now / 1_000),
        currencycode: "SEK",
        warehouseid: 7,
        moneytotal_gross_all: "100.00",
        additionaldata: { "store-externalid": "200", "pos-receiptid": `R${orderid}` },
        ...change,
      });
      orders.set(orderid, { head, visibleAt });
    },
    /** Runs each alarm that is due until then, the clock going along. */
    run: async (until = world.now): Promise<void> => {
      for (let guard = 0; guard < 5_000; guard += 1) {
        if (world.alarmAt === undefined || world.alarmAt > until) break;
        world.now = Math.max(world.now, world.alarmAt);
        world.alarmAt = undefined;
        await walk.alarm();
        if (guard === 4_999) throw new Error("the walk does not come to rest");
      }
      world.now = Math.max(world.now, until);
    },
    tick: () => walk.tick(place),
    /** Ids of orders that a journal was told to be in a state. */
    closedTold: (): number[] =>
      [...told.values()]
        .filter(({ stateChanged }) => stateChanged === "closed")
        .map(({ orderId }) => orderId)
        .toSorted((a, b) => a - b),
    minutes: (count: number): number => count * minute,
  };
};
