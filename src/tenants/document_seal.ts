import { toHex } from "./base64url.ts";
import { isSealed, type SealedSecret } from "./document.ts";
import {
  canonicalJson,
  isObject,
  type Json,
  type JsonObject,
  type Path,
  pathText,
} from "./json.ts";
import { isSecretAt } from "./schema_walk.ts";
import { seal, type SecretPlace } from "./secrets.ts";

/**
 * Eight hexadecimal digits that tell whether a secret changed, as sealed texts differ each time.
 * Deliberately slow and salted by its place, so that a weak password is not simply read back from it.
 */
const fingerprint = async (place: SecretPlace, clear: string): Promise<string> => {
  const utf8 = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", utf8.encode(clear), "PBKDF2", false, [
    "deriveBits",
  ]);
  const salt = utf8.encode(JSON.stringify([place.tenant, place.path]));
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: 50_000 },
    key,
    32,
  );
  return toHex(new Uint8Array(bits));
};

const sealed = async (
  publicKey: string,
  place: SecretPlace,
  clear: string,
): Promise<SealedSecret> => ({
  $sealed: await seal(publicKey, place, clear),
  $fingerprint: await fingerprint(place, clear),
});

/**
 * Makes the stored document of a checked file.
 * @param file the gateway's own blocks, secrets in clear (`ownBlocks` of file_check.ts).
 */
export const sealDocument = async (
  tenant: string,
  file: JsonObject,
  publicKey: string,
): Promise<JsonObject> => {
  const walk = async (value: Json, path: Path): Promise<Json> => {
    if (typeof value === "string" && isSecretAt(path))
      return sealed(publicKey, { tenant, path: pathText(file, path) }, value);
    if (Array.isArray(value))
      return Promise.all(value.map((item, index) => walk(item, [...path, index])));
    return isObject(value) ? walkObject(value, path) : value;
  };
  const walkObject = async (value: JsonObject, path: Path): Promise<JsonObject> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(value).map(async ([key, item]): Promise<[string, Json]> => [
          key,
          await walk(item, [...path, key]),
        ]),
      ),
    );
  return walkObject(file, []);
};

/** Equal for documents that say the same: sealed texts stand by their key's id and fingerprint. */
export const documentIdentity = (document: Json): string => {
  const plain = (value: Json): Json => {
    if (isSealed(value)) return `${value.$sealed.split(".")[0] ?? ""} ${value.$fingerprint}`;
    if (Array.isArray(value)) return value.map(plain);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  };
  return canonicalJson(plain(document));
};

/** Every sealed secret of a document by its path. */
const secretsOf = (
  root: Json,
  value: Json = root,
  path: Path = [],
): ReadonlyMap<string, SealedSecret> => {
  if (isSealed(value)) return new Map([[pathText(root, path), value]]);
  if (!isObject(value) && !Array.isArray(value)) return new Map();
  const entries: readonly [string | number, Json][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return new Map(entries.flatMap(([step, item]) => [...secretsOf(root, item, [...path, step])]));
};

/**
 * An earlier document with the secrets of today: what `rollback` stores, since a key
 * that was replaced meanwhile no longer works at the CRM.
 */
export const withSecretsOf = (earlier: JsonObject, current: Json): JsonObject => {
  const today = secretsOf(current);
  const walk = (value: Json, path: Path): Json => {
    if (isSealed(value)) return today.get(pathText(earlier, path)) ?? value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    return isObject(value) ? walkObject(value, path) : value;
  };
  const walkObject = (value: JsonObject, path: Path): JsonObject =>
    Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]),
    );
  return walkObject(earlier, []);
};
