import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateLocal } from "../cli/migrations.ts";
import {
  history,
  listCredentials,
  listSites,
  listTenants,
  loadStored,
  loadVersion,
  noteCredentialUse,
  removeTenant,
  rotateCredential,
  saveVersion,
  versionOf,
} from "./store.ts";

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

const version = (name: string, expected: number, document = `{"v":${expected + 1}}`) => ({
  name,
  expected,
  document,
  sha256: "0".repeat(64),
  note: "",
  credentials: [],
});
const spi = (username: string) => ({ kind: "spi" as const, username, sha256: "a".repeat(64) });

describe("tenants in D1", () => {
  it("is migrated once, however often it is asked for", async () => {
    expect(await migrateLocal(db)).toEqual([]);
  });

  it("loads what was saved, with its credentials", async () => {
    const first = { ...version("acme", 0), credentials: [spi("acme-spi-1")] };
    expect(await saveVersion(db, first, 1_000)).toEqual({ kind: "saved", version: 1 });
    expect(await loadStored(db, "acme")).toEqual({
      name: "acme",
      version: 1,
      revision: 1,
      document: '{"v":1}',
      credentials: [{ kind: "spi", username: "acme-spi-1", sha256: "a".repeat(64) }],
    });
  });

  it("knows no tenant that was never saved", async () => {
    expect(await loadStored(db, "nobody")).toBeUndefined();
    expect(await versionOf(db, "nobody")).toEqual({ version: 0, removed: false });
  });

  it("refuses a version made from one that is no longer the newest, and changes nothing", async () => {
    await saveVersion(db, version("raced", 0), 1_000);
    await saveVersion(db, version("raced", 1), 2_000);
    const late = { ...version("raced", 1, '{"v":"late"}'), credentials: [spi("raced-spi-1")] };
    expect(await saveVersion(db, late, 3_000)).toEqual({ kind: "conflict" });
    expect(await saveVersion(db, { ...late, expected: 0 }, 3_000)).toEqual({ kind: "conflict" });
    expect(await saveVersion(db, { ...late, expected: 7 }, 3_000)).toEqual({ kind: "conflict" });
    expect(await loadStored(db, "raced")).toMatchObject({
      version: 2,
      document: '{"v":2}',
      credentials: [],
    });
  });

  it("lets one of two savers win", async () => {
    await saveVersion(db, version("two", 0), 1_000);
    const results = await Promise.all([
      saveVersion(db, version("two", 1, '{"who":"a"}'), 2_000),
      saveVersion(db, version("two", 1, '{"who":"b"}'), 2_000),
    ]);
    expect(results.map((result) => result.kind).toSorted()).toEqual(["conflict", "saved"]);
  });

  it("keeps every version", async () => {
    await saveVersion(db, { ...version("long", 0), note: "first" }, 1_000);
    await saveVersion(db, { ...version("long", 1), note: "second" }, 2_000);
    expect((await history(db, "long")).map((entry) => [entry.version, entry.note])).toEqual([
      [2, "second"],
      [1, "first"],
    ]);
    expect(await loadVersion(db, "long", 1)).toBe('{"v":1}');
    expect(await loadVersion(db, "long", 9)).toBeUndefined();
  });

  it("never gives a version number twice, not after a removal either", async () => {
    await saveVersion(db, { ...version("gone", 0), credentials: [spi("gone-spi-1")] }, 1_000);
    expect(await removeTenant(db, "gone", 2_000)).toBe(true);
    expect(await removeTenant(db, "gone", 2_000)).toBe(false);
    expect(await loadStored(db, "gone")).toBeUndefined();
    expect(await listCredentials(db, "gone")).toEqual([]);
    expect((await listTenants(db)).map((tenant) => tenant.name)).not.toContain("gone");
    expect(await versionOf(db, "gone")).toEqual({ version: 2, removed: true });
    // An apply that began before the removal does not bring it back unseen.
    expect(await saveVersion(db, version("gone", 1), 3_000)).toEqual({ kind: "conflict" });
    expect(await saveVersion(db, version("gone", 2), 3_000)).toEqual({ kind: "saved", version: 3 });
    expect(await loadStored(db, "gone")).toMatchObject({ version: 3 });
  });

  it("lets the old credential work on for a while, and raises the revision", async () => {
    await saveVersion(db, { ...version("rotate", 0), credentials: [spi("rotate-spi-1")] }, 1_000);
    await rotateCredential(db, "rotate", spi("rotate-spi-2"), 90_000, 2_000);
    // A second rotation does not lengthen the life of the first one.
    await rotateCredential(db, "rotate", spi("rotate-spi-3"), 200_000, 3_000);
    const stored = await loadStored(db, "rotate");
    expect(stored?.revision).toBe(3);
    expect(stored?.version).toBe(1);
    expect(
      Object.fromEntries(stored?.credentials.map((c) => [c.username, c.expiresAt]) ?? []),
    ).toEqual({ "rotate-spi-1": 90_000, "rotate-spi-2": 200_000, "rotate-spi-3": undefined });
    await rotateCredential(db, "rotate", spi("rotate-spi-4"), 300_000, 250_000);
    expect((await listCredentials(db, "rotate")).map((c) => c.username)).toEqual([
      "rotate-spi-3",
      "rotate-spi-4",
    ]);
  });

  it("rotates once when the same rotation is sent again", async () => {
    await saveVersion(db, { ...version("twice", 0), credentials: [spi("twice-spi-1")] }, 1_000);
    for (const _ of [1, 2]) await rotateCredential(db, "twice", spi("twice-spi-2"), 90_000, 2_000);
    expect((await listCredentials(db, "twice")).map((c) => [c.username, c.expiresAt])).toEqual([
      ["twice-spi-1", 90_000],
      ["twice-spi-2", null],
    ]);
  });

  it("notes the day of last use", async () => {
    await saveVersion(db, { ...version("used", 0), credentials: [spi("used-spi-1")] }, 1_000);
    await noteCredentialUse(db, "used", "used-spi-1", "2026-11-23");
    expect((await listCredentials(db, "used"))[0]?.lastUsedDay).toBe("2026-11-23");
  });

  it("lists the Sitoo sites of every tenant, a part at a time, without opening anything", async () => {
    const file = (sitoo: unknown) => JSON.stringify({ sitoo, orders: {} });
    await saveVersion(
      db,
      version("sites-one", 0, file({ account_id: 7, site_id: 2, api_password: { $sealed: "x" } })),
      1,
    );
    await saveVersion(
      db,
      version(
        "sites-two",
        0,
        file([
          { id: "se", account_id: 8 },
          { id: "no", account_id: 9 },
        ]),
      ),
      1,
    );
    await saveVersion(db, version("sites-odd", 0, file([{ account_id: "?" }])), 1);
    await saveVersion(db, version("sites-gone", 0, file({ account_id: 10 })), 1);
    await removeTenant(db, "sites-gone", 2);
    const { sites, next } = await listSites(db, "sites");
    expect(sites).toEqual([
      { tenant: "sites-one", account: 7, site: 2 },
      { tenant: "sites-two", account: 8, site: 1 },
      { tenant: "sites-two", account: 9, site: 1 },
    ]);
    expect(next).toBeUndefined();
    expect((await listSites(db, "sites-one")).sites).toHaveLength(2);
  });
});
