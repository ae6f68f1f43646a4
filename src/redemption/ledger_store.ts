import type { InstrumentRef } from "../model/instrument.ts";
import { instrumentKey } from "../model/instrument.ts";
import type { UndoMarker } from "./admission.ts";
import {
  count,
  ledgerSchema,
  optionalText,
  readRow,
  text,
  tillOf,
  type Cause,
  type RedemptionRow,
  type TrailEntry,
} from "./ledger_rows.ts";
import type { Goods, OrderReturn, OrderUse } from "./order_use.ts";
import { transition, type RedemptionEvent, type RedemptionState } from "./machine.ts";

/** The part of a Durable Object's storage that the ledger uses. */
export type LedgerStorage = {
  readonly sql: Pick<SqlStorage, "exec">;
  /** Runs in one transaction; a throw rolls back. */
  transaction<Result>(work: () => Result): Result;
};

/** A redemption that no order has named by then is asked about (design.md 6.7). */
const claimedWithinMs = 48 * 3_600_000;

/**
 * Rows of one customer's ledger. An object that holds nothing creates no table:
 * every card reads a ledger, and most customers never redeem.
 */
export const createLedgerStore = (storage: LedgerStorage) => {
  const { sql } = storage;
  let ready = false;
  const exists = (): boolean => {
    if (!ready) {
      ready =
        sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'trail'").toArray()
          .length > 0;
    }
    return ready;
  };
  const ensure = (): void => {
    if (exists()) return;
    for (const statement of ledgerSchema) sql.exec(statement);
    ready = true;
  };
  const select = (where: string, ...bindings: SqlStorageValue[]): RedemptionRow[] =>
    exists()
      ? sql
          .exec(`SELECT * FROM redemptions WHERE ${where}`, ...bindings)
          .toArray()
          .map(readRow)
      : [];

  const note = (
    id: string,
    event: string,
    from: string,
    to: string,
    cause: Cause,
    now: number,
  ): void => {
    sql.exec(
      `INSERT INTO trail (redemption_id, at, event, from_state, to_state, request_id, register_id, store_id, staff_id, ms, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      now,
      event,
      from,
      to,
      cause.requestId,
      cause.till.registerId ?? null,
      cause.till.storeId ?? null,
      cause.till.staffId ?? null,
      cause.ms ?? null,
      cause.detail ?? null,
    );
  };

  return {
    transaction<Result>(work: () => Result): Result {
      try {
        return storage.transaction(() => {
          ensure();
          return work();
        });
      } catch (error) {
        // Tables that were made in it are gone with it.
        ready = false;
        throw error;
      }
    },
    /** Whose ledger this is; needed when the object wakes up by itself. */
    owner(): { tenant: string; channelId: string; customerId: string } | undefined {
      if (!exists()) return undefined;
      const values = new Map(
        sql
          .exec("SELECT key, value FROM meta")
          .toArray()
          .map((row) => [text(row.key), text(row.value)]),
      );
      const [tenant, channelId, customerId] = [
        values.get("tenant"),
        values.get("channel"),
        values.get("customer"),
      ];
      return tenant !== undefined && channelId !== undefined && customerId !== undefined
        ? { tenant, channelId, customerId }
        : undefined;
    },
    setOwner(owner: { tenant: string; channelId: string; customerId: string }): void {
      const known = this.owner();
      if (
        known?.tenant === owner.tenant &&
        known.channelId === owner.channelId &&
        known.customerId === owner.customerId
      )
        return;
      for (const [key, value] of [
        ["tenant", owner.tenant],
        ["channel", owner.channelId],
        ["customer", owner.customerId],
      ]) {
        sql.exec(
          "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          key,
          value,
        );
      }
    },
    /** The newest row of each instrument; of all instruments when none are named. */
    newest(refs?: readonly InstrumentRef[]): RedemptionRow[] {
      const rows = select("seq IN (SELECT MAX(seq) FROM redemptions GROUP BY kind, instrument_id)");
      if (refs === undefined) return rows;
      const keys = new Set(refs.map(instrumentKey));
      return rows.filter((row) => keys.has(instrumentKey(row.ref)));
    },
    all(): RedemptionRow[] {
      return select("1 = 1 ORDER BY seq");
    },
    ofInstrument(ref: InstrumentRef): RedemptionRow[] {
      return select("kind = ? AND instrument_id = ? ORDER BY seq", ref.kind, ref.id);
    },
    group(groupId: string): RedemptionRow[] {
      return select("group_id = ? ORDER BY seq", groupId);
    },
    /** Commits without a clear answer that were believed not to have happened: the CRM may have acted since. */
    believedFree(refs: readonly InstrumentRef[]): RedemptionRow[] {
      return this.newest(refs).filter((row) => row.state === "released" && row.wasUnclear);
    },
    byId(redemptionId: string): RedemptionRow | undefined {
      return select("id = ?", redemptionId)[0];
    },
    /** Rows that the object must still work on by itself, or that nobody has been told of. */
    open(): RedemptionRow[] {
      return select(
        `state IN ('reserved', 'committing', 'unknown', 'reversing')
           OR (state = 'committed' AND (heard = 0 OR undo_requested = 1 OR (order_ref IS NULL AND claim_checked = 0)))
           OR (state = 'released' AND was_unclear = 1 AND watched = 0)
           OR (state = 'settled' AND order_ref IN (SELECT order_ref FROM returned_goods WHERE seen = 0))
           OR (order_ref IS NOT NULL AND given_back = 0 AND state IN ('committed', 'released', 'refused', 'reversed', 'reinstated'))
         ORDER BY seq`,
      );
    },
    insert(row: RedemptionRow, cause: Cause, now: number): void {
      sql.exec(
        `INSERT INTO redemptions (id, group_id, kind, instrument_id, state, fingerprint, register_id, store_id, staff_id,
           request_id, started_at, sent_at, committed_at, heard, via_ledger, undo_requested, was_unclear, next_at, snapshot)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        row.redemptionId,
        row.groupId,
        row.ref.kind,
        row.ref.id,
        row.state,
        row.fingerprint,
        row.till.registerId ?? null,
        row.till.storeId ?? null,
        row.till.staffId ?? null,
        row.requestId,
        row.startedAt,
        row.sentAt,
        row.committedAt ?? null,
        row.heard ? 1 : 0,
        row.viaLedger ? 1 : 0,
        row.undoRequested ? 1 : 0,
        row.wasUnclear ? 1 : 0,
        row.nextAt,
        row.snapshot === undefined ? null : JSON.stringify(row.snapshot),
      );
      note(row.redemptionId, "begun", "available", row.state, cause, now);
    },
    /**
     * Moves a row by one event and writes the trail.
     * @returns the new state; undefined when the event means nothing in the row's present state.
     */
    apply(
      redemptionId: string,
      event: RedemptionEvent,
      cause: Cause,
      now: number,
    ): RedemptionState | undefined {
      const row = select("id = ?", redemptionId)[0];
      const next = row === undefined ? undefined : transition(row.state, event);
      if (row === undefined || next === undefined) return undefined;
      const stays = next === row.state;
      sql.exec(
        `UPDATE redemptions SET state = ?, committed_at = COALESCE(committed_at, ?), attempts = ?, next_at = ?,
           was_unclear = MAX(was_unclear, ?), settled_at = COALESCE(settled_at, ?),
           given_back = MAX(given_back, ?) WHERE id = ?`,
        next,
        next === "committed" ? now : null,
        stays ? row.attempts : 0,
        stays ? row.nextAt : next === "committed" ? now + claimedWithinMs : now,
        next === "unknown" ? 1 : 0,
        next === "settled" ? now : null,
        event.type === "given_back" ? 1 : 0,
        redemptionId,
      );
      // What is found out late is the newest use, whatever was refused in between.
      if (next === "committed" && row.state === "released")
        sql.exec(
          "UPDATE redemptions SET seq = (SELECT MAX(seq) + 1 FROM redemptions) WHERE id = ?",
          redemptionId,
        );
      note(redemptionId, event.type, row.state, next, cause, now);
      // In the same transaction, so that no person is left untold.
      if (next === "lost" || next === "attention") {
        sql.exec(
          "INSERT OR REPLACE INTO outbox (redemption_id, state, at) VALUES (?, ?, ?)",
          redemptionId,
          next,
          now,
        );
      }
      return next;
    },
    /** The next look at an open row; the back-off has a column of its own, an alarm's retries end too early. */
    postpone(redemptionId: string, attempts: number, nextAt: number): void {
      sql.exec(
        "UPDATE redemptions SET attempts = ?, next_at = ? WHERE id = ?",
        attempts,
        nextAt,
        redemptionId,
      );
    },
    /** A closed order used the row's instrument; what follows is due at once. */
    nameOrder(redemptionId: string, use: OrderUse, bought: readonly Goods[], now: number): void {
      sql.exec(
        // A reversal that is under way keeps its own time and count: it must read before it repeats.
        `UPDATE redemptions SET order_ref = ?, receipt_number = ?, bought = ?,
           next_at = CASE state WHEN 'reversing' THEN next_at ELSE ? END,
           attempts = CASE state WHEN 'reversing' THEN attempts ELSE 0 END WHERE id = ?`,
        use.order,
        use.receiptNumber,
        JSON.stringify(bought),
        now,
        redemptionId,
      );
    },
    /** Goods of an order that another one gives back; a repeat changes nothing. */
    addReturn(back: OrderReturn): void {
      back.goods.forEach(({ sku, quantity }, line) =>
        sql.exec(
          "INSERT OR IGNORE INTO returned_goods (order_ref, return_ref, line, sku, quantity) VALUES (?, ?, ?, ?, ?)",
          back.returnOf,
          back.order,
          line,
          sku,
          quantity,
        ),
      );
    },
    noteReturnsSeen(order: string): void {
      sql.exec("UPDATE returned_goods SET seen = 1 WHERE order_ref = ? AND seen = 0", order);
    },
    returnedGoods(order: string): Goods[] {
      if (!exists()) return [];
      return sql
        .exec("SELECT sku, quantity FROM returned_goods WHERE order_ref = ?", order)
        .toArray()
        .map((row) => ({ sku: text(row.sku), quantity: text(row.quantity) }));
    },
    /** Rows of an order, whatever their state. */
    ofOrder(order: string): RedemptionRow[] {
      return select("order_ref = ? ORDER BY seq", order);
    },
    /** What a person must be told of, and has not been yet. */
    outbox(now: number): { row: RedemptionRow; why: string; at: number; attempts: number }[] {
      if (!exists()) return [];
      return sql
        .exec("SELECT redemption_id, state, at, attempts FROM outbox WHERE next_at <= ?", now)
        .toArray()
        .flatMap((entry) => {
          const row = select("id = ?", text(entry.redemption_id))[0];
          return row === undefined
            ? []
            : [
                {
                  row,
                  why: text(entry.state),
                  at: count(entry.at),
                  attempts: count(entry.attempts),
                },
              ];
        });
    },
    dropOutbox(redemptionId: string): void {
      sql.exec("DELETE FROM outbox WHERE redemption_id = ?", redemptionId);
    },
    postponeOutbox(redemptionId: string, nextAt: number): void {
      sql.exec(
        "UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE redemption_id = ?",
        nextAt,
        redemptionId,
      );
    },
    /** The CRM was looked at once more after a call that it might still have acted on. */
    noteWatched(redemptionId: string): void {
      sql.exec("UPDATE redemptions SET watched = 1 WHERE id = ?", redemptionId);
    },
    /** No order has claimed it, and that has been dealt with; `tell` leaves word for a person. */
    claimChecked(redemptionId: string, tell: boolean, now: number): void {
      sql.exec("UPDATE redemptions SET claim_checked = 1 WHERE id = ?", redemptionId);
      if (tell)
        sql.exec(
          "INSERT OR REPLACE INTO outbox (redemption_id, state, at) VALUES (?, 'unclaimed', ?)",
          redemptionId,
          now,
        );
    },
    markHeard(groupId: string): void {
      sql.exec("UPDATE redemptions SET heard = 1 WHERE group_id = ? AND heard = 0", groupId);
    },
    /** The CRM is about to be asked; an earlier unclear send keeps the window of a use of ours open. */
    noteSent(redemptionId: string, at: number): void {
      sql.exec(
        "UPDATE redemptions SET sent_at = ?, started_at = CASE was_unclear WHEN 1 THEN started_at ELSE ? END WHERE id = ?",
        at,
        at,
        redemptionId,
      );
    },
    requestUndo(redemptionId: string): void {
      sql.exec("UPDATE redemptions SET undo_requested = 1 WHERE id = ?", redemptionId);
    },
    markers(now: number): UndoMarker[] {
      if (!exists()) return [];
      return sql
        .exec("SELECT * FROM undo_markers WHERE until > ?", now)
        .toArray()
        .map((row) => ({
          fingerprint: text(row.fingerprint),
          till: tillOf(row),
          until: count(row.until),
        }));
    },
    addMarker(marker: UndoMarker, now: number): void {
      sql.exec("DELETE FROM undo_markers WHERE until <= ?", now);
      sql.exec(
        "INSERT INTO undo_markers (fingerprint, register_id, store_id, staff_id, until) VALUES (?, ?, ?, ?, ?)",
        marker.fingerprint,
        marker.till.registerId ?? null,
        marker.till.storeId ?? null,
        marker.till.staffId ?? null,
        marker.until,
      );
    },
    /** Everything that ever happened here, oldest first. */
    trail(): TrailEntry[] {
      if (!exists()) return [];
      return sql
        .exec("SELECT * FROM trail ORDER BY seq")
        .toArray()
        .map((row) => {
          const detail = optionalText(row.detail);
          return {
            redemptionId: text(row.redemption_id),
            at: count(row.at),
            event: text(row.event),
            from: text(row.from_state),
            to: text(row.to_state),
            requestId: text(row.request_id),
            ...tillOf(row),
            ...(typeof row.ms === "number" ? { ms: row.ms } : {}),
            ...(detail === undefined ? {} : { detail }),
          };
        });
    },
    /** Drops what no rule needs any more (docs/storage.md). */
    prune(before: number): void {
      sql.exec(
        "DELETE FROM redemptions WHERE started_at < ? AND state NOT IN ('reserved', 'committing', 'unknown', 'reversing', 'attention')",
        before,
      );
      sql.exec(
        "DELETE FROM returned_goods WHERE order_ref NOT IN (SELECT order_ref FROM redemptions WHERE order_ref IS NOT NULL)",
      );
      sql.exec("DELETE FROM trail WHERE redemption_id NOT IN (SELECT id FROM redemptions)");
    },
    /** When the first open row is due; an alarm must never be set behind it. */
    earliestDue(): number | undefined {
      if (!exists()) return undefined;
      const [row] = sql
        .exec(
          `SELECT MIN(due) AS due FROM (
             SELECT MIN(next_at) AS due FROM redemptions
               WHERE state IN ('reserved', 'committing', 'unknown', 'reversing')
                 OR (state = 'committed' AND order_ref IS NULL AND claim_checked = 0)
                 OR (state = 'released' AND was_unclear = 1 AND watched = 0)
                 OR (state = 'settled' AND order_ref IN (SELECT order_ref FROM returned_goods WHERE seen = 0))
                 OR (order_ref IS NOT NULL AND given_back = 0 AND state IN ('committed', 'released', 'refused', 'reversed', 'reinstated'))
             UNION ALL SELECT MIN(next_at) AS due FROM outbox)`,
        )
        .toArray();
      return typeof row?.due === "number" ? row.due : undefined;
    },
    /** The oldest row that `prune` will take; one that a person must look at stays. */
    oldest(): number | undefined {
      if (!exists()) return undefined;
      const value = sql
        .exec(
          "SELECT MIN(started_at) AS oldest FROM redemptions WHERE state NOT IN ('reserved', 'committing', 'unknown', 'reversing', 'attention')",
        )
        .one().oldest;
      return typeof value === "number" ? value : undefined;
    },
  };
};

export type LedgerStore = ReturnType<typeof createLedgerStore>;
