import { describe, expect, it } from "vitest";
import { noIndex } from "../../test/customer_index_world.ts";
import { directRoad } from "../../test/direct_road.ts";
import { ordersCrm, type OrdersCrm, profileOf } from "../../test/orders_crm.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { DeliveryResult } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { ok } from "../model/outcome.ts";
import type { Sale } from "../model/sale.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { createJournal } from "./journal.ts";
import type { Road } from "./journal_deps.ts";
import type { Reassign } from "./reassign.ts";

const start = 1_782_900_400_000;
const id = "sitoo-90316-1-4711";
const down: CrmFailure = { kind: "timed_out" };

/** A journal over a CRM that keeps receipts as Engage does: the first of an id counts, whoever is told what. */
const world = (tenant = tenantWith([channel("club")]), crm: OrdersCrm = ordersCrm()) => {
  const storage = sqliteStorage();
  const letters = new Map<string, DeadLetter>();
  const state = {
    tenant,
    now: start,
    alarmAt: undefined as number | undefined,
    /** What the road does otherwise than the direct one. */
    road: {} as Partial<Road>,
    order: closedOrder({
      additionaldata: { "crm-customerid": "wrong", "store-externalid": "200" },
    }),
  };
  for (const name of ["wrong", "right", "third"]) crm.people.set(`customer_id:${name}`, name);
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
            order: async () => ({ kind: "found", value: parsed(state.order) }),
          }) as Partial<SitooClient> as SitooClient,
        crm: () => crm,
        road: () => ({ ...directRoad(crm, async () => ok(profileOf("new"))), ...state.road }),
        customerIndex: noIndex,
        deadLetter: async (entries) => {
          for (const entry of entries) letters.set(entry.id, entry);
        },
        log: () => {},
      },
    });
  let journal = open();
  let events = 0;
  const w = {
    crm,
    state,
    letters,
    restart: () => {
      journal = open();
    },
    run: async (until = state.now) => {
      for (let guard = 0; guard < 300; guard += 1) {
        if (state.alarmAt === undefined || state.alarmAt > until) break;
        state.now = Math.max(state.now, state.alarmAt);
        state.alarmAt = undefined;
        await journal.alarm();
      }
      state.now = Math.max(state.now, until);
    },
    alarm: () => journal.alarm(),
    event: async (type = "update") => {
      events += 1;
      await journal.note([
        {
          tenant: "acme",
          account: 90316,
          site: 1,
          orderId: 4711,
          eventId: `e-${events}`,
          type,
          at: state.now,
          receivedAt: state.now,
        },
      ]);
      await w.run();
    },
    reassign: (customer: string, change: Partial<Reassign> = {}) =>
      journal.reassign({
        orderId: 4711,
        customer,
        reason: "scanned the wrong card",
        dryRun: false,
        requestId: "r",
        ...change,
      }),
    trace: () => journal.show(4711),
    delivery: () => journal.show(4711)?.deliveries[0],
    /** What each customer has of it: the first receipt of each id. */
    holds: () => {
      const kept = new Map<
        string,
        { readonly sale: Sale; readonly customerId: string | undefined }
      >();
      for (const one of crm.sent) if (!kept.has(one.sale.id)) kept.set(one.sale.id, one);
      const sums: Record<string, number> = {};
      for (const { sale, customerId = "nobody" } of kept.values())
        sums[customerId] = (sums[customerId] ?? 0) + sale.linesTotal;
      return sums;
    },
    ids: () => crm.sent.map(({ sale, customerId }) => [sale.id, customerId, sale.linesTotal]),
  };
  return w;
};

const delivered = async (w = world()) => {
  await w.event();
  expect(w.holds()).toEqual({ wrong: 20000 });
  return w;
};

