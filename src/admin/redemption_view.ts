import type { RedemptionRow, TrailEntry } from "../redemption/machine/redemption_row.ts";
import type { RedemptionState } from "../redemption/machine/machine.ts";

/** One step of a redemption. `register`, `store`, `staff` are ids; `detail` is a code or an operator's reason. */
type StepView = {
  readonly at: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly request_id: string;
  readonly register?: string;
  readonly store?: string;
  readonly staff?: string;
  readonly ms?: number;
  readonly detail?: string;
};

/** One use of an instrument as an operator sees it: ids alone, times in ISO 8601 (UTC). */
export type RedemptionView = {
  readonly redemption_id: string;
  /** Of the till's answer that it belongs to. */
  readonly redeem_id: string;
  readonly kind: "promotion" | "bonus_check";
  readonly instrument: string;
  readonly state: RedemptionState;
  /** `account/site/order` of the closed order that used it. */
  readonly order?: string;
  readonly receipt_number?: string;
  readonly store?: string;
  readonly register?: string;
  readonly started_at: string;
  readonly committed_at?: string;
  readonly settled_at?: string;
  readonly steps: readonly StepView[];
};

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

const stepView = (entry: TrailEntry): StepView => ({
  at: iso(entry.at),
  event: entry.event,
  from: entry.from,
  to: entry.to,
  request_id: entry.requestId,
  ...(entry.registerId === undefined ? {} : { register: entry.registerId }),
  ...(entry.storeId === undefined ? {} : { store: entry.storeId }),
  ...(entry.staffId === undefined ? {} : { staff: entry.staffId }),
  ...(entry.ms === undefined ? {} : { ms: entry.ms }),
  ...(entry.detail === undefined ? {} : { detail: entry.detail }),
});

/** The row without what the customer sees of it, and its part of the trail, oldest step first. */
export const redemptionView = (
  row: RedemptionRow,
  redeemId: string,
  trail: readonly TrailEntry[],
): RedemptionView => ({
  redemption_id: row.redemptionId,
  redeem_id: redeemId,
  kind: row.ref.kind,
  instrument: row.ref.id,
  state: row.state,
  ...(row.order === undefined ? {} : { order: row.order }),
  ...(row.receiptNumber === undefined ? {} : { receipt_number: row.receiptNumber }),
  ...(row.till.storeId === undefined ? {} : { store: row.till.storeId }),
  ...(row.till.registerId === undefined ? {} : { register: row.till.registerId }),
  started_at: iso(row.startedAt),
  ...(row.committedAt === undefined ? {} : { committed_at: iso(row.committedAt) }),
  ...(row.settledAt === undefined ? {} : { settled_at: iso(row.settledAt) }),
  steps: trail.filter((entry) => entry.redemptionId === row.redemptionId).map(stepView),
});
