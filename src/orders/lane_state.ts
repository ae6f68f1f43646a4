import { type Breaker, closedBreaker } from "./breaker.ts";

/** What is sold now goes before what is brought in afterwards. */
export type Priority = "live" | "backfill";

/** What a destination bears (port.ts, Capabilities). */
export type Pace = {
  /** Calls to the CRM in any second. */
  readonly rate: number;
  /** Calls, and turns, under way at once. */
  readonly concurrency: number;
  /** Sales that one call can bring. */
  readonly batch: number;
};

/** A sale that waits for its turn. Only sales of one group share a call. */
export type Waiting = { readonly id: number; readonly group: string; readonly since: number };
/** A call that a turn wants to make. */
export type Call = { readonly id: number; readonly cost: number };
/** Sales that go together; named by the first. */
export type Turn = {
  readonly id: number;
  readonly priority: Priority;
  readonly sales: number;
  readonly startedAt: number;
  readonly probe: boolean;
};

type Each<Value> = { readonly [Which in Priority]: Value };

/** One destination's road as it is now, without what goes on it. Times are epoch milliseconds. */
export type Lane = {
  readonly breaker: Breaker;
  readonly waiting: Each<readonly Waiting[]>;
  readonly turns: readonly Turn[];
  readonly asking: Each<readonly Call[]>;
  /** Calls under way. */
  readonly calling: number;
  /** No further call before. */
  readonly callFrom: number;
  /** Callers who were told that there is room, by when they are no longer waited for. */
  readonly expected: Each<readonly number[]>;
  /** The last moment that a caller was told to come again at: each gets one of its own. */
  readonly told: Each<number>;
  /** What a sale has lately taken of the lane's time, milliseconds. */
  readonly saleMs: number;
};

export const newLane = (breaker: Breaker = closedBreaker): Lane => ({
  breaker,
  waiting: { live: [], backfill: [] },
  turns: [],
  asking: { live: [], backfill: [] },
  calling: 0,
  callFrom: 0,
  expected: { live: [], backfill: [] },
  told: { live: 0, backfill: 0 },
  saleMs: 0,
});

/** The backfill leaves one place free: a live sale never waits for a slow backfill to end. */
export const placesFor = (priority: Priority, { concurrency }: Pace): number =>
  priority === "live" ? concurrency : Math.max(1, concurrency - 1);

/** Who is next: a backfill only when nobody live is there. */
export const nextOf = ({ live }: Each<readonly unknown[]>): Priority =>
  live.length > 0 ? "live" : "backfill";
