import type { Sql } from "../journal_store.ts";
import type { ProofOutcome } from "./proof.ts";

export type ProofRow = {
  /** YYYY-MM-DD where the market is. */
  readonly day: string;
  /** `telling`: compared to the end, and the night's dead letter is not yet stored or taken away. */
  readonly state: "running" | "telling" | "done";
  /** 1: what differs becomes a dead letter. */
  readonly nightly: number;
  readonly position: number;
  readonly orders: number;
  readonly remaining: number | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly next_at: number;
  readonly attempt: number;
  readonly error: string | null;
};

/** `destination` "" and `outcome` "in_sitoo": what Sitoo has. Totals are minor units. */
export type ProofCount = {
  readonly store: string;
  readonly currency: string;
  readonly destination: string;
  readonly outcome: ProofOutcome | "in_sitoo";
  readonly reason: string;
  readonly orders: number;
  readonly total: number;
};

export type ProofDifference = {
  readonly order_id: number;
  readonly destination: string;
  readonly outcome: ProofOutcome;
  readonly reason: string;
  readonly receipt: string;
  readonly store: string;
  readonly currency: string;
  readonly total: number | null;
  readonly delivered: number | null;
};

/** Days whose every order is withheld would fill the object: beyond this they are only counted. */
const mostDifferences = 1_000;
const keptForMs = 35 * 24 * 3_600_000;

export type ProofTable = ReturnType<typeof createProofTable>;

export const createProofTable = (sql: Sql) => {
  const drop = (day: string): void => {
    for (const table of ["proofs", "proof_counts", "proof_differences"])
      sql.exec(`DELETE FROM ${table} WHERE day = ?`, day);
  };
  return {
    get: (day: string): ProofRow | undefined =>
      sql.exec<ProofRow>("SELECT * FROM proofs WHERE day = ?", day).toArray()[0],
    current: (): ProofRow | undefined =>
      sql
        .exec<ProofRow>("SELECT * FROM proofs WHERE state <> 'done' ORDER BY started_at LIMIT 1")
        .toArray()[0],

    /** Anew, in place of an earlier one of the day. */
    start(day: string, nightly: boolean, now: number): void {
      drop(day);
      sql.exec(
        "INSERT INTO proofs VALUES (?1, 'running', ?2, 0, 0, NULL, ?3, NULL, ?3, 0, NULL)",
        day,
        nightly ? 1 : 0,
        now,
      );
    },
    /** The night asks for one that a person has begun. */
    atNight(day: string): void {
      sql.exec("UPDATE proofs SET nightly = 1 WHERE day = ?", day);
    },
    advance(
      day: string,
      to: { readonly position: number; readonly orders: number; readonly remaining: number },
    ): void {
      sql.exec(
        `UPDATE proofs SET position = ?, orders = orders + ?, remaining = ?, attempt = 0, error = NULL
         WHERE day = ?`,
        to.position,
        to.orders,
        to.remaining,
        day,
      );
    },
    /** False once another one of the day was begun in its place. */
    isUnderWay: (row: ProofRow): boolean =>
      sql
        .exec("SELECT 1 FROM proofs WHERE day = ? AND started_at = ?", row.day, row.started_at)
        .toArray().length > 0,
    become(row: ProofRow, state: "telling" | "done", now: number): void {
      sql.exec(
        "UPDATE proofs SET state = ?, ended_at = ? WHERE day = ? AND started_at = ?",
        state,
        now,
        row.day,
        row.started_at,
      );
    },
    failed(day: string, nextAt: number, error: string): void {
      sql.exec(
        "UPDATE proofs SET attempt = attempt + 1, next_at = ?, error = ? WHERE day = ?",
        nextAt,
        error,
        day,
      );
    },

    count(day: string, one: ProofCount): void {
      sql.exec(
        `INSERT INTO proof_counts VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (day, store, currency, destination, outcome, reason) DO UPDATE SET
           orders = orders + excluded.orders, total = total + excluded.total`,
        day,
        one.store,
        one.currency,
        one.destination,
        one.outcome,
        one.reason,
        one.orders,
        one.total,
      );
    },
    differ(day: string, one: ProofDifference): void {
      sql.exec(
        `INSERT OR REPLACE INTO proof_differences SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
         WHERE (SELECT count(*) FROM proof_differences WHERE day = ?1) < ?11`,
        day,
        one.order_id,
        one.destination,
        one.outcome,
        one.reason,
        one.receipt,
        one.store,
        one.currency,
        one.total,
        one.delivered,
        mostDifferences,
      );
    },
    counts: (day: string): ProofCount[] =>
      sql
        .exec<ProofCount>(
          `SELECT store, currency, destination, outcome, reason, orders, total FROM proof_counts
           WHERE day = ? ORDER BY destination, store, currency, outcome, reason`,
          day,
        )
        .toArray(),
    /** Those that a person must do something about come first. */
    differences: (day: string): ProofDifference[] =>
      sql
        .exec<ProofDifference>(
          `SELECT order_id, destination, outcome, reason, receipt, store, currency, total, delivered
           FROM proof_differences WHERE day = ? ORDER BY outcome = 'withheld', order_id, destination`,
          day,
        )
        .toArray(),
    removeOld(now: number): void {
      const old = sql
        .exec<{ day: string }>("SELECT day FROM proofs WHERE ended_at < ?", now - keptForMs)
        .toArray();
      for (const { day } of old) drop(day);
    },
  };
};
