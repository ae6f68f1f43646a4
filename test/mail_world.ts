import { createJournal } from "../src/orders/journal.ts";
import type { Road } from "../src/orders/journal_deps.ts";
import type { OrderMessage } from "../src/orders/order_message.ts";
import { ok } from "../src/model/outcome.ts";
import type { SitooClient } from "../src/sitoo/client.ts";
import type { DeadLetter } from "../src/tenants/dead_letters.ts";
import type { Channel, Orders } from "../src/tenants/tenant.ts";
import { noIndex } from "./customer_index_world.ts";
import { directRoad } from "./direct_road.ts";
import { ordersCrm, profileOf } from "./orders_crm.ts";
import { closedOrder, parsed } from "./sample_orders.ts";
import { sqliteStorage } from "./sqlite_storage.ts";
import { channel, plainDelivery, tenantWith } from "./tenant_fixture.ts";

export const start = 1_782_900_400_000;

/** A channel whose CRM gets orders, and mails receipts of them. */
export const mailChannel = (id: string, change: Partial<Channel> = {}): Channel =>
  channel(id, {
    till: false,
    delivery: {
      ...plainDelivery,
      receipt: {
        fromName: "Acme",
        fromEmail: "hi@acme.se",
        subject: "Your receipt",
        stream: "receipts",
        templateId: 12,
        replyToName: undefined,
        replyToEmail: undefined,
        sandbox: false,
      },
    },
    ...change,
  });

/** A journal of one closed order, its CRMs in memory, and a clock that only the test moves. */
export const mailWorld = (channels: readonly Channel[], orders: Partial<Orders> = {}) => {
  const storage = sqliteStorage();
  const letters = new Map<string, DeadLetter>();
  const crms = new Map(channels.map(({ id }) => [id, ordersCrm({ anonymousSales: true })]));
  const crm = (id: string) => {
    const known = crms.get(id);
    if (known === undefined) throw new Error(`no channel ${id}`);
    return known;
  };
  for (const one of crms.values()) one.people.set("customer_id:c-1", "c-1");
  const state = {
    tenant: tenantWith(channels, orders),
    now: start,
    alarmAt: undefined as number | undefined,
    reads: 0,
    logged: [] as object[],
    beforeRead: async (): Promise<void> => {},
    order: closedOrder({
      email: "Xqzy@Example.com",
      additionaldata: { "crm-customerid": "c-1", "store-externalid": "200" },
    }),
  };
  const roads = new Map<string, Partial<Road>>();
  const direct = (id: string): Road => directRoad(crm(id), async () => ok(profileOf("new")));
  const open = () =>
    createJournal({
      sql: storage,
      transaction: (work) => storage.transaction(work),
      setAlarm: async (at) => {
        state.alarmAt = at;
      },
      now: () => state.now,
      deps: {
        tenant: async () => state.tenant,
        sitoo: () =>
          ({
            order: async () => {
              state.reads += 1;
              await state.beforeRead();
              return { kind: "found", value: parsed(state.order) };
            },
          }) as Partial<SitooClient> as SitooClient,
        crm: ({ id }) => crm(id),
        road: (_tenant, { id }) => ({ ...direct(id), ...roads.get(id) }),
        deadLetter: async (entries) => {
          for (const entry of entries) letters.set(entry.id, entry);
        },
        customerIndex: noIndex,
        log: (entry) => state.logged.push(entry),
      },
    });
  let journal = open();
  let events = 0;
  const w = {
    state,
    storage,
    letters,
    roads,
    direct,
    crm,
    journal: () => journal,
    /** The object is evicted: memory is gone, rows stay. */
    restart: () => {
      journal = open();
    },
    note: (type: string, change: Partial<OrderMessage> = {}) => {
      events += 1;
      return journal.note([
        {
          tenant: "acme",
          account: 90316,
          site: 1,
          orderId: 4711,
          eventId: `e-${events}`,
          type,
          at: state.now,
          receivedAt: state.now,
          ...change,
        },
      ]);
    },
    /** Runs each alarm that is due until `until`, the clock going along. */
    run: async (until = state.now) => {
      for (let guard = 0; guard < 500; guard += 1) {
        if (state.alarmAt === undefined || state.alarmAt > until) break;
        state.now = Math.max(state.now, state.alarmAt);
        state.alarmAt = undefined;
        await journal.alarm();
      }
      state.now = Math.max(state.now, until);
    },
    event: async (type: string, change: Partial<OrderMessage> = {}) => {
      await w.note(type, change);
      await w.run();
    },
    trace: () => journal.show(4711),
    delivery: (name: string) => journal.show(4711)?.deliveries.find((one) => one.channel === name),
    /** What each CRM was asked to mail to whom. */
    mailed: (id: string) => crm(id).mailed.map(({ address }) => address),
    kinds: () => [...letters.values()].map(({ kind, destination }) => [kind, destination]),
  };
  return w;
};