describe("an order that was delivered and is cancelled", () => {
  it("is taken back, once, under an id of its own and of the same moment", async () => {
    const w = await delivered();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    await w.event();
    expect(w.ids()).toEqual([
      [id, "wrong", 20000],
      [`${id}-cancelled`, "wrong", -20000],
    ]);
    const [sold, back] = w.crm.sent;
    expect(back?.sale).toEqual({
      ...sold?.sale,
      id: `${id}-cancelled`,
      customer: {},
      lines: sold?.sale.lines.map((line) => ({ ...line, kind: "return" })),
      linesTotal: -20000,
      grandTotal: -20000,
      payments: [{ name: "Kort", reference: "verifonelpp", amount: -20000 }],
    });
    expect(w.trace()?.receipts).toMatchObject([
      { kind: "sale", state: "delivered", customer: "…rong" },
      { kind: "taken_back", cause: "cancelled", state: "delivered", customer: "…rong" },
    ]);
    expect(w.trace()?.hops.map(({ hop, status }) => [hop, status])).toContainEqual([
      "cancelled:club",
      "taken_back",
    ]);
  });

  it("is taken back as it was delivered, not as it was changed to since", async () => {
    const w = await delivered();
    w.state.order = { ...w.state.order, moneytotal_gross_all: "180.00" };
    await w.event();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.holds()).toEqual({ wrong: 0 });
  });

  it("that is closed again is given back", async () => {
    const w = await delivered();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    w.state.order = { ...w.state.order, orderstateid: 10 };
    await w.event();
    await w.event();
    expect(w.holds()).toEqual({ wrong: 20000 });
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.holds()).toEqual({ wrong: 0 });
    expect(w.crm.sent).toHaveLength(4);
  });

  it("that may not have arrived is delivered for certain, then taken back", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: down });
    await w.event();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.ids()).toEqual([
      [id, "wrong", 20000],
      [id, "wrong", 20000],
      [`${id}-cancelled`, "wrong", -20000],
    ]);
  });

  it("and that the CRM does not want after all needs no taking back", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: down }, { kind: "refused", reason: "no" });
    await w.event();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.crm.sent).toHaveLength(2);
    expect([...w.letters.values()]).toMatchObject([{ kind: "not_repaired", reason: "no" }]);
  });

  it("of which nothing was sent is left alone", async () => {
    const w = world();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.crm.sent).toEqual([]);
    expect(w.trace()?.receipts).toEqual([]);
  });

  it.each([
    ["cannot take back", { takesBack: false }, {}, "not_repaired"],
    ["is no destination any more", {}, { channels: [] }, "not_repaired"],
  ])("at a CRM that %s is a person's", async (_, capabilities, change, kind) => {
    const w = await delivered(world(undefined, ordersCrm(capabilities)));
    w.state.order = { ...w.state.order, orderstateid: 20 };
    if ("channels" in change) w.state.tenant = { ...tenantWith([channel("other")]), name: "acme" };
    await w.event();
    expect(w.crm.sent).toHaveLength(1);
    expect([...w.letters.values()]).toMatchObject([{ kind, destination: "club" }]);
  });

  it("whose customer is gone has nothing to be taken back from", async () => {
    const w = await delivered();
    w.crm.people.delete("customer_id:wrong");
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.crm.sent).toHaveLength(1);
    expect(w.trace()?.receipts[1]).toMatchObject({
      state: "delivered",
      note: "its customer is gone: nothing to take back",
    });
  });

  it("whose customer was merged is taken back from whom that is now", async () => {
    const w = await delivered();
    w.crm.people.set("customer_id:wrong", "third");
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.holds()).toEqual({ wrong: 20000, third: -20000 });
  });

  it("waits while the CRM is down, and while orders are not live", async () => {
    const w = await delivered();
    w.state.tenant = tenantWith([channel("club")], { mode: "shadow" });
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    w.state.tenant = tenantWith([channel("club")]);
    w.crm.answers.push({ kind: "retry", failure: down });
    await w.run(start + 3_600_000 + 9_000);
    expect(w.trace()?.receipts[1]).toMatchObject({ state: "waiting", note: "timed_out" });
    w.restart();
    await w.run(start + 3_600_000 + 10_000);
    expect(w.holds()).toEqual({ wrong: 0 });
  });
});

