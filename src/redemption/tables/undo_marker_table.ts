import type { UndoMarker } from "../machine/admission.ts";
import { count, text, tillOf } from "./ledger_rows.ts";
import type { LedgerStorage } from "./ledger_storage.ts";

/** Undos of what nobody held: the redeem that they overtook may still be on its way. */
export const undoMarkerTable = (sql: LedgerStorage["sql"], exists: () => boolean) => ({
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
});
