import * as z from "zod/mini";
import { englishFault } from "../model/english_fault.ts";
import { pausable, type Pause, type StoredTenant } from "./stored_tenant.ts";

/** What operators hold back, in D1 (migrations/0001); it travels with the stored tenant, so that no call reads it. */

/** Since when something of a channel is held back, epoch milliseconds; undefined: it runs. */
export const pausedSince = (
  { pauses = [] }: Pick<StoredTenant, "pauses">,
  channel: string,
  what: Pause["what"],
): number | undefined => {
  const holding = pauses.filter(
    (pause) => pause.what === what && (pause.channel === undefined || pause.channel === channel),
  );
  return holding.length === 0 ? undefined : Math.min(...holding.map(({ since }) => since));
};

const rows = z.array(z.object({ what: z.enum(pausable), channel: z.string(), since: z.number() }));

/** For a batch with what else is read of the tenant. */
export const selectPauses = (db: D1Database, tenant: string): D1PreparedStatement =>
  db
    .prepare(
      `SELECT what, channel, created_at AS since FROM pauses
       WHERE tenant = ?1 AND what IN ('redeem', 'orders') ORDER BY channel, what`,
    )
    .bind(tenant);

/** What does not fit is a bug of ours, and rejects. */
export const pausesOf = (results: readonly unknown[] | undefined): readonly Pause[] =>
  rows
    .parse(results ?? [], { error: englishFault })
    .map(({ channel, ...pause }) => (channel === "" ? pause : { ...pause, channel }));

export const listPauses = async (db: D1Database, tenant: string): Promise<readonly Pause[]> => {
  const { results } = await selectPauses(db, tenant).all<unknown>();
  return pausesOf(results);
};

/** The revision rises, so isolates and copies take notice. */
const raiseRevision = (db: D1Database, tenant: string): D1PreparedStatement =>
  db.prepare("UPDATE tenants SET revision = revision + 1 WHERE name = ?1").bind(tenant);

/** Holds back; what is held back already stays so since then. */
export const addPauses = async (
  db: D1Database,
  tenant: string,
  { what, channel = "" }: { readonly what: readonly Pause["what"][]; readonly channel?: string },
  now: number,
): Promise<void> => {
  const insert = db.prepare(
    "INSERT OR IGNORE INTO pauses (tenant, channel, what, created_at) VALUES (?1, ?2, ?3, ?4)",
  );
  await db.batch([
    ...what.map((one) => insert.bind(tenant, channel, one, now)),
    raiseRevision(db, tenant),
  ]);
};

/**
 * Lets go on. Without a channel: everywhere; with one: what was paused for that channel alone.
 * @returns how many pauses there were.
 */
export const removePauses = async (
  db: D1Database,
  tenant: string,
  { what, channel }: { readonly what: readonly Pause["what"][]; readonly channel?: string },
): Promise<number> => {
  const remove = db.prepare(
    "DELETE FROM pauses WHERE tenant = ?1 AND what = ?2 AND (?3 IS NULL OR channel = ?3)",
  );
  const results = await db.batch([
    ...what.map((one) => remove.bind(tenant, one, channel ?? null)),
    raiseRevision(db, tenant),
  ]);
  return results.slice(0, -1).reduce((sum, { meta }) => sum + meta.changes, 0);
};
