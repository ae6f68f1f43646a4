import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { place, start, walkWorld } from "../../../test/walk_world.ts";
import { channel, tenantWith } from "../../../test/tenant_fixture.ts";
import { backfillViews } from "./walk_view.ts";

const minute = 60_000;
const seconds = Math.floor(start / 1_000);
const year = 365 * 24 * 3_600;
const whole = { id: "b1", from: seconds - year, to: seconds, dryRun: false };

/** A world with orders sold before the walk began. */
const withHistory = (count: number, gap = 1, tenant = tenantWith([channel("club")])) => {
  const w = walkWorld(tenant);
  const ids = Array.from({ length: count }, (_, index) => 1_000 + index * gap);
  for (const [index, id] of ids.entries()) w.order(id, { orderdate: seconds - 3_600 + index });
  const asked = () =>
    [...w.told.values()]
      .filter(({ type }) => type === "backfill")
      .map(({ orderId }) => orderId)
      .toSorted((a, b) => a - b);
  return {
    ...w,
    ids,
    asked,
    view: (id = "b1") => {
      const [view] = backfillViews(w.walk().backfills, place, id, w.world.now);
      if (view === undefined) throw new Error(`there is no backfill ${id}`);
      return view;
    },
    /** Journals finish so many of the orders that they were given. */
    workOff: (most = Infinity): void => {
      for (const id of [...w.world.underWay].slice(0, most)) w.world.underWay.delete(id);
    },
    /** Runs to the end, journals finishing what they have every second. */
    through: async (id = "b1"): Promise<void> => {
      for (let guard = 0; guard < 2_000; guard += 1) {
        await w.run(w.world.now + 1_000);
        w.world.underWay.clear();
        if (w.walk().backfills.get(id)?.state === "done") return;
      }
      throw new Error("the backfill does not end");
    },
  };
};

