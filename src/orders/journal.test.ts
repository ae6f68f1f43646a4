import { describe, expect, it, vi } from "vitest";
import { noIndex } from "../../test/customer_index_world.ts";
import { directRoad } from "../../test/direct_road.ts";
import { ordersCrm, profileOf } from "../../test/orders_crm.ts";
import { closedOrder, discountRow, parsed, product } from "../../test/sample_orders.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { channel, destination, tenantWith } from "../../test/tenant_fixture.ts";
import { ok } from "../model/outcome.ts";
import type { Order } from "../sitoo/order_wire.ts";
import type { SitooAnswer } from "../sitoo/sitoo_answer.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { createJournal } from "./journal.ts";
import type { InstrumentsSeen, Road } from "./journal_deps.ts";
import type { NotYet } from "./lane_admission.ts";
import type { LaneSale } from "./lane_host.ts";
import type { TurnJob } from "./turn_sale.ts";
import { journalName } from "./journal_name.ts";
import type { OrderMessage } from "./order_message.ts";

const start = 1_782_900_400_000;
const known = { additionaldata: { "crm-customerid": "c-1", "store-externalid": "200" } };

const message = (change: Partial<OrderMessage> = {}): OrderMessage => ({
  tenant: "acme",
  account: 90316,
  site: 1,
  orderId: 4711,
  eventId: "e-1",
  type: "update",
  stateChanged: "closed",
  at: start - 1000,
  receivedAt: start,
  ...change,
});

/** A journal with its whole surroundings in memory, and a clock that only the test moves. */
const world = (tenant: Tenant | undefined = tenantWith([channel("club")])) => {
  const storage = sqliteStorage();
  const crm = ordersCrm();
  crm.people.set("customer_id:c-1", "c-1");
  const surroundings = {
    tenant,
    now: start,
    alarmAt: undefined as number | undefined,
    order: { kind: "found", value: parsed(closedOrder(known)) } as SitooAnswer<Order>,
    store: { kind: "gone" } as SitooAnswer<{ storeid: number; externalid: string | undefined }>,
    reads: 0,
    letters: new Map<string, DeadLetter>(),
    lettersFail: false,
    seen: [] as InstrumentsSeen[],
    seenFails: false,
    logged: [] as object[],
    beforeRead: async (): Promise<void> => {},
    tenantFails: false,
  };
  const open = () =>
    createJournal({
      sql: storage,
      transaction: (work) => storage.transaction(work),
      setAlarm: async (at) => {
        surroundings.alarmAt = at;
      },
      now: () => surroundings.now,
      deps: {
        tenant: async () => {
          if (surroundings.tenantFails) throw new Error("D1 is away");
          return surroundings.tenant;
        },
        sitoo: () => ({
          order: async () => {
            surroundings.reads += 1;
            await surroundings.beforeRead();
            return surroundings.order;
          },
          storeOfWarehouse: async () =>
            surroundings.store.kind === "found"
              ? {
                  kind: "found",
                  value: {
                    ...surroundings.store.value,
                    name: undefined,
                    externalgroupid: undefined,
                    countryid: undefined,
                  },
                }
              : surroundings.store,
          orders: async () => ({ kind: "gone" }),
          heads: async () => ({ kind: "gone" }),
          stores: async () => ({ kind: "gone" }),
          user: async () => ({ kind: "gone" }),
          voucher: async () => ({ kind: "gone" }),
        }),
        crm: (to) => crms.get(to.id) ?? crm,
        road: (_tenant, to) => ({
          ...directRoad(crms.get(to.id) ?? crm, async () => ok(profileOf("new"))),
          ...roads.get(to.id),
        }),
        customerIndex: noIndex,
        deadLetter: async (entries) => {
          if (surroundings.lettersFail) throw new Error("D1 is away");
          for (const entry of entries) surroundings.letters.set(entry.id, entry);
        },
        instrumentsSeen: async (seen) => {
          surroundings.seen.push(seen);
          return surroundings.seenFails ? { ok: false, detail: "away" } : { ok: true };
        },
        log: (entry) => surroundings.logged.push(entry),
      },
    });
  const crms = new Map<string, ReturnType<typeof ordersCrm>>();
  /** What the roads to some channels do otherwise than the direct one. */
  const roads = new Map<string, Partial<Road>>();
  let journal = open();
  return {
    crm,
    crms,
    roads,
    storage,
    surroundings,
    journal: () => journal,
    /** The object is evicted: memory is gone, rows stay. */
    restart: () => {
      journal = open();
    },
    /** Runs each alarm that is due until `until`, the clock going along. */
    run: async (until = surroundings.now) => {
      for (let guard = 0; guard < 500; guard += 1) {
        if (surroundings.alarmAt === undefined || surroundings.alarmAt > until) break;
        surroundings.now = Math.max(surroundings.now, surroundings.alarmAt);
        surroundings.alarmAt = undefined;
        await journal.alarm();
      }
      surroundings.now = Math.max(surroundings.now, until);
    },
    delivery: (to = "club") =>
      journal.show(4711)?.deliveries.find((delivery) => delivery.channel === to),
  };
};

