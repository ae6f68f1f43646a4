import type { Sql } from "../journal_store.ts";
import type { WalkMeta } from "./walk_storage.ts";

export type BackfillRow = {
  readonly seq: number;
  readonly id: string;
  /** Unix seconds of `orderdate`; `to_s` is not within. */
  readonly from_s: number;
  readonly to_s: number;
  /** The only destination; null: each that the tenant has. */
  readonly channel: string | null;
  readonly dry_run: number;
  readonly state: "running" | "handed_over" | "stopped" | "done";
  /** Every order of the list up to this id has been handed over. */
  readonly position: number;
  readonly found: number;
  readonly handed: number;
  /** By Sitoo's own count, as of the last page; null before the first. */
  readonly remaining: number | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  /** Since when, and from how many on, the rate is counted. */
  readonly resumed_at: number;
  readonly found_then: number;
  readonly next_at: number;
  readonly attempt: number;
  readonly error: string | null;
};

export type NewBackfill = {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly channel?: string;
  readonly dryRun: boolean;
};

export type BackfillTotal = {
  readonly day: string;
  readonly store: string;
  readonly currency: string;
  readonly orders: number;
  /** Minor units. */
  readonly total: number;
};

export type Wait = { readonly backfill: string; readonly journal: number; readonly orders: number };
/** When journals are asked next how far they are; `idle` counts how often they were no further. */
export type Poll = { readonly nextAt: number; readonly idle: number };

const pollKey = "backfill_poll";
const keptForMs = 90 * 24 * 3_600_000;

export type BackfillTable = ReturnType<typeof createBackfillTable>;

/** Backfills, and the journals that still work on their orders. */
export const createBackfillTable = (sql: Sql, meta: WalkMeta) => ({
  start(backfill: NewBackfill, now: number): void {
    sql.exec(
      `INSERT INTO backfills
       VALUES (NULL, ?1, ?2, ?3, ?4, ?5, 'running', 0, 0, 0, NULL, ?6, NULL, ?6, 0, ?6, 0, NULL)
       ON CONFLICT (id) DO NOTHING`,
      backfill.id,
      backfill.from,
      backfill.to,
      backfill.channel ?? null,
      backfill.dryRun ? 1 : 0,
      now,
    );
  },
  list: (): BackfillRow[] =>
    sql.exec<BackfillRow>("SELECT * FROM backfills ORDER BY seq DESC").toArray(),
  get: (id: string): BackfillRow | undefined =>
    sql.exec<BackfillRow>("SELECT * FROM backfills WHERE id = ?", id).toArray()[0],
  /** The oldest that is not through: one runs at a time. A dry run is over soon, and goes first. */
  current: (): BackfillRow | undefined =>
    sql
      .exec<BackfillRow>(
        "SELECT * FROM backfills WHERE state = 'running' ORDER BY dry_run DESC, seq LIMIT 1",
      )
      .toArray()[0],

  stop(id: string): void {
    sql.exec("UPDATE backfills SET state = 'stopped' WHERE id = ? AND state = 'running'", id);
  },
  resume(id: string, now: number): void {
    sql.exec(
      `UPDATE backfills SET state = 'running', next_at = ?1, attempt = 0, error = NULL,
         resumed_at = ?1, found_then = found WHERE id = ?2 AND state = 'stopped'`,
      now,
      id,
    );
  },
  /** Within the transaction that also notes where the orders went. A stop meanwhile stays a stop. */
  advance(
    id: string,
    to: {
      readonly position: number;
      readonly found: number;
      readonly handed: number;
      readonly remaining: number;
    },
  ): void {
    sql.exec(
      `UPDATE backfills SET position = ?, found = found + ?, handed = handed + ?, remaining = ?,
         attempt = 0, error = NULL WHERE id = ?`,
      to.position,
      to.found,
      to.handed,
      to.remaining,
      id,
    );
  },
  handedOver(id: string): void {
    sql.exec("UPDATE backfills SET state = 'handed_over', remaining = 0 WHERE id = ?", id);
  },
  failed(id: string, nextAt: number, error: string): void {
    sql.exec(
      "UPDATE backfills SET attempt = attempt + 1, next_at = ?, error = ? WHERE id = ?",
      nextAt,
      error,
      id,
    );
  },
  finish(now: number): void {
    sql.exec(
      `UPDATE backfills SET state = 'done', ended_at = ? WHERE state = 'handed_over'
       AND id NOT IN (SELECT backfill FROM backfill_waits)`,
      now,
    );
  },
  removeOld(now: number): void {
    sql.exec("DELETE FROM backfills WHERE ended_at < ?", now - keptForMs);
    sql.exec("DELETE FROM backfill_totals WHERE backfill NOT IN (SELECT id FROM backfills)");
  },

  waits: (): Wait[] =>
    sql
      .exec<Wait>("SELECT backfill, journal, orders FROM backfill_waits ORDER BY journal")
      .toArray(),
  /** More orders were given to a journal. */
  waitMore({ backfill, journal, orders }: Wait): void {
    sql.exec(
      `INSERT INTO backfill_waits (backfill, journal, orders) VALUES (?, ?, ?)
       ON CONFLICT (backfill, journal) DO UPDATE SET orders = orders + excluded.orders`,
      backfill,
      journal,
      orders,
    );
  },
  /** So many are left at a journal, whichever backfill they are of. */
  waitStill({ backfill, journal, orders }: Wait): void {
    sql.exec(
      "UPDATE backfill_waits SET orders = ? WHERE backfill = ? AND journal = ?",
      orders,
      backfill,
      journal,
    );
  },
  waited(journal: number): void {
    sql.exec("DELETE FROM backfill_waits WHERE journal = ?", journal);
  },
  poll(): Poll {
    const text = meta.get(pollKey);
    return text === undefined ? { nextAt: 0, idle: 0 } : JSON.parse(text);
  },
  pollAt(poll: Poll): void {
    meta.put(pollKey, JSON.stringify(poll));
  },

  addTotal(id: string, { day, store, currency, orders, total }: BackfillTotal): void {
    sql.exec(
      `INSERT INTO backfill_totals VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (backfill, day, store, currency) DO UPDATE SET
         orders = orders + excluded.orders, total = total + excluded.total`,
      id,
      day,
      store,
      currency,
      orders,
      total,
    );
  },
  totals: (id: string, most: number): BackfillTotal[] =>
    sql
      .exec<BackfillTotal>(
        `SELECT day, store, currency, orders, total FROM backfill_totals WHERE backfill = ?
         ORDER BY day, store, currency LIMIT ?`,
        id,
        most,
      )
      .toArray(),
});
