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
