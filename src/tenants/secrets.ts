import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { fromBase64Url, toBase64Url, toHex } from "./base64url.ts";

/**
 * Secrets of tenants, encrypted to the gateway's public key (HPKE, RFC 9180, X25519).
 * Whoever onboards can seal and never read; only the Worker holds the private key.
 * A sealed text is bound to its tenant and to its place in the document: moved, it does not open.
 *
 * Texts: a key is `<key id>.<base64url>`; a sealed secret is `<key id>.<encapsulated key>.<ciphertext>`.
 * Several private keys stand comma-separated, newest first, while secrets move to the newest.
 */
export type SecretPlace = { readonly tenant: string; readonly path: string };

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const utf8 = new TextEncoder();
const info = utf8.encode("sitoo-crm-edge tenant secret 1");
const binding = (place: SecretPlace): Uint8Array =>
  utf8.encode(JSON.stringify([place.tenant, place.path]));

/** A key or a sealed text cannot be used; says why, and never holds what is secret. */
export class SecretFault extends Error {
  override readonly name = "SecretFault";
}

type KeyText = { readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> };

const parseKey = (written: string, what: string): KeyText => {
  const [, id, encoded] = /^([0-9a-f]{8})\.([\w-]{43})$/.exec(written.trim()) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64Url(encoded);
  if (id === undefined || bytes?.length !== 32)
    throw new SecretFault(`${what} is not a key; \`npm run tenant -- keys\` makes a pair`);
  return { id, bytes };
};

/** The id that a key's text begins with; secrets sealed to it begin with the same. */
export const keyIdOf = (publicKey: string): string => parseKey(publicKey, "the public key").id;

/** A new pair as text: the private half for CONFIG_KEY, the public one for CONFIG_PUBLIC_KEY. */
export const generateKeyPair = async (): Promise<{
  readonly privateKey: string;
  readonly publicKey: string;
}> => {
  const pair = await suite.kem.generateKeyPair();
  const publicBytes = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
  const privateBytes = new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", publicBytes));
  const id = toHex(digest.slice(0, 4));
  return {
    privateKey: `${id}.${toBase64Url(privateBytes)}`,
    publicKey: `${id}.${toBase64Url(publicBytes)}`,
  };
};

/** Encrypts one secret for its place. Sealing twice gives two texts. */
export const seal = async (
  publicKey: string,
  place: SecretPlace,
  clear: string,
): Promise<string> => {
  const { id, bytes } = parseKey(publicKey, "the public key");
  const sealed = await suite.seal(
    { recipientPublicKey: await suite.kem.deserializePublicKey(bytes), info },
    utf8.encode(clear),
    binding(place),
  );
  return `${id}.${toBase64Url(new Uint8Array(sealed.enc))}.${toBase64Url(new Uint8Array(sealed.ct))}`;
};

export type Keyring = {
  /** Newest first. */
  readonly keyIds: readonly string[];
  /** @throws SecretFault when no key fits, or the text was sealed for another place. */
  open(place: SecretPlace, sealed: string): Promise<string>;
  /**
   * HMAC-SHA-256 keys for one purpose, one from each private key, newest first: the first one
   * signs, the others still know what was signed before a rotation.
   */
  deriveHmacKeys(purpose: string): Promise<readonly [CryptoKey, ...CryptoKey[]]>;
};

const hmacKey = async (key: KeyText, purpose: string): Promise<CryptoKey> => {
  const material = await crypto.subtle.importKey("raw", key.bytes, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: utf8.encode("sitoo-crm-edge"),
      info: utf8.encode(`hmac ${purpose}`),
    },
    material,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
};

/**
 * @param privateKeys the text of CONFIG_KEY: one private key or several with commas, newest first.
 * @throws SecretFault when it is not that.
 */
export const createKeyring = (privateKeys: string): Keyring => {
  const keys = privateKeys.split(",").map((written) => parseKey(written, "CONFIG_KEY"));
  const [newest, ...older] = keys;
  if (newest === undefined) throw new SecretFault("CONFIG_KEY is empty");
  const imported = new Map<string, Promise<CryptoKey>>();
  const privateKey = (key: KeyText): Promise<CryptoKey> => {
    const known = imported.get(key.id) ?? suite.kem.deserializePrivateKey(key.bytes);
    imported.set(key.id, known);
    return known;
  };
  const open = async (place: SecretPlace, sealed: string): Promise<string> => {
    const [id, enc, ciphertext] = sealed.split(".");
    const encapsulated = fromBase64Url(enc ?? "");
    const bytes = fromBase64Url(ciphertext ?? "");
    if (encapsulated === undefined || bytes === undefined || ciphertext === undefined)
      throw new SecretFault(`${place.path} of ${place.tenant} is not a sealed secret`);
    const key = keys.find((candidate) => candidate.id === id);
    if (key === undefined)
      throw new SecretFault(
        `${place.path} of ${place.tenant} is sealed to a key that CONFIG_KEY does not hold; apply the tenant file again`,
      );
    try {
      const clear = await suite.open(
        { recipientKey: await privateKey(key), enc: encapsulated, info },
        bytes,
        binding(place),
      );
      return new TextDecoder().decode(clear);
    } catch {
      // The library's own message adds nothing, and its cause is not ours to pass on.
      throw new SecretFault(
        `${place.path} of ${place.tenant} does not open: it was sealed for another place, or changed`,
      );
    }
  };
  return {
    keyIds: keys.map((key) => key.id),
    open,
    deriveHmacKeys: (purpose) =>
      Promise.all([hmacKey(newest, purpose), ...older.map((key) => hmacKey(key, purpose))]),
  };
};
