/** The part of a Durable Object's storage that an index uses. */
export type IndexStorage = { readonly sql: Pick<SqlStorage, "exec"> };

export type IndexTableDeps = {
  readonly storage: IndexStorage;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
};

/** What has outlived its time waits for company, so that a busy shard is not woken for each row. */
const pruneEveryMs = 24 * 3_600_000;

/**
 * What keys lead to, in one shard (design.md 8): rows of a key's HMAC and one text, dropped by alarm
 * once they have not been noted for their time. A shard that holds nothing makes no table.
 */
export const createIndexTable = (
  { storage: { sql }, now, wakeAt }: IndexTableDeps,
  table: {
    readonly name: string;
    /** Of the text. */
    readonly column: string;
    readonly keptMs: number;
  },
) => {
  const { name, column, keptMs } = table;
  let ready = false;
  const exists = (): boolean => {
    ready ||= sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", name).toArray().length > 0;
    return ready;
  };
  return {
    /** A repeat keeps the rows longer. */
    note(keyHash: string, texts: readonly string[]): void {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS ${name} (
           key_hash TEXT NOT NULL, ${column} TEXT NOT NULL, noted_at INTEGER NOT NULL,
           PRIMARY KEY (key_hash, ${column})) WITHOUT ROWID`,
      );
      for (const text of texts)
        sql.exec(`INSERT OR REPLACE INTO ${name} VALUES (?, ?, ?)`, keyHash, text, now());
      wakeAt(now() + keptMs);
    },
    /** The greatest texts first; all of them unless told how many. */
    of(keyHash: string, most = -1): string[] {
      if (!exists()) return [];
      return sql
        .exec<{ text: string }>(
          `SELECT ${column} AS text FROM ${name} WHERE key_hash = ? ORDER BY ${column} DESC LIMIT ?`,
          keyHash,
          most,
        )
        .toArray()
        .map(({ text }) => text);
    },
    /** @param quietMs a row noted within this time stays. */
    drop(keyHash: string, text: string, quietMs: number): void {
      if (!exists()) return;
      sql.exec(
        `DELETE FROM ${name} WHERE key_hash = ? AND ${column} = ? AND noted_at <= ?`,
        keyHash,
        text,
        now() - quietMs,
      );
    },
    prune(): void {
      if (!exists()) return;
      sql.exec(`DELETE FROM ${name} WHERE noted_at <= ?`, now() - keptMs);
      const [row] = sql.exec(`SELECT MIN(noted_at) AS oldest FROM ${name}`).toArray();
      if (typeof row?.oldest === "number")
        wakeAt(Math.max(row.oldest + keptMs, now() + pruneEveryMs));
    },
  };
};