describe("a closed order", () => {
  it("reaches its destination once, under its stable id, for its customer", async () => {
    const w = world();
    expect(await w.journal().note([message()])).toEqual({ noted: 1, repeated: 0 });
    expect(w.crm.sent).toEqual([]);
    await w.run();
    expect(w.crm.sent).toMatchObject([{ customerId: "c-1", sale: { id: "sitoo-90316-1-4711" } }]);
    expect(w.journal().show(4711)).toMatchObject({
      state: "settled",
      receipt: "4711",
      store: "200",
      currency: "SEK",
      total: 20000,
      deliveries: [{ channel: "club", state: "delivered", deliveredAt: start }],
    });
    expect(w.journal().list()).toHaveLength(1);
  });

  it("is not sent again by a repeated event, nor by a new one that changes nothing", async () => {
    const w = world();
    await w.journal().note([message(), message()]);
    await w.run();
    expect(await w.journal().note([message()])).toEqual({ noted: 0, repeated: 1 });
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
    expect(w.surroundings.reads).toBe(2);
    expect(w.delivery()).toMatchObject({ state: "delivered", changedSince: false });
  });

  it("that changes after it was delivered is listed, not sent twice", async () => {
    const w = world();
    await w.journal().note([message()]);
    await w.run();
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ ...known, phone: "+46701740605" })),
    };
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
    expect(w.delivery()).toMatchObject({ state: "delivered", changedSince: true });
    expect(
      w
        .journal()
        .show(4711)
        ?.hops.map(({ hop }) => hop),
    ).toContain("changed:club");
  });

  it("that was anonymous is delivered once it has a customer", async () => {
    const w = world();
    w.surroundings.order = { kind: "found", value: parsed(closedOrder()) };
    await w.journal().note([message()]);
    await w.run();
    expect(w.delivery()).toMatchObject({ state: "skipped", reason: "anonymous" });
    expect(w.surroundings.letters.size).toBe(0);
    w.surroundings.order = { kind: "found", value: parsed(closedOrder(known)) };
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
  });

  it("without a store of its own gets the one of its warehouse", async () => {
    const w = world();
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ additionaldata: { "crm-customerid": "c-1" } })),
    };
    w.surroundings.store = { kind: "found", value: { storeid: 3, externalid: "300" } };
    await w.journal().note([message()]);
    await w.run();
    expect(w.crm.sent[0]?.sale.storeExternalId).toBe("300");
  });

  it("an event that came while it was being read is not lost", async () => {
    const w = world();
    w.surroundings.beforeRead = async () => {
      w.surroundings.beforeRead = async () => {};
      await w.journal().note([message({ eventId: "e-2" })]);
    };
    await w.journal().note([message()]);
    await w.run();
    expect(w.surroundings.reads).toBe(2);
    expect(w.crm.sent).toHaveLength(1);
  });
});

describe("a CRM that takes changes", () => {
  /** Orders of one tenant at a CRM where what is delivered again takes the place of the first. */
  const changing = () => {
    const w = world();
    const crm = ordersCrm({ takesChanges: true });
    crm.people.set("customer_id:c-1", "c-1");
    w.crms.set("club", crm);
    const changed = (comment: string) => {
      const order = closedOrder({
        ...known,
        additionaldata: { ...known.additionaldata, "pos-receiptid": comment },
      });
      w.surroundings.order = { kind: "found", value: parsed(order) };
    };
    let event = 0;
    const note = () => w.journal().note([message({ eventId: `change-${(event += 1)}` })]);
    return { ...w, crm, changed, note };
  };

  it("is told of an order's newest contents, and of unchanged ones no second time", async () => {
    const w = changing();
    await w.note();
    await w.run();
    await w.note();
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
    w.changed("R-2");
    await w.note();
    await w.run();
    expect(w.crm.sent.map(({ sale }) => sale.receiptNumber).at(-1)).toBe("R-2");
    expect(w.crm.sent).toHaveLength(2);
    expect(w.delivery()).toMatchObject({ state: "delivered", changedSince: false });
  });

  it("that cannot take one now gets it later, in the newest form alone", async () => {
    const w = changing();
    await w.note();
    await w.run();
    w.crm.answers.push({
      kind: "retry",
      failure: { kind: "unavailable", sent: true, detail: "HTTP 503" },
    });
    w.changed("R-2");
    await w.note();
    await w.run();
    expect(w.delivery()).toMatchObject({ state: "pending", attempt: 1 });
    w.changed("R-3");
    await w.note();
    w.restart();
    await w.run(start + 60_000);
    expect(w.crm.sent.map(({ sale }) => sale.receiptNumber).at(-1)).toBe("R-3");
    expect(w.delivery()).toMatchObject({ state: "delivered", changedSince: false });
  });

  it("keeps what it has while nothing is to be sent", async () => {
    const w = changing();
    await w.note();
    await w.run();
    w.surroundings.tenant = tenantWith([channel("club")], { mode: "shadow" });
    w.changed("R-2");
    await w.note();
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
    expect(w.delivery()).toMatchObject({ state: "delivered" });
  });
});

describe("what is not to be sent", () => {
  const order = (change: object) =>
    ({ kind: "found", value: parsed(closedOrder({ ...known, ...change })) }) as const;

  it.each([
    [{ orderstateid: 0 }, "open"],
    [{ orderstateid: 20 }, "cancelled"],
    [{ ordertypeid: 110 }, "parked"],
    [{ ordertypeid: 100 }, "booking"],
  ])("is journalled with its reason: %o", async (change, note) => {
    const w = world();
    w.surroundings.order = order(change);
    const { stateChanged: _, ...unchanged } = message();
    await w.journal().note([unchanged]);
    await w.run();
    expect(w.journal().show(4711)).toMatchObject({ state: "not_a_sale", note, deliveries: [] });
    expect([w.crm.sent, w.surroundings.letters.size]).toEqual([[], 0]);
  });

  it("of a tenant without a CRM is read, and its sale kept, with no fault of anybody", async () => {
    const { market } = channel("x");
    const w = world({ ...tenantWith([]), markets: [market] });
    await w.journal().note([message()]);
    await w.run();
    expect(w.journal().show(4711)).toMatchObject({
      state: "settled",
      total: 20000,
      deliveries: [],
    });
    expect([w.crm.sent, w.surroundings.letters.size]).toEqual([[], 0]);
  });

  it("shadow keeps the payload without the person, and sends nothing", async () => {
    const w = world(tenantWith([channel("club")], { mode: "shadow" }));
    w.surroundings.order = order({ email: "someone@example.com", namefirst: "Some" });
    await w.journal().note([message()]);
    await w.run();
    expect([w.crm.sent, w.crm.searched]).toEqual([[], []]);
    const trace = w.journal().show(4711);
    expect(trace?.deliveries).toMatchObject([{ state: "skipped", reason: "shadow" }]);
    expect(JSON.parse(trace?.payload ?? "")).toMatchObject({
      linesTotal: 20000,
      customerKeys: ["crmId", "email", "nameFirst"],
    });
    expect(JSON.stringify(trace)).not.toContain("someone@");
  });

  it("goes out when a tenant has gone live and the order speaks again", async () => {
    const w = world(tenantWith([channel("club")], { mode: "shadow" }));
    await w.journal().note([message()]);
    await w.run();
    w.surroundings.tenant = tenantWith([channel("club")]);
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
  });

  it("off reads nothing at all", async () => {
    const w = world(tenantWith([channel("club")], { mode: "off" }));
    await w.journal().note([message()]);
    await w.run();
    expect(w.surroundings.reads).toBe(0);
    expect(w.journal().show(4711)).toMatchObject({ state: "settled", note: "orders are off" });
  });

  it.each([
    [{ liveFrom: "2027-01-01" }, "before live_from"],
    [{ liveStores: ["999"] }, "store is not live"],
    [{ ignore: { stores: ["200"], registers: [], staff: [] } }, "ignored store"],
  ])("%o", async (orders, reason) => {
    const w = world(tenantWith([channel("club")], orders));
    await w.journal().note([message()]);
    await w.run();
    expect(w.crm.sent).toEqual([]);
    expect(w.delivery()).toMatchObject({ state: "skipped", reason });
  });
});

