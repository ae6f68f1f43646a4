import type { Instrument } from "../../model/instrument.ts";
import type { Goods } from "../order_use.ts";
import type { LedgerEntry, Till } from "./admission.ts";

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
