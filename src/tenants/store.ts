import * as z from "zod/mini";
import { englishFault } from "../model/english_fault.ts";
import { pausesOf, selectPauses } from "./pauses.ts";
import type { CredentialKind, StoredCredential, StoredTenant } from "./stored_tenant.ts";
import { credentialKinds } from "./stored_tenant.ts";

/**
 * Tenants in D1 (migrations/0001_tenants.sql). Each function is one round trip;
 * those that write are one batch, which D1 runs as one transaction.
 */

const current = z.object({
  name: z.string(),
  version: z.int(),
  revision: z.int(),
  document: z.string(),
});
const credentialRow = z.object({
  kind: z.enum(credentialKinds),
  username: z.string(),
  sha256: z.string(),
  expires_at: z.nullable(z.number()),
});
const accountFact = z.object({ account_id: z.int() });

/** What does not fit is a bug of ours, and rejects: the log is told which column it is. */
const rowsOf = <Row>(
  schema: z.ZodMiniType<Row>,
  results: readonly unknown[] | undefined,
): readonly Row[] => z.array(schema).parse(results ?? [], { error: englishFault });

const currentVersion = `
  SELECT t.name, t.version, t.revision, v.document
  FROM tenants t JOIN tenant_versions v ON v.tenant = t.name AND v.version = t.version
  WHERE t.name = ?1 AND t.removed_at IS NULL`;

/** The tenant as it is now, with its credentials; undefined when there is none of that name. */
export const loadStored = async (
  db: D1Database,
  name: string,
): Promise<StoredTenant | undefined> => {
  const [tenants, credentials, facts, held] = await db.batch([
    db.prepare(currentVersion).bind(name),
    db
      .prepare("SELECT kind, username, sha256, expires_at FROM credentials WHERE tenant = ?1")
      .bind(name),
    db
      .prepare(
        "SELECT account_id FROM account_facts WHERE tenant = ?1 AND fact = 'orders_carry_instruments'",
      )
      .bind(name),
    selectPauses(db, name),
  ]);
  const pauses = pausesOf(held?.results);
  const accounts = rowsOf(accountFact, facts?.results).map((fact) => fact.account_id);
  const [row] = rowsOf(current, tenants?.results);
  if (row === undefined) return undefined;
  return {
    ...row,
    ...(accounts.length === 0 ? {} : { accountsWithInstruments: accounts }),
    ...(pauses.length === 0 ? {} : { pauses: [...pauses] }),
    credentials: rowsOf(credentialRow, credentials?.results).map(
      ({ expires_at: expiresAt, ...credential }): StoredCredential => ({
        ...credential,
        ...(expiresAt === null ? {} : { expiresAt }),
      }),
    ),
  };
};

/** Remembers that an account's orders carry instrument ids; the revision rises, so isolates take notice. */
export const noteInstrumentsSeen = async (
  db: D1Database,
  name: string,
  accountId: number,
  now: number,
): Promise<void> => {
  await db.batch([
    db
      .prepare(
        `UPDATE tenants SET revision = revision + 1 WHERE name = ?1 AND NOT EXISTS (
           SELECT 1 FROM account_facts
           WHERE tenant = ?1 AND account_id = ?2 AND fact = 'orders_carry_instruments')`,
      )
      .bind(name, accountId),
    db
      .prepare(
        "INSERT OR IGNORE INTO account_facts (tenant, account_id, fact, first_seen) VALUES (?1, ?2, 'orders_carry_instruments', ?3)",
      )
      .bind(name, accountId, now),
  ]);
};

/** Where versions of a name stand: 0 for a name never used. A removed name counts on. */
export const versionOf = async (
  db: D1Database,
  name: string,
): Promise<{ readonly version: number; readonly removed: boolean }> => {
  const row = await db
    .prepare("SELECT version, removed_at FROM tenants WHERE name = ?1")
    .bind(name)
    .first<unknown>();
  if (row === null) return { version: 0, removed: false };
  const found = z
    .object({ version: z.int(), removed_at: z.nullable(z.number()) })
    .parse(row, { error: englishFault });
  return { version: found.version, removed: found.removed_at !== null };
};

/** A credential to store: its password is known to the caller alone. */
export type NewCredentialRow = {
  readonly kind: CredentialKind;
  readonly username: string;
  readonly sha256: string;
};

