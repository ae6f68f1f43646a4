import { describe, expect, it } from "vitest";
import { customerIndexWorld } from "../../test/customer_index_world.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import { createCustomerIndex } from "./customer_index.ts";

const day = 24 * 3_600_000;
const order = (id: number, soldAt = `2026-11-23T10:00:${String(id % 60).padStart(2, "0")}`) =>
  `${soldAt} 1/1/${id}` as const;
const ids = (leads: readonly string[]) => leads.map((lead) => Number(lead.split("/")[2]));

const shard = () => {
  const storage = sqliteStorage();
  let now = 0;
  let alarm: number | undefined;
  const index = createCustomerIndex({
    storage: { sql: { exec: storage.exec as SqlStorage["exec"] } },
    now: () => now,
    wakeAt: (at) => (alarm = Math.min(at, alarm ?? at)),
  });
  return {
    index,
    storage,
    alarm: () => alarm,
    wake: () => {
      now = alarm ?? now;
      alarm = undefined;
      index.prune();
    },
    at: (time: number) => (now = time),
  };
};

describe("one shard", () => {
  it("makes no table before something is noted, whatever it is asked", () => {
    const { index, storage } = shard();
    expect(index.of("ab", 9)).toEqual([]);
    index.prune();
    expect(storage.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
  });

  it("keeps each order of a customer once, and reads no more than it is asked for", () => {
    const { index, storage } = shard();
    index.note("ab12", [order(1), order(2)]);
    index.note("ab12", [order(2), order(3)]);
    index.note("ab99", [order(4)]);
    expect(ids(index.of("ab12", 9))).toEqual([3, 2, 1]);
    expect(ids(index.of("ab12", 2))).toEqual([3, 2]);
    expect(Object.keys(storage.exec("SELECT * FROM customer_index").toArray()[0] ?? {})).toEqual([
      "key_hash",
      "leads_to",
      "noted_at",
    ]);
  });

  it("forgets a day after the journals do, and is woken once a day at most", () => {
    const { index, alarm, wake, at } = shard();
    index.note("ab12", [order(1), order(2)]);
    at(1_000);
    index.note("ab12", [order(3)]);
    at(2 * day);
    index.note("ab12", [order(2)]);
    expect(alarm()).toBe(91 * day);
    wake();
    expect(ids(index.of("ab12", 9))).toEqual([3, 2]);
    expect(alarm()).toBe(92 * day);
    wake();
    expect(ids(index.of("ab12", 9))).toEqual([2]);
    expect(alarm()).toBe(93 * day);
    wake();
    expect([ids(index.of("ab12", 9)), alarm()]).toEqual([[], undefined]);
  });
});

describe("the index", () => {
  it("leads from a customer to their orders, the newest first, and from nobody else", async () => {
    const index = customerIndexWorld().client();
    await index.note("c-1", [order(9), order(10), order(8, "2026-11-24T09:00:00")]);
    await index.note("c-1", [order(11)]);
    await index.note("c-2", [order(12)]);
    expect(ids(await index.of("c-1", 9))).toEqual([8, 11, 10, 9]);
    expect(await index.of("c-3", 9)).toEqual([]);
  });

  it("is each tenant's and each CRM instance's own, and stores no id of a customer", async () => {
    const world = customerIndexWorld();
    await world.client("acme", "one").note("c-1", [order(1)]);
    expect(await world.client("other", "one").of("c-1", 9)).toEqual([]);
    expect(await world.client("acme", "two").of("c-1", 9)).toEqual([]);
    expect([...world.shards.keys()].map((name): unknown => JSON.parse(name))).toEqual([
      ["acme", "one", expect.stringMatching(/^[0-9a-f]{2}$/)],
      ["other", "one", expect.stringMatching(/^[0-9a-f]{2}$/)],
      ["acme", "two", expect.stringMatching(/^[0-9a-f]{2}$/)],
    ]);
    const [stored] = world.shards.values();
    expect(stored?.exec("SELECT key_hash, leads_to FROM customer_index").toArray()).toEqual([
      { key_hash: expect.stringMatching(/^[0-9a-f]{64}$/), leads_to: order(1) },
    ]);
  });

  it("costs one call for all orders of a customer that are noted together", async () => {
    const world = customerIndexWorld();
    await world.client().note("c-1", [order(1), order(2), order(3)]);
    expect(world.calls()).toBe(1);
  });

  it("follows customers whom the CRM has joined, in either direction", async () => {
    const index = customerIndexWorld().client();
    await index.note("old", [order(1)]);
    await index.note("older", [order(2)]);
    await index.note("new", [order(3)]);
    await index.noteJoined("older", "old");
    await index.noteJoined("old", "new");
    for (const id of ["new", "old", "older"])
      expect([id, ids(await index.of(id, 9))]).toEqual([id, [3, 2, 1]]);
  });

  it("gives as many orders as are asked for, whatever ids the customer had before", async () => {
    const index = customerIndexWorld().client();
    await index.note("new", [order(1), order(2), order(3)]);
    await index.noteJoined("old", "new");
    await index.noteJoined("older", "new");
    expect(ids(await index.of("new", 3))).toEqual([3, 2, 1]);
  });

  it("still finds what was noted before CONFIG_KEY was rotated, once, joined customers too", async () => {
    const world = customerIndexWorld();
    await world.client().note("old", [order(1)]);
    await world.client().note("new", [order(2)]);
    world.rotate();
    await world.client().note("new", [order(2), order(3)]);
    await world.client().noteJoined("old", "new");
    expect(ids(await world.client().of("new", 9))).toEqual([3, 2, 1]);
  });
});
