import type { LedgerStorage, Owner } from "./ledger_storage.ts";

type Stored = Record<string, SqlStorageValue>;

/** Everything of a ledger that a merged customer's other ledger takes over; rows as they are stored. */
export type LedgerContents = {
  readonly redemptions: readonly Stored[];
  readonly trail: readonly Stored[];
  readonly returned_goods: readonly Stored[];
  readonly outbox: readonly Stored[];
  readonly mirrors: readonly Stored[];
};

const tables = ["redemptions", "trail", "returned_goods", "outbox", "mirrors"] as const;

/**
 * The CRM has joined two customers (design.md 6.13): the rows of the one move to the ledger of the
 * other, and the old one only points on. Undo markers stay behind: they last 15 seconds.
 */
export const handOverTables = (sql: LedgerStorage["sql"], exists: () => boolean) => {
  const insert = (table: (typeof tables)[number], row: Stored): boolean => {
    const columns = Object.keys(row);
    return (
      sql
        .exec(
          `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) RETURNING 1`,
          ...Object.values(row),
        )
        .toArray().length > 0
    );
  };
  const withoutSeq = ({ seq: _, ...row }: Stored): Stored => row;

  return {
    contents: (): LedgerContents => {
      const all = (table: string): Stored[] =>
        exists() ? sql.exec(`SELECT * FROM ${table} ORDER BY rowid`).toArray() : [];
      return {
        redemptions: all("redemptions"),
        trail: all("trail"),
        returned_goods: all("returned_goods"),
        outbox: all("outbox"),
        mirrors: all("mirrors"),
      };
    },
    dropContents(): void {
      for (const table of tables) sql.exec(`DELETE FROM ${table}`);
    },
    /**
     * Takes rows in, each once: told twice, what has gone on here since stays as it is.
     * The newest use of an instrument is the one that began last, whichever ledger it began in.
     */
    takeIn(contents: LedgerContents, now: number): void {
      const newerHere = (row: Stored): boolean =>
        sql
          .exec(
            "SELECT 1 FROM redemptions WHERE kind = ? AND instrument_id = ? AND started_at > ? LIMIT 1",
            row.kind ?? null,
            row.instrument_id ?? null,
            row.started_at ?? null,
          )
          .toArray().length > 0;
      const known = new Set(
        sql
          .exec("SELECT id FROM redemptions")
          .toArray()
          .map((row) => row.id),
      );
      const fresh = contents.redemptions.filter((row) => !known.has(row.id));
      const older = fresh.filter(newerHere);
      for (const row of fresh.filter((one) => !older.includes(one)))
        insert("redemptions", withoutSeq(row));
      for (const row of older.toReversed()) {
        const { seq } = sql.exec("SELECT MIN(seq) - 1 AS seq FROM redemptions").one();
        insert("redemptions", { ...row, seq: seq ?? 1 });
      }
      const taken = new Set(fresh.map((row) => row.id));
      for (const row of contents.trail)
        if (taken.has(row.redemption_id ?? null)) insert("trail", withoutSeq(row));
      for (const row of fresh)
        insert("trail", {
          redemption_id: row.id ?? null,
          at: now,
          event: "moved",
          from_state: row.state ?? null,
          to_state: row.state ?? null,
          request_id: row.request_id ?? null,
          detail: "the CRM has joined two customers",
        });
      for (const row of contents.returned_goods) insert("returned_goods", row);
      for (const row of contents.outbox)
        if (taken.has(row.redemption_id ?? null)) insert("outbox", row);
      for (const row of contents.mirrors)
        if (taken.has(row.redemption_id ?? null)) insert("mirrors", withoutSeq(row));
    },
  };
};

/** What a ledger is asked to take over. */
export type TakeOver = { readonly owner: Owner; readonly contents: LedgerContents };
