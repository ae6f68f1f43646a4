import { flowOf } from "./breaker.ts";
import type { Lane } from "./lane_state.ts";

/** A lane as an operator sees it: numbers alone. Times are epoch milliseconds. */
export type LaneView = {
  readonly waiting: { readonly live: number; readonly backfill: number };
  /** Sales on their way. */
  readonly inFlight: number;
  readonly breaker: {
    /** `open`: nothing is sent; `half_open`: one sale tries. */
    readonly state: "closed" | "open" | "half_open";
    /** Since when it is not closed. */
    readonly since?: number;
    readonly until?: number;
  };
  /** The CRM has asked to be left alone until then. */
  readonly heldUntil?: number;
};

export const viewOf = ({ waiting, turns, breaker }: Lane, now: number): LaneView => {
  const { since, openUntil, heldUntil } = breaker;
  // What the CRM asks for is told beside it.
  const flow = flowOf({ ...breaker, heldUntil: 0 }, now);
  const states = { flows: "closed", stopped: "open", probe: "half_open" } as const;
  return {
    waiting: { live: waiting.live.length, backfill: waiting.backfill.length },
    inFlight: turns.reduce((sum, { sales }) => sum + sales, 0),
    breaker: {
      state: states[flow.kind],
      ...(flow.kind === "flows" ? {} : { since }),
      ...(flow.kind === "stopped" ? { until: openUntil } : {}),
    },
    ...(heldUntil > now ? { heldUntil } : {}),
  };
};
