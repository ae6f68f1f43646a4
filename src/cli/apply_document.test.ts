import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matchCredential } from "../tenants/credentials.ts";
import { resolveStored } from "../tenants/document.ts";
import type { JsonObject } from "../tenants/json.ts";
import { createKeyring, generateKeyPair } from "../tenants/secrets.ts";
import { loadStored } from "../tenants/store.ts";
import { applyDocument } from "./apply_document.ts";
import { migrateLocal } from "./migrations.ts";

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default {}",
    compatibilityDate: "2026-10-01",
    d1Databases: { DB: "test" },
  }),
);
let db: D1Database;
const pair = await generateKeyPair();

beforeAll(async () => {
  db = await miniflare.getD1Database("DB");
  await migrateLocal(db);
});
afterAll(() => miniflare.dispose());

const file = (tenant: string, title = "Club"): JsonObject => ({
  tenant,
  sitoo: {
    api_url: "https://api.mysitoo.com/v2",
    account_id: 1,
    api_id: "1-1",
    api_password: "pw",
  },
  market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
  crm: {
    channels: [
      {
        id: "voyado",
        title,
        handler: { voyado: { api_url: "https://a.voyado.com", api_key: "KEY" } },
      },
    ],
  },
});
const apply = (tenant: string, title?: string, database = db) =>
  applyDocument({
    db: database,
    publicKey: pair.publicKey,
    tenant,
    file: file(tenant, title),
    now: 1_000,
  });

describe("applying a document", () => {
  it("leaves a tenant that runs and opens to the credentials it gave", async () => {
    const applied = await apply("runs");
    const stored = await loadStored(db, "runs");
    if (applied.kind !== "applied" || stored === undefined) throw new Error("not applied");
    const tenant = await resolveStored(stored, createKeyring(pair.privateKey));
    expect(tenant.channels.get("voyado")?.handler).toMatchObject({ apiKey: "KEY" });
    for (const kind of ["spi", "events"] as const) {
      const made = applied.credentials[kind];
      const match = await matchCredential(
        stored.credentials,
        kind,
        made?.username ?? "",
        made?.password ?? "",
        2_000,
      );
      expect(match).toBe(true);
    }
  });

  it("gives credentials once, and no version for the same contents", async () => {
    await apply("same");
    expect(await apply("same")).toMatchObject({ version: 1, changed: false, credentials: {} });
    expect(await apply("same", "New")).toMatchObject({
      version: 2,
      changed: true,
      credentials: {},
      difference: ['~ crm.channels[voyado].title: "Club" → "New"'],
    });
  });

  it("lets one of two win, and the other know", async () => {
    await apply("raced");
    const kinds = (await Promise.all([apply("raced", "A"), apply("raced", "B")])).map(
      (applied) => applied.kind,
    );
    expect(kinds.toSorted()).toEqual(["applied", "conflict"]);
  });

  it("knows its own write when only the answer was lost, so that credentials are not", async () => {
    let lost = false;
    const forgetful = new Proxy(db, {
      get: (target, key) =>
        key === "batch"
          ? async (statements: D1PreparedStatement[]) => {
              const results = await target.batch(statements);
              // The save is the only batch of more than two statements.
              if (!lost && statements.length > 2) {
                lost = true;
                throw new Error("D1_ERROR: Failed to get session commit token: internal error");
              }
              return results;
            }
          : target.prepare.bind(target),
    });
    const applied = await apply("lost", "Club", forgetful);
    expect(lost).toBe(true);
    expect(applied).toMatchObject({ kind: "applied", version: 1, changed: true });
    if (applied.kind !== "applied") return;
    const stored = await loadStored(db, "lost");
    expect(stored?.credentials.map((entry) => entry.username).toSorted()).toEqual(
      Object.values(applied.credentials)
        .map((entry) => entry.username)
        .toSorted(),
    );
  });

  it("is not begun with a key that is none", async () => {
    await expect(
      applyDocument({ db, publicKey: "", tenant: "keyless", file: file("keyless"), now: 1 }),
    ).rejects.toThrow("is not a key");
    expect(await loadStored(db, "keyless")).toBeUndefined();
  });
});
