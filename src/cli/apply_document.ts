import { sha256, toHex } from "../tenants/base64url.ts";
import { type Credential, hashPassword, newCredential } from "../tenants/credentials.ts";
import { documentIdentity, sealDocument } from "../tenants/document_seal.ts";
import type { Json, JsonObject } from "../tenants/json.ts";
import { keyIdOf } from "../tenants/secrets.ts";
import { loadStored, type NewVersion, versionOf } from "../tenants/store.ts";
import { credentialKinds } from "../tenants/stored_tenant.ts";
import { differenceOf } from "./difference.ts";
import { saveOnce } from "./save_once.ts";
import { whenFree } from "./when_free.ts";

export type ApplyRequest = {
  readonly db: D1Database;
  /** Text of the gateway's public key. */
  readonly publicKey: string;
  readonly tenant: string;
  /** The gateway's own blocks of a file that was checked, secrets in clear. */
  readonly file: JsonObject;
  readonly note?: string;
  readonly dryRun?: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
};

export type NewCredentials = Partial<
  Readonly<Record<Credential["kind"], { readonly username: string; readonly password: string }>>
>;

export type Applied =
  | {
      readonly kind: "applied";
      readonly tenant: string;
      /** The version that is current afterwards; with `dryRun`, that would be. */
      readonly version: number;
      readonly changed: boolean;
      readonly difference: readonly string[];
      /** Known now and never again. Empty when the tenant had them already. */
      readonly credentials: NewCredentials;
    }
  /** Somebody else applied in between; nothing was changed. */
  | { readonly kind: "conflict"; readonly tenant: string };

/**
 * Stores a checked tenant file as a new version, unless it says what is stored already,
 * and makes the credentials that the tenant lacks.
 */
export const applyDocument = async (request: ApplyRequest): Promise<Applied> => {
  const { db, tenant, publicKey } = request;
  // A malformed key is told before anything is read.
  keyIdOf(publicKey);
  const [stored, { version }] = await whenFree(() =>
    Promise.all([loadStored(db, tenant), versionOf(db, tenant)]),
  );
  const document = await sealDocument(tenant, request.file, publicKey);
  const before: Json | undefined =
    stored === undefined ? undefined : (JSON.parse(stored.document) as Json);
  const identity = documentIdentity(document);
  if (stored !== undefined && before !== undefined && documentIdentity(before) === identity)
    return {
      kind: "applied",
      tenant,
      version: stored.version,
      changed: false,
      difference: [],
      credentials: {},
    };

  const difference = differenceOf(before, document);
  if (request.dryRun === true)
    return {
      kind: "applied",
      tenant,
      version: version + 1,
      changed: true,
      difference,
      credentials: {},
    };

  const made = credentialKinds
    .filter((kind) => !(stored?.credentials ?? []).some((credential) => credential.kind === kind))
    .map((kind) => newCredential(tenant, kind));
  const next: NewVersion = {
    name: tenant,
    expected: stored?.version ?? version,
    document: JSON.stringify(document),
    sha256: toHex(await sha256(identity)),
    note: request.note ?? "",
    credentials: await Promise.all(
      made.map(async ({ kind, username, password }) => ({
        kind,
        username,
        sha256: await hashPassword(password),
      })),
    ),
  };
  const saved = await saveOnce(db, next, request.now);
  if (saved.kind === "conflict") return { kind: "conflict", tenant };
  return {
    kind: "applied",
    tenant,
    version: saved.version,
    changed: true,
    difference,
    credentials: Object.fromEntries(
      made.map(({ kind, username, password }) => [kind, { username, password }]),
    ),
  };
};
