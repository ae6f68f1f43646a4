import { toHex } from "./base64url.ts";

/**
 * The index of one tenant in one CRM instance: 256 objects by the first two digits of a key's HMAC
 * (design.md 8). Keys are never stored, so what is in a shard names nobody.
 */
export const shardName = (tenant: string, crmInstance: string, keyHash: string): string =>
  JSON.stringify([tenant, crmInstance, keyHash.slice(0, 2)]);

/** HMAC of a key, in hexadecimal. @param key derived from CONFIG_KEY for the index. */
export const keyHash = async (key: CryptoKey, text: string): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));

export type IndexDeps<Shard> = {
  readonly tenant: string;
  readonly crmInstance: string;
  /** Newest first. */
  readonly indexKeys: () => Promise<readonly [CryptoKey, ...CryptoKey[]]>;
  readonly open: (name: string) => Shard;
};

/** The shards of one index, and the names that they know a key by. */
export const createIndexShards = <Shard>(deps: IndexDeps<Shard>) => ({
  shardOf: (hash: string): Shard => deps.open(shardName(deps.tenant, deps.crmInstance, hash)),
  /**
   * By the newest key, which is written under, and by those that CONFIG_KEY held before: what was
   * noted under them is still looked for.
   */
  hashesOf: async (text: string): Promise<readonly [string, ...string[]]> => {
    const [newest, ...older] = await deps.indexKeys();
    const hash = (key: CryptoKey): Promise<string> => keyHash(key, text);
    return Promise.all([hash(newest), ...older.map(hash)]);
  },
});
