import type { Sql } from "../journal_store.ts";
import type { WalkPlace } from "./walk_name.ts";

export type WalkStorage = {
  readonly sql: Sql;
  /** A throw inside rolls everything back. */
  readonly transaction: <T>(work: () => T) => T;
};

/**
 * Tables of the object (docs/storage.md), as the steps that made them what they are. Only ever
 * append: an object that slept through several versions runs those that it has not run.
 */
const migrations: readonly (readonly string[])[] = [
  [
    "CREATE TABLE walk_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE walk_marks (at INTEGER PRIMARY KEY, position INTEGER NOT NULL)",
    `CREATE TABLE walk_open (
       order_id INTEGER PRIMARY KEY, since INTEGER NOT NULL, next_at INTEGER NOT NULL)`,
    `CREATE TABLE backfills (
       seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, from_s INTEGER NOT NULL, to_s INTEGER NOT NULL,
       channel TEXT, dry_run INTEGER NOT NULL, state TEXT NOT NULL, position INTEGER NOT NULL,
       found INTEGER NOT NULL, handed INTEGER NOT NULL, remaining INTEGER,
       started_at INTEGER NOT NULL, ended_at INTEGER, resumed_at INTEGER NOT NULL, found_then INTEGER NOT NULL,
       next_at INTEGER NOT NULL, attempt INTEGER NOT NULL, error TEXT)`,
    `CREATE TABLE backfill_waits (
       backfill TEXT NOT NULL, journal INTEGER NOT NULL, orders INTEGER NOT NULL, PRIMARY KEY (backfill, journal))`,
    `CREATE TABLE backfill_totals (
       backfill TEXT NOT NULL, day TEXT NOT NULL, store TEXT NOT NULL, currency TEXT NOT NULL,
       orders INTEGER NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (backfill, day, store, currency))`,
    `CREATE TABLE proofs (
       day TEXT PRIMARY KEY, state TEXT NOT NULL, nightly INTEGER NOT NULL, position INTEGER NOT NULL,
       orders INTEGER NOT NULL, remaining INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER,
       next_at INTEGER NOT NULL, attempt INTEGER NOT NULL, error TEXT)`,
    `CREATE TABLE proof_counts (
       day TEXT NOT NULL, store TEXT NOT NULL, currency TEXT NOT NULL, destination TEXT NOT NULL,
       outcome TEXT NOT NULL, reason TEXT NOT NULL, orders INTEGER NOT NULL, total INTEGER NOT NULL,
       PRIMARY KEY (day, store, currency, destination, outcome, reason))`,
    `CREATE TABLE proof_differences (
       day TEXT NOT NULL, order_id INTEGER NOT NULL, destination TEXT NOT NULL, outcome TEXT NOT NULL,
       reason TEXT NOT NULL, receipt TEXT NOT NULL, store TEXT NOT NULL, currency TEXT NOT NULL,
       total INTEGER, delivered INTEGER, PRIMARY KEY (day, order_id, destination))`,
  ],
];

const versionKey = "schema";

export type WalkMeta = ReturnType<typeof createWalkMeta>;

/** The tables, and small facts of the walk by name. An object that holds nothing creates no table. */
export const createWalkMeta = ({ sql, transaction }: WalkStorage) => {
  let version: number | undefined;
  const get = (key: string): string | undefined =>
    sql.exec<{ value: string }>("SELECT value FROM walk_meta WHERE key = ?", key).toArray()[0]
      ?.value;
  const put = (key: string, value: string): void => {
    sql.exec("INSERT OR REPLACE INTO walk_meta VALUES (?, ?)", key, value);
  };
  const read = (): number => {
    if (version !== undefined) return version;
    const isThere =
      sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'walk_meta'").toArray().length > 0;
    return isThere ? (version = Number(get(versionKey))) : 0;
  };
  const update = (): void => {
    const from = read();
    if (from >= migrations.length) return;
    transaction(() => {
      for (const statement of migrations.slice(from).flat()) sql.exec(statement);
      put(versionKey, String(migrations.length));
    });
    version = migrations.length;
  };
  return {
    /** True also brings older tables up to date, so that they can be read. */
    exists(): boolean {
      if (read() === 0) return false;
      update();
      return true;
    },
    /** Before the first write. */
    ensure(place: WalkPlace): void {
      update();
      const text = JSON.stringify(place);
      if (get("place") !== text) put("place", text);
    },
    place(): WalkPlace | undefined {
      const text = get("place");
      return text === undefined ? undefined : JSON.parse(text);
    },
    get,
    put,
    drop(key: string): void {
      sql.exec("DELETE FROM walk_meta WHERE key = ?", key);
    },
    /** What there was, once its tenant or account is gone for good. */
    clear(): void {
      transaction(() => {
        // walk_…, backfill…, proof…: the platform keeps tables of its own beside them.
        const tables = sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '[wbp]*'",
          )
          .toArray();
        for (const { name } of tables) sql.exec(`DROP TABLE ${name}`);
      });
      version = undefined;
    },
  };
};
