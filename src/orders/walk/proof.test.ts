import { describe, expect, it } from "vitest";
import { place, start, walkWorld } from "../../../test/walk_world.ts";
import { channel, tenantWith } from "../../../test/tenant_fixture.ts";
import type { OrderSummary } from "../journal_view.ts";
import { verdictOn } from "./proof.ts";
import { proofView } from "./walk_view.ts";

type Delivery = OrderSummary["deliveries"][number];

const delivery = (change: Partial<Delivery> = {}): Delivery => ({
  channel: "club",
  state: "delivered",
  reason: "",
  attempt: 1,
  nextAt: undefined,
  deliveredAt: start,
  changedSince: false,
  ...change,
});
const trace = (orderId: number, change: Partial<OrderSummary> = {}): OrderSummary => ({
  orderId,
  account: 90316,
  site: 1,
  state: "settled",
  note: "",
  receipt: `R${orderId}`,
  store: "200",
  currency: "SEK",
  total: 10_000,
  soldAt: undefined,
  deliveries: [delivery()],
  updatedAt: start,
  ...change,
});
const skipped = (reason: string) => ({ deliveries: [delivery({ state: "skipped", reason })] });

describe("a closed order at a destination", () => {
  it.each<[string, OrderSummary | undefined, object]>([
    ["delivered", trace(1), { outcome: "delivered", delivered: 10_000 }],
    ["of an amount that is another", trace(1, { total: 9_999 }), { outcome: "differs" }],
    [
      "changed after it was delivered",
      trace(1, { deliveries: [delivery({ changedSince: true })] }),
      { outcome: "differs", reason: "changed after it was delivered" },
    ],
    // What is read again at the moment has been delivered all the same.
    ["delivered, and being read again", trace(1, { state: "open" }), { outcome: "delivered" }],
    ["that nothing has told of", undefined, { outcome: "missing" }],
    [
      "that was open when it was read",
      trace(1, { state: "not_a_sale", note: "open", deliveries: [] }),
      { outcome: "missing", reason: "it was open when it was read" },
    ],
    ["for a destination that came later", trace(1, { deliveries: [] }), { outcome: "missing" }],
    [
      "that could not be read",
      trace(1, { state: "dead", note: "the sums differ", deliveries: [] }),
      { outcome: "refused", reason: "the sums differ" },
    ],
    [
      "that was refused",
      trace(1, { deliveries: [delivery({ state: "refused", reason: "no such store" })] }),
      { outcome: "refused", reason: "no such store" },
    ],
    [
      "that is tried again",
      trace(1, { deliveries: [delivery({ state: "pending", reason: "down" })] }),
      { outcome: "on_its_way", reason: "down" },
    ],
    ["that is being read", trace(1, { state: "open", deliveries: [] }), { outcome: "on_its_way" }],
    ["anonymous", trace(1, skipped("anonymous")), { outcome: "no_customer", reason: "anonymous" }],
    [
      "whose customer is not there",
      trace(1, skipped("no such customer")),
      { outcome: "no_customer" },
    ],
    [
      "that a person gave to a customer",
      trace(1, skipped("claimed by hand")),
      { outcome: "delivered" },
    ],
    [
      "of a store that is not live",
      trace(1, skipped("store is not live")),
      { outcome: "withheld" },
    ],
    [
      "while orders are off",
      trace(1, { note: "orders are off", deliveries: [] }),
      { outcome: "withheld", reason: "orders are off" },
    ],
  ])("%s", (_, found, expected) => {
    expect(verdictOn([10_000], found, "club")).toMatchObject(expected);
  });

  it("agrees with any reading of Sitoo's round-off, and with an order that has no total", () => {
    expect(verdictOn([9_960, 10_040, 10_000], trace(1, { total: 10_040 }), "club").outcome).toBe(
      "delivered",
    );
    expect(verdictOn([], trace(1, { total: 1 }), "club").outcome).toBe("delivered");
  });
});

const day = "2026-11-22";
const noon = Date.parse(`${day}T11:00:00Z`) / 1_000;
const at = (text: string) => Date.parse(text) / 1_000;

