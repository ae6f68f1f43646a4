import { describe, expect, it } from "vitest";
import { customerIndexWorld } from "../../test/customer_index_world.ts";
import { directRoad } from "../../test/direct_road.ts";
import { ordersCrm, profileOf } from "../../test/orders_crm.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import { ok } from "../model/outcome.ts";
import type { SitooClient } from "../sitoo/client.ts";
import { createJournal } from "./journal.ts";
import type { Road } from "./journal_deps.ts";

const start = 1_782_900_400_000;
const day = 24 * 3_600_000;
const minute = 60_000;

/** A journal beside the index, with a clock that only the test moves. */
const world = (tenant = tenantWith([channel("club")])) => {
  const storage = sqliteStorage();
  const crm = ordersCrm();
  const state = {
    tenant: tenant as typeof tenant | undefined,
    now: start,
    alarmAt: undefined as number | undefined,
    road: {} as Partial<Road>,
    /** The customer that each order names, by its id. */
    customers: new Map<number, string>(),
    logged: [] as object[],
  };
  for (const name of ["c-1", "c-2"]) crm.people.set(`customer_id:${name}`, name);
  const index = customerIndexWorld(() => state.now);
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
            order: async (orderid: number) => {
              const id = state.customers.get(orderid);
              const additionaldata = {
                "store-externalid": "200",
                ...(id === undefined ? {} : { "crm-customerid": id }),
              };
              return {
                kind: "found",
                value: parsed(closedOrder({ orderid, orderdate: orderid, additionaldata })),
              };
            },
          }) as Partial<SitooClient> as SitooClient,
        crm: () => crm,
        road: () => ({ ...directRoad(crm, async () => ok(profileOf("new"))), ...state.road }),
        deadLetter: async () => {},
        customerIndex: (of, to) => index.client(of.name, to.crmInstance),
        log: (entry) => state.logged.push(entry),
      },
    });
  let journal = open();
  let events = 0;
  return {
    crm,
    index,
    state,
    storage,
    journal: () => journal,
    restart: () => {
      journal = open();
    },
    alarm: () => journal.alarm(),
    run: async (until = state.now) => {
      for (let guard = 0; guard < 300; guard += 1) {
        if (state.alarmAt === undefined || state.alarmAt > until) break;
        state.now = Math.max(state.now, state.alarmAt);
        state.alarmAt = undefined;
        await journal.alarm();
      }
      state.now = Math.max(state.now, until);
    },
    event: (...orderIds: readonly number[]) =>
      journal.note(
        orderIds.map((orderId) => ({
          tenant: "acme",
          account: 90316,
          site: 1,
          orderId,
          eventId: `e-${(events += 1)}`,
          type: "update",
          at: state.now,
          receivedAt: state.now,
        })),
      ),
    delivery: (orderId: number) => journal.show(orderId)?.deliveries[0],
    reassign: (orderId: number, customer: string) =>
      journal.reassign({ orderId, customer, reason: "why", dryRun: false, requestId: "r" }),
    ordersOf: async (customer: string) =>
      (await index.client().of(customer, 99)).map((lead) => Number(lead.split("/")[2])),
  };
};

describe("an order that was delivered", () => {
  it("is known by its customer, behind the delivery, for one call more", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    await w.event(4711);
    expect(w.index.calls()).toBe(0);
    let sentBefore = 0;
    w.state.road = {
      deliver: async (sale, intend) => {
        sentBefore = w.index.calls();
        return directRoad(w.crm, async () => ok(profileOf("new"))).deliver(sale, intend);
      },
    };
    await w.run();
    expect([sentBefore, w.index.calls()]).toEqual([0, 1]);
    expect(await w.index.client().of("c-1", 9)).toEqual(["1970-01-01T02:18:31+01:00 90316/1/4711"]);
    expect(w.journal().show(4711)?.receipts).toMatchObject([
      { customer: "…c-1", foundBy: "customer by customer id" },
    ]);
  });

  it("of nobody costs nothing", async () => {
    const w = world();
    await w.event(4711);
    await w.run(start + 30 * day);
    expect(w.delivery(4711)?.reason).toBe("anonymous");
    expect(w.index.calls()).toBe(0);
  });

  it("is noted with others of its customer in one call", async () => {
    const w = world();
    for (const id of [4711, 4712, 4713]) w.state.customers.set(id, id === 4713 ? "c-2" : "c-1");
    await w.event(4711, 4712, 4713);
    await w.run();
    expect(w.index.calls()).toBe(2);
    expect(await w.ordersOf("c-1")).toEqual([4712, 4711]);
    expect(await w.ordersOf("c-2")).toEqual([4713]);
  });

  it("is noted anew when it changes later, so that the index has it as long as the journal", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    await w.event(4711);
    await w.run();
    w.state.now += minute;
    await w.event(4711);
    await w.run();
    expect(w.index.calls()).toBe(1);
    await w.run(start + 80 * day);
    await w.event(4711);
    await w.run();
    expect(w.index.calls()).toBe(2);
  });

  it("and refused is its customer's all the same", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    w.crm.answers.push({ kind: "refused", reason: "no such store" });
    await w.event(4711);
    await w.run();
    expect(await w.ordersOf("c-1")).toEqual([4711]);
  });
});

