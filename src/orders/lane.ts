import { unreachable } from "../model/outcome.ts";
import { breakerAfter, flowOf, type Sign } from "./breaker.ts";
import { comeAgain, longestWaitMs, type NotYet, refused } from "./lane_admission.ts";
import {
  type Lane,
  nextOf,
  type Pace,
  placesFor,
  type Priority,
  type Waiting,
} from "./lane_state.ts";

export type LaneEvent =
  /** A sale wants to be brought. `expected`: its caller was told that there is room. */
  | {
      readonly kind: "came";
      readonly id: number;
      readonly group: string;
      readonly priority: Priority;
      readonly expected: boolean;
    }
  /** A turn wants to call the CRM; `cost` in calls. */
  | {
      readonly kind: "asked";
      readonly id: number;
      readonly priority: Priority;
      readonly cost: number;
    }
  /** A call is over. */
  | { readonly kind: "called" }
  /** A turn is over. */
  | { readonly kind: "ended"; readonly turn: number; readonly sign: Sign }
  | { readonly kind: "tick" };

export type LaneCommand =
  | { readonly kind: "start"; readonly turn: number; readonly ids: readonly number[] }
  | { readonly kind: "turn_away"; readonly id: number; readonly notYet: NotYet }
  | { readonly kind: "call"; readonly id: number }
  /** The CRM has asked to be left alone meanwhile. */
  | { readonly kind: "deny"; readonly id: number; readonly retryAfterMs: number };

type Moved = { readonly lane: Lane; readonly commands: readonly LaneCommand[] };
type Move = (lane: Lane, pace: Pace, now: number) => Moved;

const noted = (lane: Lane, event: LaneEvent, pace: Pace, now: number): Moved => {
  const still = (next: Lane): Moved => ({ lane: next, commands: [] });
  switch (event.kind) {
    case "came": {
      const { id, group, priority } = event;
      const told = event.expected ? undefined : refused(lane, priority, pace, now);
      if (told !== undefined)
        return { lane: told.lane, commands: [{ kind: "turn_away", id, notYet: told.notYet }] };
      const queue = [...lane.waiting[priority], { id, group, since: now }];
      const expected = lane.expected[priority].slice(event.expected ? 1 : 0);
      return still({
        ...lane,
        waiting: { ...lane.waiting, [priority]: queue },
        expected: { ...lane.expected, [priority]: expected },
      });
    }
    case "asked": {
      const { id, cost, priority } = event;
      const calls = [...lane.asking[priority], { id, cost }];
      return still({ ...lane, asking: { ...lane.asking, [priority]: calls } });
    }
    case "called":
      return still({ ...lane, calling: lane.calling - 1 });
    case "ended": {
      const turn = lane.turns.find(({ id }) => id === event.turn);
      if (turn === undefined) return still(lane);
      const breaker = breakerAfter(lane.breaker, event.sign, now);
      const took = (now - turn.startedAt) / turn.sales / pace.concurrency;
      return still({
        ...lane,
        turns: lane.turns.filter((other) => other !== turn),
        breaker,
        // How long a CRM hung before it was left alone says nothing of afterwards.
        saleMs: breaker.openUntil > now ? 0 : lane.saleMs * 0.8 + took * 0.2,
      });
    }
    case "tick":
      return still(lane);
    default:
      return unreachable(event);
  }
};

const turnAway = (
  before: Lane,
  priority: Priority,
  leaves: (waiting: Waiting) => boolean,
  pace: Pace,
  now: number,
): Moved => {
  const queue = before.waiting[priority];
  const stay = queue.filter((one) => !leaves(one));
  const commands: LaneCommand[] = [];
  let lane: Lane = { ...before, waiting: { ...before.waiting, [priority]: stay } };
  for (const { id } of queue.filter(leaves)) {
    const told = comeAgain(lane, priority, pace, now);
    lane = told.lane;
    commands.push({ kind: "turn_away", id, notYet: told.notYet });
  }
  return { lane, commands };
};

