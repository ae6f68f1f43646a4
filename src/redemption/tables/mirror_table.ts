import type { MirroredUse } from "../../crm/port.ts";
import { instrumentKey } from "../../model/instrument.ts";
import type { Money } from "../../model/money.ts";
import { usedBy } from "../machine/balance.ts";
import { count, text } from "./ledger_rows.ts";
import type { RedemptionRow } from "../machine/redemption_row.ts";
import type { LedgerStorage } from "./ledger_storage.ts";
import type { RedemptionState } from "../machine/machine.ts";

/** One thing that the CRM is still to be told. */
export type Mirror = {
  readonly seq: number;
  readonly redemptionId: string;
  readonly use: MirroredUse;
  readonly since: number;
  readonly attempts: number;
  readonly nextAt: number;
};

/** Steps that change what a customer has: the CRM's copy follows them. */
const whatHappened = (state: RedemptionState): MirroredUse["what"] | undefined => {
  if (state === "committed") return "redeemed";
  if (state === "settled") return "settled";
  return state === "reversed" ? "given_back" : undefined;
};

/**
 * Outbox to a CRM that cannot redeem (design.md 6.12): the ledger is the truth, the CRM gets each
 * step in its order, one instrument's behind one another.
 */
export const mirrorTable = (sql: LedgerStorage["sql"], exists: () => boolean) => ({
  /** @param leftAfter what can still be redeemed after the step; asked for only where it is told. */
  noteStep(
    row: RedemptionRow,
    state: RedemptionState,
    leftAfter: () => Money | undefined,
    now: number,
  ): void {
    const what = row.keptHere ? whatHappened(state) : undefined;
    if (what === undefined) return;
    const left = leftAfter();
    const used = what === "settled" ? usedBy(row) : undefined;
    const use: MirroredUse = {
      eventId: `${row.redemptionId}-${what}`,
      ref: row.ref,
      what,
      at: new Date(now).toISOString(),
      ...(left === undefined ? {} : { left }),
      ...(used === undefined ? {} : { used }),
      ...(row.receiptNumber === undefined ? {} : { receiptNumber: row.receiptNumber }),
      ...(row.till.storeId === undefined ? {} : { storeId: row.till.storeId }),
    };
    sql.exec(
      "INSERT INTO mirrors (redemption_id, instrument, use, since, next_at) VALUES (?, ?, ?, ?, ?)",
      row.redemptionId,
      instrumentKey(row.ref),
      JSON.stringify(use),
      now,
      now,
    );
  },
  /** The oldest of each instrument: what follows waits for it. */
  first(): Mirror[] {
    if (!exists()) return [];
    return sql
      .exec("SELECT * FROM mirrors WHERE seq IN (SELECT MIN(seq) FROM mirrors GROUP BY instrument)")
      .toArray()
      .map((row) => ({
        seq: count(row.seq),
        redemptionId: text(row.redemption_id),
        // Written by this module alone, so its shape is known.
        use: JSON.parse(text(row.use)) as MirroredUse,
        since: count(row.since),
        attempts: count(row.attempts),
        nextAt: count(row.next_at),
      }));
  },
  drop(seq: number): void {
    sql.exec("DELETE FROM mirrors WHERE seq = ?", seq);
  },
  postpone(seq: number, nextAt: number): void {
    sql.exec("UPDATE mirrors SET attempts = attempts + 1, next_at = ? WHERE seq = ?", nextAt, seq);
  },
});
