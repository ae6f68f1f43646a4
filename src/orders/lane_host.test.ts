import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ordersCrm, profileOf, type OrdersCrm } from "../../test/orders_crm.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { channel, destination, tenantWith } from "../../test/tenant_fixture.ts";
import type { DeliveryResult } from "../crm/port.ts";
import { failed, ok } from "../model/outcome.ts";
import type { Sale } from "../model/sale.ts";
import { hostLane, type LaneObject, type LaneSale } from "./lane_host.ts";
import { saleFromOrder } from "./sale_from_order.ts";
import type { TurnJob } from "./turn_sale.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const { market } = channel("club");
const saleNumber = (orderid: number, order: object = {}): Sale => {
  const reading = saleFromOrder(
    parsed(closedOrder({ orderid, email: "xqzy@example.com", ...order })),
    { account: 90316, site: 1, market },
  );
  if (reading.kind !== "sale") throw new Error("the sample order is a sale");
  return reading.sale;
};

const toFind = (missingCustomer: "create" | "dead_letter") =>
  ({ kind: "found", missingCustomer, anonymous: "skip" }) as const;

type Send = {
  readonly order?: number;
  readonly to?: string;
  readonly change?: Partial<LaneSale>;
  readonly intend?: TurnJob["intend"];
};

/** A lane in an object that can be evicted, to a CRM that knows one customer. */
const world = (capabilities: Partial<OrdersCrm["capabilities"]> = {}, rate?: number) => {
  const crm = ordersCrm(capabilities);
  crm.people.set("email:xqzy@example.com", "c-1");
  const crmInstance = "voyado/one";
  const tenant = tenantWith([channel("se", { crmInstance }), channel("no", { crmInstance })], {
    deliverTo: [destination("se", rate === undefined ? {} : { rate }), destination("no")],
  });
  const storage = sqliteStorage();
  const logged: object[] = [];
  const created: string[] = [];
  const open = (): LaneObject =>
    hostLane({
      sql: storage,
      now: Date.now,
      ringAt: (at, ring) => {
        const timer = setTimeout(ring, at - Date.now());
        return () => clearTimeout(timer);
      },
      background: () => undefined,
      fromScope: () => Promise.resolve(tenant),
      crm: () => crm,
      createCustomer:
        (_scope, { id }) =>
        (person) => {
          created.push(`${id} ${person.email}`);
          return Promise.resolve(ok(profileOf("new")));
        },
      log: (entry) => void logged.push(entry),
    });
  let lane = open();
  const scope = (channelId: string) => ({
    stored: { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] },
    channelId,
  });
  const deliver = ({ order = 1, to = "se", change = {}, intend }: Send = {}) =>
    lane.deliver(
      scope(to),
      {
        sale: saleNumber(order),
        to: toFind("dead_letter"),
        requestId: `order-${order}`,
        priority: "live",
        expected: false,
        ...change,
      },
      intend ?? (() => Promise.resolve(true)),
    );
  const after = async <Value>(ms: number, work: Promise<Value>): Promise<Value> => {
    await vi.advanceTimersByTimeAsync(ms);
    return work;
  };
  return {
    crm,
    storage,
    logged,
    created,
    deliver,
    /** Delivers, letting as much time pass as it may take. */
    now: (send?: Send) => after(10, deliver(send)),
    after,
    room: () => lane.room(scope("se"), "backfill"),
    show: () => lane.show(),
    evict: () => {
      lane = open();
    },
  };
};

const down: DeliveryResult = { kind: "retry", failure: { kind: "timed_out" } };
const breakIt = async (w: ReturnType<typeof world>): Promise<void> => {
  w.crm.answers.push(down, down, down, down, down);
  for (let order = 1; order <= 5; order += 1)
    expect(await w.now({ order })).toMatchObject({ kind: "later", note: "timed_out" });
};