/** Nobody waits for what is stopped. */
const flush =
  (priority: Priority): Move =>
  (lane, pace, now) => {
    const stopped = flowOf(lane.breaker, now).kind === "stopped";
    return turnAway(lane, priority, () => stopped, pace, now);
  };

const expire =
  (priority: Priority): Move =>
  (lane, pace, now) =>
    turnAway(lane, priority, ({ since }) => since + longestWaitMs <= now, pace, now);

const start: Move = (before, pace, now) => {
  const commands: LaneCommand[] = [];
  let lane = before;
  const probe = flowOf(lane.breaker, now).kind === "probe";
  for (;;) {
    const priority = nextOf(lane.waiting);
    const queue = lane.waiting[priority];
    const [first] = queue;
    if (first === undefined || lane.turns.length >= placesFor(priority, pace)) break;
    if (probe && lane.turns.some((turn) => turn.probe)) break;
    const end = queue.findIndex(({ group }) => group !== first.group);
    const together = queue
      .slice(0, end === -1 ? undefined : end)
      .slice(0, probe ? 1 : pace.batch)
      .map(({ id }) => id);
    const sales = together.length;
    commands.push({ kind: "start", turn: first.id, ids: together });
    lane = {
      ...lane,
      waiting: { ...lane.waiting, [priority]: queue.slice(sales) },
      turns: [...lane.turns, { id: first.id, priority, sales, startedAt: now, probe }],
    };
  }
  return { lane, commands };
};

/** Evenly spaced, one by one: any burst would be more than the rate within some second. */
const call: Move = (before, pace, now) => {
  const commands: LaneCommand[] = [];
  let lane = before;
  for (;;) {
    const priority = nextOf(lane.asking);
    const [first, ...rest] = lane.asking[priority];
    if (first === undefined) break;
    const left: Lane = { ...lane, asking: { ...lane.asking, [priority]: rest } };
    const heldMs = lane.breaker.heldUntil - now;
    if (heldMs > 0) {
      commands.push({ kind: "deny", id: first.id, retryAfterMs: heldMs });
      lane = left;
      continue;
    }
    if (now < lane.callFrom || lane.calling >= placesFor(priority, pace)) break;
    commands.push({ kind: "call", id: first.id });
    const callFrom = now + (first.cost * 1_000) / pace.rate;
    lane = { ...left, calling: lane.calling + 1, callFrom };
  }
  return { lane, commands };
};

/** Whoever can still go at the last moment goes, so places are given before anybody is turned away for time. */
const moves: readonly Move[] = [
  flush("live"),
  flush("backfill"),
  start,
  expire("live"),
  expire("backfill"),
  call,
];

/** When time alone changes something; undefined: only another event does. */
const nextTick = ({ waiting, asking, callFrom, calling }: Lane, pace: Pace): number | undefined => {
  const longest = [waiting.live[0], waiting.backfill[0]];
  const times = longest.flatMap((one) => (one === undefined ? [] : [one.since + longestWaitMs]));
  const priority = nextOf(asking);
  if (asking[priority].length > 0 && calling < placesFor(priority, pace)) times.push(callFrom);
  return times.length === 0 ? undefined : Math.ceil(Math.min(...times));
};

/**
 * One destination's road (design.md 7, Lane): who may go, when, and with whom. Pure: what
 * happened and what time it is go in; what to do, and when to look again, come out.
 */
export const step = (
  before: Lane,
  event: LaneEvent,
  pace: Pace,
  now: number,
): Moved & { readonly tickAt: number | undefined } => {
  let { lane, commands } = noted(before, event, pace, now);
  for (const move of moves) {
    const moved = move(lane, pace, now);
    lane = moved.lane;
    commands = [...commands, ...moved.commands];
  }
  return { lane, commands, tickAt: nextTick(lane, pace) };
};
