import { describe, expect, it } from "vitest";
import { noIndex } from "../../test/customer_index_world.ts";
import { directRoad } from "../../test/direct_road.ts";
import { ordersCrm, profileOf } from "../../test/orders_crm.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import { ok } from "../model/outcome.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { Orders } from "../tenants/tenant.ts";
import { createJournal } from "./journal.ts";
import type { OrderMessage } from "./order_message.ts";
import { settling } from "./settling.ts";
import { backfillMessage, walkMessage } from "./walk/walk_journals.ts";

const start = 1_782_900_400_000;
const place = { tenant: "acme", account: 90316, site: 1 };
const head = (orderstateid: number, orderid = 4711) => ({
  orderid,
  orderstateid,
  ordertypeid: 10,
  additionaldata: {},
});

/** A journal with two destinations, and Sitoo showing its orders in one state. */
const world = (orders: Partial<Orders> = {}) => {
  const storage = sqliteStorage();
  const crms = { club: ordersCrm(), mail: ordersCrm() };
  for (const crm of Object.values(crms)) crm.people.set("email:kund@example.com", "c-1");
  const sitoo = {
    now: start,
    alarmAt: undefined as number | undefined,
    reads: 0,
    state: 10,
    seen: 0,
    data: {} as Record<string, string>,
    tenant: tenantWith([channel("club"), channel("mail")], orders),
  };
  const gone = async () => ({ kind: "gone" }) as const;
  const client: SitooClient = {
    order: async (orderid) => {
      sitoo.reads += 1;
      const additionaldata = {
        "store-externalid": "200",
        "crm-promotionid": "p-1",
        ...sitoo.data,
      };
      const order = closedOrder({
        orderid,
        orderstateid: sitoo.state,
        email: "kund@example.com",
        additionaldata,
      });
      return { kind: "found", value: parsed(order) };
    },
    orders: gone,
    heads: gone,
    stores: gone,
    storeOfWarehouse: gone,
    user: gone,
    voucher: gone,
  };
  const journal = createJournal({
    sql: storage,
    transaction: (work) => storage.transaction(work),
    setAlarm: async (at) => {
      sitoo.alarmAt = at;
    },
    now: () => sitoo.now,
    deps: {
      tenant: async () => sitoo.tenant,
      sitoo: () => client,
      crm: ({ id }) => crms[id as keyof typeof crms],
      road: (_tenant, { id }) =>
        directRoad(crms[id as keyof typeof crms], async () => ok(profileOf("new"))),
      customerIndex: noIndex,
      deadLetter: async () => {},
      instrumentsSeen: async () => {
        sitoo.seen += 1;
        return { ok: true };
      },
      log: () => {},
    },
  });
  const run = async (): Promise<void> => {
    for (let guard = 0; guard < 100; guard += 1) {
      if (sitoo.alarmAt === undefined || sitoo.alarmAt > sitoo.now) return;
      sitoo.alarmAt = undefined;
      await journal.alarm();
    }
  };
  return {
    sitoo,
    storage,
    journal,
    run,
    /** The catch-up saw the order so, and the journal has worked on what that was to it. */
    shows: async (state: number) => {
      const { noted } = await journal.found([walkMessage(place, head(state), sitoo.now)]);
      await run();
      return noted;
    },
    backfill: async (channels: readonly string[], id = "b1") => {
      const message = backfillMessage(place, id, { head: head(10), channels }, sitoo.now);
      const { taken } = await journal.found([message]);
      await run();
      return taken;
    },
    event: async (stateChanged: "open" | "closed" | "cancelled", eventId: string) => {
      const message: OrderMessage = {
        ...place,
        orderId: 4711,
        eventId,
        type: "update",
        stateChanged,
        at: start,
        receivedAt: start,
      };
      await journal.note([message]);
      await run();
    },
    sent: () => [crms.club.sent.length, crms.mail.sent.length],
    deliveries: () =>
      (journal.show(4711)?.deliveries ?? []).flatMap(({ channel: name, state, reason }) =>
        name === settling ? [] : [`${name} ${state}${reason === "" ? "" : `: ${reason}`}`],
      ),
  };
};

