import { equalText, sha256, toBase64Url, toHex } from "./base64url.ts";
import type { CredentialKind, StoredCredential } from "./stored_tenant.ts";

/**
 * Credentials that Sitoo shows to us. They are ours: 32 random bytes, stored as SHA-256
 * (a password of full entropy needs no slow hash), printed once when they are made.
 */
export type Credential = {
  readonly kind: CredentialKind;
  readonly username: string;
  readonly password: string;
};

const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** A username that tells what it is for, such as `acme-spi-x7k2`; a rotation gives another. */
export const newCredential = (tenant: string, kind: CredentialKind): Credential => {
  const suffix = Array.from(
    crypto.getRandomValues(new Uint8Array(4)),
    (byte) => letters[byte % letters.length],
  ).join("");
  return {
    kind,
    username: `${tenant}-${kind}-${suffix}`,
    password: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
  };
};

/** What is stored of a password, in hexadecimal. */
export const hashPassword = async (password: string): Promise<string> =>
  toHex(await sha256(password));

/**
 * Whether a username and password open one kind of surface.
 * Both are compared as digests, and every stored credential is looked at,
 * so that time tells neither which of them exists nor how much of it was right.
 * @param now epoch milliseconds.
 */
export const matchCredential = async (
  stored: readonly StoredCredential[],
  kind: CredentialKind,
  username: string,
  password: string,
  now: number,
): Promise<boolean> => {
  const [shownName, shownPassword] = await Promise.all([
    hashPassword(username),
    hashPassword(password),
  ]);
  const names = await Promise.all(stored.map((credential) => hashPassword(credential.username)));
  let matches = 0;
  stored.forEach((credential, index) => {
    const sameName = equalText(names[index] ?? "", shownName);
    const samePassword = equalText(credential.sha256, shownPassword);
    const live = credential.expiresAt === undefined || credential.expiresAt > now;
    matches +=
      Number(credential.kind === kind) & Number(sameName) & Number(samePassword) & Number(live);
  });
  return matches > 0;
};