describe("trouble at the CRM", () => {
  it("is tried again after 10 s, 30 s, 60 s, under the same id", async () => {
    const w = world();
    const down = {
      kind: "retry",
      failure: { kind: "unavailable", sent: false, detail: "503" },
    } as const;
    w.crm.answers.push(down, down, down);
    await w.journal().note([message()]);
    const times: number[] = [];
    for (let last = 0; w.delivery()?.state !== "delivered";) {
      await w.run(w.surroundings.alarmAt);
      if (w.crm.sent.length > last) times.push((w.surroundings.now - start) / 1000);
      last = w.crm.sent.length;
    }
    expect(times).toEqual([0, 10, 40, 100]);
    expect(new Set(w.crm.sent.map(({ sale }) => sale.id)).size).toBe(1);
  });

  it("waits as long as Retry-After says", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: { kind: "rate_limited", retryAfterMs: 120_000 } });
    await w.journal().note([message()]);
    await w.run(start + 119_000);
    expect(w.crm.sent).toHaveLength(1);
    await w.run(start + 120_000);
    expect(w.crm.sent).toHaveLength(2);
  });

  it("a refusal is a dead letter at once, with reason and field, and is not repeated", async () => {
    const w = world();
    w.crm.answers.push({ kind: "refused", reason: "no such store", field: "storeExternalId" });
    await w.journal().note([message()]);
    await w.run();
    expect([...w.surroundings.letters.values()]).toMatchObject([
      {
        kind: "refused",
        reason: "no such store",
        field: "storeExternalId",
        destination: "club",
        orderId: 4711,
        receiptNumber: "4711",
        payload: { tenant: "acme", account: 90316, site: 1, orderId: 4711 },
      },
    ]);
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run(start + 3_600_000);
    expect(w.crm.sent).toHaveLength(1);
  });

  it("a replay sends what was refused, and only that", async () => {
    const mail = ordersCrm();
    const w = world(tenantWith([channel("club"), channel("mail", { till: false })]));
    w.crms.set("mail", mail);
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ email: "someone@example.com" })),
    };
    for (const crm of [w.crm, mail]) crm.people.set("email:someone@example.com", "c-1");
    w.crm.answers.push({ kind: "refused", reason: "no such store" });
    await w.journal().note([message()]);
    await w.run();
    await w.journal().note([message({ eventId: "replay-1", type: "replay" })]);
    await w.run();
    expect(w.delivery("club")?.state).toBe("delivered");
    expect([w.crm.sent.length, mail.sent.length]).toEqual([2, 1]);
  });

  it("an unclear answer is sent again where the CRM drops repeats", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: { kind: "timed_out" } });
    await w.journal().note([message()]);
    await w.run(start + 10_000);
    expect(w.crm.sent.map(({ sale }) => sale.id)).toEqual(Array(2).fill("sitoo-90316-1-4711"));
    expect(w.delivery()?.state).toBe("delivered");
  });

  it("and goes to a person where it does not", async () => {
    const w = world();
    const careless = ordersCrm({ deliveryIdempotent: false });
    careless.people.set("customer_id:c-1", "c-1");
    careless.answers.push({ kind: "retry", failure: { kind: "timed_out" } });
    w.crms.set("club", careless);
    await w.journal().note([message()]);
    await w.run(start + 3_600_000);
    expect(careless.sent).toHaveLength(1);
    expect([...w.surroundings.letters.values()]).toMatchObject([{ kind: "unclear" }]);
  });

  it.each([
    [true, 2, "delivered"],
    [false, 1, "refused"],
  ])("a crash while sending: repeats dropped %s", async (deliveryIdempotent, sent, state) => {
    const w = world();
    const crm = ordersCrm({ deliveryIdempotent });
    crm.people.set("customer_id:c-1", "c-1");
    crm.answers.push(() => new Promise(() => {}));
    w.crms.set("club", crm);
    await w.journal().note([message()]);
    w.surroundings.alarmAt = undefined;
    void w.journal().alarm();
    while (crm.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(w.delivery()?.state).toBe("delivering");
    w.restart();
    await w.journal().alarm();
    expect(crm.sent).toHaveLength(sent);
    expect(w.delivery()?.state).toBe(state);
  });

  it("one destination that is down holds up no other", async () => {
    const w = world(tenantWith([channel("club"), channel("second")]));
    const down = ordersCrm();
    down.people.set("mobile:+46701740605", { kind: "unavailable", sent: false, detail: "down" });
    w.crms.set("second", down);
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ phone: "+46701740605" })),
    };
    w.crm.people.set("mobile:+46701740605", "c-1");
    await w.journal().note([message()]);
    await w.run(start + 45_000);
    expect(w.delivery("club")?.state).toBe("delivered");
    expect(w.crm.sent).toHaveLength(1);
    expect(w.delivery("second")).toMatchObject({ state: "pending", attempt: 3 });
  });

  it("after a week of trying it is a person's", async () => {
    const w = world();
    w.crm.people.set("customer_id:c-1", { kind: "set_up_fault", detail: "401" });
    await w.journal().note([message()]);
    await w.run(start + 8 * 24 * 3_600_000);
    expect([...w.surroundings.letters.values()]).toMatchObject([
      { kind: "gave_up", reason: "tried for a week: set_up_fault: 401" },
    ]);
    expect(w.delivery()?.state).toBe("refused");
  });
});