/** Runs the proof of the day to its end. */
const prove = async (w: ReturnType<typeof walkWorld>, nightly = false) => {
  await w.walk().startProof(place, day, nightly);
  await w.run(w.world.now + 60_000);
  const view = proofView(w.walk().proofs, place, day);
  if (view === undefined) throw new Error("there is no proof");
  return view;
};
const counted = (view: Awaited<ReturnType<typeof prove>>) =>
  view.counts.map((one) =>
    [one.destination, one.store, one.currency, one.outcome, one.reason, one.orders, one.total].join(
      " ",
    ),
  );

describe("the proof of a day", () => {
  it("counts each closed sale of the day, where the market is, against each destination", async () => {
    const w = walkWorld(tenantWith([channel("club"), channel("mail")]));
    w.world.maxNum = 2;
    w.order(1, { orderdate: at("2026-11-21T22:59:59Z") });
    w.order(2, { orderdate: at("2026-11-21T23:00:00Z") });
    w.order(3, { orderdate: noon, moneytotal_gross_all: "-40.00" });
    w.order(4, { orderdate: noon, additionaldata: { "store-externalid": "300" } });
    w.order(5, { orderdate: noon, ordertypeid: 100 });
    w.order(6, { orderdate: noon, orderstateid: 20 });
    w.order(7, { orderdate: at("2026-11-22T23:00:00Z") });
    const both = [delivery(), delivery({ channel: "mail", state: "skipped", reason: "anonymous" })];
    w.world.traces.set(2, trace(2, { deliveries: both }));
    w.world.traces.set(3, trace(3, { deliveries: both, total: -4_000 }));
    const view = await prove(w);
    expect(view).toMatchObject({ state: "done", orders: 3, remaining: 0 });
    expect(counted(view)).toEqual([
      " 200 SEK in_sitoo  2 6000",
      " 300 SEK in_sitoo  1 10000",
      "club 200 SEK delivered  2 6000",
      "club 300 SEK missing  1 10000",
      "mail 200 SEK no_customer anonymous 2 6000",
      "mail 300 SEK missing  1 10000",
    ]);
    expect(view.differences).toMatchObject([
      { order_id: 4, destination: "club", outcome: "missing", receipt: "4", store: "300" },
      { order_id: 4, destination: "mail", outcome: "missing" },
    ]);
  });

  it("compares goods and fees: without US sales tax, and without round-off of either sign", async () => {
    const w = walkWorld();
    w.order(1, { orderdate: noon, moneytotal_gross_all: "108.88", moneyfinal_salestax: "8.88" });
    w.order(2, {
      orderdate: noon,
      moneytotal_gross_all: "100.00",
      moneytotal_gross_roundoff: "0.40",
    });
    w.order(3, {
      orderdate: noon,
      moneytotal_gross_all: "100.00",
      moneytotal_gross_roundoff: "-0.40",
    });
    w.world.traces.set(1, trace(1));
    w.world.traces.set(2, trace(2, { total: 9_960 }));
    w.world.traces.set(3, trace(3, { total: 9_960 }));
    const view = await prove(w);
    expect(view.differences).toEqual([]);
    expect(counted(view)).toEqual([
      " 200 SEK in_sitoo  3 29920",
      "club 200 SEK delivered  3 29920",
    ]);
  });

  it("takes only orders of the day, should Sitoo leave the filter out", async () => {
    const w = walkWorld();
    w.world.withoutDates = true;
    w.order(1, { orderdate: noon - 48 * 3_600 });
    w.order(2, { orderdate: noon });
    w.order(3, { orderdate: noon + 48 * 3_600 });
    expect((await prove(w)).orders).toBe(1);
  });

  it("lists what a person must do something about first, and what the tenant file withholds", async () => {
    const w = walkWorld();
    for (const id of [1, 2, 3]) w.order(id, { orderdate: noon });
    w.world.traces.set(1, trace(1, skipped("store is not live")));
    w.world.traces.set(2, trace(2, { total: 9_000 }));
    w.world.traces.set(3, trace(3, skipped("anonymous")));
    const view = await prove(w);
    expect(view.differences).toMatchObject([
      { order_id: 2, outcome: "differs", total: 10_000, delivered: 9_000 },
      { order_id: 1, outcome: "withheld", reason: "store is not live" },
    ]);
  });

  it("of a currency that no destination takes says so", async () => {
    const norway = channel("norway", {
      market: {
        country: "NO",
        locale: "nb-NO",
        currency: "NOK",
        timeZone: "Europe/Oslo",
        account: "main",
      },
    });
    const w = walkWorld(tenantWith([channel("club"), norway]));
    w.order(1, { orderdate: noon, currencycode: "EUR" });
    expect((await prove(w)).differences).toMatchObject([
      { outcome: "withheld", reason: "no destination takes orders in EUR" },
    ]);
  });

  it("counts each order once though the object dies, and the journals are away, between pages", async () => {
    const w = walkWorld();
    w.world.maxNum = 3;
    for (let id = 1; id <= 20; id += 1) {
      w.order(id, { orderdate: noon });
      w.world.traces.set(id, trace(id));
    }
    await w.walk().startProof(place, day, false);
    w.world.sitooSays = { kind: "retry", detail: "Sitoo answered 503" };
    await w.run();
    expect(proofView(w.walk().proofs, place, day)).toMatchObject({
      state: "running",
      lastError: "Sitoo answered 503",
    });
    w.world.sitooSays = undefined;
    w.restart();
    await w.run(start + 60_000);
    const view = proofView(w.walk().proofs, place, day);
    expect(view).toMatchObject({ state: "done", orders: 20 });
    expect(view?.counts.map(({ orders }) => orders)).toEqual([20, 20]);
  });

  it("takes a day of 20,000 orders", async () => {
    const w = walkWorld();
    w.world.maxNum = 250;
    for (let id = 1; id <= 20_000; id += 1) w.order(id, { orderdate: noon });
    await w.walk().startProof(place, day, false);
    await w.run(start + 60_000);
    const view = proofView(w.walk().proofs, place, day);
    expect(view).toMatchObject({ state: "done", orders: 20_000 });
    expect(view?.differences).toHaveLength(1_000);
    expect(w.world.asked.filter(({ filter }) => filter.states !== undefined)).toHaveLength(80);
  }, 60_000);
});