describe("a backfill", () => {
  it("gives each closed sale of its time to the journals once, as its own kind, and ends", async () => {
    const w = withHistory(100);
    w.order(1_100, { orderstateid: 0, orderdate: seconds - 60 });
    w.order(1_101, { ordertypeid: 110, orderdate: seconds - 60 });
    w.order(1_102, { orderdate: seconds - 2 * year });
    w.order(1_103, { orderdate: seconds });
    w.world.maxNum = 30;
    await w.walk().startBackfill(place, whole);
    await w.through();
    expect(w.asked()).toEqual(w.ids);
    expect(w.told.get("backfill-b1-1000")).toMatchObject({
      ...place,
      type: "backfill",
      stateChanged: "closed",
      channels: ["club"],
    });
    expect(w.view().endedAt).toBeLessThanOrEqual(w.world.now);
    expect(w.view()).toMatchObject({
      state: "done",
      // The parked order was seen and is none.
      found: 101,
      handed: 100,
      onTheirWay: 0,
      remaining: 0,
      position: 1_101,
    });
  });

  it("never has more under way than its window, and stands still while journals get no further", async () => {
    for (const gap of [1, 40]) {
      const w = withHistory(2_000, gap);
      w.world.maxNum = 250;
      await w.walk().startBackfill(place, whole);
      await w.run(start + 10 * minute);
      // A page's worth of one journal may come on top of what there was room for.
      expect(w.world.underWay.size).toBeGreaterThan(20);
      expect(w.world.underWay.size).toBeLessThan(256 + 64);
      const pages = w.world.asked.filter(({ filter }) => filter.states !== undefined).length;
      await w.run(start + 60 * minute);
      expect(w.world.asked.filter(({ filter }) => filter.states !== undefined)).toHaveLength(pages);
      expect(w.view()).toMatchObject({ state: "running", onTheirWay: w.world.underWay.size });
      await w.through();
      expect(w.asked()).toEqual(w.ids);
      expect(w.world.mostUnderWay).toBeLessThan(256 + 64);
    }
  });

  it("asks standing journals less and less often", async () => {
    const w = withHistory(10);
    await w.walk().startBackfill(place, whole);
    await w.run(start + minute);
    const alarms: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      await w.run(w.world.alarmAt);
      alarms.push(w.world.now);
    }
    const gaps = alarms.slice(1).map((at, index) => at - (alarms[index] ?? 0));
    expect(Math.max(...gaps)).toBe(10_000);
  });

  it("is stopped and resumed at any point, and one runs at a time", async () => {
    const w = withHistory(600);
    w.world.maxNum = 64;
    await w.walk().startBackfill(place, whole);
    await w.walk().startBackfill(place, { ...whole, id: "b2" });
    await w.run();
    expect([w.view("b1").state, w.view("b2").state]).toEqual(["running", "waiting"]);
    await w.walk().stopBackfill("b1");
    const { found, position } = w.view("b1");
    w.workOff();
    await w.run(start + minute);
    expect(w.view("b1")).toMatchObject({ state: "stopped", found, position, secondsLeft: null });
    expect(w.view("b2").state).toBe("running");
    await w.walk().stopBackfill("b2");
    w.workOff();
    await w.run(start + 2 * minute);
    expect(found).toBeLessThan(600);
    await w.walk().resumeBackfill("b1");
    await w.through("b1");
    expect(w.view("b1")).toMatchObject({ found: 600, handed: 600 });
    const own = [...w.told.keys()].filter((event) => event.startsWith("backfill-b1-"));
    expect(own).toHaveLength(600);
  });

  it("tells how fast it is and how long it will take", async () => {
    const w = withHistory(2_000);
    w.world.maxNum = 64;
    await w.walk().startBackfill(place, whole);
    for (let n = 0; n < 10; n += 1) {
      await w.run(w.world.now + 1_000);
      w.workOff(100);
    }
    const view = w.view();
    expect(view.perSecond).toBeGreaterThan(60);
    expect(view.perSecond).toBeLessThan(140);
    const left = 2_000 - view.found + view.onTheirWay;
    expect(view.secondsLeft).toBe(Math.ceil(left / (view.perSecond ?? 1)));
    expect(view.found + (view.remaining ?? 0)).toBe(2_000);
  });

  it("waits while Sitoo is down, and says so", async () => {
    const w = withHistory(20);
    w.world.sitooSays = { kind: "retry", detail: "Sitoo answered 500" };
    await w.walk().startBackfill(place, whole);
    await w.run(start + 10 * minute);
    expect(w.view()).toMatchObject({ state: "running", found: 0, lastError: "Sitoo answered 500" });
    w.world.sitooSays = undefined;
    w.world.now += 60 * minute;
    await w.through();
    expect(w.view().lastError).toBeNull();
  });

  it("is for the destinations of an order's currency, or for one of them alone", async () => {
    const norway = channel("norway", {
      market: {
        country: "NO",
        locale: "nb-NO",
        currency: "NOK",
        timeZone: "Europe/Oslo",
        account: "main",
      },
    });
    const w = withHistory(4, 1, tenantWith([channel("club"), norway]));
    w.order(1_001, { currencycode: "NOK", orderdate: seconds - 60 });
    w.order(1_002, { currencycode: "EUR", orderdate: seconds - 60 });
    await w.walk().startBackfill(place, whole);
    await w.through();
    const channels = (id: number) => w.told.get(`backfill-b1-${id}`)?.channels;
    expect([1_000, 1_001, 1_002, 1_003].map(channels)).toEqual([
      ["club"],
      ["norway"],
      undefined,
      ["club"],
    ]);
    await w.walk().startBackfill(place, { ...whole, id: "b2", channel: "norway" });
    await w.through("b2");
    expect(w.view("b2")).toMatchObject({ found: 4, handed: 1, channel: "norway" });
  });

  it("that is a dry run counts by day, store and currency, and asks no journal", async () => {
    const w = withHistory(0);
    const at = (text: string) => Date.parse(text) / 1_000;
    w.order(1, { orderdate: at("2026-11-20T22:59:59Z") });
    w.order(2, { orderdate: at("2026-11-20T23:00:00Z") });
    w.order(3, {
      orderdate: at("2026-11-21T10:00:00Z"),
      moneytotal_gross_all: "-40.00",
      currencycode: "sek",
    });
    w.order(4, { orderdate: at("2026-11-21T10:00:00Z"), additionaldata: {} });
    w.order(5, {
      orderdate: at("2026-11-21T10:00:00Z"),
      moneytotal_gross_all: "100.00",
      moneytotal_gross_roundoff: "0.40",
      additionaldata: { "store-externalid": "300" },
    });
    w.world.maxNum = 2;
    await w.walk().startBackfill(place, { ...whole, dryRun: true });
    let once = true;
    // Even where the object dies between two pages.
    w.world.beforeJournal = () => {
      throw new Error("a dry run asks no journal");
    };
    for (let n = 0; n < 10 && w.view().state !== "done"; n += 1) {
      if (once) w.restart();
      once = false;
      await w.run(w.world.now + 1_000);
    }
    expect(w.view()).toMatchObject({ state: "done", dryRun: true, found: 5, handed: 5 });
    expect(w.view().totals).toEqual([
      { day: "2026-11-20", store: "200", currency: "SEK", orders: 1, total: 10_000 },
      { day: "2026-11-21", store: "200", currency: "SEK", orders: 2, total: 6_000 },
      { day: "2026-11-21", store: "300", currency: "SEK", orders: 1, total: 9_960 },
      { day: "2026-11-21", store: "warehouse 7", currency: "SEK", orders: 1, total: 10_000 },
    ]);
    expect(w.asked()).toEqual([]);
  });

  it("that is a dry run does not wait for one that brings something", async () => {
    const w = withHistory(2_000);
    w.world.maxNum = 250;
    await w.walk().startBackfill(place, whole);
    await w.run(start + minute);
    await w.walk().startBackfill(place, { ...whole, id: "b2", dryRun: true });
    // The window is full, and stays so.
    await w.run(start + 2 * minute);
    expect(w.view("b2")).toMatchObject({ state: "done", found: 2_000 });
    expect(w.view("b1")).toMatchObject({ state: "running" });
  });

  it("takes only orders of its time, should Sitoo leave the filter out", async () => {
    const w = withHistory(3);
    w.world.withoutDates = true;
    w.order(2_000, { orderdate: seconds + 60 });
    w.order(2_001, { orderdate: seconds - 2 * year });
    await w.walk().startBackfill(place, whole);
    await w.through();
    expect(w.asked()).toEqual(w.ids);
  });

  it("lets the catch-up go first", async () => {
    const w = withHistory(1_000);
    await w.tick();
    await w.run();
    w.world.maxNum = 64;
    await w.walk().startBackfill(place, whole);
    await w.run(start + 16 * minute);
    w.order(5_000);
    await w.run(start + 32 * minute);
    expect(w.closedTold()).toContain(5_000);
  });

  it("is dropped three months after its end", async () => {
    const w = withHistory(5);
    await w.walk().startBackfill(place, { ...whole, dryRun: true });
    await w.through();
    w.world.now += 91 * 24 * 60 * minute;
    await w.walk().startBackfill(place, { ...whole, id: "b2" });
    expect(backfillViews(w.walk().backfills, place, undefined, 0).map(({ id }) => id)).toEqual([
      "b2",
    ]);
    expect(w.storage.exec("SELECT * FROM backfill_totals").toArray()).toEqual([]);
  });
});

