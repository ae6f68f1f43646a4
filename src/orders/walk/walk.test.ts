import { describe, expect, it } from "vitest";
import { place, start, walkWorld } from "../../../test/walk_world.ts";
import { channel, tenantWith } from "../../../test/tenant_fixture.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("a walk", () => {
  it("begins at the newest order: what was before is the backfill's", async () => {
    const w = walkWorld();
    for (let id = 100; id < 120; id += 1) w.order(id);
    await w.tick();
    await w.run();
    expect(w.closedTold()).toEqual([]);
    expect(w.walk().catchUpTable.state(0)).toMatchObject({ position: 119, cursor: null });
    w.order(120);
    await w.run(start + 16 * minute);
    expect(w.closedTold()).toEqual([120]);
  });

  it("begins at live_from where that lies behind, but no further back than journals are sure to remember", async () => {
    const w = walkWorld(tenantWith([channel("club")], { liveFrom: "2026-11-22" }));
    w.order(100, { orderdate: Date.parse("2026-11-21T22:59:59Z") / 1_000 });
    w.order(101, { orderdate: Date.parse("2026-11-21T23:00:00Z") / 1_000 });
    w.order(102);
    await w.tick();
    await w.run();
    expect(w.closedTold()).toEqual([101, 102]);

    const old = walkWorld(tenantWith([channel("club")], { liveFrom: "2020-01-01" }));
    old.order(1, { orderdate: (start - 31 * day) / 1_000 });
    old.order(2, { orderdate: (start - 29 * day) / 1_000 });
    await old.tick();
    await old.run();
    expect(old.closedTold()).toEqual([2]);
  });

  it("begins at the newest order while live_from lies ahead, and where nothing was sold since", async () => {
    for (const liveFrom of ["2026-11-24", "2026-11-23"]) {
      const w = walkWorld(tenantWith([channel("club")], { liveFrom }));
      w.order(100, { orderdate: (start - day) / 1_000 });
      await w.tick();
      await w.run();
      expect(w.walk().catchUpTable.state(0).position).toBe(100);
    }
  });

  it("begins at the newest order should Sitoo leave out the filter by date", async () => {
    const w = walkWorld(tenantWith([channel("club")], { liveFrom: "2026-11-22" }));
    w.world.withoutDates = true;
    for (const id of [1, 2]) w.order(id, { orderdate: (start - 300 * day) / 1_000 });
    await w.tick();
    await w.run();
    expect(w.walk().catchUpTable.state(0).position).toBe(2);
  });

  it("of an account without orders finds the first one", async () => {
    const w = walkWorld();
    await w.tick();
    await w.run();
    w.order(1);
    await w.run(start + 15 * minute);
    expect(w.closedTold()).toEqual([1]);
  });

  it("counts what it brought, from however many journals at once", async () => {
    const w = walkWorld();
    w.world.maxNum = 250;
    await w.tick();
    await w.run();
    for (let id = 1; id <= 600; id += 3) w.order(id);
    await w.run(start + 15 * minute);
    expect(w.walk().catchUpTable.state(0).last).toMatchObject({ orders: 200, brought: 200 });
    await w.run(start + 30 * minute);
    expect(w.walk().catchUpTable.state(0).last).toMatchObject({ orders: 200, brought: 0 });
  });

  it("tells journals of what is closed or cancelled, and of what it cannot read; not of open orders", async () => {
    const w = walkWorld();
    await w.tick();
    await w.run();
    w.order(1);
    w.order(2, { orderstateid: 20 });
    w.order(3, { orderstateid: 0 });
    w.order(4, { orderstateid: -1 });
    w.order(5, { orderstateid: "?" });
    await w.run(start + 15 * minute);
    expect(
      [...w.told.values()].map(({ orderId, stateChanged }) => [orderId, stateChanged]),
    ).toEqual([
      [1, "closed"],
      [2, "cancelled"],
      [5, undefined],
    ]);
    expect(w.told.get("walk-1-closed")).toMatchObject({ ...place, type: "walk" });
  });

  it("asks again after orders that were open, seldom in the end, and drops them after 90 days", async () => {
    const w = walkWorld();
    await w.tick();
    await w.run();
    w.order(1, { orderstateid: 0 });
    w.order(2, { orderstateid: 0 });
    await w.run(start + 15 * minute);
    expect(w.walk().catchUpTable.openCount()).toBe(2);
    w.order(1);
    await w.run(start + 45 * minute);
    expect(w.closedTold()).toEqual([1]);
    const looks = () => w.world.asked.filter(({ filter }) => filter.orderIds?.includes(2)).length;
    await w.run(start + 2 * day);
    const before = looks();
    await w.run(start + 3 * day);
    expect(looks() - before).toBeGreaterThan(15);
    expect(looks() - before).toBeLessThan(30);
    w.world.now = start + 20 * day;
    await w.run();
    const late = looks();
    await w.run(start + 23 * day);
    expect(looks() - late).toBe(3);
    w.world.now = start + 92 * day;
    await w.run();
    expect(w.walk().catchUpTable.openCount()).toBe(0);
  });

  it("asks after all of them, also where Sitoo hands out fewer at once than were asked for", async () => {
    const w = walkWorld();
    await w.tick();
    await w.run();
    for (let id = 1; id <= 230; id += 1) w.order(id, { orderstateid: 0 });
    await w.run(start + 2 * hour);
    for (const id of [7, 8, 230]) w.order(id);
    await w.run(start + 3 * hour);
    expect(w.closedTold()).toEqual([7, 8, 230]);
  });

  it("closes an order that closes after weeks", async () => {
    const w = walkWorld();
    await w.tick();
    await w.run();
    w.order(1, { orderstateid: 0 });
    w.world.now = start + 40 * day;
    await w.run();
    expect(w.closedTold()).toEqual([]);
    w.order(1);
    await w.run(start + 41 * day + hour);
    expect(w.closedTold()).toEqual([1]);
  });

  it("believes nothing else than what it asked for: another list is a fault, and nothing is passed over", async () => {
    const w = walkWorld();
    for (let id = 1; id < 10; id += 1) w.order(id);
    await w.tick();
    await w.run();
    w.world.withoutCursor = true;
    w.order(10);
    await w.run(start + 20 * minute);
    expect(w.walk().catchUpTable.state(0)).toMatchObject({
      position: 9,
      error: "Sitoo's list does not keep to orderidfrom and sort",
    });
    w.world.withoutCursor = false;
    await w.run(start + 40 * minute);
    expect(w.closedTold()).toContain(10);
  });

  it("waits while Sitoo is down, longer each time, as long as Sitoo asks for; and misses nothing", async () => {
    const w = walkWorld();
    w.order(1);
    await w.tick();
    await w.run();
    w.world.sitooSays = { kind: "retry", detail: "Sitoo answered 503" };
    const from = w.world.asked.length;
    for (let id = 2; id < 40; id += 1) w.order(id);
    await w.run(start + 5 * hour);
    expect(w.world.asked.length - from).toBeLessThan(12);
    expect(w.walk().catchUpTable.state(0).error).toBe("Sitoo answered 503");
    w.world.sitooSays = { kind: "retry", detail: "Sitoo answered 429", retryAfterMs: 10 * minute };
    await w.run(start + 6 * hour + 30 * minute);
    const tries = w.world.asked.filter(({ at }) => at > start + 5 * hour + 31 * minute);
    expect(tries.length).toBeLessThanOrEqual(7);
    w.world.sitooSays = undefined;
    await w.run(start + 8 * hour);
    expect(w.closedTold().filter((id) => id > 1)).toEqual(
      Array.from({ length: 38 }, (_, i) => i + 2),
    );
    expect(w.world.logged).toContainEqual({
      level: "error",
      event: "walk_failed",
      ...place,
      job: "catch_up",
      why: "Sitoo answered 503",
    });
  });

  it("that cannot begin says why, and does not spin", async () => {
    const w = walkWorld();
    w.world.sitooSays = { kind: "set_up_fault", detail: "Sitoo answered 401" };
    await w.tick();
    await w.run(start + hour);
    expect(w.world.asked.length).toBeLessThan(8);
    expect(w.walk().catchUpTable.state(0)).toMatchObject({
      position: null,
      error: "Sitoo answered 401",
    });
  });

  it("stops when its account is taken away, goes on where it was when it comes back, and forgets after a month", async () => {
    const w = walkWorld();
    w.order(1);
    await w.tick();
    await w.run();
    const own = w.world.tenant;
    w.world.tenant = undefined;
    w.order(2);
    await w.run(start + 3 * day);
    expect(w.world.asked.at(-1)?.at).toBe(start);
    w.world.tenant = own;
    await w.tick();
    await w.run(start + 3 * day + minute);
    expect(w.closedTold()).toContain(2);
    w.world.tenant = own && { ...own, accounts: [] };
    await w.run(start + 40 * day);
    expect(w.walk().meta.exists()).toBe(false);
    expect(w.world.alarmAt).toBeUndefined();
  });

  it("reads no order while orders are off, and begins anew when they are read again", async () => {
    const w = walkWorld();
    w.order(1);
    await w.tick();
    await w.run();
    const own = w.world.tenant;
    w.world.tenant = tenantWith([channel("club")], { mode: "off" });
    w.order(2);
    await w.run(start + hour);
    w.world.tenant = own;
    await w.tick();
    await w.run(start + hour);
    w.order(3);
    await w.run(start + 2 * hour);
    expect(w.closedTold()).toEqual([3]);
  });

  it("is found again by a tick when its alarm was lost", async () => {
    const w = walkWorld();
    w.order(1);
    await w.tick();
    await w.run();
    w.world.alarmAt = undefined;
    w.order(2);
    await w.run(start + hour);
    expect(w.closedTold()).toEqual([]);
    await w.tick();
    await w.run();
    expect(w.closedTold()).toEqual([2]);
  });

  it("is run at once when it is asked to, and again when one was under way", async () => {
    const w = walkWorld();
    w.order(1);
    await w.tick();
    await w.run();
    w.order(2);
    await w.walk().runNow(place);
    await w.run();
    expect(w.closedTold()).toEqual([2]);
    w.world.beforeJournal = () => {
      w.world.beforeJournal = () => {};
      // An id that this run has passed: the one that was asked for meanwhile sees it.
      w.order(3);
      void w.walk().runNow(place);
    };
    await w.walk().runNow(place);
    w.order(4);
    await w.run(w.world.now + minute);
    expect(w.closedTold()).toEqual([2, 3, 4]);
  });

  it("goes back over the last hour, and once a day over the last day: late orders are found", async () => {
    const w = walkWorld();
    w.order(10);
    await w.tick();
    await w.run();
    w.order(12);
    // Stored later than one with a higher id.
    w.order(11, {}, start + 50 * minute);
    await w.run(start + 30 * minute);
    expect(w.closedTold()).toEqual([12]);
    await w.run(start + 70 * minute);
    expect(w.closedTold()).toEqual([11, 12]);
    w.order(14);
    w.order(13, {}, start + 10 * hour);
    await w.run(start + 12 * hour);
    expect(w.closedTold()).not.toContain(13);
    await w.run(start + 26 * hour);
    expect(w.closedTold()).toContain(13);
  });
});
