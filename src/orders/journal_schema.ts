import type { Sql } from "./journal_store.ts";

/**
 * Tables of the object (docs/storage.md), as the steps that made them what they are. Only ever
 * append: an object that slept through several versions runs those that it has not run.
 */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE journal_orders (
       order_id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
       wanted INTEGER NOT NULL, done INTEGER NOT NULL, said_closed INTEGER NOT NULL,
       since INTEGER NOT NULL, next_at INTEGER NOT NULL, attempt INTEGER NOT NULL,
       state TEXT NOT NULL, note TEXT NOT NULL, receipt TEXT, store TEXT, currency TEXT, total INTEGER,
       sold_at TEXT, payload TEXT, updated_at INTEGER NOT NULL)`,
    `CREATE TABLE journal_events (
       event_id TEXT PRIMARY KEY, order_id INTEGER NOT NULL, type TEXT NOT NULL, state_changed TEXT,
       at INTEGER NOT NULL, received_at INTEGER NOT NULL)`,
    `CREATE TABLE journal_deliveries (
       order_id INTEGER NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
       hash TEXT NOT NULL, changed_hash TEXT, attempt INTEGER NOT NULL, since INTEGER NOT NULL,
       next_at INTEGER NOT NULL, delivered_at INTEGER, updated_at INTEGER NOT NULL,
       PRIMARY KEY (order_id, channel))`,
    `CREATE TABLE journal_hops (
       id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, at INTEGER NOT NULL, hop TEXT NOT NULL,
       attempt INTEGER NOT NULL, status TEXT NOT NULL, ms INTEGER NOT NULL, note TEXT NOT NULL)`,
    "CREATE INDEX journal_hops_by_order ON journal_hops (order_id, id)",
    `CREATE TABLE journal_outbox (
       id TEXT PRIMARY KEY, entry TEXT NOT NULL, attempt INTEGER NOT NULL, next_at INTEGER NOT NULL)`,
  ],
  [
    "CREATE TABLE journal_meta (version INTEGER NOT NULL)",
    "ALTER TABLE journal_orders ADD COLUMN live INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE journal_orders ADD COLUMN backfill INTEGER NOT NULL DEFAULT 0",
  ],
  [
    `CREATE TABLE journal_receipts (
       seq INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, channel TEXT NOT NULL,
       receipt_id TEXT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL, number INTEGER NOT NULL,
       customer TEXT, reason TEXT NOT NULL, content TEXT, state TEXT NOT NULL, note TEXT NOT NULL,
       began INTEGER NOT NULL, attempt INTEGER NOT NULL, since INTEGER NOT NULL, next_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL, UNIQUE (order_id, channel, receipt_id))`,
  ],
  [
    "ALTER TABLE journal_receipts ADD COLUMN found_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE journal_receipts ADD COLUMN former_id TEXT",
    "ALTER TABLE journal_receipts ADD COLUMN noted_at INTEGER NOT NULL DEFAULT 0",
  ],
  [
    "ALTER TABLE journal_orders ADD COLUMN mails_asked INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE journal_orders ADD COLUMN mails_taken INTEGER NOT NULL DEFAULT 0",
  ],
];

/** Whether the object's tables are there, and bringing them up to date. */
export const journalSchema = (sql: Sql, transaction: <T>(work: () => T) => T) => {
  const has = (table: string): boolean =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length > 0;
  const read = (): number => {
    if (!has("journal_outbox")) return 0;
    // Tables from before versions were kept are those of the first step.
    if (!has("journal_meta")) return 1;
    const [row] = sql.exec<{ version: number }>("SELECT version FROM journal_meta").toArray();
    return row?.version ?? 1;
  };
  // Once they are there they stay: nothing but the object's own deletion drops them.
  let current = false;
  const update = (): void => {
    if (current) return;
    const from = read();
    if (from === migrations.length) return;
    for (const statement of migrations.slice(from).flat()) sql.exec(statement);
    sql.exec("DELETE FROM journal_meta");
    sql.exec("INSERT INTO journal_meta (version) VALUES (?)", migrations.length);
  };
  return {
    /** An object that holds nothing has no table; one that has some is brought up to date to be read. */
    exists(): boolean {
      if (current) return true;
      if (read() === 0) return false;
      transaction(update);
      current = true;
      return true;
    },
    /** Within the transaction of the first write, which may still be rolled back. */
    ensure: update,
  };
};