describe("a sale", () => {
  it("is brought for its customer, and said to be on its way right before", async () => {
    const w = world();
    const steps: string[] = [];
    const intend: TurnJob["intend"] = (customerId) => {
      steps.push(`${customerId}: searched ${w.crm.searched.length}, sent ${w.crm.sent.length}`);
      return Promise.resolve(true);
    };
    expect(await w.now({ intend })).toEqual({
      kind: "delivered",
      note: "",
      customer: "customer by email",
    });
    expect(steps).toEqual(["c-1: searched 1, sent 0"]);
    expect(w.crm.sent).toMatchObject([{ customerId: "c-1", sale: { id: "sitoo-90316-1-1" } }]);
  });

  it("whose journal is gone is not sent: it will be brought again", async () => {
    const w = world();
    const intend = () => Promise.reject(new Error("restarted"));
    expect(await w.now({ intend })).toMatchObject({ kind: "later" });
    expect(w.crm.sent).toEqual([]);
  });

  it("that somebody claimed meanwhile is not sent either", async () => {
    const w = world();
    const intend = () => Promise.resolve(false);
    expect(await w.now({ intend })).toMatchObject({ kind: "skipped", why: "claimed by hand" });
    expect(w.crm.sent).toEqual([]);
  });

  it("of a known customer goes to them without a search, and is read first when it is taken back", async () => {
    const w = world();
    w.crm.people.set("customer_id:c-9", "c-9-joined");
    const send = (to: LaneSale["to"]) => w.now({ change: { to } });
    await send({ kind: "known", customerId: "c-9", read: false });
    await send({ kind: "known", read: true });
    expect(w.crm.searched).toEqual([]);
    await send({ kind: "known", customerId: "c-9", read: true });
    expect(w.crm.sent.map(({ customerId }) => customerId)).toEqual([
      "c-9",
      undefined,
      "c-9-joined",
    ]);
    const gone = await send({ kind: "known", customerId: "nobody", read: true });
    expect(gone).toEqual({ kind: "skipped", why: "its customer is gone" });
    w.crm.people.set("customer_id:c-9", { kind: "timed_out" });
    const silent = await send({ kind: "known", customerId: "c-9", read: true });
    expect(silent).toEqual({ kind: "later", note: "timed_out" });
  });

  it.each([
    [true, "deliver", "delivered"],
    [false, "deliver", "skipped"],
    [true, "skip", "skipped"],
  ] as const)(
    "of nobody (the CRM takes them: %s, %s) is %s",
    async (anonymousSales, anonymous, kind) => {
      const w = world({ anonymousSales });
      const sale = saleNumber(1, { email: undefined });
      const to = { kind: "found", missingCustomer: "create", anonymous } as const;
      expect(await w.now({ change: { sale, to } })).toMatchObject({ kind });
    },
  );

  it("of nobody that is known makes a customer in its own channel", async () => {
    const w = world();
    w.crm.people.clear();
    const answer = await w.now({ to: "no", change: { to: toFind("create") } });
    expect(answer).toMatchObject({
      kind: "delivered",
      customer: expect.stringMatching(/^customer created/),
    });
    expect(w.created).toEqual(["no xqzy@example.com"]);
  });

  it.each([
    [true, { kind: "later", note: "the adapter gave no result" }],
    [false, { kind: "dead", cause: { kind: "unclear" } }],
  ])("that an adapter breaks over (repeats dropped: %s)", async (deliveryIdempotent, answer) => {
    const w = world({ deliveryIdempotent });
    w.crm.answers.push(() => Promise.reject(new TypeError("xqzy@example.com")));
    expect(await w.now()).toMatchObject(answer);
    expect(JSON.stringify(w.logged)).toContain("TypeError");
    expect(JSON.stringify(w.logged)).not.toContain("xqzy");
    expect(await w.now()).toMatchObject({ kind: "delivered" });
  });

  it("without a clear answer is a person's, where a repeat would be stored twice", async () => {
    const w = world({ deliveryIdempotent: false });
    w.crm.answers.push(down);
    expect(await w.now()).toMatchObject({ kind: "dead", cause: { kind: "unclear" } });
  });
});

