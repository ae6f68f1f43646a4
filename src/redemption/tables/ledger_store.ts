import type { InstrumentRef } from "../../model/instrument.ts";
import { isUsedUp, leftOf, type Balance } from "../machine/balance.ts";
import { handOverTables, type TakeOver } from "./hand_over.ts";
import { ledgerSchema } from "./ledger_schema.ts";
import { text } from "./ledger_rows.ts";
import type { LedgerStorage, Owner, Successor } from "./ledger_storage.ts";
import { mirrorTable } from "./mirror_table.ts";
import { outboxTable } from "./outbox_table.ts";
import { redemptionTable } from "./redemption_table.ts";
import { returnedGoodsTable } from "./returned_goods_table.ts";
import { undoMarkerTable } from "./undo_marker_table.ts";

/**
 * Rows of one customer's ledger. An object that holds nothing creates no table:
 * every card reads a ledger, and most customers never redeem.
 */
export const createLedgerStore = (storage: LedgerStorage) => {
  const { sql } = storage;
  const schema = ledgerSchema(storage);
  const { exists } = schema;
  const outbox = outboxTable(sql, exists);
  const mirrors = mirrorTable(sql, exists);
  const redemptions = redemptionTable(sql, exists, {
    // In the transaction of the step itself, so that neither a person nor a CRM is left untold.
    afterStep(row, state, now) {
      if (state === "lost" || state === "attention") outbox.put(row.redemptionId, state, now);
      mirrors.noteStep(row, state, () => leftOf(redemptions.ofInstrument(row.ref)), now);
    },
  });
  const returnedGoods = returnedGoodsTable(sql, exists);

  const metaValues = (): Map<string, string> =>
    new Map(
      exists()
        ? sql
            .exec("SELECT key, value FROM meta")
            .toArray()
            .map((row) => [text(row.key), text(row.value)])
        : [],
    );
  const setMeta = (key: string, value: string): void => {
    sql.exec(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  };
  const owner = (): Owner | undefined => {
    const values = metaValues();
    const [tenant, channelId, customerId] = [
      values.get("tenant"),
      values.get("channel"),
      values.get("customer"),
    ];
    return tenant !== undefined && channelId !== undefined && customerId !== undefined
      ? { tenant, channelId, customerId }
      : undefined;
  };

  const { contents, dropContents, takeIn } = handOverTables(sql, exists);

  return {
    ...redemptions,
    ...undoMarkerTable(sql, exists),
    ...returnedGoods,
    outbox,
    mirrors,
    /** How much of an instrument that the ledger keeps can still be redeemed; undefined where it keeps none. */
    balanceOf(ref: InstrumentRef): Balance | undefined {
      const uses = redemptions.ofInstrument(ref).filter((row) => row.keptHere);
      if (uses.length === 0) return undefined;
      const left = leftOf(uses);
      return { isUsedUp: isUsedUp(uses), ...(left === undefined ? {} : { left }) };
    },
    transaction<Result>(work: () => Result): Result {
      try {
        return storage.transaction(() => {
          schema.ensure();
          return work();
        });
      } catch (error) {
        // Tables that were made in it are gone with it.
        schema.forget();
        throw error;
      }
    },
    /** Whose ledger this is; needed when the object wakes up by itself. */
    owner,
    setOwner({ tenant, channelId, customerId }: Owner): void {
      const known = owner();
      if (
        known?.tenant === tenant &&
        known.channelId === channelId &&
        known.customerId === customerId
      )
        return;
      setMeta("tenant", tenant);
      setMeta("channel", channelId);
      setMeta("customer", customerId);
    },
    /** The customer's id, and the name of their ledger, after the CRM has joined two customers. */
    movedTo(): Successor | undefined {
      const values = metaValues();
      const [customerId, name] = [values.get("moved_to"), values.get("moved_to_ledger")];
      return customerId === undefined || name === undefined ? undefined : { customerId, name };
    },
    setMovedTo({ customerId, name }: Successor): void {
      setMeta("moved_to", customerId);
      setMeta("moved_to_ledger", name);
    },
    contents,
    dropContents,
    /** Takes over what another ledger held; this one is the customer's own. */
    takeOver(call: TakeOver, now: number): void {
      this.setOwner(call.owner);
      sql.exec("DELETE FROM meta WHERE key IN ('moved_to', 'moved_to_ledger')");
      takeIn(call.contents, now);
    },
    /** When the message comes that wakes the object behind its alarm; undefined: none is under way. */
    wakeUpAt(): number | undefined {
      const at = metaValues().get("wake_up_at");
      return at === undefined || at === "" ? undefined : Number(at);
    },
    setWakeUpAt(at: number | undefined): void {
      setMeta("wake_up_at", at === undefined ? "" : String(at));
    },
    /** Drops what no rule needs any more (docs/storage.md). */
    prune(before: number): void {
      redemptions.pruneRedemptions(before);
      returnedGoods.pruneReturns();
    },
  };
};

export type LedgerStore = ReturnType<typeof createLedgerStore>;