describe("a night's proof", () => {
  it("that finds something is one dead letter; a later one that finds nothing takes it away", async () => {
    const w = walkWorld();
    for (const id of [1, 2, 3]) w.order(id, { orderdate: noon });
    w.world.traces.set(1, trace(1));
    w.world.traces.set(2, trace(2, { state: "dead", note: "x", deliveries: [] }));
    await prove(w, true);
    const [letter, ...more] = [...w.world.letters.values()];
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      tenant: "acme",
      kind: "proof_differs",
      account: 90316,
      site: 1,
      payload: { day, orders: 3, refused: 1, missing: 1 },
    });
    expect(letter?.reason).toContain(`npm run tenant -- proof acme --day ${day}`);
    expect(letter).not.toHaveProperty("orderId");
    await prove(w, true);
    expect(w.world.letters.size).toBe(1);
    expect(w.world.mended).toEqual([]);
    for (const id of [2, 3]) w.world.traces.set(id, trace(id));
    await prove(w);
    expect(w.world.mended).toEqual([letter?.id]);
  });

  it("that finds only what the tenant file withholds, or nobody to deliver to, is none", async () => {
    const w = walkWorld();
    for (const id of [1, 2]) w.order(id, { orderdate: noon });
    w.world.traces.set(1, trace(1, skipped("shadow")));
    w.world.traces.set(2, trace(2, skipped("anonymous")));
    await prove(w, true);
    expect(w.world.letters.size).toBe(0);
  });

  it("asked for by a person is none either: they see it", async () => {
    const w = walkWorld();
    w.order(1, { orderdate: noon });
    await prove(w);
    expect(w.world.letters.size).toBe(0);
  });
});
