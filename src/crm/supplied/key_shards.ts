import { createIndexShards, type IndexDeps, keyHash } from "../../tenants/index_shards.ts";
import type { Lru } from "../../tenants/lru.ts";
import { openId, sealId } from "../../tenants/sealed_id.ts";
import type { SearchKey } from "../port.ts";
import type { KeyShard, Fresh, FreshWrite } from "./key_index.ts";
import { plainKey } from "./customer_keys.ts";
import type { Shown } from "./fresh_fields.ts";

/** What the index knows under a key. */
export type Known = { readonly ids: readonly string[]; readonly fresh: Fresh | undefined };

export const nothingKnown: Known = { ids: [], fresh: undefined };

/** The index of one CRM instance. Nothing in it throws, and nothing takes longer than a till can wait. */
export type KeyShards = {
  /** `undefined`: the shard did not answer in time. Under `customer_id`: what is fresh of the customer. */
  known(key: SearchKey): Promise<Known | undefined>;
  note(key: SearchKey, customerId: string): Promise<unknown>;
  /** The same behind the answer, and not for each card of the same customer. */
  seen(key: SearchKey, customerId: string): void;
  /** @param quietMs a row noted within this time stays: the CRM may lag behind it. */
  drop(key: SearchKey, customerId: string, quietMs: number): Promise<unknown>;
  noteFresh(key: SearchKey, write: FreshWrite): Promise<Fresh | undefined>;
  dropShown(key: SearchKey, shown: Shown): void;
};

/** A shard that is cold answers well within it; a till's search has then most of its time left. */
const patienceMs = 1_000;
/** Rows stay for 400 days, and are to be dropped by whoever sees that a key has changed. */
const seenForMs = 3_600_000;

export type KeyShardsDeps = IndexDeps<KeyShard> & {
  readonly background: (work: Promise<unknown>) => void;
  /** When a row was noted last: of the isolate, for all tenants. */
  readonly noted: Lru<number>;
  readonly now: () => number;
  readonly log: (entry: Record<string, unknown>) => void;
};

export const createKeyShards = (deps: KeyShardsDeps): KeyShards => {
  const { shardOf } = createIndexShards(deps);
  /** @param every under each key of CONFIG_KEY, for rows from before a rotation; else under the newest. */
  const ask = <Value>(
    key: SearchKey,
    every: boolean,
    work: (shard: KeyShard, hash: string, indexKey: CryptoKey) => Promise<Value>,
  ): Promise<Value[] | undefined> => {
    const askAll = async (): Promise<Value[]> => {
      const keys = await deps.indexKeys();
      return Promise.all(
        keys.slice(0, every ? keys.length : 1).map(async (indexKey) => {
          const hash = await keyHash(indexKey, `key ${key.by}:${plainKey(key)}`);
          return work(shardOf(hash), hash, indexKey);
        }),
      );
    };
    const done = askAll().catch(() => {
      deps.log({ level: "error", event: "index_away", tenant: deps.tenant });
      return undefined;
    });
    // A write that is late is still made.
    deps.background(done);
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
    return Promise.race([done, late]);
  };

  /** Of all tenants: two may have one person's key, and the same id for them. */
  const row = (hash: string, id: string): string =>
    JSON.stringify([deps.tenant, deps.crmInstance, hash, id]);
  const note = (key: SearchKey, id: string, evenIfSeen: boolean): Promise<unknown> =>
    ask(key, false, async (shard, hash, indexKey) => {
      const noted = row(hash, id);
      if (!evenIfSeen && (deps.noted.get(noted) ?? 0) > deps.now() - seenForMs) return;
      await shard.noteKey(hash, await sealId(indexKey, hash, id));
      deps.noted.set(noted, deps.now());
    });

  return {
    async known(key) {
      // What is fresh is younger than any rotation.
      const found = await ask(key, key.by !== "customer_id", async (shard, hash, indexKey) => {
        const { rows, fresh } = await shard.keyed(hash);
        const ids = await Promise.all(rows.map((text) => openId(indexKey, hash, text)));
        return { ids: ids.filter((id) => id !== undefined), fresh };
      });
      return found && { ids: found.flatMap(({ ids }) => ids), fresh: found[0]?.fresh };
    },
    note: (key, id) => note(key, id, true),
    seen(key, id) {
      void note(key, id, false);
    },
    drop: (key, id, quietMs) =>
      ask(key, true, async (shard, hash, indexKey) => {
        deps.noted.delete(row(hash, id));
        await shard.dropKey(hash, await sealId(indexKey, hash, id), quietMs);
      }),
    async noteFresh(key, write) {
      return (await ask(key, false, (shard, hash) => shard.noteFresh(hash, write)))?.[0];
    },
    dropShown(key, shown) {
      void ask(key, false, (shard, hash) => shard.dropShown(hash, shown));
    },
  };
};
