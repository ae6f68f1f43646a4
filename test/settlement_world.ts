import type { Crm } from "../src/crm/port.ts";
import { createLedgerIndex } from "../src/redemption/ledger_index.ts";
import {
  createLedgerIndexClient,
  type IndexObject,
} from "../src/redemption/ledger_index_client.ts";
import type { LedgerObject, LedgerScope } from "../src/redemption/ledger_client.ts";
import { hostLedger } from "../src/redemption/ledger_host.ts";
import type { Redemption } from "../src/tenants/tenant.ts";
import { fakeCrm } from "./fake_crm.ts";
import { sqliteStorage, type SqliteStorage } from "./sqlite_storage.ts";
import { channel, tenantWith } from "./tenant_fixture.ts";

export const policy: Redemption = {
  promotions: "auto",
  bonusChecks: "auto",
  moment: "cart",
  reservationTtlMs: 4 * 3_600_000,
  replayWindowMs: 120_000,
  onReturn: "keep",
  onUnclaimed: "flag",
};

const hmacKey = (): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    crypto.getRandomValues(new Uint8Array(32)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );

/** The index of one deployment: shards by name, and the keys of CONFIG_KEY. */
export const indexWorld = () => {
  const shards = new Map<string, SqliteStorage>();
  const keys: Promise<CryptoKey>[] = [hmacKey()];
  /** So many calls of a shard break off. */
  const faults = { left: 0 };
  let calls = 0;
  const open = (name: string): IndexObject => {
    const storage = shards.get(name) ?? sqliteStorage();
    shards.set(name, storage);
    const index = createLedgerIndex({
      storage: { sql: { exec: storage.exec as SqlStorage["exec"] } },
      now: () => Date.now(),
      wakeAt: () => undefined,
    });
    const answer = async <Value>(work: () => Value): Promise<Value> => {
      await Promise.resolve();
      calls += 1;
      if (faults.left > 0) {
        faults.left -= 1;
        throw new Error("the shard is away");
      }
      return work();
    };
    return {
      noteLedger: (hash, ledger) => answer(() => index.note(hash, ledger)),
      ledgersOf: (hash) => answer(() => index.ledgers(hash)),
    };
  };
  return {
    faults,
    shards,
    calls: () => calls,
    /** A new CONFIG_KEY stands before those that were there. */
    rotate: () => keys.unshift(hmacKey()),
    client: (tenant = "acme", crmInstance = "voyado/club") =>
      createLedgerIndexClient({
        tenant,
        crmInstance,
        indexKeys: async () => {
          const [newest, ...older] = await Promise.all(keys);
          if (newest === undefined) throw new Error("no key");
          return [newest, ...older];
        },
        open,
      }),
  };
};

/** Ledgers in their objects, by name, beside the index. */
export const settlementWorld = (change: Partial<Redemption> = {}) => {
  const now = (): number => Date.now();
  const register = fakeCrm(now);
  const crm: Crm = register.crm;
  const tenant = tenantWith([channel("club", { redemption: { ...policy, ...change } })]);
  const scope: LedgerScope = {
    stored: { name: "acme", version: 1, revision: 1, document: "", credentials: [] },
    channelId: "club",
  };
  const index = indexWorld();
  const ledgers = new Map<string, LedgerObject>();
  const logged: Record<string, unknown>[] = [];
  let background: Promise<unknown>[] = [];
  const ledger = (name: string): LedgerObject => {
    const storage = sqliteStorage();
    const host =
      ledgers.get(name) ??
      hostLedger({
        storage: {
          sql: { exec: storage.exec as SqlStorage["exec"] },
          transaction: storage.transaction,
        },
        now,
        wakeBy: () => Promise.resolve(),
        background: (work) => background.push(work.catch(() => undefined)),
        fromScope: () => Promise.resolve(tenant),
        byName: () => Promise.resolve({ kind: "found", tenant, stored: scope.stored }),
        crm: () => crm,
        deadLetter: () => Promise.resolve(),
        askSitoo: () => Promise.resolve("none"),
        index: index.client,
        log: (entry) => logged.push(entry),
      });
    ledgers.set(name, host);
    return host;
  };
  return {
    register,
    tenant,
    scope,
    index,
    ledger,
    logged,
    settled: async (): Promise<void> => {
      while (background.length > 0) {
        const work = background;
        background = [];
        await Promise.all(work);
      }
    },
  };
};