describe("who the customer is", () => {
  const withKeys = closedOrder({
    email: "xqzy@example.com",
    phone: "+46701740605",
    additionaldata: { ...known.additionaldata, "crm-customerid": "c-0" },
  });

  it("stands in the trace of each attempt: how it was found, what led to nobody", async () => {
    const w = world();
    w.surroundings.order = { kind: "found", value: parsed(withKeys) };
    w.crm.people.set("mobile:+46701740605", { kind: "timed_out" });
    await w.journal().note([message()]);
    await w.run();
    w.crm.people.delete("mobile:+46701740605");
    w.crm.people.set("email:xqzy@example.com", "c-1");
    await w.run(start + 10_000);
    const hops = w
      .journal()
      .show(4711)
      ?.hops.filter(({ hop }) => hop === "deliver:club");
    expect(hops?.map(({ attempt, note }) => [attempt, note])).toEqual([
      [1, "timed_out; asked by mobile; nobody by customer id"],
      [2, "customer by email; nobody by customer id, mobile"],
    ]);
    expect(JSON.stringify(w.journal().show(4711))).not.toMatch(/xqzy|46701740605|"c-[01]"/);
  });

  it.each([
    ["takes them", "deliver", true, "delivered"],
    ["takes none", "deliver", false, "skipped"],
    ["takes them, and the tenant does not want it", "skip", true, "skipped"],
  ] as const)(
    "an anonymous order at a CRM that %s",
    async (_, anonymous, anonymousSales, state) => {
      const w = world(
        tenantWith([channel("club")], { deliverTo: [destination("club", { anonymous })] }),
      );
      const crm = ordersCrm({ anonymousSales });
      w.crms.set("club", crm);
      w.surroundings.order = { kind: "found", value: parsed(closedOrder()) };
      await w.journal().note([message()]);
      await w.run();
      expect(w.delivery()).toMatchObject({ state, reason: state === "skipped" ? "anonymous" : "" });
      expect(crm.sent.map(({ customerId }) => customerId)).toEqual(
        state === "delivered" ? [undefined] : [],
      );
    },
  );
});

describe("trouble at Sitoo", () => {
  it("an order that cannot be read yet is tried again, and then is there", async () => {
    const w = world();
    const there = w.surroundings.order;
    w.surroundings.order = { kind: "gone" };
    await w.journal().note([message()]);
    await w.run(start + 9_000);
    w.surroundings.order = there;
    await w.run(start + 10_000);
    expect(w.crm.sent).toHaveLength(1);
    expect(w.surroundings.letters.size).toBe(0);
  });

  it.each<[SitooAnswer<Order>, string]>([
    [{ kind: "gone" }, "order_gone"],
    [{ kind: "unreadable", detail: "html" }, "order_unreadable"],
    [
      { kind: "found", value: parsed(closedOrder({ ...known, orderstateid: 0 })) },
      "order_not_closed",
    ],
  ])("and after five tries is a dead letter: %o", async (answer, kind) => {
    const w = world();
    w.surroundings.order = answer;
    await w.journal().note([message()]);
    await w.run(start + 24 * 3_600_000);
    expect(w.surroundings.reads).toBe(5);
    expect([...w.surroundings.letters.values()]).toMatchObject([{ kind }]);
    expect(w.journal().show(4711)?.state).toBe("dead");
  });

  it("an order that makes no sense is a dead letter at once, naming the field", async () => {
    const w = world();
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ ...known, orderitems: [product({ moneyitemtotal_net: null })] })),
    };
    await w.journal().note([message()]);
    await w.run();
    expect([...w.surroundings.letters.values()]).toMatchObject([
      { kind: "order_invalid", field: "orderitems.0.moneyitemtotal_net" },
    ]);
  });

  it("an outage is waited out", async () => {
    const w = world();
    const there = w.surroundings.order;
    w.surroundings.order = { kind: "retry", detail: "503", retryAfterMs: 90_000 };
    await w.journal().note([message()]);
    await w.run(start + 89_000);
    expect(w.surroundings.reads).toBe(1);
    w.surroundings.order = there;
    await w.run(start + 90_000);
    expect(w.crm.sent).toHaveLength(1);
  });

  it("an account that the tenant no longer has is a dead letter", async () => {
    const w = world();
    await w.journal().note([message({ account: 1 })]);
    await w.run();
    expect([...w.surroundings.letters.values()]).toMatchObject([{ kind: "no_destination" }]);
  });

  it("a tenant that cannot be read is waited for, and nothing throws", async () => {
    const w = world();
    w.surroundings.tenantFails = true;
    await w.journal().note([message()]);
    await w.run(start + 5000);
    w.surroundings.tenantFails = false;
    await w.run(start + 10_000);
    expect(w.crm.sent).toHaveLength(1);
    expect(w.surroundings.logged).toMatchObject([{ event: "order_failed" }]);
  });
});

