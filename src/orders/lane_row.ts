import { type Breaker, closedBreaker } from "./breaker.ts";
import type { Sql } from "./journal_store.ts";

type LaneRow = { trips: number; open_until: number; since: number; held_until: number };

/**
 * What a lane knows of its CRM's health, the only thing that it stores: a lane that wakes up must not
 * run into a CRM that asked for an hour's rest. Nothing is stored of a CRM that is well.
 */
export const createLaneRow = (sql: Sql) => {
  let stored = false;
  const hasTable = (): boolean =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'lane_health'").toArray().length > 0;
  return {
    read(): Breaker {
      const [row] = hasTable() ? sql.exec<LaneRow>("SELECT * FROM lane_health").toArray() : [];
      stored = row !== undefined;
      return row === undefined
        ? closedBreaker
        : {
            failures: 0,
            trips: row.trips,
            openUntil: row.open_until,
            since: row.since,
            heldUntil: row.held_until,
          };
    },
    /** One or two statements, and only when something has changed that must survive. */
    write(before: Breaker, after: Breaker, now: number): void {
      const { trips, openUntil, since, heldUntil } = after;
      const well = openUntil === 0 && heldUntil <= now;
      const same = openUntil === before.openUntil && heldUntil === before.heldUntil;
      if (well ? !stored : same) return;
      sql.exec(
        `CREATE TABLE IF NOT EXISTS lane_health
           (trips INTEGER NOT NULL, open_until INTEGER NOT NULL, since INTEGER NOT NULL, held_until INTEGER NOT NULL)`,
      );
      sql.exec("DELETE FROM lane_health");
      stored = !well;
      if (stored)
        sql.exec("INSERT INTO lane_health VALUES (?, ?, ?, ?)", trips, openUntil, since, heldUntil);
    },
  };
};
