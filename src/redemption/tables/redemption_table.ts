import { instrumentKey, type Instrument, type InstrumentRef } from "../../model/instrument.ts";
import { optionalText, readRow, text, count, tillOf } from "./ledger_rows.ts";
import type { Cause, RedemptionRow, TrailEntry } from "../machine/redemption_row.ts";
import type { LedgerStorage } from "./ledger_storage.ts";
import type { RedemptionEvent, RedemptionState } from "../machine/machine.ts";
import type { Goods, OrderUse } from "../order_use.ts";
import { rowAfter } from "../machine/row_after.ts";

/** What no rule can still ask for after its time; a person must have looked at `attention`. */
const isOver = "state NOT IN ('reserved', 'committing', 'unknown', 'reversing', 'attention')";
/** A CRM that cannot redeem goes on offering what was used here, so that is remembered four years longer. */
const endedAt = `started_at + CASE kept_here WHEN 1 THEN ${4 * 365 * 24 * 3_600_000} ELSE 0 END`;

/** The uses of a customer's instruments and everything that happened to them, one table each. */
export const redemptionTable = (
  sql: LedgerStorage["sql"],
  exists: () => boolean,
  also: {
    /** In the same transaction; `row` as it was before the step to `state`. */
    afterStep(row: RedemptionRow, state: RedemptionState, now: number): void;
  },
) => {
  const select = (where: string, ...bindings: SqlStorageValue[]): RedemptionRow[] =>
    exists()
      ? sql
          .exec(`SELECT * FROM redemptions WHERE ${where}`, ...bindings)
          .toArray()
          .map(readRow)
      : [];
  const byId = (redemptionId: string): RedemptionRow | undefined =>
    select("id = ?", redemptionId)[0];

  const note = (
    id: string,
    step: { readonly event: string; readonly from: string; readonly to: string },
    cause: Cause,
    now: number,
  ): void => {
    sql.exec(
      `INSERT INTO trail (redemption_id, at, event, from_state, to_state, request_id, register_id, store_id, staff_id, ms, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      now,
      step.event,
      step.from,
      step.to,
      cause.requestId,
      cause.till.registerId ?? null,
      cause.till.storeId ?? null,
      cause.till.staffId ?? null,
      cause.ms ?? null,
      cause.detail ?? null,
    );
  };

  return {
    /** The newest row of each instrument; of all instruments when none are named. */
    newest(refs?: readonly InstrumentRef[]): RedemptionRow[] {
      const rows = select("seq IN (SELECT MAX(seq) FROM redemptions GROUP BY kind, instrument_id)");
      if (refs === undefined) return rows;
      const keys = new Set(refs.map(instrumentKey));
      return rows.filter((row) => keys.has(instrumentKey(row.ref)));
    },
    all: (): RedemptionRow[] => select("1 = 1 ORDER BY seq"),
    ofInstrument: (ref: InstrumentRef): RedemptionRow[] =>
      select("kind = ? AND instrument_id = ? ORDER BY seq", ref.kind, ref.id),
    group: (groupId: string): RedemptionRow[] => select("group_id = ? ORDER BY seq", groupId),
    /** Rows of an order, whatever their state. */
    ofOrder: (order: string): RedemptionRow[] => select("order_ref = ? ORDER BY seq", order),
    /** Commits without a clear answer that were believed not to have happened: the CRM may have acted since. */
    believedFree(refs: readonly InstrumentRef[]): RedemptionRow[] {
      return this.newest(refs).filter((row) => row.state === "released" && row.wasUnclear);
    },
    byId,
    insert(row: RedemptionRow, cause: Cause, now: number): void {
      sql.exec(
        `INSERT INTO redemptions (id, group_id, kind, instrument_id, state, fingerprint, register_id, store_id, staff_id,
           request_id, started_at, sent_at, committed_at, heard, via_ledger, undo_requested, was_unclear, next_at, snapshot,
           kept_here, amount)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
        row.keptHere ? 1 : 0,
        row.amount ?? null,
      );
      note(row.redemptionId, { event: "begun", from: "available", to: row.state }, cause, now);
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
      const row = byId(redemptionId);
      const after = row === undefined ? undefined : rowAfter(row, event, now);
      if (row === undefined || after === undefined) return undefined;
      const next = after.state;
      sql.exec(
        `UPDATE redemptions SET state = ?, committed_at = ?, attempts = ?, next_at = ?, was_unclear = ?,
           settled_at = ?, given_back = ? WHERE id = ?`,
        next,
        after.committedAt ?? null,
        after.attempts,
        after.nextAt,
        after.wasUnclear ? 1 : 0,
        after.settledAt ?? null,
        after.givenBack ? 1 : 0,
        redemptionId,
      );
      // What is found out late is the newest use, whatever was refused in between.
      if (next === "committed" && row.state === "released")
        sql.exec(
          "UPDATE redemptions SET seq = (SELECT MAX(seq) + 1 FROM redemptions) WHERE id = ?",
          redemptionId,
        );
      note(redemptionId, { event: event.type, from: row.state, to: next }, cause, now);
      also.afterStep(row, next, now);
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
    nameOrder(
      redemptionId: string,
      use: OrderUse,
      { bought, amount }: { readonly bought: readonly Goods[]; readonly amount?: number },
      now: number,
    ): void {
      sql.exec(
        // A reversal that is under way keeps its own time and count: it must read before it repeats.
        `UPDATE redemptions SET order_ref = ?, receipt_number = ?, bought = ?, amount = COALESCE(?, amount),
           next_at = CASE state WHEN 'reversing' THEN next_at ELSE ? END,
           attempts = CASE state WHEN 'reversing' THEN attempts ELSE 0 END WHERE id = ?`,
        use.order,
        use.receiptNumber,
        JSON.stringify(bought),
        amount ?? null,
        now,
        redemptionId,
      );
    },
    setSnapshot(redemptionId: string, copy: Instrument): void {
      sql.exec(
        "UPDATE redemptions SET snapshot = ? WHERE id = ?",
        JSON.stringify(copy),
        redemptionId,
      );
    },
    /** The CRM was looked at once more after a call that it might still have acted on. */
    noteWatched(redemptionId: string): void {
      sql.exec("UPDATE redemptions SET watched = 1 WHERE id = ?", redemptionId);
    },
    /** No order has claimed it, and that has been dealt with. */
    noteClaimChecked(redemptionId: string): void {
      sql.exec("UPDATE redemptions SET claim_checked = 1 WHERE id = ?", redemptionId);
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
    pruneRedemptions(before: number): void {
      sql.exec(`DELETE FROM redemptions WHERE ${endedAt} < ? AND ${isOver}`, before);
      sql.exec("DELETE FROM trail WHERE redemption_id NOT IN (SELECT id FROM redemptions)");
    },
    /** When the oldest row that pruning will take began, or four years later. */
    oldest(): number | undefined {
      if (!exists()) return undefined;
      const { oldest } = sql
        .exec(`SELECT MIN(${endedAt}) AS oldest FROM redemptions WHERE ${isOver}`)
        .one();
      return typeof oldest === "number" ? oldest : undefined;
    },
  };
};
