import type { Instrument } from "../../model/instrument.ts";
import type { Till } from "../machine/admission.ts";
import { redemptionStates } from "../machine/machine.ts";
import type { RedemptionRow } from "../machine/redemption_row.ts";
import type { Goods } from "../order_use.ts";

/** Rows of the object's tables, read as plain data. */
export const text = (value: SqlStorageValue | undefined): string =>
  typeof value === "string" ? value : "";
export const optionalText = (value: SqlStorageValue | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
export const count = (value: SqlStorageValue | undefined): number =>
  typeof value === "number" ? value : 0;

export const tillOf = (row: Record<string, SqlStorageValue>): Till => {
  const registerId = optionalText(row.register_id);
  const storeId = optionalText(row.store_id);
  const staffId = optionalText(row.staff_id);
  return {
    ...(registerId === undefined ? {} : { registerId }),
    ...(storeId === undefined ? {} : { storeId }),
    ...(staffId === undefined ? {} : { staffId }),
  };
};

export const readRow = (row: Record<string, SqlStorageValue>): RedemptionRow => {
  const committedAt = row.committed_at;
  const snapshot = optionalText(row.snapshot);
  const order = optionalText(row.order_ref);
  const bought = optionalText(row.bought);
  const receiptNumber = optionalText(row.receipt_number);
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
    sentAt: count(row.sent_at),
    ...(typeof committedAt === "number" ? { committedAt } : {}),
    heard: row.heard === 1,
    viaLedger: row.via_ledger === 1,
    undoRequested: row.undo_requested === 1,
    wasUnclear: row.was_unclear === 1,
    ...(order === undefined ? {} : { order }),
    ...(receiptNumber === undefined ? {} : { receiptNumber }),
    ...(typeof row.settled_at === "number" ? { settledAt: row.settled_at } : {}),
    givenBack: row.given_back === 1,
    watched: row.watched === 1,
    claimChecked: row.claim_checked === 1,
    keptHere: row.kept_here === 1,
    ...(typeof row.amount === "number" ? { amount: row.amount } : {}),
    // Written by this module alone, so its shape is known.
    bought: bought === undefined ? [] : (JSON.parse(bought) as Goods[]),
    attempts: count(row.attempts),
    nextAt: count(row.next_at),
    // Written by this module alone, so its shape is known.
    ...(snapshot === undefined ? {} : { snapshot: JSON.parse(snapshot) as Instrument }),
  };
};
