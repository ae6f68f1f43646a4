/** The part of a Durable Object's storage that the index uses. */
export type IndexStorage = { readonly sql: Pick<SqlStorage, "exec"> };

/** As long as the rows of a ledger. */
const keptMs = 400 * 24 * 3_600_000;
/** What has outlived its time waits for company, so that a busy shard is not woken for each row. */
const pruneEveryMs = 24 * 3_600_000;

/**
 * Which ledgers know a key, an instrument or an order, in one shard (design.md 8).
 * Rows hold HMACs and names of ledgers only. A key may have several ledgers: some CRMs number the
 * instruments of each customer from one.
 */
export const createLedgerIndex = (deps: {
  readonly storage: IndexStorage;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
}) => {
  const { sql } = deps.storage;
  let ready = false;
  const exists = (): boolean => {
    ready ||=
      sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'ledger_index'").toArray().length > 0;
    return ready;
  };
  return {
    /** A repeat keeps the row longer. */
    note(keyHash: string, ledger: string): void {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS ledger_index (
           key_hash TEXT NOT NULL, ledger TEXT NOT NULL, noted_at INTEGER NOT NULL,
           PRIMARY KEY (key_hash, ledger)) WITHOUT ROWID`,
      );
      sql.exec(
        `INSERT INTO ledger_index VALUES (?, ?, ?)
         ON CONFLICT (key_hash, ledger) DO UPDATE SET noted_at = excluded.noted_at`,
        keyHash,
        ledger,
        deps.now(),
      );
      deps.wakeAt(deps.now() + keptMs);
    },
    ledgers(keyHash: string): string[] {
      if (!exists()) return [];
      return sql
        .exec("SELECT ledger FROM ledger_index WHERE key_hash = ? ORDER BY ledger", keyHash)
        .toArray()
        .flatMap(({ ledger }) => (typeof ledger === "string" ? [ledger] : []));
    },
    prune(): void {
      if (!exists()) return;
      sql.exec("DELETE FROM ledger_index WHERE noted_at <= ?", deps.now() - keptMs);
      const [row] = sql.exec("SELECT MIN(noted_at) AS oldest FROM ledger_index").toArray();
      if (typeof row?.oldest === "number")
        deps.wakeAt(Math.max(row.oldest + keptMs, deps.now() + pruneEveryMs));
    },
  };
};