export type NewVersion = {
  readonly name: string;
  /** The version that the new one was made from; another since then is a conflict. */
  readonly expected: number;
  readonly document: string;
  readonly sha256: string;
  readonly note: string;
  readonly credentials: readonly NewCredentialRow[];
};

export type Saved =
  | { readonly kind: "saved"; readonly version: number }
  /** Somebody else saved, or removed, in between. */
  | { readonly kind: "conflict" };

const insertCredential = (
  db: D1Database,
  tenant: string,
  credential: NewCredentialRow,
  now: number,
): D1PreparedStatement =>
  db
    .prepare(
      "INSERT OR IGNORE INTO credentials (tenant, kind, username, sha256, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )
    .bind(tenant, credential.kind, credential.username, credential.sha256, now);

const isConflict = (fault: unknown): boolean =>
  fault instanceof Error && /constraint failed: tenant_versions\./.test(fault.message);

/** Stores a new version, never over another. @param now epoch milliseconds. */
export const saveVersion = async (
  db: D1Database,
  next: NewVersion,
  now: number,
): Promise<Saved> => {
  const version = next.expected + 1;
  try {
    await db.batch([
      // The condition that a transaction alone cannot state: NULL breaks the column, and with it the batch.
      db
        .prepare(
          `INSERT INTO tenant_versions (tenant, version, document, sha256, note, created_at)
           SELECT ?1, CASE WHEN coalesce((SELECT version FROM tenants WHERE name = ?1), 0) = ?2 THEN ?3 END, ?4, ?5, ?6, ?7`,
        )
        .bind(next.name, next.expected, version, next.document, next.sha256, next.note, now),
      db
        .prepare(
          `INSERT INTO tenants (name, version, revision, created_at, updated_at) VALUES (?1, ?2, 1, ?3, ?3)
           ON CONFLICT (name) DO UPDATE SET
             version = excluded.version, revision = revision + 1, updated_at = excluded.updated_at, removed_at = NULL`,
        )
        .bind(next.name, version, now),
      ...next.credentials.map((credential) => insertCredential(db, next.name, credential, now)),
    ]);
    return { kind: "saved", version };
  } catch (fault) {
    if (isConflict(fault)) return { kind: "conflict" };
    throw fault;
  }
};

const summary = z.object({ name: z.string(), version: z.int(), updatedAt: z.number() });
export type TenantSummary = z.output<typeof summary>;

/** Every tenant, by name. */
export const listTenants = async (db: D1Database): Promise<readonly TenantSummary[]> => {
  const { results } = await db
    .prepare(
      "SELECT name, version, updated_at AS updatedAt FROM tenants WHERE removed_at IS NULL ORDER BY name",
    )
    .all<unknown>();
  return rowsOf(summary, results);
};

const siteList = z.array(z.object({ account_id: z.int(), site_id: z._default(z.int(), 1) }));
const siteRow = z.object({ name: z.string(), sitoo: z.nullable(z.string()) });

/** Sitoo's numbers of a site that a tenant sells through. */
export type TenantSite = {
  readonly tenant: string;
  readonly account: number;
  readonly site: number;
};

const tenantsAtOnce = 500;

/**
 * The Sitoo sites of tenants by name, a part at a time, as their documents have them: no secret is opened for it.
 * @param after the last name of the part before; "" for the first.
 * @returns `next` undefined after the last part.
 */
export const listSites = async (
  db: D1Database,
  after: string,
): Promise<{ readonly sites: readonly TenantSite[]; readonly next: string | undefined }> => {
  const { results } = await db
    .prepare(
      `SELECT t.name, json_extract(v.document, '$.sitoo') AS sitoo
       FROM tenants t JOIN tenant_versions v ON v.tenant = t.name AND v.version = t.version
       WHERE t.removed_at IS NULL AND t.name > ?1 ORDER BY t.name LIMIT ?2`,
    )
    .bind(after, tenantsAtOnce)
    .all<unknown>();
  const rows = rowsOf(siteRow, results);
  return {
    // A document that does not fit costs its own tenant the walk, and nobody else.
    sites: rows.flatMap(({ name, sitoo }) =>
      (siteList.safeParse([JSON.parse(sitoo ?? "[]")].flat()).data ?? []).map((one) => ({
        tenant: name,
        account: one.account_id,
        site: one.site_id,
      })),
    ),
    next: rows.length < tenantsAtOnce ? undefined : rows.at(-1)?.name,
  };
};

const versionRow = z.object({
  version: z.int(),
  sha256: z.string(),
  note: z.string(),
  createdAt: z.number(),
});
export type VersionSummary = z.output<typeof versionRow>;

/** Every version, newest first; empty when there is no such tenant. */
export const history = async (db: D1Database, name: string): Promise<readonly VersionSummary[]> => {
  const { results } = await db
    .prepare(
      "SELECT version, sha256, note, created_at AS createdAt FROM tenant_versions WHERE tenant = ?1 ORDER BY version DESC",
    )
    .bind(name)
    .all<unknown>();
  return rowsOf(versionRow, results);
};

/** The document of one version, as stored. */
export const loadVersion = async (
  db: D1Database,
  name: string,
  version: number,
): Promise<string | undefined> => {
  const row = await db
    .prepare("SELECT document FROM tenant_versions WHERE tenant = ?1 AND version = ?2")
    .bind(name, version)
    .first<unknown>();
  return z.object({ document: z.string() }).safeParse(row).data?.document;
};

/**
 * Takes a tenant away with everything stored of it here. The row of its name stays and counts on,
 * so that a version number never means two documents.
 * @returns false when there was none.
 */
export const removeTenant = async (db: D1Database, name: string, now: number): Promise<boolean> => {
  const [removed] = await db.batch([
    db
      .prepare(
        "UPDATE tenants SET removed_at = ?2, updated_at = ?2, version = version + 1, revision = revision + 1 WHERE name = ?1 AND removed_at IS NULL",
      )
      .bind(name, now),
    ...["tenant_versions", "credentials", "dead_letters", "shapes", "pauses", "account_facts"].map(
      (table) => db.prepare(`DELETE FROM ${table} WHERE tenant = ?1`).bind(name),
    ),
  ]);
  return (removed?.meta.changes ?? 0) > 0;
};

/**
 * Adds a credential; those of the same kind work on until `oldUntil`, or their own earlier end.
 * Ended ones are dropped. Safe to run again with the same credential.
 */
export const rotateCredential = async (
  db: D1Database,
  name: string,
  credential: NewCredentialRow,
  oldUntil: number,
  now: number,
): Promise<void> => {
  await db.batch([
    db.prepare("DELETE FROM credentials WHERE tenant = ?1 AND expires_at <= ?2").bind(name, now),
    db
      .prepare(
        "UPDATE credentials SET expires_at = min(coalesce(expires_at, ?3), ?3) WHERE tenant = ?1 AND kind = ?2 AND username <> ?4",
      )
      .bind(name, credential.kind, oldUntil, credential.username),
    insertCredential(db, name, credential, now),
    db
      .prepare("UPDATE tenants SET revision = revision + 1, updated_at = ?2 WHERE name = ?1")
      .bind(name, now),
  ]);
};

const credentialUse = z.object({
  kind: z.enum(credentialKinds),
  username: z.string(),
  createdAt: z.number(),
  expiresAt: z.nullable(z.number()),
  lastUsedDay: z.nullable(z.string()),
});

/** What is known of a tenant's credentials; nothing of their passwords. */
export const listCredentials = async (
  db: D1Database,
  name: string,
): Promise<readonly z.output<typeof credentialUse>[]> => {
  const { results } = await db
    .prepare(
      `SELECT kind, username, created_at AS createdAt, expires_at AS expiresAt, last_used_day AS lastUsedDay
       FROM credentials WHERE tenant = ?1 ORDER BY kind, created_at`,
    )
    .bind(name)
    .all<unknown>();
  return rowsOf(credentialUse, results);
};

/** Notes the day (YYYY-MM-DD) a credential was last used; writes at most once a day. */
export const noteCredentialUse = async (
  db: D1Database,
  name: string,
  username: string,
  day: string,
): Promise<void> => {
  await db
    .prepare(
      "UPDATE credentials SET last_used_day = ?3 WHERE tenant = ?1 AND username = ?2 AND last_used_day IS NOT ?3",
    )
    .bind(name, username, day)
    .run();
};
