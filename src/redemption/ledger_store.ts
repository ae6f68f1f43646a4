import type { Instrument, InstrumentRef } from "../model/instrument.ts";
import { instrumentKey } from "../model/instrument.ts";
import type { LedgerEntry, Till, UndoMarker } from "./admission.ts";
import {
  isOpen,
  redemptionStates,
  transition,
  type RedemptionEvent,
  type RedemptionState,
} from "./machine.ts";

/** The part of a Durable Object's storage that the ledger uses. */
export type LedgerStorage = {
  readonly sql: Pick<SqlStorage, "exec">;
  /** Runs in one transaction; a throw rolls back. */
  transaction<Result>(work: () => Result): Result;
};

export type RedemptionRow = LedgerEntry & {
  readonly requestId: string;
  /** A till has been told of the commit. */
  readonly heard: boolean;
  /** Given by us after a reinstatement: the CRM is not called. */
  readonly viaLedger: boolean;
  readonly undoRequested: boolean;
  /** Its commit once had no clear answer: the CRM may still act on it late. */
  readonly wasUnclear: boolean;
  readonly attempts: number;
  readonly nextAt: number;
  /** What the customer saw, for the card after a reinstatement. */
  readonly snapshot?: Instrument;
};

/** Who and what caused a transition; nothing personal. */
export type Cause = {
  readonly requestId: string;
  readonly till: Till;
  readonly ms?: number;
  readonly detail?: string;
};

export type TrailEntry = {
  readonly redemptionId: string;
  readonly at: number;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly requestId: string;
  readonly registerId?: string;
  readonly storeId?: string;
  readonly staffId?: string;
  readonly ms?: number;
  readonly detail?: string;
};

const schema = [
  `CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS redemptions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, group_id TEXT NOT NULL,
    kind TEXT NOT NULL, instrument_id TEXT NOT NULL, state TEXT NOT NULL, fingerprint TEXT NOT NULL,
    register_id TEXT, store_id TEXT, staff_id TEXT, request_id TEXT NOT NULL,
    started_at INTEGER NOT NULL, committed_at INTEGER, heard INTEGER NOT NULL DEFAULT 0,
    via_ledger INTEGER NOT NULL DEFAULT 0, undo_requested INTEGER NOT NULL DEFAULT 0, was_unclear INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, snapshot TEXT)`,
  `CREATE INDEX IF NOT EXISTS redemptions_instrument ON redemptions (kind, instrument_id, seq)`,
  `CREATE INDEX IF NOT EXISTS redemptions_group ON redemptions (group_id)`,
  `CREATE TABLE IF NOT EXISTS undo_markers (
    fingerprint TEXT NOT NULL, register_id TEXT, store_id TEXT, staff_id TEXT, until INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS trail (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, redemption_id TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
    from_state TEXT NOT NULL, to_state TEXT NOT NULL, request_id TEXT NOT NULL,
    register_id TEXT, store_id TEXT, staff_id TEXT, ms INTEGER, detail TEXT)`,
];

const text = (value: SqlStorageValue | undefined): string =>
  typeof value === "string" ? value : "";
const optionalText = (value: SqlStorageValue | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
const count = (value: SqlStorageValue | undefined): number =>
  typeof value === "number" ? value : 0;

const tillOf = (row: Record<string, SqlStorageValue>): Till => {
  const registerId = optionalText(row.register_id);
  const storeId = optionalText(row.store_id);
  const staffId = optionalText(row.staff_id);
  return {
    ...(registerId === undefined ? {} : { registerId }),
    ...(storeId === undefined ? {} : { storeId }),
    ...(staffId === undefined ? {} : { staffId }),
  };
};

const readRow = (row: Record<string, SqlStorageValue>): RedemptionRow => {
  const committedAt = row.committed_at;
  const snapshot = optionalText(row.snapshot);
  return {
    redemptionId: text(row.id),
    groupId: text(row.group_id),
    ref: {
      kind: row.kind === "promotion" ? "promotion" : "bonus_check",
      id: text(row.instrument_id),
    },
    state: redemptionStates.find((state) => state === row.state) ?? "attention",
    fingerprint: text(row.fingerprint),
    till: tillOf(row),
    requestId: text(row.request_id),
    startedAt: count(row.started_at),
    ...(typeof committedAt === "number" ? { committedAt } : {}),
    heard: row.heard === 1,
    viaLedger: row.via_ledger === 1,
    undoRequested: row.undo_requested === 1,
    wasUnclear: row.was_unclear === 1,
    attempts: count(row.attempts),
    nextAt: count(row.next_at),
    // Written by this module alone, so its shape is known.
    ...(snapshot === undefined ? {} : { snapshot: JSON.parse(snapshot) as Instrument }),
  };
};

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
    for (const statement of schema) sql.exec(statement);
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
      return storage.transaction(() => {
        ensure();
        return work();
      });
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
    group(groupId: string): RedemptionRow[] {
      return select("group_id = ? ORDER BY seq", groupId);
    },
    byId(redemptionId: string): RedemptionRow | undefined {
      return select("id = ?", redemptionId)[0];
    },
    /** Rows that the object must still work on by itself, or that nobody has been told of. */
    open(): RedemptionRow[] {
      return select(
        "state IN ('reserved', 'committing', 'unknown', 'reversing') OR (state = 'committed' AND (heard = 0 OR undo_requested = 1)) ORDER BY seq",
      );
    },
    insert(row: RedemptionRow, cause: Cause, now: number): void {
      sql.exec(
        `INSERT INTO redemptions (id, group_id, kind, instrument_id, state, fingerprint, register_id, store_id, staff_id,
           request_id, started_at, committed_at, heard, via_ledger, undo_requested, next_at, snapshot)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
        row.committedAt ?? null,
        row.heard ? 1 : 0,
        row.viaLedger ? 1 : 0,
        row.undoRequested ? 1 : 0,
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
           was_unclear = MAX(was_unclear, ?) WHERE id = ?`,
        next,
        next === "committed" ? now : null,
        stays ? row.attempts : 0,
        isOpen(next) && !stays ? now : row.nextAt,
        next === "unknown" ? 1 : 0,
        redemptionId,
      );
      note(redemptionId, event.type, row.state, next, cause, now);
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
    markHeard(groupId: string): void {
      sql.exec("UPDATE redemptions SET heard = 1 WHERE group_id = ? AND heard = 0", groupId);
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
      sql.exec("DELETE FROM trail WHERE redemption_id NOT IN (SELECT id FROM redemptions)");
    },
    /** When the first open row is due; an alarm must never be set behind it. */
    earliestDue(): number | undefined {
      if (!exists()) return undefined;
      const [row] = sql
        .exec(
          "SELECT MIN(next_at) AS due FROM redemptions WHERE state IN ('reserved', 'committing', 'unknown', 'reversing')",
        )
        .toArray();
      return typeof row?.due === "number" ? row.due : undefined;
    },
    oldest(): number | undefined {
      if (!exists()) return undefined;
      const value = sql.exec("SELECT MIN(started_at) AS oldest FROM redemptions").one().oldest;
      return typeof value === "number" ? value : undefined;
    },
  };
};

export type LedgerStore = ReturnType<typeof createLedgerStore>;
