import { createCreationGuard, keysOf } from "../src/crm/creation_guard.ts";
import type { Capabilities, Crm, CrmCall, Profile, SearchKey } from "../src/crm/port.ts";
import { createKeyIndex, type KeyShard } from "../src/crm/supplied/key_index.ts";
import { keyOf, sameKey } from "../src/crm/supplied/customer_keys.ts";
import { supplied } from "../src/crm/supplied/supplied.ts";
import type { CrmFailure } from "../src/model/crm_failure.ts";
import type { Customer, Person } from "../src/model/customer.ts";
import { failed, ok } from "../src/model/outcome.ts";
import { createLru } from "../src/tenants/lru.ts";
import { fakeCrm } from "./fake_crm.ts";
import { sqliteStorage, type SqliteStorage } from "./sqlite_storage.ts";

export const profileOf = (customer: Customer): Profile => ({
  customer,
  sections: [],
  voucherPasswords: [],
  degraded: [],
});

const newKey = (): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    crypto.getRandomValues(new Uint8Array(32)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );

/**
 * A register of customers that can be searched by some keys only, and shows its writes late, with
 * the gateway's index beside it: what a till would work with, and every object's storage to look at.
 */
export const customerWorld = (
  lacks: Partial<Pick<Capabilities, "searchBy" | "indexedBy" | "writesShowWithinMs">> = {},
  /** How long the CRM really takes. */
  lagMs = lacks.writesShowWithinMs ?? 0,
  /** Takes a write for a customer whom it does not show yet. */
  takesUnknown = true,
) => {
  let now = Date.parse("2026-11-23T10:00:00Z");
  const customers = new Map<string, Customer>();
  const queue: { readonly at: number; readonly apply: () => void }[] = [];
  const calls: string[] = [];
  const updates: { readonly changes: Person; readonly before: Customer }[] = [];
  const broken: { [Call in "get" | "search" | "create" | "update"]?: CrmFailure } = {};
  let made = 0;
  const catchUp = (): void => {
    while (queue[0] !== undefined && queue[0].at <= now) queue.shift()?.apply();
  };
  const later = (apply: () => void): void => {
    queue.push({ at: now + lagMs, apply });
    catchUp();
  };
  const change = (id: string, changes: Person): void => {
    const old = customers.get(id);
    if (old !== undefined) customers.set(id, { ...old, ...changes });
  };
  const instruments = fakeCrm(() => now).crm;
  const bare: Crm = {
    ...instruments,
    capabilities: {
      ...instruments.capabilities,
      searchBy: ["email"],
      indexedBy: [],
      writesShowWithinMs: 0,
      ...lacks,
    },
    search: async (key: SearchKey) => {
      calls.push(`search ${key.by}`);
      if (broken.search !== undefined) return failed(broken.search);
      catchUp();
      if (key.by === "customer_id") throw new Error("asked of get");
      const { by } = key;
      const ids = [...customers.values()].filter((one) => sameKey(keyOf(one, by), key));
      return ids.length > 1
        ? failed({ kind: "several_matches", ids: ids.map(({ id }) => id) })
        : ok(ids[0] && { id: ids[0].id });
    },
    get: async (id) => {
      calls.push(`get ${id}`);
      if (broken.get !== undefined) return failed(broken.get);
      catchUp();
      const found = customers.get(id);
      return found === undefined ? failed({ kind: "customer_not_found" }) : ok(profileOf(found));
    },
    create: async (person) => {
      calls.push("create");
      if (broken.create !== undefined) return failed(broken.create);
      made += 1;
      const customer = { ...person, id: `c-${made}` };
      later(() => customers.set(customer.id, customer));
      return ok(profileOf(customer));
    },
    update: async (id, changes, before) => {
      calls.push(`update ${id}`);
      updates.push({ changes, before });
      if (broken.update !== undefined) return failed(broken.update);
      const shown = customers.get(id) ?? (takesUnknown && id.startsWith("c-") ? before : undefined);
      if (shown === undefined) return failed({ kind: "customer_not_found" });
      later(() => change(id, changes));
      return ok(profileOf(customers.get(id) ?? shown));
    },
    instruments: async (id) => {
      catchUp();
      return customers.has(id)
        ? instruments.instruments(id, call())
        : failed({ kind: "customer_not_found" });
    },
    purchases: async (id) =>
      customers.has(id) ? ok({ items: [], totalCount: 0 }) : failed({ kind: "customer_not_found" }),
  };

  const storages = new Map<string, SqliteStorage>();
  let objects = new Map<string, ReturnType<typeof createKeyIndex>>();
  const timers: { readonly at: number; readonly work: () => void }[] = [];
  const shardCalls: string[] = [];
  const shards: { mode: "well" | "away" | "silent" } = { mode: "well" };
  const alarms: number[] = [];
  const open = (name: string): KeyShard => {
    const storage = storages.get(name) ?? sqliteStorage();
    storages.set(name, storage);
    const object =
      objects.get(name) ??
      createKeyIndex({
        storage: { sql: { exec: storage.exec as SqlStorage["exec"] } },
        now: () => now,
        wakeAt: (at) => alarms.push(at),
        later: (ms, work) => timers.push({ at: now + ms, work }),
      });
    objects.set(name, object);
    const reach = <Value>(method: string, work: () => Promise<Value>): Promise<Value> => {
      shardCalls.push(method);
      if (shards.mode === "silent") return new Promise(() => undefined);
      if (shards.mode === "away") return Promise.reject(new Error("the shard is away"));
      // What crosses an object's boundary is a copy.
      return work().then((value) => structuredClone(value));
    };
    return {
      keyed: (...given) => reach("keyed", () => object.keyed(...given)),
      noteKey: (...given) => reach("noteKey", () => object.noteKey(...given)),
      dropKey: (...given) => reach("dropKey", () => object.dropKey(...given)),
      noteFresh: (...given) => reach("noteFresh", () => object.noteFresh(...given)),
      dropShown: (...given) => reach("dropShown", () => object.dropShown(...given)),
    };
  };
  const keys: Promise<CryptoKey>[] = [newKey()];
  let background: Promise<unknown>[] = [];
  const logged: Record<string, unknown>[] = [];
  /** A new isolate knows nothing of what was noted; one isolate serves many tenants. */
  const till = (tenant = "acme", noted = createLru<number>(100)): Crm =>
    supplied(bare, {
      tenant,
      crmInstance: "fake|crm",
      indexKeys: async () => {
        const [newest, ...older] = await Promise.all(keys);
        if (newest === undefined) throw new Error("no key");
        return [newest, ...older];
      },
      open,
      background: (work) => background.push(work),
      noted,
      now: () => now,
      log: (entry) => logged.push(entry),
    });
  const guardStorage = sqliteStorage();
  const guard = createCreationGuard({
    storage: { sql: { exec: guardStorage.exec as SqlStorage["exec"] } },
    now: () => now,
    wakeAt: () => undefined,
  });
  const call = (): CrmCall => ({ deadline: now + 7_500, requestId: "r" });

  return {
    bare,
    till,
    call,
    customers,
    calls,
    updates,
    broken,
    shards,
    shardCalls,
    alarms,
    logged,
    now: () => now,
    /** As the shard of the key would, which has the same CRM. */
    createOnce: (person: Person) =>
      guard.create(till(), person, keysOf(person)[0]?.value ?? "", JSON.stringify(person), call()),
    /** Somebody else writes in the CRM itself; shown at once. */
    writeElsewhere: change,
    wait: (ms: number): void => {
      now += ms;
      for (const timer of timers.splice(0)) {
        if (timer.at <= now) timer.work();
        else timers.push(timer);
      }
    },
    /** All shards lose their memory. */
    restart: () => (objects = new Map()),
    rotate: () => keys.unshift(newKey()),
    rows: (): Record<string, unknown>[] =>
      [...storages.values()].flatMap((storage) =>
        storage.exec("SELECT name FROM sqlite_master").toArray().length === 0
          ? []
          : storage.exec("SELECT * FROM key_index").toArray(),
      ),
    prune: () => {
      for (const object of objects.values()) object.prune();
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
