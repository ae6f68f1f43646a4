import { count, text } from "./ledger_rows.ts";
import type { LedgerStorage } from "./ledger_storage.ts";

/** What a person must be told of a redemption: its state, or that no order claims it. */
export type Why = "lost" | "attention" | "unclaimed" | "overdrawn" | "not_mirrored";

export type OutboxEntry = {
  readonly redemptionId: string;
  readonly why: Why;
  readonly at: number;
  readonly attempts: number;
};

const whys = ["lost", "attention", "unclaimed", "overdrawn", "not_mirrored"] as const;

/** What a person must be told of, and has not been yet. One word for each redemption: the newest. */
export const outboxTable = (sql: LedgerStorage["sql"], exists: () => boolean) => ({
  put(redemptionId: string, why: Why, now: number): void {
    sql.exec(
      "INSERT OR REPLACE INTO outbox (redemption_id, state, at) VALUES (?, ?, ?)",
      redemptionId,
      why,
      now,
    );
  },
  due(now: number): OutboxEntry[] {
    if (!exists()) return [];
    return sql
      .exec("SELECT redemption_id, state, at, attempts FROM outbox WHERE next_at <= ?", now)
      .toArray()
      .map((entry) => ({
        redemptionId: text(entry.redemption_id),
        why: whys.find((why) => why === entry.state) ?? "attention",
        at: count(entry.at),
        attempts: count(entry.attempts),
      }));
  },
  drop(redemptionId: string): void {
    sql.exec("DELETE FROM outbox WHERE redemption_id = ?", redemptionId);
  },
  postpone(redemptionId: string, nextAt: number): void {
    sql.exec(
      "UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE redemption_id = ?",
      nextAt,
      redemptionId,
    );
  },
  /** When the first is due. */
  nextAt(): number | undefined {
    if (!exists()) return undefined;
    const { at } = sql.exec("SELECT MIN(next_at) AS at FROM outbox").one();
    return typeof at === "number" ? at : undefined;
  },
});
