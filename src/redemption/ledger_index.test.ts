import { describe, expect, it } from "vitest";
import { indexWorld } from "../../test/settlement_world.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import { createLedgerIndex } from "./ledger_index.ts";

const day = 24 * 3_600_000;
const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };

const shard = () => {
  const storage = sqliteStorage();
  let now = 0;
  let alarm: number | undefined;
  const index = createLedgerIndex({
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
    expect(index.ledgers("ab")).toEqual([]);
    index.prune();
    expect(storage.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
  });

  it("keeps every ledger of a key once, and holds hashes and names alone", () => {
    const { index, storage } = shard();
    index.note("ab12", "ledger-2");
    index.note("ab12", "ledger-1");
    index.note("ab12", "ledger-2");
    index.note("ab99", "ledger-3");
    expect(index.ledgers("ab12")).toEqual(["ledger-1", "ledger-2"]);
    expect(Object.keys(storage.exec("SELECT * FROM ledger_index").toArray()[0] ?? {})).toEqual([
      "key_hash",
      "ledger",
      "noted_at",
    ]);
  });

  it("forgets 400 days after the last note, and is woken once a day at most", () => {
    const { index, alarm, wake, at } = shard();
    index.note("ab12", "ledger-1");
    at(1_000);
    index.note("ab34", "ledger-1");
    at(day);
    index.note("ab56", "ledger-1");
    at(2 * day);
    index.note("ab12", "ledger-1");
    expect(alarm()).toBe(400 * day);
    wake();
    expect(["ab12", "ab34", "ab56"].map((key) => index.ledgers(key).length)).toEqual([1, 1, 1]);
    expect(alarm()).toBe(401 * day);
    wake();
    expect(["ab12", "ab34", "ab56"].map((key) => index.ledgers(key).length)).toEqual([1, 0, 0]);
    expect(alarm()).toBe(402 * day);
    wake();
    expect(alarm()).toBe(undefined);
  });
});

describe("the index", () => {
  it("leads from an instrument and from an order to their ledgers, and from nothing else", async () => {
    const world = indexWorld();
    const index = world.client();
    await index.noteInstruments([check, { kind: "promotion", id: "p-1" }], "ledger-1");
    await index.noteOrder("1/1/7", "ledger-1");
    await index.noteOrder("1/1/7", "ledger-2");
    expect(await index.ofInstrument(check)).toEqual(["ledger-1"]);
    expect(await index.ofInstrument({ kind: "promotion", id: "p-1" })).toEqual(["ledger-1"]);
    expect(await index.ofInstrument({ kind: "promotion", id: "b-1" })).toEqual([]);
    expect((await index.ofOrder("1/1/7")).toSorted()).toEqual(["ledger-1", "ledger-2"]);
    expect(await index.ofOrder("bonus_check:b-1")).toEqual([]);
  });

  it("is each tenant's and each CRM instance's own, in shards by the hash of the key", async () => {
    const world = indexWorld();
    await world.client("acme", "one").noteInstruments([check], "ledger-1");
    expect(await world.client("other", "one").ofInstrument(check)).toEqual([]);
    expect(await world.client("acme", "two").ofInstrument(check)).toEqual([]);
    const names = [...world.shards.keys()].map((name): unknown => JSON.parse(name));
    expect(names).toEqual([
      ["acme", "one", expect.stringMatching(/^[0-9a-f]{2}$/)],
      ["other", "one", expect.stringMatching(/^[0-9a-f]{2}$/)],
      ["acme", "two", expect.stringMatching(/^[0-9a-f]{2}$/)],
    ]);
    const stored = [...world.shards.values()].map((one) =>
      one.exec("SELECT name FROM sqlite_master").toArray().length === 0
        ? []
        : one.exec("SELECT * FROM ledger_index").toArray(),
    );
    expect(JSON.stringify(stored)).not.toContain("b-1");
  });

  it("still finds what was noted before CONFIG_KEY was rotated, once", async () => {
    const world = indexWorld();
    await world.client().noteInstruments([check], "ledger-1");
    world.rotate();
    expect(await world.client().ofInstrument(check)).toEqual(["ledger-1"]);
    await world.client().noteInstruments([check], "ledger-1");
    expect(await world.client().ofInstrument(check)).toEqual(["ledger-1"]);
  });
});
