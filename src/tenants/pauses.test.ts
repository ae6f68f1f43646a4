import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateLocal } from "../cli/migrations.ts";
import { addPauses, listPauses, pausedSince, removePauses } from "./pauses.ts";
import { loadStored, removeTenant, saveVersion } from "./store.ts";
import { parseStoredTenant } from "./stored_tenant.ts";

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default {}",
    compatibilityDate: "2026-10-01",
    d1Databases: { DB: "test" },
  }),
);
let db: D1Database;

beforeAll(async () => {
  db = await miniflare.getD1Database("DB");
  await migrateLocal(db);
});
afterAll(() => miniflare.dispose());

const tenant = async (name: string): Promise<string> => {
  await saveVersion(
    db,
    { name, expected: 0, document: "{}", sha256: "0".repeat(64), note: "", credentials: [] },
    1_000,
  );
  return name;
};

describe("pauses in D1", () => {
  it("travel with the stored tenant, whose revision rises", async () => {
    const name = await tenant("acme");
    expect(await loadStored(db, name)).not.toHaveProperty("pauses");
    await addPauses(db, name, { what: ["orders"], channel: "club" }, 2_000);
    const stored = await loadStored(db, name);
    expect(stored).toMatchObject({
      revision: 2,
      pauses: [{ what: "orders", channel: "club", since: 2_000 }],
    });
    // The copy outside the database holds them too.
    expect(parseStoredTenant(JSON.stringify(stored))).toEqual(stored);
  });

  it("begin once, however often they are asked for", async () => {
    const name = await tenant("twice");
    await addPauses(db, name, { what: ["redeem", "orders"] }, 2_000);
    await addPauses(db, name, { what: ["orders"] }, 3_000);
    expect(await listPauses(db, name)).toEqual([
      { what: "orders", since: 2_000 },
      { what: "redeem", since: 2_000 },
    ]);
  });

  it("end for one channel, one thing, or everywhere", async () => {
    const name = await tenant("ends");
    const both = ["redeem", "orders"] as const;
    const pauseAll = async () => {
      await addPauses(db, name, { what: both }, 1);
      await addPauses(db, name, { what: both, channel: "a" }, 2);
      await addPauses(db, name, { what: both, channel: "b" }, 3);
    };
    const left = async () =>
      (await listPauses(db, name)).map(({ what, channel = "*" }) => `${what} ${channel}`);
    await pauseAll();
    expect(await removePauses(db, name, { what: both, channel: "a" })).toBe(2);
    expect(await left()).toEqual(["orders *", "redeem *", "orders b", "redeem b"]);
    expect(await removePauses(db, name, { what: ["orders"] })).toBe(2);
    expect(await left()).toEqual(["redeem *", "redeem b"]);
    expect(await removePauses(db, name, { what: ["orders"] })).toBe(0);
    expect(await removePauses(db, name, { what: both })).toBe(2);
    expect(await left()).toEqual([]);
    expect((await loadStored(db, name))?.revision).toBe(8);
  });

  it("are another tenant's own, and go with their tenant", async () => {
    const [one, other] = [await tenant("one"), await tenant("other")];
    await addPauses(db, one, { what: ["orders"] }, 1);
    expect(await listPauses(db, other)).toEqual([]);
    await removePauses(db, other, { what: ["orders"] });
    expect(await listPauses(db, one)).toHaveLength(1);
    await removeTenant(db, one, 2);
    expect(await listPauses(db, one)).toEqual([]);
  });
});

describe("what is paused", () => {
  const pauses = [
    { what: "orders", channel: "club", since: 5 },
    { what: "orders", since: 9 },
    { what: "redeem", channel: "club", since: 7 },
  ] as const;

  it.each([
    ["club", "orders", 5],
    ["other", "orders", 9],
    ["club", "redeem", 7],
    ["other", "redeem", undefined],
  ] as const)("%s %s since %s", (channel, what, since) => {
    expect(pausedSince({ pauses: [...pauses] }, channel, what)).toBe(since);
  });

  it("is nothing where nothing is stored", () => {
    expect(pausedSince({}, "club", "orders")).toBe(undefined);
  });
});