describe("dead letters", () => {
  it("wait in the journal until they are stored, also over a restart", async () => {
    const w = world();
    w.crm.answers.push({ kind: "refused", reason: "no" });
    w.surroundings.lettersFail = true;
    await w.journal().note([message()]);
    await w.run(start + 5000);
    expect(w.surroundings.letters.size).toBe(0);
    w.restart();
    w.surroundings.lettersFail = false;
    await w.run(start + 60_000);
    expect(w.surroundings.letters.size).toBe(1);
    const statements = w.storage.exec("SELECT * FROM journal_outbox").toArray();
    expect(statements).toEqual([]);
  });

  it("for a customer that several share say so, and send nothing", async () => {
    const w = world();
    w.surroundings.order = { kind: "found", value: parsed(closedOrder({ phone: "+46701740605" })) };
    w.crm.people.set("mobile:+46701740605", { kind: "several_matches", ids: [] });
    await w.journal().note([message()]);
    await w.run();
    expect(w.crm.sent).toEqual([]);
    expect([...w.surroundings.letters.values()]).toMatchObject([
      { kind: "customer", reason: "several customers in the CRM share the order's mobile" },
    ]);
  });

  it("for a currency that no destination takes", async () => {
    const { market } = channel("x");
    const w = world(
      tenantWith([channel("se"), channel("no", { market: { ...market, currency: "NOK" } })]),
    );
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ ...known, currencycode: "EUR" })),
    };
    await w.journal().note([message()]);
    await w.run();
    expect([...w.surroundings.letters.values()]).toMatchObject([{ kind: "no_destination" }]);
  });
});

describe("instruments on a closed order", () => {
  const used = closedOrder({
    ...known,
    orderitems: [
      product(),
      discountRow("-40.00", "-10.00", { additionaldata: { "crm-bonuscheckid": "b-1" } }),
    ],
    moneytotal_net: "120.00",
    moneytotal_vat: "30.00",
    moneytotal_gross_all: "150.00",
  });

  it("are told until they are taken, and not behind a CRM that is down", async () => {
    const w = world();
    w.surroundings.order = { kind: "found", value: parsed(used) };
    w.crm.people.set("customer_id:c-1", { kind: "unavailable", sent: false, detail: "down" });
    w.surroundings.seenFails = true;
    await w.journal().note([message()]);
    await w.run(start + 5000);
    w.surroundings.seenFails = false;
    await w.run(start + 10_000);
    expect(w.surroundings.seen.map(({ sale }) => sale.instruments)).toEqual(
      Array.from({ length: 2 }, () => [{ kind: "bonus_check", id: "b-1", amount: 5000 }]),
    );
    expect(w.delivery("club")?.state).toBe("pending");
    await w.run(start + 3_600_000);
    expect(w.surroundings.seen).toHaveLength(2);
  });

  it("that only a Sitoo voucher leads to are told, but not of a sale that is not live", async () => {
    const withVoucher = closedOrder({
      ...known,
      orderitems: [product(), discountRow("-40.00", "-10.00", { voucherid: 4 })],
      moneytotal_net: "120.00",
      moneytotal_vat: "30.00",
      moneytotal_gross_all: "150.00",
    });
    for (const mode of ["live", "shadow"] as const) {
      const w = world(tenantWith([channel("club")], { mode }));
      w.surroundings.order = { kind: "found", value: parsed(withVoucher) };
      await w.journal().note([message()]);
      await w.run();
      expect(w.surroundings.seen.map(({ vouchers }) => vouchers.map(({ id }) => id))).toEqual(
        mode === "live" ? [[4]] : [],
      );
      expect(w.delivery("(redemption)")?.state).toBe(mode === "live" ? "delivered" : undefined);
    }
  });

  it("that are named are told in shadow too, without what a voucher leads to", async () => {
    const w = world(tenantWith([channel("club")], { mode: "shadow" }));
    const rows = [
      ...(used.orderitems as Record<string, unknown>[]),
      discountRow("0.00", "0.00", { voucherid: 4 }),
    ];
    w.surroundings.order = { kind: "found", value: parsed({ ...used, orderitems: rows }) };
    await w.journal().note([message()]);
    await w.run();
    expect(w.surroundings.seen).toMatchObject([{ vouchers: [] }]);
  });

  it("of training sales are not told", async () => {
    const w = world(
      tenantWith([channel("club")], { ignore: { stores: ["200"], registers: [], staff: [] } }),
    );
    w.surroundings.order = { kind: "found", value: parsed(used) };
    await w.journal().note([message()]);
    await w.run();
    expect(w.surroundings.seen).toEqual([]);
  });
});

