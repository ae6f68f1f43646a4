import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  accepted,
  addCustomer,
  basic,
  eventually,
  send,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();

const walks = z.object({
  items: z.array(
    z.object({
      account: z.number(),
      site: z.number(),
      position: z.number().nullable(),
      isRunning: z.boolean(),
      lastRun: z
        .object({
          startedAt: z.number(),
          endedAt: z.number(),
          orders: z.number(),
          brought: z.number(),
        })
        .nullable(),
      nextAt: z.number(),
      openOrders: z.number(),
      lastError: z.string().nullable(),
    }),
  ),
});
const walkOf = async ({ name }: Onboarded) => {
  const { items } = accepted(await gateway.admin(`/tenants/${name}/walks`), walks);
  const [one, ...more] = items;
  if (one === undefined || more.length > 0) throw new Error("one site is expected");
  return one;
};
/** A whole run that began after this call. */
const catchUp = async (tenant: Onboarded) => {
  const since = Date.now();
  accepted(await gateway.adminPost(`/tenants/${tenant.name}/walks/run`), walks);
  return eventually(async () => {
    const { lastRun } = await walkOf(tenant);
    return lastRun !== null && lastRun.startedAt >= since && lastRun;
  }, "a run of the catch-up");
};
/** How often the CRM was told of each order, by order id. */
const receiptsOf = async ({ name }: Onboarded): Promise<Map<number, number>> => {
  const { receipts } = await gateway.voyado(name).state();
  const told = new Map<number, number>();
  for (const { uniqueReceiptId, repeats } of receipts) {
    const order = /^sitoo-90316-1-(\d+)$/.exec(uniqueReceiptId)?.[1];
    if (order !== undefined) told.set(Number(order), 1 + repeats.length);
  }
  return told;
};

describe("what no event brought", () => {
  it("is in the CRM once after the catch-up: events never sent, and a wrong credential for a while", async () => {
    const tenant = await gateway.onboard("catchup");
    const { id } = await addCustomer(gateway.voyado("catchup"));
    await catchUp(tenant);
    const before = await walkOf(tenant);
    expect(before).toMatchObject({ account: 90316, site: 1, lastError: null });
    // Orders of the seed are history: they are the backfill's.
    expect(before.position).toBe(10_027);

    const orders: number[] = [];
    let lost = 0;
    for (let batch = 0; batch < 20; batch += 1) {
      const events: unknown[] = [];
      for (let n = 0; n < 10; n += 1) {
        const sale = await gateway
          .sitoo("catchup")
          .sell({ customerId: id, items: [{ sku: n % 3 === 0 ? "S3" : "T4" }] });
        orders.push(sale.order.orderid);
        // 5 % are never sent.
        if (n === 4 && batch % 2 === 0) lost += 1;
        else events.push(...sale.events);
      }
      // For a while Sitoo has a wrong password: what it sends then is dropped there.
      const wrong = batch >= 6 && batch < 12;
      const reply = await send(`${gateway.running().gateway.url}/catchup/events`, {
        method: "POST",
        headers: { Authorization: basic(wrong ? "events:wrong" : tenant.events) },
        body: JSON.stringify(events),
      });
      expect(reply.status).toBe(wrong ? 401 : 200);
      if (wrong) lost += events.length;
    }
    expect(lost).toBeGreaterThan(60);
    await eventually(
      async () => (await receiptsOf(tenant)).size === orders.length - lost,
      "what events brought",
    );

    const run = await catchUp(tenant);
    expect(run.brought).toBe(lost);
    const told = await eventually(async () => {
      const all = await receiptsOf(tenant);
      return all.size >= orders.length && all;
    }, "every order in the CRM");
    expect([...told].toSorted(([a], [b]) => a - b)).toEqual(orders.map((order) => [order, 1]));
    // Seen again, nothing of it is news.
    expect((await catchUp(tenant)).brought).toBe(0);
    expect(await receiptsOf(tenant)).toEqual(told);
  }, 120_000);

  it("is brought when an order that was open is closed, whichever event was lost", async () => {
    const tenant = await gateway.onboard("catchup-open");
    const sitoo = gateway.sitoo("catchup-open");
    const { id } = await addCustomer(gateway.voyado("catchup-open"));
    await catchUp(tenant);
    const open = { customerId: id, items: [{ sku: "A1" }], state: "open" };
    const told = await sitoo.sell(open);
    const untold = await sitoo.sell(open);
    const cancelled = await sitoo.sell(open);
    await gateway.events(told.events, tenant);
    expect((await catchUp(tenant)).brought).toBe(0);
    expect((await walkOf(tenant)).openOrders).toBe(3);
    for (const { order } of [told, untold])
      await sitoo.control("PATCH", `/orders/${order.orderid}`, { orderstateid: 10 });
    await sitoo.control("PATCH", `/orders/${cancelled.order.orderid}`, { orderstateid: 20 });
    await catchUp(tenant);
    const arrived = await eventually(async () => {
      const all = await receiptsOf(tenant);
      return all.size >= 2 && all;
    }, "both orders in the CRM");
    expect([...arrived.keys()].toSorted((a, b) => a - b)).toEqual([
      told.order.orderid,
      untold.order.orderid,
    ]);
    expect((await walkOf(tenant)).openOrders).toBe(0);
  });

  it("waits while Sitoo is down, and is brought when it is back", async () => {
    const tenant = await gateway.onboard("catchup-down");
    const sitoo = gateway.sitoo("catchup-down");
    const { id } = await addCustomer(gateway.voyado("catchup-down"));
    await catchUp(tenant);
    const { order } = await sitoo.sell({ customerId: id, items: [{ sku: "T4" }] });
    await sitoo.fault({ type: "status", status: 503 }, { path: "/orders.json" });
    await gateway.adminPost(`/tenants/${tenant.name}/walks/run`);
    await eventually(
      async () => (await walkOf(tenant)).lastError === "Sitoo answered 503",
      "the fault is shown",
    );
    await sitoo.clearFaults();
    await catchUp(tenant);
    await eventually(async () => (await receiptsOf(tenant)).has(order.orderid), "the order");
    expect((await walkOf(tenant)).lastError).toBeNull();
  });

  it("names nobody: neither the walk's requests nor its answers hold a person", async () => {
    const tenant = await gateway.onboard("catchup-person");
    const sitoo = gateway.sitoo("catchup-person");
    await catchUp(tenant);
    await sitoo.sell({ email: "gick-igen@example.com", items: [{ sku: "T4" }] });
    const mark = await sitoo.mark();
    await catchUp(tenant);
    const lists = (await sitoo.requests("/orders.json", mark)).filter(({ seq }) => seq > mark);
    expect(lists.length).toBeGreaterThan(0);
    for (const { query } of lists)
      if ("orderidfrom" in query)
        expect(query).toMatchObject({
          fields: "orderid,orderstateid",
          sort: "orderid",
          num: "250",
        });
    expect((await gateway.admin("/tenants/catchup-person/walks")).text).not.toContain("gick-igen");
  });
});

describe("the cron", () => {
  it("begins the walk of every tenant's sites, and finds those that stand still", async () => {
    const tenant = await gateway.onboard("catchup-cron");
    expect((await walkOf(tenant)).position).toBeNull();
    await gateway.scheduled("*/15 * * * *");
    const walk = await eventually(async () => {
      const one = await walkOf(tenant);
      return one.lastRun !== null && one;
    }, "the first run");
    expect(walk.position).toBe(10_027);
    expect(walk.nextAt).toBeGreaterThan(Date.now() + 10 * 60_000);
    expect(walk.nextAt).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
  });
});