describe("a sale that is reassigned", () => {
  it("is taken back from the wrong customer, then given to the right one", async () => {
    const w = await delivered();
    expect(await w.reassign("right")).toMatchObject({
      kind: "begun",
      channel: "club",
      receipts: [
        { receiptId: id, state: "delivered", customer: "…rong" },
        { receiptId: `${id}-back1`, kind: "taken_back", state: "waiting", customer: "…rong" },
        { receiptId: `${id}-r1`, kind: "sale", state: "waiting", customer: "…ight" },
      ],
    });
    await w.run();
    expect(w.ids().slice(1)).toEqual([
      [`${id}-back1`, "wrong", -20000],
      [`${id}-r1`, "right", 20000],
    ]);
    expect(w.crm.sent[2]?.sale).toEqual({
      ...w.crm.sent[0]?.sale,
      id: `${id}-r1`,
      customer: {},
    });
    expect(w.trace()?.hops.slice(-3)).toMatchObject([
      { hop: "reassigned:club", status: "asked", note: "scanned the wrong card" },
      { hop: "reassigned:club", status: "taken_back" },
      { hop: "reassigned:club", status: "delivered" },
    ]);
  });

  it("stays so however often it is asked for, and can move on to a third", async () => {
    const w = await delivered();
    await w.reassign("right");
    expect(await w.reassign("right")).toMatchObject({ kind: "already" });
    expect(await w.reassign("third")).toMatchObject({ kind: "try_later" });
    await w.run();
    expect(await w.reassign("right")).toMatchObject({ kind: "already" });
    await w.run();
    expect(w.crm.sent).toHaveLength(3);
    expect(await w.reassign("third")).toMatchObject({ kind: "begun" });
    await w.run();
    expect(w.holds()).toEqual({ wrong: 0, right: 0, third: 20000 });
    expect(await w.reassign("wrong")).toMatchObject({ kind: "begun" });
    await w.run();
    expect(w.holds()).toEqual({ wrong: 20000, right: 0, third: 0 });
  });

  it("is not counted twice by a crash between the two, nor by lost answers", async () => {
    const w = await delivered();
    await w.reassign("right");
    let sentBack: () => void = () => {};
    const hung = new Promise<DeliveryResult>(() => {});
    const isSent = new Promise<void>((resolve) => {
      sentBack = resolve;
    });
    w.crm.answers.push(() => {
      sentBack();
      return hung;
    });
    void w.alarm();
    await isSent;
    w.restart();
    w.crm.answers.push({ kind: "retry", failure: down }, { kind: "delivered" });
    w.crm.answers.push({ kind: "retry", failure: down });
    await w.alarm();
    await w.run(start + 60_000);
    expect(w.holds()).toEqual({ wrong: 0, right: 20000 });
    expect(w.trace()?.receipts.map(({ state }) => state)).toEqual(Array(3).fill("delivered"));
  });

  it("that a CRM would not recognise again is not sent again after a crash", async () => {
    const w = await delivered(world(undefined, ordersCrm({ deliveryIdempotent: false })));
    await w.reassign("right");
    w.crm.answers.push(() => new Promise<DeliveryResult>(() => {}));
    void w.alarm();
    while (w.crm.sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    w.restart();
    await w.alarm();
    expect(w.crm.sent).toHaveLength(2);
    expect([...w.letters.values()]).toMatchObject([{ kind: "unclear", destination: "club" }]);
    // A person looked, and it was missing.
    await w.event("replay");
    expect(w.holds()).toEqual({ wrong: 0, right: 20000 });
  });

  it("is not given on before it is taken back, and a replay goes on where it stood", async () => {
    const w = await delivered();
    w.crm.answers.push({ kind: "refused", reason: "closed for the night" });
    await w.reassign("right");
    await w.run(start + 3_600_000);
    expect(w.holds()).toEqual({ wrong: 0 });
    expect(w.trace()?.receipts.map(({ state }) => state)).toEqual([
      "delivered",
      "refused",
      "waiting",
    ]);
    expect([...w.letters.values()]).toMatchObject([
      { kind: "not_repaired", reason: "closed for the night", destination: "club" },
    ]);
    expect(await w.reassign("third")).toMatchObject({ kind: "refused" });
    await w.event("replay");
    expect(w.holds()).toEqual({ wrong: 0, right: 20000 });
  });

  it("that its new customer's CRM refuses can be given to another, and is not given twice", async () => {
    const w = await delivered();
    w.crm.answers.push({ kind: "delivered" }, { kind: "refused", reason: "no such contact" });
    await w.reassign("right");
    await w.run();
    expect(await w.reassign("third")).toMatchObject({ kind: "begun" });
    await w.run();
    await w.event("replay");
    expect(w.ids().map(([receipt, customer]) => [receipt, customer])).toEqual([
      [id, "wrong"],
      [`${id}-back1`, "wrong"],
      [`${id}-r1`, "right"],
      [`${id}-r2`, "third"],
    ]);
  });

  it("and cancelled later is taken back from whom it was given to", async () => {
    const w = await delivered();
    await w.reassign("right");
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event();
    expect(w.holds()).toEqual({ wrong: 0, right: 0 });
    expect(await w.reassign("wrong")).toMatchObject({
      kind: "refused",
      why: "the order is no sale (cancelled)",
    });
  });

  it("says what it would do, and does nothing, on a dry run", async () => {
    const w = await delivered();
    expect(await w.reassign("right", { dryRun: true })).toMatchObject({
      kind: "planned",
      receipts: [
        { receiptId: id },
        { receiptId: `${id}-back1`, state: "planned" },
        { receiptId: `${id}-r1`, state: "planned" },
      ],
    });
    await w.run(start + 3_600_000);
    expect(w.crm.sent).toHaveLength(1);
    expect(w.trace()?.receipts).toHaveLength(1);
  });
});

describe("an order without a customer", () => {
  const anonymous = async (w = world()) => {
    w.state.order = closedOrder();
    await w.event();
    expect(w.delivery()).toMatchObject({ state: "skipped", reason: "anonymous" });
    return w;
  };

  it("is claimed under its own id, and no event or replay brings it a second time", async () => {
    const w = await anonymous();
    expect(await w.reassign("right")).toMatchObject({ kind: "begun" });
    expect(w.delivery()).toMatchObject({ state: "skipped", reason: "claimed by hand" });
    await w.event();
    await w.event("replay");
    expect(w.ids()).toEqual([[id, "right", 20000]]);
    expect(w.delivery()).toMatchObject({ state: "delivered", reason: "" });
    expect(await w.reassign("third")).toMatchObject({ kind: "begun" });
    await w.run();
    expect(w.holds()).toEqual({ right: 0, third: 20000 });
  });

  it("that was a dead letter for its customer is claimed too", async () => {
    const w = world();
    w.state.order = closedOrder({ phone: "+46701740605" });
    w.crm.people.set("mobile:+46701740605", { kind: "several_matches", ids: [] });
    await w.event();
    expect(w.delivery()?.state).toBe("refused");
    await w.reassign("right");
    await w.event("replay");
    expect(w.ids()).toEqual([[id, "right", 20000]]);
    // Nobody looks for its customer any more, who would be several again.
    expect(w.crm.searched.filter((key) => key.startsWith("mobile"))).toHaveLength(1);
  });

  it("whose claim is refused shows so, and is claimed anew by the same command", async () => {
    const w = await anonymous();
    w.crm.answers.push({ kind: "refused", reason: "no store" });
    await w.reassign("right");
    await w.run();
    expect(w.delivery()).toMatchObject({ state: "refused", reason: "no store" });
    expect(await w.reassign("right")).toMatchObject({ kind: "begun" });
    await w.run();
    expect(w.delivery()).toMatchObject({ state: "delivered" });
    expect(w.crm.sent.map(({ sale }) => sale.id)).toEqual([id, id]);
  });
});

describe("what cannot be reassigned", () => {
  it("a customer whom the CRM does not have, or cannot say", async () => {
    const w = await delivered();
    expect(await w.reassign("nobody")).toEqual({ kind: "no_customer" });
    w.crm.people.set("customer_id:right", down);
    expect(await w.reassign("right")).toMatchObject({ kind: "try_later" });
    expect(w.trace()?.receipts).toHaveLength(1);
  });

  it("an order that no event brought", async () => {
    expect(await world().reassign("right")).toEqual({ kind: "no_order" });
  });

  it("one that goes to several CRMs, until the channel is named", async () => {
    const w = world(tenantWith([channel("club"), channel("more")]));
    w.state.order = closedOrder({ phone: "+46701740605" });
    w.crm.people.set("mobile:+46701740605", "wrong");
    await w.event();
    expect(await w.reassign("right")).toEqual({
      kind: "refused",
      why: "the order goes to club, more: name the channel",
    });
    expect(await w.reassign("right", { channel: "les" })).toEqual({
      kind: "refused",
      why: "the order does not go to les; it goes to club, more",
    });
    expect(await w.reassign("right", { channel: "more" })).toMatchObject({ channel: "more" });
    await w.run();
    expect(w.trace()?.receipts.map((one) => [one.channel, one.kind])).toEqual([
      ["club", "sale"],
      ["more", "sale"],
      ["more", "taken_back"],
      ["more", "sale"],
    ]);
  });

  it("one that the tenant's own settings withhold", async () => {
    const w = world(tenantWith([channel("club")], { liveFrom: "2026-12-01" }));
    await w.event();
    expect(await w.reassign("right")).toEqual({
      kind: "refused",
      why: "it is withheld: before live_from",
    });
    w.state.tenant = tenantWith([channel("club")], { mode: "shadow" });
    expect(await w.reassign("right")).toMatchObject({ kind: "refused" });
  });

  it("one whose delivery is still being tried", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: down });
    await w.event();
    expect(await w.reassign("right")).toMatchObject({ kind: "try_later" });
  });

  it("one that its CRM would not take back", async () => {
    const w = await delivered(world(undefined, ordersCrm({ takesBack: false })));
    expect(await w.reassign("right")).toMatchObject({ kind: "refused" });
    expect(w.trace()?.receipts).toHaveLength(1);
  });
});

