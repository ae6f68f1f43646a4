import type { BackfillRow, BackfillTable, BackfillTotal } from "./backfill_table.ts";
import { type CatchUpRun, notBegun } from "./catch_up.ts";
import type { CatchUpTable } from "./catch_up_table.ts";
import type { ProofCount, ProofDifference, ProofTable } from "./proof_table.ts";
import type { WalkPlace } from "./walk_name.ts";

/** What an operator sees of a walk. Times are epoch milliseconds, `position` is an order id of Sitoo's. */
export type WalkView = {
  readonly account: number;
  readonly site: number;
  /** Null until the walk has found where to begin. */
  readonly position: number | null;
  readonly isRunning: boolean;
  readonly lastRun: CatchUpRun | null;
  readonly nextAt: number;
  /** Orders that were open when seen, and are asked after. */
  readonly openOrders: number;
  readonly lastError: string | null;
};

/** @param table undefined while the object holds nothing. */
export const walkView = (
  table: CatchUpTable | undefined,
  { account, site }: WalkPlace,
  now: number,
): WalkView => {
  const state = table?.state(now) ?? notBegun(now);
  return {
    account,
    site,
    position: state.position,
    isRunning: state.cursor !== null,
    lastRun: state.last,
    nextAt: state.nextAt,
    openOrders: table?.openCount() ?? 0,
    lastError: state.error,
  };
};

export type BackfillView = {
  readonly id: string;
  readonly account: number;
  readonly site: number;
  readonly channel: string | null;
  readonly dryRun: boolean;
  /** Epoch milliseconds of the sale; `to` is not within. */
  readonly from: number;
  readonly to: number;
  /** `waiting`: another one of the site comes first. `finishing`: all are handed over, some are on their way. */
  readonly state: "waiting" | "running" | "finishing" | "stopped" | "done";
  /** Closed orders of the time that were seen in Sitoo, and how many of them were work for a journal. */
  readonly found: number;
  readonly handed: number;
  /** Handed over and not yet through. */
  readonly onTheirWay: number;
  /** Not seen yet, by Sitoo's count; null before the first page. */
  readonly remaining: number | null;
  readonly position: number;
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly lastError: string | null;
  /** Of a dry run, when one backfill is asked for. */
  readonly totals?: readonly BackfillTotal[];
};

const viewState = (row: BackfillRow, current: string | undefined): BackfillView["state"] => {
  switch (row.state) {
    case "running":
      return row.id === current ? "running" : "waiting";
    case "handed_over":
      return "finishing";
    case "stopped":
    case "done":
      return row.state;
  }
};

const viewOf = (
  table: BackfillTable,
  { account, site }: WalkPlace,
  row: BackfillRow,
  now: number,
): BackfillView => {
  const onTheirWay = table
    .waits()
    .filter(({ backfill }) => backfill === row.id)
    .reduce((sum, { orders }) => sum + orders, 0);
  const state = viewState(row, table.current()?.id);
  const seconds = ((row.ended_at ?? now) - row.resumed_at) / 1_000;
  const through = row.found - onTheirWay - row.found_then;
  const perSecond = state === "stopped" || seconds < 1 || through <= 0 ? null : through / seconds;
  return {
    id: row.id,
    account,
    site,
    channel: row.channel,
    dryRun: row.dry_run === 1,
    from: row.from_s * 1_000,
    to: row.to_s * 1_000,
    state,
    found: row.found,
    handed: row.handed,
    onTheirWay,
    remaining: row.remaining,
    position: row.position,
    perSecond,
    secondsLeft:
      perSecond === null || row.remaining === null || state === "done"
        ? null
        : Math.ceil((row.remaining + onTheirWay) / perSecond),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastError: row.error,
  };
};

const mostTotals = 5_000;

/** Newest first; one alone with its totals. */
export const backfillViews = (
  table: BackfillTable,
  place: WalkPlace,
  id: string | undefined,
  now: number,
): readonly BackfillView[] => {
  if (id === undefined) return table.list().map((row) => viewOf(table, place, row, now));
  const row = table.get(id);
  if (row === undefined) return [];
  const totals = row.dry_run === 1 ? { totals: table.totals(id, mostTotals) } : {};
  return [{ ...viewOf(table, place, row, now), ...totals }];
};

export type ProofView = {
  readonly account: number;
  readonly site: number;
  readonly day: string;
  readonly state: "running" | "done";
  /** Closed orders compared so far. */
  readonly orders: number;
  readonly remaining: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly lastError: string | null;
  readonly counts: readonly ProofCount[];
  /** A thousand at most. */
  readonly differences: readonly ProofDifference[];
};

export const proofView = (
  table: ProofTable,
  { account, site }: WalkPlace,
  day: string,
): ProofView | undefined => {
  const row = table.get(day);
  if (row === undefined) return undefined;
  const isDone = row.state === "done";
  return {
    account,
    site,
    day,
    state: isDone ? "done" : "running",
    orders: row.orders,
    remaining: row.remaining,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastError: row.error,
    counts: isDone ? table.counts(day) : [],
    differences: isDone ? table.differences(day) : [],
  };
};
