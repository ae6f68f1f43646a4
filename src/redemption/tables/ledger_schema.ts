import type { LedgerStorage } from "./ledger_storage.ts";

/**
 * Tables of the object (docs/storage.md), as the steps that made them what they are. Only ever
 * append: an object that slept through several versions runs those that it has not run.
 */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS redemptions (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, group_id TEXT NOT NULL,
      kind TEXT NOT NULL, instrument_id TEXT NOT NULL, state TEXT NOT NULL, fingerprint TEXT NOT NULL,
      register_id TEXT, store_id TEXT, staff_id TEXT, request_id TEXT NOT NULL,
      started_at INTEGER NOT NULL, sent_at INTEGER NOT NULL, committed_at INTEGER, heard INTEGER NOT NULL DEFAULT 0,
      via_ledger INTEGER NOT NULL DEFAULT 0, undo_requested INTEGER NOT NULL DEFAULT 0, was_unclear INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, snapshot TEXT,
      order_ref TEXT, receipt_number TEXT, settled_at INTEGER, given_back INTEGER NOT NULL DEFAULT 0,
      claim_checked INTEGER NOT NULL DEFAULT 0, watched INTEGER NOT NULL DEFAULT 0, bought TEXT)`,
    `CREATE TABLE IF NOT EXISTS returned_goods (
      order_ref TEXT NOT NULL, return_ref TEXT NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL,
      quantity TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (order_ref, return_ref, line))`,
    `CREATE INDEX IF NOT EXISTS redemptions_instrument ON redemptions (kind, instrument_id, seq)`,
    `CREATE INDEX IF NOT EXISTS redemptions_group ON redemptions (group_id)`,
    `CREATE TABLE IF NOT EXISTS outbox (
      redemption_id TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0)`,
    `CREATE TABLE IF NOT EXISTS undo_markers (
      fingerprint TEXT NOT NULL, register_id TEXT, store_id TEXT, staff_id TEXT, until INTEGER NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS trail (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, redemption_id TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
      from_state TEXT NOT NULL, to_state TEXT NOT NULL, request_id TEXT NOT NULL,
      register_id TEXT, store_id TEXT, staff_id TEXT, ms INTEGER, detail TEXT)`,
  ],
  [
    `ALTER TABLE redemptions ADD COLUMN kept_here INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE redemptions ADD COLUMN amount INTEGER`,
    `CREATE TABLE mirrors (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, redemption_id TEXT NOT NULL, instrument TEXT NOT NULL, use TEXT NOT NULL,
      since INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL)`,
  ],
];

const versionKey = "schema";

/** Whether the object's tables are there, and bringing them up to date when something is to be written. */
export const ledgerSchema = ({ sql, transaction }: LedgerStorage) => {
  let version: number | undefined;
  const read = (): number => {
    if (version !== undefined) return version;
    const exists =
      sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'trail'").toArray()
        .length > 0;
    if (!exists) return 0;
    const [row] = sql.exec("SELECT value FROM meta WHERE key = ?", versionKey).toArray();
    // Tables from before versions were kept are those of the first step.
    return (version = Number(row?.value ?? 1));
  };
  const update = (): void => {
    const from = read();
    if (from >= migrations.length) return;
    for (const statement of migrations.slice(from).flat()) sql.exec(statement);
    sql.exec(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      versionKey,
      String(migrations.length),
    );
    version = migrations.length;
  };
  return {
    /** An object that holds nothing has no table; one that has some is brought up to date to be read. */
    exists: (): boolean => {
      const found = read();
      if (found === 0) return false;
      if (found < migrations.length) transaction(update);
      return true;
    },
    /** Within the transaction of the first write. */
    ensure: update,
    /** A transaction was rolled back, and perhaps tables with it. */
    forget: (): void => {
      version = undefined;
    },
  };
};
