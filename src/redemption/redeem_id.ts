import { equalText, sha256, toBase64Url } from "../tenants/base64url.ts";

/**
 * A redeem_id routes itself to its ledger and is signed, so that no guess opens an object
 * and none of another tenant is believed: `name.group.mac`, each base64url.
 */
export type RedeemId = { readonly ledgerName: string; readonly groupId: string };

const encoder = new TextEncoder();
const macBytes = 16;

const mac = async (key: CryptoKey, text: string): Promise<string> => {
  const full = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
  return toBase64Url(new Uint8Array(full).slice(0, macBytes));
};

/** Name of the ledger object: a hash of who the customer is, by the CRM's own id (design.md 6.13). */
export const ledgerName = async (
  tenant: string,
  crmInstance: string,
  customerId: string,
): Promise<string> => {
  const text = JSON.stringify([tenant, crmInstance, customerId]);
  return toBase64Url(await sha256(text));
};

/** A new group id: 16 random bytes. */
export const newGroupId = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(16)));

export const signRedeemId = async (key: CryptoKey, tenant: string, id: RedeemId): Promise<string> =>
  `${id.ledgerName}.${id.groupId}.${await mac(key, `${tenant}\n${id.ledgerName}\n${id.groupId}`)}`;

/**
 * @param keys the current signing key and those it replaced.
 * @returns undefined for anything that this gateway did not issue to this tenant.
 */
export const readRedeemId = async (
  keys: readonly CryptoKey[],
  tenant: string,
  text: string,
): Promise<RedeemId | undefined> => {
  const match = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/.exec(text);
  const [, name, groupId, given] = match ?? [];
  if (name === undefined || groupId === undefined || given === undefined) return undefined;
  for (const key of keys) {
    const right = await mac(key, `${tenant}\n${name}\n${groupId}`);
    if (equalText(right, given)) return { ledgerName: name, groupId };
  }
  return undefined;
};