describe("a mail of a receipt", () => {
  const to = { kind: "mail", address: "xqzy@example.com" } as const;

  it("goes to its address, without anybody being looked for, and without another CRM's id", async () => {
    const w = world();
    const sale = saleNumber(1, { additionaldata: { "crm-customerid": "c-9" } });
    const customer = "to x…@e…";
    expect(await w.now({ change: { sale, to } })).toEqual({
      kind: "delivered",
      note: "",
      customer,
    });
    await w.now({ change: { sale, to: { ...to, crmId: "c-9" } } });
    expect([w.crm.searched, w.crm.sent, w.created]).toEqual([[], [], []]);
    expect(w.crm.mailed.map(({ address, ...mail }) => [address, mail.sale.customer.crmId])).toEqual(
      [
        [to.address, undefined],
        [to.address, "c-9"],
      ],
    );
  });

  it("shares no call with sales nor with another mail, and keeps the pace", async () => {
    const w = world({ deliveryRate: 10, deliveryBatch: 10, deliveryConcurrency: 1 });
    const times: number[] = [];
    w.crm.mailAnswers.push(
      ...[1, 2].map(() => () => {
        times.push(Date.now());
        return Promise.resolve({ kind: "delivered" } as const);
      }),
    );
    const all = [{}, { to }, { to }, {}].map((change, order) =>
      w.deliver({ order: order + 1, change }),
    );
    const answers = await w.after(2_000, Promise.all(all));
    expect(answers.map(({ kind }) => kind)).toEqual(Array(4).fill("delivered"));
    expect(w.crm.sent.map(({ sale }) => sale.order.orderId)).toEqual([1, 4]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(100);
  });

  it("waits while the CRM is left alone", async () => {
    const w = world();
    await breakIt(w);
    expect(await w.now({ change: { to } })).toMatchObject({ kind: "not_yet", why: "down" });
    expect(w.crm.mailed).toEqual([]);
  });

  it("that an adapter breaks over is a person's, and the log has no address", async () => {
    const w = world();
    w.crm.mailAnswers.push(() => Promise.reject(new TypeError("xqzy@example.com")));
    const cause = { kind: "unclear" };
    expect(await w.now({ change: { to } })).toMatchObject({ kind: "dead", cause });
    expect(JSON.stringify(w.logged)).toContain("TypeError");
    expect(JSON.stringify(w.logged)).not.toContain("xqzy");
  });

  it("without a clear answer is unclear, also where the CRM drops a sale that is repeated", async () => {
    const w = world({ deliveryIdempotent: true });
    w.crm.mailAnswers.push(down);
    const cause = { kind: "unclear" };
    expect(await w.now({ change: { to } })).toMatchObject({ kind: "dead", cause });
  });
});

describe("the pace", () => {
  it("holds for every call: finding, adding, sending", async () => {
    const w = world({ deliveryRate: 10 });
    const times: number[] = [];
    const { search, deliver } = w.crm;
    const timed = { ...w.crm };
    Object.assign(w.crm, {
      search: (...call: Parameters<typeof search>) => {
        times.push(Date.now());
        return timed.search(...call);
      },
      deliver: (...call: Parameters<typeof deliver>) => {
        times.push(Date.now());
        return timed.deliver(...call);
      },
    });
    const all = Promise.all([1, 2, 3, 4, 5].map((order) => w.deliver({ order })));
    expect((await w.after(2_000, all)).map(({ kind }) => kind)).toEqual(Array(5).fill("delivered"));
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toEqual(Array(9).fill(100));
  });

  it("counts an added customer as the calls that it takes", async () => {
    const w = world({ deliveryRate: 10 });
    w.crm.people.clear();
    const one = w.deliver({ change: { to: toFind("create") } });
    // Searching 100 ms, adding 300 ms, then the sale.
    await vi.advanceTimersByTimeAsync(399);
    expect(w.crm.sent).toHaveLength(0);
    expect(await w.after(1, one)).toMatchObject({ kind: "delivered" });
  });

  it("is the tenant file's where that says one", async () => {
    const w = world({ deliveryRate: 1_000 }, 2);
    const one = w.deliver();
    await vi.advanceTimersByTimeAsync(499);
    expect(w.crm.sent).toHaveLength(0);
    await w.after(1, one);
    expect(w.crm.sent).toHaveLength(1);
  });

  it("gives a call its time from when it may begin", async () => {
    const w = world({ deliveryRate: 1 });
    const deadlines: number[] = [];
    const { search } = w.crm;
    Object.assign(w.crm, {
      search: (...[key, call]: Parameters<typeof search>) => {
        deadlines.push(call.deadline - Date.now());
        return search(key, call);
      },
    });
    const all = Promise.all([w.deliver({ order: 1 }), w.deliver({ order: 2 })]);
    await w.after(5_000, all);
    expect(deadlines).toEqual([20_000, 20_000]);
  });

  it("tells who asks for room, and keeps what it promises", async () => {
    const w = world({ deliveryRate: 10 });
    const told = await Promise.all(Array.from({ length: 40 }, () => w.room()));
    expect(told.filter((one) => one === undefined)).toHaveLength(16);
    expect(told[39]).toMatchObject({ kind: "not_yet", why: "busy" });
    const change = { priority: "backfill", expected: true } as const;
    expect(await w.after(1_000, w.deliver({ change }))).toMatchObject({ kind: "delivered" });
  });
});

describe("several sales in one call", () => {
  const batch = { deliveryBatch: 5, deliveryConcurrency: 1 } as const;

  it("are answered each for itself, and who has no customer is not among them", async () => {
    const w = world(batch);
    const answers: DeliveryResult[] = [
      { kind: "delivered" },
      { kind: "refused", reason: "no such store", field: "storeExternalId" },
      { kind: "retry", failure: { kind: "rate_limited" } },
    ];
    const calls: string[][] = [];
    Object.assign(w.crm, {
      deliver: (sales: readonly { readonly sale: Sale }[]) => {
        calls.push(sales.map(({ sale }) => sale.id));
        return Promise.resolve(calls.length === 1 ? [{ kind: "delivered" }] : answers);
      },
    });
    w.crm.people.set("email:two@example.com", { kind: "several_matches", ids: [] });
    const lost = saleNumber(3, { email: "two@example.com" });
    const all = Promise.all([
      w.deliver({ order: 1 }),
      w.deliver({ order: 2 }),
      w.deliver({ order: 3, change: { sale: lost } }),
      w.deliver({ order: 4 }),
      w.deliver({ order: 5 }),
    ]);
    expect(await w.after(100, all)).toMatchObject([
      { kind: "delivered" },
      { kind: "delivered" },
      { kind: "dead", cause: { kind: "customer" } },
      { kind: "dead", cause: { kind: "refused", field: "storeExternalId" } },
      { kind: "later", note: "rate_limited" },
    ]);
    expect(calls).toEqual([
      ["sitoo-90316-1-1"],
      ["sitoo-90316-1-2", "sitoo-90316-1-4", "sitoo-90316-1-5"],
    ]);
  });

  it("are of one channel, though channels of one CRM instance share the lane", async () => {
    const w = world(batch);
    const sizes: number[] = [];
    Object.assign(w.crm, {
      deliver: (sales: readonly unknown[]) => {
        sizes.push(sales.length);
        return Promise.resolve(sales.map(() => ({ kind: "delivered" })));
      },
    });
    const to = ["se", "se", "se", "no", "no"];
    await w.after(100, Promise.all(to.map((name, order) => w.deliver({ order, to: name }))));
    expect(sizes).toEqual([1, 2, 2]);
  });
});

describe("a CRM that is down", () => {
  it("is left alone without a call, also by an object that was evicted, until one sale may try", async () => {
    const w = world();
    await breakIt(w);
    const opened = Date.now();
    const calls = w.crm.searched.length;
    const refusal = await w.now({ order: 6 });
    expect(refusal).toMatchObject({ kind: "not_yet", why: "down" });
    w.evict();
    expect(await w.now({ order: 7 })).toMatchObject({ kind: "not_yet", why: "down" });
    expect(await w.room()).toMatchObject({ why: "down" });
    expect(w.crm.searched).toHaveLength(calls);
    expect(await w.show()).toMatchObject({
      breaker: { state: "open", since: expect.any(Number), until: expect.any(Number) },
    });

    vi.setSystemTime(opened + 30_000);
    expect((await w.show()).breaker).toMatchObject({ state: "half_open" });
    w.crm.answers.push(down);
    expect(await w.now({ order: 8 })).toMatchObject({ kind: "later" });
    w.evict();
    // The second time it is twice as long.
    vi.setSystemTime(opened + 30_000 + 59_000);
    expect(await w.now({ order: 9 })).toMatchObject({ kind: "not_yet" });
    vi.setSystemTime(opened + 30_000 + 61_000);
    expect(await w.now({ order: 9 })).toMatchObject({ kind: "delivered" });
    expect((await w.show()).breaker).toEqual({ state: "closed" });
    expect(w.storage.exec("SELECT * FROM lane_health").toArray()).toEqual([]);
  });

  it("and one that wants to be left alone is, for as long as it asked", async () => {
    const w = world();
    w.crm.answers.push({ kind: "retry", failure: { kind: "rate_limited", retryAfterMs: 90_000 } });
    expect(await w.now()).toMatchObject({ kind: "later", retryAfterMs: 90_000 });
    const calls = w.crm.searched.length;
    w.evict();
    expect(await w.now()).toMatchObject({ kind: "not_yet", why: "asked_to_wait" });
    expect(await w.show()).toMatchObject({ heldUntil: expect.any(Number) });
    expect(w.crm.searched).toHaveLength(calls);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(await w.now()).toMatchObject({ kind: "delivered" });
    expect(w.storage.exec("SELECT * FROM lane_health").toArray()).toEqual([]);
  });

  it("is found out by searches too", async () => {
    const w = world();
    const { search } = w.crm;
    Object.assign(w.crm, {
      search: () => Promise.resolve(failed({ kind: "unavailable", sent: true, detail: "503" })),
    });
    for (let order = 1; order <= 5; order += 1) await w.now({ order });
    Object.assign(w.crm, { search });
    expect(await w.now()).toMatchObject({ kind: "not_yet", why: "down" });
  });
});

describe("the object", () => {
  it("stores nothing of a sale or a person, and nothing at all while the CRM is well", async () => {
    const w = world();
    await w.now();
    expect(w.storage.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
    await breakIt(w);
    const rows = w.storage.exec("SELECT * FROM lane_health").toArray();
    expect(rows).toEqual([
      { trips: 1, open_until: expect.any(Number), since: expect.any(Number), held_until: 0 },
    ]);
  });

  it("shows what waits and what is on its way, in numbers", async () => {
    const w = world({ deliveryConcurrency: 2 });
    Object.assign(w.crm, { search: () => new Promise(() => undefined) });
    for (let order = 1; order <= 3; order += 1) void w.deliver({ order });
    void w.deliver({ order: 4, change: { priority: "backfill" } });
    await vi.advanceTimersByTimeAsync(10);
    expect(await w.show()).toEqual({
      waiting: { live: 1, backfill: 1 },
      inFlight: 2,
      breaker: { state: "closed" },
    });
  });

  it("knows a channel that is no destination any more", async () => {
    const w = world();
    expect(await w.now({ to: "gone" })).toEqual({
      kind: "later",
      note: "no longer a channel",
    });
  });
});
