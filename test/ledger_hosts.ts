import { createRedemptions } from "../src/redemption/ledger_client.ts";
import type { LedgerScope } from "../src/redemption/ledger_client.ts";
import { hostLedger } from "../src/redemption/ledger_host.ts";
import { createLedgerStore } from "../src/redemption/tables/ledger_store.ts";
import { ledgerName } from "../src/redemption/redeem_id.ts";
import { ok } from "../src/model/outcome.ts";
import type { DeadLetter } from "../src/tenants/dead_letters.ts";
import type { Redemption } from "../src/tenants/tenant.ts";
import { fakeCrm } from "./fake_crm.ts";
import { sqliteStorage, type SqliteStorage } from "./sqlite_storage.ts";
import { channel, tenantWith } from "./tenant_fixture.ts";

const policy: Redemption = {
  promotions: "sale",
  bonusChecks: "redeem",
  moment: "cart",
  reservationTtlMs: 4 * 3_600_000,
  replayWindowMs: 120_000,
  onReturn: "keep",
  onUnclaimed: "flag",
};

type Host = ReturnType<typeof hostLedger>;

/** The ledgers of one channel's customers as objects beside one another, in a CRM that joins customers. */
export const ledgerHosts = async () => {
  const now = (): number => Date.now();
  const crm = fakeCrm(now);
  const joined = new Map<string, string>();
  const tenant = tenantWith([channel("club", { redemption: policy })]);
  const crmInstance = tenant.channels.get("club")?.crmInstance ?? "";
  const scope: LedgerScope = {
    stored: { name: "acme", version: 1, revision: 1, document: "", credentials: [] },
    channelId: "club",
  };
  const hosts = new Map<string, { readonly host: Host; readonly storage: SqliteStorage }>();
  const letters: DeadLetter[] = [];
  /** Ids of one customer that the index was told of. */
  const joins: (readonly [string, string])[] = [];
  const away = new Set<string>();
  let background: Promise<unknown>[] = [];
  const open = (name: string): Host => {
    const known = hosts.get(name);
    if (known !== undefined) return known.host;
    const storage = sqliteStorage();
    const host = hostLedger({
      storage: {
        sql: { exec: storage.exec as SqlStorage["exec"] },
        transaction: storage.transaction,
      },
      name,
      now,
      wakeBy: () => Promise.resolve(),
      background: (work) => void background.push(work.catch(() => undefined)),
      peer: (peer) => {
        if (away.has(peer)) throw new Error("the object cannot be reached");
        return open(peer);
      },
      sendWakeUp: () => Promise.resolve(),
      fromScope: () => Promise.resolve(tenant),
      byName: () => Promise.resolve({ kind: "found", tenant, stored: scope.stored }),
      crm: () => ({
        ...crm.crm,
        get: (id) =>
          Promise.resolve(
            ok({
              customer: { id: joined.get(id) ?? id },
              sections: [],
              voucherPasswords: [],
              degraded: [],
            }),
          ),
      }),
      deadLetter: (entries) => {
        letters.push(...entries);
        return Promise.resolve();
      },
      askSitoo: () => Promise.resolve("none"),
      index: () => ({ noteInstruments: () => Promise.resolve() }),
      log: () => undefined,
    });
    hosts.set(name, { host, storage });
    return host;
  };
  const key = await crypto.subtle.importKey(
    "raw",
    new Uint8Array(32),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const nameOf = (customerId: string) => ledgerName("acme", crmInstance, customerId);
  return {
    crm,
    letters,
    joins,
    scope,
    /** As the surfaces use them. */
    redemptions: createRedemptions({
      scope,
      crmInstance,
      open,
      joined: (former, customerId) => {
        joins.push([former, customerId]);
        return Promise.resolve();
      },
      signingKeys: () => Promise.resolve([key]),
      background: (work) => void background.push(work.catch(() => undefined)),
      log: () => undefined,
    }),
    host: async (customerId: string) => open(await nameOf(customerId)),
    /** From now on the CRM knows `from` as `to`. */
    join: (from: string, to: string) => joined.set(from, to),
    unreachable: async (customerId: string, isAway: boolean) => {
      const name = await nameOf(customerId);
      if (isAway) away.add(name);
      else away.delete(name);
    },
    tablesOf: async (customerId: string): Promise<number> =>
      hosts
        .get(await nameOf(customerId))
        ?.storage.exec("SELECT 1 FROM sqlite_master WHERE type = 'table'")
        .toArray().length ?? 0,
    uses: async (customerId: string) => {
      const name = await nameOf(customerId);
      const stored = hosts.get(name)?.storage;
      if (stored === undefined) return [];
      return createLedgerStore({
        sql: { exec: stored.exec as SqlStorage["exec"] },
        transaction: stored.transaction,
      })
        .all()
        .map((row) => `${row.ref.id} ${row.state}`);
    },
    settled: async (): Promise<void> => {
      while (background.length > 0) {
        const work = background;
        background = [];
        await Promise.all(work);
      }
    },
  };
};