type Trouble =
  | { readonly kind: "crash"; readonly at: number; readonly after: boolean }
  | { readonly kind: "sitoo_down" }
  | { readonly kind: "stop_and_resume" }
  | { readonly kind: "journals_stand"; readonly seconds: number }
  | { readonly kind: "sold_meanwhile" }
  | { readonly kind: "pages"; readonly num: number };

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constant("crash" as const),
    at: fc.integer({ min: 1, max: 3 }),
    after: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("sitoo_down" as const) }),
  fc.record({ kind: fc.constant("stop_and_resume" as const) }),
  fc.record({
    kind: fc.constant("journals_stand" as const),
    seconds: fc.integer({ min: 1, max: 60 }),
  }),
  fc.record({ kind: fc.constant("sold_meanwhile" as const) }),
  fc.record({ kind: fc.constant("pages" as const), num: fc.integer({ min: 1, max: 250 }) }),
);

describe("whatever happens to a backfill", () => {
  it("each order reaches its journal, and the counts are right in the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(trouble, { maxLength: 12 }),
        async (count, gap, troubles) => {
          const w = withHistory(count, gap);
          let sold = 900_000;
          w.world.maxNum = 100;
          await w.walk().startBackfill(place, whole);
          for (const one of troubles) {
            switch (one.kind) {
              case "crash": {
                let left = one.at;
                const die = (): void => {
                  left -= 1;
                  if (left > 0) return;
                  w.world.beforeJournal = () => {};
                  w.world.afterJournal = () => {};
                  w.restart();
                  throw new Error("the object died");
                };
                if (one.after) w.world.afterJournal = die;
                else w.world.beforeJournal = die;
                break;
              }
              case "sitoo_down":
                w.world.sitooSays = { kind: "retry", detail: "down" };
                await w.run(w.world.now + minute);
                w.world.sitooSays = undefined;
                break;
              case "stop_and_resume":
                await w.walk().stopBackfill("b1");
                await w.run(w.world.now + minute);
                await w.walk().resumeBackfill("b1");
                break;
              case "journals_stand":
                await w.run(w.world.now + one.seconds * 1_000);
                break;
              case "sold_meanwhile":
                // After the time of the backfill: it must not be drawn in, nor move a page.
                w.order(++sold, { orderdate: seconds + 60 });
                break;
              case "pages":
                w.world.maxNum = one.num;
            }
            w.workOff(70);
            await w.run(w.world.now + 1_000);
            const { position } = w.view();
            const asked = new Set(w.asked());
            for (const id of w.ids) if (id <= position) expect(asked).toContain(id);
          }
          w.world.now += 60 * minute;
          await w.through();
          expect(w.asked()).toEqual(w.ids);
          expect(w.view()).toMatchObject({ found: count, handed: count, remaining: 0 });
        },
      ),
      { numRuns: 80 },
    );
  }, 120_000);
});