describe("the object", () => {
  it("holds no table until an event came", async () => {
    const w = world();
    expect([w.journal().list(), w.journal().show(1)]).toEqual([[], undefined]);
    await w.journal().alarm();
    expect(w.storage.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
    expect(w.surroundings.alarmAt).toBe(undefined);
  });

  it("forgets after 90 days, and then sleeps", async () => {
    const w = world();
    await w.journal().note([message()]);
    await w.run(start + 89 * 24 * 3_600_000);
    expect(w.journal().list()).toHaveLength(1);
    await w.run(start + 91 * 24 * 3_600_000);
    expect(w.journal().list()).toEqual([]);
    expect(w.surroundings.alarmAt).toBe(undefined);
  });

  it("finds lost work again at the next touch", async () => {
    const w = world();
    await w.journal().note([message()]);
    w.surroundings.alarmAt = undefined;
    await w.journal().note([message()]);
    await w.run();
    expect(w.crm.sent).toHaveLength(1);
  });

  it("works on many orders, each once", async () => {
    const w = world();
    await w
      .journal()
      .note(
        Array.from({ length: 64 }, (_, index) =>
          message({ orderId: 4672 + index, eventId: `e-${index}` }),
        ),
      );
    await w.run();
    expect(w.surroundings.reads).toBe(64);
    expect(w.journal().list()).toHaveLength(64);
  });

  it("holds nothing of a person, in rows, letters or logs", async () => {
    const w = world();
    w.surroundings.order = {
      kind: "found",
      value: parsed(
        closedOrder({
          email: "xqzy@example.com",
          phone: "+46701740605",
          namefirst: "Xqzy",
          invoice_address: "Xqzy street",
        }),
      ),
    };
    w.crm.answers.push({ kind: "refused", reason: "no" });
    await w.journal().note([message()]);
    await w.run();
    const everything = ["orders", "events", "deliveries", "hops", "outbox"].flatMap((name) =>
      w.storage.exec(`SELECT * FROM journal_${name}`).toArray(),
    );
    expect(everything.length).toBeGreaterThan(4);
    expect(
      JSON.stringify([everything, [...w.surroundings.letters.values()], w.surroundings.logged]),
    ).not.toMatch(/xqzy|0701740605|46701740605/i);
  });

  it("is named for 64 consecutive orders of one site", () => {
    expect(journalName("acme", 90316, 1, 4711)).toBe("acme/90316/1/73");
    expect(journalName("acme", 90316, 1, 4735)).toBe(journalName("acme", 90316, 1, 4672));
    expect(journalName("acme", 90316, 1, 4736)).not.toBe(journalName("acme", 90316, 1, 4735));
  });

  it("a destination taken out of the file leaves nothing waiting", async () => {
    const w = world(
      tenantWith([channel("club"), channel("old")], {
        deliverTo: [destination("club"), destination("old")],
      }),
    );
    const down = ordersCrm();
    down.people.set("email:xqzy@example.com", { kind: "timed_out" });
    w.crms.set("old", down);
    w.crm.people.set("email:xqzy@example.com", "c-1");
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ email: "xqzy@example.com" })),
    };
    await w.journal().note([message()]);
    await w.run();
    expect(w.delivery("old")?.state).toBe("pending");
    w.surroundings.tenant = tenantWith([channel("club")]);
    await w.run(start + 10_000);
    expect(w.delivery("old")).toMatchObject({
      state: "skipped",
      reason: "no longer a destination",
    });
  });
});

/** Answers of a lane that has not begun, one after the other; then the sale goes. */
const notYet = (w: ReturnType<typeof world>, ...answers: readonly NotYet[]): void => {
  const waiting = [...answers];
  const direct = directRoad(w.crm, async () => ok(profileOf("new")));
  w.roads.set("club", {
    room: async () => waiting.shift(),
    deliver: async (...sale) => waiting.shift() ?? direct.deliver(...sale),
  });
};
const later = (why: NotYet["why"], at: number): NotYet => ({ kind: "not_yet", why, at });
const days = (count: number): number => count * 24 * 3_600_000;

describe("a lane that has not begun", () => {
  it("is asked again when it said, without an attempt, and the trace tells of it once", async () => {
    const w = world();
    notYet(w, later("busy", start + 7_000), later("busy", start + 9_000));
    await w.journal().note([message()]);
    await w.run(start + 8_999);
    expect(w.crm.sent).toHaveLength(0);
    expect(w.delivery()).toMatchObject({
      state: "pending",
      attempt: 0,
      reason: "waits for its turn",
    });
    await w.run(start + 9_000);
    expect(w.delivery()).toMatchObject({ state: "delivered", attempt: 1 });
    const hops = w.journal().show(4711)?.hops ?? [];
    expect(hops.filter(({ status }) => status === "not_yet")).toHaveLength(1);
  });

  it.each(["busy", "down"] as const)(
    "has room for all that waited (%s), once one of them went: they follow it one by one",
    async (why) => {
      const w = world();
      const direct = directRoad(w.crm, async () => ok(profileOf("new")));
      const ids = Array.from({ length: 6 }, (_, n) => 4700 + n);
      let told = start;
      let there = 0;
      let most = 0;
      const full = () => later(why, (told += 600_000));
      w.roads.set("club", {
        room: async () => (w.surroundings.now < start + 600_000 ? full() : undefined),
        deliver: async (...sale) => {
          if (w.surroundings.now < start + 600_000) return full();
          most = Math.max(most, (there += 1));
          const answer = await direct.deliver(...sale);
          there -= 1;
          return answer;
        },
      });
      await w.journal().note(ids.map((orderId) => message({ orderId, eventId: `e-${orderId}` })));
      await w.run();
      expect(w.crm.sent).toHaveLength(0);
      await w.run(start + 600_000);
      expect(
        w
          .journal()
          .list()
          .map(({ deliveries }) => deliveries[0]?.state),
      ).toEqual(ids.map(() => "delivered"));
      // A road that bears one bears the next: it is not stormed by all.
      expect(most).toBe(1);
    },
  );

  it("leaves those alone that wait for something else", async () => {
    const w = world();
    const direct = directRoad(w.crm, async () => ok(profileOf("new")));
    let asked = 0;
    w.roads.set("club", {
      room: async () => undefined,
      deliver: async (...sale) =>
        (asked += 1) === 1
          ? { kind: "later", note: "HTTP 503" }
          : asked === 2
            ? later("paused", start + 60_000)
            : direct.deliver(...sale),
    });
    await w.journal().note([message({ orderId: 4700, eventId: "e-4700" })]);
    await w.run();
    await w.journal().note([message({ orderId: 4701, eventId: "e-4701" })]);
    await w.run();
    await w.journal().note([message({ orderId: 4702, eventId: "e-4702" })]);
    await w.run();
    expect(
      w
        .journal()
        .list()
        .map(({ deliveries }) => deliveries[0]?.state),
    ).toEqual(["pending", "pending", "delivered"]);
  });

  it("is asked before the order is read from Sitoo again", async () => {
    const w = world();
    const busy = Array.from({ length: 20 }, (_, n) => later("down", start + (n + 1) * 60_000));
    notYet(w, ...busy);
    await w.journal().note([message()]);
    await w.run(start + 20 * 60_000);
    expect([w.surroundings.reads, w.crm.sent.length]).toEqual([2, 1]);
  });

  it("for a week because its CRM is down, leaves the sale to a person", async () => {
    const w = world();
    w.roads.set("club", {
      room: async () => later("down", w.surroundings.now + 3_600_000),
      deliver: async () => later("down", w.surroundings.now + 3_600_000),
    });
    await w.journal().note([message()]);
    await w.run(start + days(8));
    expect([...w.surroundings.letters.values()]).toMatchObject([
      { kind: "gave_up", reason: "tried for a week: the CRM is down" },
    ]);
    expect(w.surroundings.reads).toBe(2);
  });

  it("for weeks because of others, leaves it to nobody, and fails only after a week of its own", async () => {
    const w = world();
    const busy = async () => later("busy", w.surroundings.now + 3_600_000);
    w.roads.set("club", { room: busy, deliver: busy });
    await w.journal().note([message()]);
    await w.run(start + days(20));
    w.roads.clear();
    w.crm.people.set("customer_id:c-1", { kind: "set_up_fault", detail: "401" });
    await w.run(start + days(25));
    expect(w.surroundings.letters.size).toBe(0);
    await w.run(start + days(30));
    expect([...w.surroundings.letters.values()]).toMatchObject([{ kind: "gave_up" }]);
  });

  it("holds up neither another destination nor the redemption", async () => {
    const w = world(tenantWith([channel("club"), channel("mail", { till: false })]));
    const mail = ordersCrm();
    mail.people.set("email:someone@example.com", "m-1");
    w.crms.set("mail", mail);
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ email: "someone@example.com", creditorderid: 4000 })),
    };
    w.roads.set("club", { deliver: async () => later("down", start + 300_000) });
    await w.journal().note([message()]);
    await w.run();
    expect([mail.sent.length, w.surroundings.seen.length]).toEqual([1, 1]);
    expect(w.delivery()).toMatchObject({ state: "pending", nextAt: start + 300_000 });
  });

  it.each([
    ["sent again where repeats are dropped", true, true, "pending", []],
    ["a person's where they are not", true, false, "refused", ["unclear"]],
    ["sent again when it was not yet on its way", false, false, "pending", []],
  ] as const)("and is lost in the middle: %s", async (_what, begun, idempotent, state, letters) => {
    const w = world();
    w.roads.set("club", {
      idempotent,
      deliver: async (_sale, intend) => {
        if (begun) await intend("c-1");
        throw new Error("the object was reset");
      },
    });
    await w.journal().note([message()]);
    await w.run();
    expect(w.delivery()?.state).toBe(state);
    expect([...w.surroundings.letters.values()].map(({ kind }) => kind)).toEqual(letters);
  });

  it("cannot say that it sends what the journal no longer waits for", async () => {
    const w = world();
    let late: TurnJob["intend"] | undefined;
    w.roads.set("club", {
      idempotent: false,
      deliver: async (_sale, intend) => {
        late = intend;
        throw new Error("the connection broke");
      },
    });
    await w.journal().note([message()]);
    await w.run();
    await expect(late?.("c-1")).rejects.toThrow("waits no more");
    expect(w.delivery()?.state).toBe("pending");
  });
});

