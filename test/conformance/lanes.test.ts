import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  accepted,
  addCustomer,
  eventually,
  useGateway,
  type Onboarded,
  type TenantChange,
} from "./harness.ts";

const gateway = useGateway();
let dead: Onboarded;
let slow: Onboarded;
let history: Onboarded;
beforeAll(async () => {
  dead = await gateway.onboard("dead");
  const atRate = (rate: number): TenantChange => ({
    edit: (document) => {
      document.orders = { deliver_to: [{ channel: "voyado", rate }] };
    },
  });
  slow = await gateway.onboard("slow", atRate(4));
  history = await gateway.onboard("history", atRate(10));
});

const lanes = z.object({
  items: z.array(
    z.object({
      channel: z.string(),
      lane: z.string(),
      rate: z.number(),
      concurrency: z.number(),
      waiting: z.object({ live: z.number(), backfill: z.number() }),
      inFlight: z.number(),
      breaker: z.object({
        state: z.enum(["closed", "open", "half_open"]),
        since: z.number().optional(),
        until: z.number().optional(),
      }),
      heldUntil: z.number().optional(),
    }),
  ),
});
const laneOf = async (name: string) => {
  const { items } = accepted(await gateway.admin(`/tenants/${name}/lanes`), lanes);
  return items.find(({ channel }) => channel === "voyado");
};
const sell = async (name: string, count: number) => {
  const member = await addCustomer(gateway.voyado(name));
  const sales = [];
  for (let n = 0; n < count; n += 1)
    sales.push(await gateway.sitoo(name).sell({ customerId: member.id, items: [{ sku: "S3" }] }));
  return sales;
};
const post = async (sales: Awaited<ReturnType<typeof sell>>, tenant?: Onboarded) => {
  const reply = await gateway.events(
    sales.flatMap(({ events }) => events),
    tenant,
  );
  expect(reply.status).toBe(200);
};
const received = async (name: string): Promise<number> => {
  const { receipts } = await gateway.voyado(name).state();
  return receipts.filter(({ uniqueReceiptId }) => uniqueReceiptId.startsWith("sitoo-")).length;
};

describe("a CRM that is down", () => {
  it("is left alone, shown so, and slows no other tenant", async () => {
    await gateway.voyado("dead").fault({ type: "status", status: 503 }, {});
    await post(await sell("dead", 8), dead);
    const open = await eventually(async () => {
      const lane = await laneOf("dead");
      // Who had set out when it opened may still call.
      return lane?.breaker.state === "open" && lane.inFlight === 0 && lane;
    }, "the breaker opens");
    expect((open.breaker.until ?? 0) - (open.breaker.since ?? 0)).toBe(30_000);

    const mark = await gateway.voyado("dead").mark();
    const others = await sell("demo", 5);
    await post(await sell("dead", 5), dead);
    const from = Date.now();
    await post(others);
    await eventually(async () => (await received("demo")) >= 5, "receipts of another tenant");
    expect(Date.now() - from).toBeLessThan(5_000);
    expect(await laneOf("demo")).toMatchObject({ breaker: { state: "closed" }, rate: 20 });
    // Orders came, and nobody asked a CRM that is known to be down.
    const calls = (await gateway.voyado("dead").requests("", mark)).filter(
      ({ path }) => !path.startsWith("/_sandbox"),
    );
    expect(calls).toEqual([]);
  });

  it("that asks to be left alone is", async () => {
    const busy = { type: "status", status: 429, headers: { "Retry-After": "120" } } as const;
    const tenant = await gateway.onboard("resting");
    await gateway.voyado("resting").fault(busy, { path: "/receipts" });
    await post(await sell("resting", 1), tenant);
    const held = await eventually(
      async () => (await laneOf("resting"))?.heldUntil,
      "the lane holds back",
    );
    expect(held - Date.now()).toBeGreaterThan(100_000);
  });
});

describe("the rate of the tenant file", () => {
  it("holds at the CRM itself", async () => {
    const sales = await sell("slow", 8);
    const from = Date.now();
    await post(sales, slow);
    await eventually(async () => (await received("slow")) >= 8, "all receipts", 25_000);
    // Sixteen calls, four a second.
    expect(Date.now() - from).toBeGreaterThan(3_600);
    expect(await laneOf("slow")).toMatchObject({ rate: 4, concurrency: 5, inFlight: 0 });
  });
});

describe("a backfill", () => {
  it("keeps what is sold now no longer than a moment, and brings each order once", async () => {
    const old = await sell("history", 45);
    const queue = await gateway.running().gateway.miniflare.getQueueProducer("ORDER_EVENTS");
    const at = Date.now();
    for (const { order } of old)
      await queue.send({
        tenant: "history",
        account: 90316,
        site: 1,
        orderId: order.orderid,
        eventId: `backfill-${order.orderid}`,
        type: "backfill",
        channels: ["voyado"],
        at,
        receivedAt: at,
      });
    await eventually(async () => (await received("history")) > 0, "the backfill begins");
    const [live] = await sell("history", 1);
    const liveId = `sitoo-90316-1-${live?.order.orderid}`;
    const state = () => gateway.voyado("history").state();
    const from = Date.now();
    await post(live === undefined ? [] : [live], history);
    await eventually(
      async () =>
        (await state()).receipts.some(({ uniqueReceiptId }) => uniqueReceiptId === liveId),
      "the receipt of what was sold now",
    );
    const waited = Date.now() - from;
    // The backfill is far from over: 45 orders of two calls each, ten calls a second.
    expect(await received("history")).toBeLessThan(40);
    expect(waited).toBeLessThan(4_000);
    await eventually(async () => (await received("history")) === 46, "all receipts", 25_000);
    expect((await state()).receipts.filter(({ repeats }) => repeats.length > 0)).toEqual([]);
    // An order is read when its lane has room for it, and hardly one in vain.
    const reads = await gateway.sitoo("history").requests("/orders/");
    expect(reads.length).toBeLessThan(55);
  });
});
