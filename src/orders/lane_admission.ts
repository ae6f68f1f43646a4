import { flowOf } from "./breaker.ts";
import type { Lane, Pace, Priority } from "./lane_state.ts";

/** Nothing was sent, and no fault is the delivery's own: come again at `at`, epoch milliseconds. */
export type NotYet = {
  readonly kind: "not_yet";
  readonly why: "busy" | "down" | "asked_to_wait" | "paused";
  readonly at: number;
};

/** A caller is an object that could do something else meanwhile, so it is not kept longer. */
export const longestWaitMs = 3_000;
/** Between being told of room and coming lies one reading of the order. */
const expectedMs = 10_000;
/** Even behind a long backlog a caller finds out within the hour when things got better. */
const furthestMs = 3_600_000;
/** Finding the customer, sending. */
const callsPerSale = 2;

const saleMsOf = (lane: Lane, pace: Pace): number =>
  Math.max(lane.saleMs, (callsPerSale * 1_000) / pace.rate);

/** How long a newcomer would wait: for those who have set out too, since they still have calls to make. */
const waitMs = (lane: Lane, priority: Priority, pace: Pace, now: number): number => {
  const ahead = (which: Priority): number =>
    lane.waiting[which].length +
    lane.expected[which].filter((until) => until > now).length +
    lane.turns.reduce((sum, turn) => sum + (turn.priority === which ? turn.sales : 0), 0);
  const before = ahead("live") + (priority === "live" ? 0 : ahead("backfill"));
  return before * saleMsOf(lane, pace);
};

export type Told = { readonly lane: Lane; readonly notYet: NotYet };

/** Times that follow each other at the lane's pace, so that those who come again do not come together. */
export const comeAgain = (lane: Lane, priority: Priority, pace: Pace, now: number): Told => {
  const flow = flowOf(lane.breaker, now);
  const stopped = flow.kind === "stopped";
  // While one tries, the rest wait for the CRM and not for each other.
  const why = stopped ? flow.why : flow.kind === "probe" ? "down" : "busy";
  const from = stopped ? flow.until : now + longestWaitMs;
  const saleMs = saleMsOf(lane, pace);
  const next = Math.max(lane.told[priority], from) + saleMs;
  const at = Math.ceil(next > from + furthestMs ? from + saleMs : next);
  return {
    lane: { ...lane, told: { ...lane.told, [priority]: at } },
    notYet: { kind: "not_yet", why, at },
  };
};

/** undefined: there is room. */
export const refused = (
  lane: Lane,
  priority: Priority,
  pace: Pace,
  now: number,
): Told | undefined =>
  flowOf(lane.breaker, now).kind === "stopped" || waitMs(lane, priority, pace, now) > longestWaitMs
    ? comeAgain(lane, priority, pace, now)
    : undefined;

/**
 * Whether it is worth reading the order. A caller who is told so has a place kept for a while,
 * so that thousands of orders are not read from Sitoo for a road that bears ten.
 */
export const roomFor = (
  lane: Lane,
  priority: Priority,
  pace: Pace,
  now: number,
): { readonly lane: Lane; readonly notYet?: NotYet } => {
  const told = refused(lane, priority, pace, now);
  if (told !== undefined) return told;
  const expected = lane.expected[priority].filter((until) => until > now);
  return {
    lane: {
      ...lane,
      expected: { ...lane.expected, [priority]: [...expected, now + expectedMs] },
    },
  };
};