describe("paused orders", () => {
  const paused = { pausedSince: start } as const;

  it("are read and settled, and wait without being read again", async () => {
    const w = world();
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ ...known, creditorderid: 4000 })),
    };
    w.roads.set("club", paused);
    await w.journal().note([message()]);
    await w.run(start + days(1));
    expect(w.delivery()).toMatchObject({
      state: "pending",
      attempt: 0,
      reason: "orders are paused",
    });
    expect([w.surroundings.reads, w.surroundings.seen.length, w.crm.sent.length]).toEqual([
      1, 1, 0,
    ]);
    w.roads.clear();
    await w.run(start + days(1) + 300_000);
    expect(w.delivery()?.state).toBe("delivered");
  });

  it("go on within ten seconds of a short pause", async () => {
    const w = world();
    w.roads.set("club", paused);
    await w.journal().note([message()]);
    await w.run(start + 15_000);
    w.roads.clear();
    await w.run(start + 25_000);
    expect(w.delivery()?.state).toBe("delivered");
  });

  it("are kept however long it lasts, and no week runs out meanwhile", async () => {
    const w = world();
    w.roads.set("club", paused);
    await w.journal().note([message()]);
    // A look in five minutes for a hundred days; the clock jumps over most of them.
    for (let day = 1; day <= 100; day += 1) {
      w.surroundings.now = start + days(day);
      await w.run();
    }
    expect(w.surroundings.letters.size).toBe(0);
    w.roads.clear();
    w.crm.people.set("customer_id:c-1", { kind: "timed_out" });
    await w.run(start + days(100) + 600_000);
    expect(w.delivery()).toMatchObject({ state: "pending" });
    w.crm.people.set("customer_id:c-1", "c-1");
    await w.run(start + days(101));
    expect(w.delivery()?.state).toBe("delivered");
  });
});

describe("paused orders of which events go on to come", () => {
  it("wait for their channel all the same, and for no week", async () => {
    const w = world();
    w.roads.set("club", { pausedSince: start });
    for (const day of [0, 1, 2, 3, 20]) {
      w.surroundings.now = start + days(day);
      await w.journal().note([message({ eventId: `e-${day}` })]);
      await w.run();
    }
    w.roads.clear();
    w.crm.people.set("customer_id:c-1", { kind: "timed_out" });
    await w.journal().note([message({ eventId: "last" })]);
    await w.run(w.surroundings.now + 600_000);
    expect(w.surroundings.letters.size).toBe(0);
    expect(w.delivery()).toMatchObject({ state: "pending", reason: "timed_out" });
  });
});