describe("a repair whose lane has not begun", () => {
  const days = (count: number): number => count * 24 * 3_600_000;
  const cancelled = async () => {
    const w = await delivered();
    w.state.order = { ...w.state.order, orderstateid: 20 };
    return w;
  };
  const repair = (w: ReturnType<typeof world>) => w.trace()?.receipts[1];
  const told = (w: ReturnType<typeof world>) =>
    w.trace()?.hops.filter(({ hop, status }) => hop === "cancelled:club" && status === "not_yet");

  it("waits as long as its orders are paused, without an attempt and without a week", async () => {
    const w = await cancelled();
    w.state.road = { pausedSince: start };
    await w.event();
    for (const day of [1, 2, 3, 20]) {
      w.state.now = start + days(day);
      await w.run();
    }
    expect(w.letters.size).toBe(0);
    expect(repair(w)).toMatchObject({ state: "waiting", note: "orders are paused" });
    expect(told(w)).toHaveLength(1);
    w.state.road = {};
    w.crm.people.set("customer_id:wrong", down);
    await w.run(w.state.now + 600_000);
    expect([w.letters.size, repair(w)?.state]).toEqual([0, "waiting"]);
    w.crm.people.set("customer_id:wrong", "wrong");
    await w.run(w.state.now + days(1));
    expect(w.holds()).toEqual({ wrong: 0 });
  });

  it("is a person's after a week of a CRM that is down", async () => {
    const w = await cancelled();
    w.state.road = {
      deliver: async () => ({ kind: "not_yet", why: "down", at: w.state.now + 3_600_000 }),
    };
    await w.event();
    await w.run(start + days(8));
    expect([...w.letters.values()]).toMatchObject([
      { kind: "not_repaired", reason: "tried for a week: the CRM is down" },
    ]);
    expect(told(w)).toHaveLength(1);
  });

  it("goes by the lane too, for the customer who is read there", async () => {
    const w = await cancelled();
    const asked: object[] = [];
    const { deliver } = directRoad(w.crm, async () => ok(profileOf("new")));
    w.state.road = {
      deliver: (sale, intend) => {
        asked.push(sale.to);
        return deliver(sale, intend);
      },
    };
    await w.event();
    expect(asked).toEqual([{ kind: "known", customerId: "wrong", read: true }]);
    expect(w.holds()).toEqual({ wrong: 0 });
  });
});
