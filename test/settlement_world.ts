import type { Capabilities, Crm, Match } from "../src/crm/port.ts";
import type { CrmFailure } from "../src/model/crm_failure.ts";
import type { CardPart } from "../src/model/customer.ts";
import type { InstrumentRef } from "../src/model/instrument.ts";
import { failed, ok } from "../src/model/outcome.ts";
import type { InstrumentsTaken } from "../src/orders/journal_deps.ts";
import type { OrderTrace } from "../src/orders/journal_view.ts";
import { saleFromOrder } from "../src/orders/sale_from_order.ts";
import type { VoucherPassword } from "../src/orders/voucher_passwords.ts";
import type { LedgerObject, LedgerScope } from "../src/redemption/ledger_client.ts";
import { hostLedger } from "../src/redemption/ledger_host.ts";
import { createLedgerIndex } from "../src/redemption/ledger_index.ts";
import {
  createLedgerIndexClient,
  type IndexObject,
} from "../src/redemption/ledger_index_client.ts";
import { ledgerName } from "../src/redemption/redeem_id.ts";
import { settleInstruments } from "../src/settlement/settle.ts";
import type { Redemption } from "../src/tenants/tenant.ts";
import { fakeCrm } from "./fake_crm.ts";
import { parsed } from "./sample_orders.ts";
import { sqliteStorage, type SqliteStorage } from "./sqlite_storage.ts";
import { channel, tenantWith } from "./tenant_fixture.ts";

const policy: Redemption = {
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

/** Ledgers in their objects, by name, beside the index, and what closed orders tell them. */
export const settlementWorld = (change: Partial<Redemption> = {}) => {
  const now = (): number => Date.now();
  const register = fakeCrm(now);
  /** `by:value` → customer id, or how the search fails. */
  const people = new Map<string, string | CrmFailure>();
  /** Ids that the CRM answers with another one. */
  const joined = new Map<string, string>();
  /** Of Sitoo vouchers. */
  const passwords = new Map<number, VoucherPassword>();
  const searched: string[] = [];
  const capabilities: { -readonly [Name in keyof Capabilities]: Capabilities[Name] } = {
    ...register.crm.capabilities,
    searchBy: ["mobile", "email", "customer_id"],
  };
  /** How reading instruments goes wrong. */
  const broken: {
    failure?: CrmFailure;
    degraded?: readonly CardPart[];
    /** Promotions are listed as used, too. */
    areUsed?: boolean;
  } = {};
  /** Voucher passwords that every customer has. */
  const own: string[] = [];
  const crm: Crm = {
    ...register.crm,
    capabilities,
    search: async (key) => {
      searched.push(key.value);
      const found = people.get(`${key.by}:${key.value}`);
      if (found === undefined) return ok<Match | undefined>(undefined);
      return typeof found === "string" ? ok({ id: found }) : failed(found);
    },
    get: async (id) =>
      id.startsWith("c-")
        ? ok({
            customer: { id: joined.get(id) ?? id },
            sections: [],
            voucherPasswords: own,
            degraded: [],
          })
        : failed({ kind: "customer_not_found" }),
    instruments: async (id, call) => {
      if (broken.failure !== undefined) return failed(broken.failure);
      const offered = await register.crm.instruments(id, call);
      if (!offered.ok) return offered;
      const { areUsed: redeemed = false, degraded = [] } = broken;
      const promotions = offered.value.promotions.map((one) => ({ ...one, redeemed }));
      return ok({ ...offered.value, promotions, degraded });
    },
  };
  /** What the journals of other orders say. */
  const traces = new Map<number, Pick<OrderTrace, "state" | "deliveries">>();
  const tenant = tenantWith([channel("club", { redemption: { ...policy, ...change } })]);
  const scope: LedgerScope = {
    stored: { name: "acme", version: 1, revision: 1, document: "", credentials: [] },
    channelId: "club",
  };
  const index = indexWorld();
  const ledgers = new Map<string, LedgerObject>();
  const logged: Record<string, unknown>[] = [];
  const accountsSeen: number[] = [];
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
        name,
        peer: ledger,
        sendWakeUp: () => Promise.resolve(),
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
  const [account] = tenant.accounts;
  if (account === undefined) throw new Error("the tenant has an account");
  const settle = (wire: Readonly<Record<string, unknown>>): Promise<InstrumentsTaken> => {
    const reading = saleFromOrder(parsed(wire), {
      account: account.accountId,
      site: account.siteId,
      market: { country: "SE", currency: "SEK", timeZone: "Europe/Stockholm" },
    });
    if (reading.kind !== "sale") throw new Error(JSON.stringify(reading));
    return settleInstruments(
      { ...reading, tenant, account },
      {
        crm: () => crm,
        ledger,
        ledgerIndex: index.client,
        journal: () => ({
          show: async (orderId) => traces.get(orderId) as OrderTrace | undefined,
        }),
        voucherPassword: async (_account, id) => passwords.get(id) ?? { kind: "known" },
        stored: scope.stored,
        now,
        noteInstrumentsSeen: async (accountId) => {
          accountsSeen.push(accountId);
        },
      },
    );
  };
  return {
    register,
    capabilities,
    own,
    broken,
    people,
    joined,
    passwords,
    searched,
    traces,
    accountsSeen,
    settle,
    /** The ledger of a customer, by the CRM's id. */
    ledgerOf: async (customerId: string) =>
      ledger(await ledgerName("acme", "voyado/club", customerId)),
    redeem: async (customerId: string, refs: readonly InstrumentRef[]) =>
      ledger(await ledgerName("acme", "voyado/club", customerId)).redeem(scope, {
        customerId,
        refs,
        till: { registerId: "till-1" },
        requestId: "r",
        deadline: now() + 7_500,
      }),
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