describe("a backfill", () => {
  const { stateChanged: _, ...unchanged } = message({ type: "backfill" });
  const old = (room?: NotYet) => {
    const w = world(tenantWith([channel("club")], { liveFrom: "2027-01-01" }));
    const asked: string[] = [];
    const sent: LaneSale[] = [];
    const direct = directRoad(w.crm, async () => ok(profileOf("new")));
    w.roads.set("club", {
      room: async (priority) => {
        asked.push(priority);
        return asked.length === 1 ? room : undefined;
      },
      deliver: (sale, intend) => {
        sent.push(sale);
        return direct.deliver(sale, intend);
      },
    });
    return { ...w, asked, sent };
  };

  it("delivers what live_from holds back, behind what is live", async () => {
    const w = old();
    await w.journal().note([message({ eventId: "e-0" })]);
    await w.run();
    expect(w.delivery()).toMatchObject({ state: "skipped", reason: "before live_from" });
    await w.journal().note([unchanged]);
    await w.run();
    expect(w.sent).toMatchObject([{ priority: "backfill", expected: true }]);
    expect(w.delivery()?.state).toBe("delivered");
  });

  it("reads no order before its lane has room", async () => {
    const w = old(later("busy", start + 40_000));
    await w.journal().note([unchanged]);
    await w.run(start + 39_999);
    expect([w.surroundings.reads, w.asked]).toEqual([0, ["backfill"]]);
    expect(w.journal().show(4711)).toMatchObject({ state: "open", note: "waits for its turn" });
    await w.run(start + 40_000);
    expect(w.crm.sent).toHaveLength(1);
  });

  it("asks no lane but of the destinations that it is for", async () => {
    const w = old();
    w.surroundings.tenant = tenantWith([channel("mail", { till: false }), channel("club")]);
    const mail: string[] = [];
    w.roads.set("mail", {
      room: async (priority) => {
        mail.push(priority);
        return later("busy", start + 40_000);
      },
    });
    await w.journal().note([{ ...unchanged, channels: ["club"] }]);
    await w.run();
    expect([w.asked, mail]).toEqual([["backfill"], []]);
    expect(w.delivery()?.state).toBe("delivered");
  });

  it("is live as soon as an event wants the order", async () => {
    const w = old(later("busy", start + 40_000));
    await w.journal().note([unchanged]);
    await w.run(start + 10_000);
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run(start + 10_000);
    expect(w.sent).toMatchObject([{ priority: "live", expected: false }]);
  });

  it("settles no redemption: what was used years ago is nobody's now", async () => {
    const w = old();
    w.surroundings.order = {
      kind: "found",
      value: parsed(closedOrder({ ...known, creditorderid: 4000 })),
    };
    await w.journal().note([unchanged]);
    await w.run();
    expect(w.surroundings.seen).toEqual([]);
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.surroundings.seen).toHaveLength(1);
  });

  it("asks no lane in shadow, and for no destination that has the order", async () => {
    const w = old();
    w.surroundings.tenant = tenantWith([channel("club")], { mode: "shadow" });
    await w.journal().note([unchanged]);
    await w.run();
    w.surroundings.tenant = tenantWith([channel("club")]);
    await w.journal().note([message({ eventId: "e-2" })]);
    await w.run();
    expect(w.delivery()?.state).toBe("delivered");
    await w.journal().note([{ ...unchanged, eventId: "e-3" }]);
    await w.run();
    expect(w.asked).toEqual([]);
  });
});

describe("orders side by side", () => {
  /** A road on which sales stay until they are let go. */
  const held = () => {
    const w = world();
    const going: (() => void)[] = [];
    const began: string[] = [];
    w.roads.set("club", {
      deliver: ({ sale }) => {
        began.push(sale.id);
        return new Promise((resolve) => {
          going.push(() => resolve({ kind: "delivered", note: "" }));
        });
      },
    });
    const settle = () => new Promise((resolve) => setTimeout(resolve, 100));
    /** So many sales have gone on their way, however slow the machine; and no more follow. */
    const begins = async (count: number) => {
      await vi.waitFor(() => expect(began).toHaveLength(count), { timeout: 5_000 });
      await settle();
      expect(began).toHaveLength(count);
    };
    return { ...w, going, began, settle, begins };
  };
  const note = (w: ReturnType<typeof held>, orderId: number, type = "update") =>
    w.journal().note([message({ orderId, eventId: `e-${orderId}-${type}`, type })]);

  it("a slow one holds up none that comes meanwhile", async () => {
    const w = held();
    await note(w, 4700);
    const run = w.journal().alarm();
    await w.begins(1);
    await note(w, 4701);
    await w.begins(2);
    for (const go of w.going) go();
    await run;
    expect(w.journal().list()).toMatchObject([{ state: "settled" }, { state: "settled" }]);
  });

  it("a backfill leaves a place for what is sold now", async () => {
    const w = held();
    for (const orderId of [4700, 4701, 4702, 4703]) await note(w, orderId, "backfill");
    const run = w.journal().alarm();
    await w.begins(2);
    await note(w, 4704);
    await w.begins(3);
    for (let left = 5; left > 0; left -= 1) {
      await vi.waitFor(() => expect(w.going).not.toHaveLength(0), { timeout: 5_000 });
      w.going.shift()?.();
    }
    await run;
    expect(w.began).toHaveLength(5);
  });

  it("what is live goes before a backfill that has waited longer", async () => {
    const w = held();
    for (const orderId of [4700, 4701, 4702]) await note(w, orderId, "backfill");
    for (const orderId of [4710, 4711, 4712]) await note(w, orderId);
    const run = w.journal().alarm();
    await w.begins(3);
    const read = [4700, 4701, 4702, 4710, 4711, 4712].filter(
      (orderId) => (w.journal().show(orderId)?.hops.length ?? 0) > 0,
    );
    expect(read).toEqual([4710, 4711, 4712]);
    for (let left = 6; left > 0; left -= 1) {
      await vi.waitFor(() => expect(w.going).not.toHaveLength(0), { timeout: 5_000 });
      w.going.shift()?.();
    }
    await run;
  });
});
