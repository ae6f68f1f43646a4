import type { Instrument } from "../model/instrument.ts";
import type { LedgerEntry, Till } from "./admission.ts";
import { redemptionStates } from "./machine.ts";
import type { Goods } from "./order_use.ts";

export type RedemptionRow = LedgerEntry & {
  readonly requestId: string;
  /** When the CRM was last asked to redeem it; `startedAt` is when a use of ours could first have been. */
  readonly sentAt: number;
  /** A till has been told of the commit. */
  readonly heard: boolean;
  /** Given by us after a reinstatement: the CRM is not called. */
  readonly viaLedger: boolean;
  readonly undoRequested: boolean;
  /** Its commit once had no clear answer: the CRM may still act on it late. */
  readonly wasUnclear: boolean;
  /** The closed order that used it: `account/site/order`. */
  readonly order?: string;
  readonly receiptNumber?: string;
  readonly settledAt?: number;
  /** Its order no longer wants it: given back by a person, or everything bought with it was returned. */
  readonly givenBack: boolean;
  /** Believed free, and looked at once more since. */
  readonly watched: boolean;
  /** That no order names it has been dealt with. */
  readonly claimChecked: boolean;
  /** The CRM cannot redeem it: this row is the truth, the CRM gets a mirror (design.md 6.12). */
  readonly keptHere: boolean;
  /** What the till or the closed order took off with it, minor units; absent where neither says. */
  readonly amount?: number;
  /** What the order bought with it. */
  readonly bought: readonly Goods[];
  readonly attempts: number;
  /** Of an open row, when it is due; of an ended one, since when it is what it is. */
  readonly nextAt: number;
  /** What the customer saw, for the card after a reinstatement. */
  readonly snapshot?: Instrument;
};

/** A row as it begins: what is said of every use, and nothing that only time can tell. */
export const newRow = (
  begun: Pick<
    RedemptionRow,
    | "redemptionId"
    | "groupId"
    | "ref"
    | "state"
    | "fingerprint"
    | "till"
    | "requestId"
    | "startedAt"
    | "sentAt"
    | "nextAt"
  > &
    Partial<RedemptionRow>,
): RedemptionRow => ({
  heard: false,
  viaLedger: false,
  undoRequested: false,
  wasUnclear: false,
  givenBack: false,
  watched: false,
  claimChecked: false,
  keptHere: false,
  bought: [],
  attempts: 0,
  ...begun,
});

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