describe("what the index has not taken", () => {
  it("is told again, with back-off, and delays no delivery", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    w.index.faults.left = 2;
    await w.event(4711);
    await w.run();
    expect(w.delivery(4711)?.state).toBe("delivered");
    expect(w.state.logged).toEqual([
      { level: "error", event: "customers_not_noted", error: "Error" },
    ]);
    await w.run(start + minute);
    expect(w.index.calls()).toBe(3);
    expect(await w.ordersOf("c-1")).toEqual([4711]);
  });

  it("outlives the object, which was lost between delivering and noting", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    w.index.faults.left = 1;
    await w.event(4711);
    await w.run();
    w.restart();
    // Whatever wakes it next.
    await w.alarm();
    expect(await w.ordersOf("c-1")).toEqual([4711]);
    expect(w.crm.sent).toHaveLength(1);
  });

  it("keeps back nothing else: another customer's shard, and what is sold meanwhile", async () => {
    const w = world();
    for (const id of [4711, 4712]) w.state.customers.set(id, id === 4711 ? "c-1" : "c-2");
    w.index.faults.left = 1;
    await w.event(4711, 4712);
    await w.run();
    expect([await w.ordersOf("c-1"), await w.ordersOf("c-2")]).toEqual([[], [4712]]);
    // It is time for the first again when another is sold: that one goes before.
    w.state.customers.set(4713, "c-1");
    w.state.now += minute;
    const before = w.index.calls();
    w.state.road = {
      deliver: async (sale, intend) => {
        expect(w.index.calls()).toBe(before);
        return directRoad(w.crm, async () => ok(profileOf("new"))).deliver(sale, intend);
      },
    };
    await w.event(4713);
    await w.run();
    expect(w.crm.sent).toHaveLength(3);
    expect(w.delivery(4713)?.state).toBe("delivered");
    expect(await w.ordersOf("c-1")).toEqual([4713, 4711]);
  });

  it("is let go once nobody knows whose id it is", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    w.index.faults.left = 1;
    await w.event(4711);
    await w.run();
    w.state.tenant = tenantWith([channel("other")]);
    await w.run(start + day);
    expect(w.index.calls()).toBe(1);
    expect(w.state.alarmAt).toBeGreaterThan(start + 80 * day);
  });
});

describe("an order that changes hands", () => {
  it("is both customers', since both may ask for it", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    await w.event(4711);
    await w.run();
    expect(await w.reassign(4711, "c-2")).toMatchObject({ kind: "begun" });
    await w.run();
    expect([await w.ordersOf("c-1"), await w.ordersOf("c-2")]).toEqual([[4711], [4711]]);
    expect(w.index.calls() - 2).toBe(2);
  });

  it("is the one's who claimed it", async () => {
    const w = world();
    await w.event(4711);
    await w.run();
    await w.reassign(4711, "c-2");
    await w.run();
    expect(await w.ordersOf("c-2")).toEqual([4711]);
  });

  it("before it was sent is noted for whoever is found at last", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    w.crm.answers.push({ kind: "retry", failure: { kind: "timed_out" } });
    await w.event(4711);
    await w.run();
    w.state.customers.set(4711, "c-2");
    await w.run(start + minute);
    expect(await w.ordersOf("c-2")).toEqual([4711]);
  });

  it("because the CRM has joined its customer with another is found by either id", async () => {
    const w = world();
    w.state.customers.set(4711, "c-1");
    await w.event(4711);
    await w.run();
    w.crm.people.set("customer_id:c-1", "c-2");
    w.state.customers.set(4712, "c-1");
    await w.event(4712);
    await w.run();
    for (const id of ["c-1", "c-2"]) expect(await w.ordersOf(id)).toEqual([4712, 4711]);
  });
});
