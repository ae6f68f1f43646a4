import type { JournalDeps } from "../src/orders/journal_deps.ts";
import { createCustomerIndex } from "../src/orders/customer_index.ts";
import {
  createCustomerIndexClient,
  type CustomerShard,
} from "../src/orders/customer_index_client.ts";
import { sqliteStorage, type SqliteStorage } from "./sqlite_storage.ts";

/** For journals whose customers nobody looks up. */
export const noIndex: JournalDeps["customerIndex"] = () => ({
  note: () => Promise.resolve(),
  noteJoined: () => Promise.resolve(),
});

const hmacKey = (): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    crypto.getRandomValues(new Uint8Array(32)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );

/** The index of one deployment: shards by name, and the keys of CONFIG_KEY. */
export const customerIndexWorld = (now: () => number = () => 0) => {
  const shards = new Map<string, SqliteStorage>();
  const keys: Promise<CryptoKey>[] = [hmacKey()];
  /** So many calls of a shard break off. */
  const faults = { left: 0 };
  let calls = 0;
  const open = (name: string): CustomerShard => {
    const storage = shards.get(name) ?? sqliteStorage();
    shards.set(name, storage);
    const index = createCustomerIndex({
      storage: { sql: { exec: storage.exec as SqlStorage["exec"] } },
      now,
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
      noteCustomer: (...call) => answer(() => index.note(...call)),
      customerLeads: (...call) => answer(() => index.of(...call)),
    };
  };
  return {
    faults,
    shards,
    calls: () => calls,
    /** A new CONFIG_KEY stands before those that were there. */
    rotate: () => keys.unshift(hmacKey()),
    client: (tenant = "acme", crmInstance = "voyado/club") =>
      createCustomerIndexClient({
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