describe("an order that the catch-up sees", () => {
  it("closed, and that no event told of, is delivered and settled; seen again it costs no reading", async () => {
    const w = world();
    expect(await w.shows(10)).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
    expect(w.sitoo.seen).toBe(1);
    expect(await w.shows(10)).toBe(0);
    expect(w.sitoo.reads).toBe(1);
  });

  it("is left when an event has brought it", async () => {
    const w = world();
    await w.event("closed", "e1");
    expect(await w.shows(10)).toBe(0);
    expect(w.sitoo.reads).toBe(1);
  });

  it.each([0, 20])(
    "in state %s, and that nobody knows, leaves no trace and no table",
    async (state) => {
      const w = world();
      expect(await w.shows(state)).toBe(0);
      expect(w.journal.show(4711)).toBeUndefined();
      expect(w.storage.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
    },
  );

  it("closed, and that an event knew as open, is delivered", async () => {
    const w = world();
    w.sitoo.state = 0;
    await w.event("open", "e1");
    expect(await w.shows(0)).toBe(0);
    w.sitoo.state = 10;
    expect(await w.shows(10)).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
  });

  it("cancelled, and that was delivered, is noted as changed, once", async () => {
    const w = world();
    await w.event("closed", "e1");
    w.sitoo.state = 20;
    expect(await w.shows(20)).toBe(1);
    expect(w.journal.show(4711)).toMatchObject({
      state: "not_a_sale",
      note: "cancelled",
      deliveries: [{ changedSince: true }, {}, { changedSince: true }],
    });
    expect(await w.shows(20)).toBe(0);
    expect(w.sent()).toEqual([1, 1]);
  });

  it("is read when its state is none that we know", async () => {
    const w = world();
    expect(await w.shows(77)).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
  });

  it("is left to the person who has its dead letter", async () => {
    const w = world();
    w.sitoo.state = 77;
    await w.event("closed", "e1");
    expect(w.journal.show(4711)?.state).toBe("dead");
    expect(await w.shows(10)).toBe(0);
  });

  it("wakes a journal whose alarm was lost", async () => {
    const w = world();
    await w.journal.note([
      { ...place, orderId: 4711, eventId: "e1", type: "update", at: start, receivedAt: start },
    ]);
    w.sitoo.alarmAt = undefined;
    await w.shows(10);
    expect(w.sent()).toEqual([1, 1]);
  });
});

describe("an order that a backfill asks for", () => {
  const history = { liveFrom: "2030-01-01" };

  it("is delivered though it is older than live_from, and settles nothing: that was long ago", async () => {
    const w = world(history);
    expect(await w.backfill(["club", "mail"])).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
    expect(w.sitoo.seen).toBe(0);
    expect(w.journal.show(4711)?.events).toMatchObject([{ type: "backfill:club,mail" }]);
  });

  it("goes to the destination that was asked for, and to no other one; those get it by a backfill of their own", async () => {
    const w = world(history);
    await w.backfill(["club"]);
    expect(w.sent()).toEqual([1, 0]);
    expect(w.deliveries()).toEqual(["club delivered", "mail skipped: not in this backfill"]);
    expect(await w.backfill(["mail"], "b2")).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
  });

  it("stays what it was at other destinations also when an event comes later", async () => {
    const w = world(history);
    await w.backfill(["club"]);
    await w.event("closed", "e1");
    expect(w.sent()).toEqual([1, 0]);
    expect(w.deliveries()).toContain("mail skipped: before live_from");
  });

  it("and that was delivered live is left, but for a destination that came later", async () => {
    const w = world();
    const both = w.sitoo.tenant;
    w.sitoo.tenant = tenantWith([channel("club")]);
    await w.event("closed", "e1");
    expect(await w.backfill(["club"])).toBe(0);
    w.sitoo.tenant = both;
    expect(await w.backfill(["club", "mail"], "b2")).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
  });

  it("and that was withheld is tried again; what `ignore` names stays withheld", async () => {
    const w = world(history);
    await w.event("closed", "e1");
    expect(w.deliveries()).toContain("club skipped: before live_from");
    await w.backfill(["club", "mail"]);
    expect(w.sent()).toEqual([1, 1]);

    const training = world({ ...history, ignore: { stores: ["200"], registers: [], staff: [] } });
    await training.backfill(["club", "mail"]);
    expect(training.sent()).toEqual([0, 0]);
    expect(training.deliveries()).toEqual([
      "club skipped: ignored store",
      "mail skipped: ignored store",
    ]);
  });

  it("counts as taken when the same backfill asks again, as it does when its answer was lost", async () => {
    const w = world(history);
    await w.backfill(["club", "mail"]);
    expect(await w.backfill(["club", "mail"])).toBe(1);
    expect(w.sent()).toEqual([1, 1]);
    expect(w.sitoo.reads).toBe(1);
    expect(await w.backfill(["club", "mail"], "b2")).toBe(0);
  });

  it("is under way until every destination has it or has refused it", async () => {
    const w = world(history);
    await w.journal.found([
      backfillMessage(place, "b1", { head: head(10), channels: ["club", "mail"] }, start),
    ]);
    expect(await w.journal.backfilling()).toBe(1);
    await w.run();
    expect(await w.journal.backfilling()).toBe(0);
    await w.event("closed", "e1");
    expect(await w.journal.backfilling()).toBe(0);
  });
});
