import type { Sql } from "../journal_store.ts";
import { type CatchUp, notBegun, isOutOfReach, type Mark, nextLook } from "./catch_up.ts";
import type { WalkMeta } from "./walk_storage.ts";

const key = "catch_up";

export type CatchUpTable = ReturnType<typeof createCatchUpTable>;

/** Where the catch-up stands, and the orders that were open when it saw them: ids and times alone. */
export const createCatchUpTable = (sql: Sql, meta: WalkMeta) => {
  const marks = (): Mark[] => sql.exec<Mark>("SELECT at, position FROM walk_marks").toArray();
  return {
    marks,
    state(now: number): CatchUp {
      const text = meta.get(key);
      return text === undefined ? notBegun(now) : JSON.parse(text);
    },
    write(state: CatchUp): void {
      meta.put(key, JSON.stringify(state));
    },
    mark(mark: Mark, now: number): void {
      // Of two in one moment the lower one stands: going back too far costs questions alone.
      sql.exec("INSERT OR IGNORE INTO walk_marks VALUES (?, ?)", mark.at, mark.position);
      const all = marks();
      for (const old of all)
        if (isOutOfReach(old, all, now)) sql.exec("DELETE FROM walk_marks WHERE at = ?", old.at);
    },
    /** Begins anew when it is next asked to. */
    forget(): void {
      meta.drop(key);
      sql.exec("DELETE FROM walk_marks");
      sql.exec("DELETE FROM walk_open");
    },

    /** An order that is remembered already keeps its age. */
    remember(orderId: number, now: number): void {
      sql.exec(
        "INSERT INTO walk_open VALUES (?, ?, ?) ON CONFLICT (order_id) DO NOTHING",
        orderId,
        now,
        nextLook(now, now) ?? now,
      );
    },
    lookAtAll(now: number): void {
      sql.exec("UPDATE walk_open SET next_at = MIN(next_at, ?)", now);
    },
    closed(orderId: number): void {
      sql.exec("DELETE FROM walk_open WHERE order_id = ?", orderId);
    },
    dueOpen: (now: number, most: number): number[] =>
      sql
        .exec<{ order_id: number }>(
          "SELECT order_id FROM walk_open WHERE next_at <= ? ORDER BY next_at, order_id LIMIT ?",
          now,
          most,
        )
        .toArray()
        .map(({ order_id }) => order_id),
    /** Asked after, and still open, or not told of. */
    stillOpen(orderId: number, now: number): void {
      const [row] = sql
        .exec<{ since: number }>("SELECT since FROM walk_open WHERE order_id = ?", orderId)
        .toArray();
      const next = row === undefined ? undefined : nextLook(row.since, now);
      if (next === undefined) sql.exec("DELETE FROM walk_open WHERE order_id = ?", orderId);
      else sql.exec("UPDATE walk_open SET next_at = ? WHERE order_id = ?", next, orderId);
    },
    openCount: (): number =>
      sql.exec<{ count: number }>("SELECT count(*) AS count FROM walk_open").toArray()[0]?.count ??
      0,
  };
};
