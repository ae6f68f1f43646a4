import type { Sign } from "../src/orders/breaker.ts";
import { type LaneCommand, type LaneEvent, step } from "../src/orders/lane.ts";
import type { NotYet } from "../src/orders/lane_admission.ts";
import { type Lane, newLane, type Pace, type Priority } from "../src/orders/lane_state.ts";

/** A sale that comes to the lane in a played history. */
export type Traveller = {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly priority: Priority;
  readonly group: string;
  /** How long each of its calls takes; the last one of a turn's first sale is the sending. */
  readonly calls: readonly number[];
  readonly sign: Sign;
};

export type Played = {
  /** When each call to the CRM began. */
  readonly calls: readonly number[];
  readonly mostCalls: number;
  readonly mostTurns: number;
  /** Sales in the order in which they set out. */
  readonly started: readonly {
    readonly ids: readonly number[];
    readonly at: number;
    readonly after: Lane;
  }[];
  /** What each sale was answered, by its number: one entry for each time. */
  readonly answers: ReadonlyMap<
    number,
    readonly { readonly at: number; readonly notYet?: NotYet }[]
  >;
  readonly end: number;
};

/**
 * Plays travellers through a lane on a clock of its own: every call takes its time, every turn
 * ends as its first sale says, and the lane is asked again just when it said.
 */
export const play = (travellers: readonly Traveller[], pace: Pace, from = 1_000_000): Played => {
  let lane = newLane();
  let now = from;
  let tickAt: number | undefined;
  /** In the order of time; of one time, as they were planned. */
  const agenda: { at: number; run: () => void }[] = [];
  const plan = (at: number, run: () => void): void => {
    const later = agenda.findLastIndex((entry) => entry.at <= at);
    agenda.splice(later + 1, 0, { at, run });
  };
  const calls: number[] = [];
  let calling = 0;
  let turns = 0;
  let [mostCalls, mostTurns, callIds] = [0, 0, 0];
  const started: { ids: readonly number[]; at: number; after: Lane }[] = [];
  const answers = new Map<number, { at: number; notYet?: NotYet }[]>();
  const answer = (id: number, notYet?: NotYet): void => {
    const given = answers.get(id) ?? [];
    given.push({ at: now, ...(notYet === undefined ? {} : { notYet }) });
    answers.set(id, given);
  };
  const onCall = new Map<number, (denied: boolean) => void>();

  const drive = (turn: number, ids: readonly number[]): void => {
    const sales = ids.map((id) => travellers[id]);
    const [first] = sales;
    if (first === undefined) throw new Error("an empty turn");
    const end = (): void => {
      turns -= 1;
      happen({ kind: "ended", turn, sign: first.sign });
    };
    // Each sale's finding at the same time, then one sending for all of them.
    let finding = 0;
    const one = (times: readonly number[], done: () => void): void => {
      const [ms, ...rest] = times;
      if (ms === undefined) return done();
      const id = callIds++;
      onCall.set(id, (denied) => {
        if (denied) return done();
        plan(now + ms, () => {
          calling -= 1;
          happen({ kind: "called" });
          one(rest, done);
        });
      });
      happen({ kind: "asked", id, priority: first.priority, cost: 1 });
    };
    const found = (): void => {
      finding -= 1;
      if (finding === 0) one(first.calls.slice(-1), end);
    };
    finding = sales.length;
    for (const sale of sales) one(sale?.calls.slice(0, -1) ?? [], found);
  };

  const obey = (command: LaneCommand): void => {
    switch (command.kind) {
      case "start":
        turns += 1;
        mostTurns = Math.max(mostTurns, turns);
        started.push({ ids: command.ids, at: now, after: lane });
        for (const id of command.ids) answer(id);
        return drive(command.turn, command.ids);
      case "turn_away":
        return answer(command.id, command.notYet);
      case "call":
        calls.push(now);
        calling += 1;
        mostCalls = Math.max(mostCalls, calling);
        return onCall.get(command.id)?.(false);
      case "deny":
        return onCall.get(command.id)?.(true);
    }
  };
  const happen = (event: LaneEvent): void => {
    const moved = step(lane, event, pace, now);
    lane = moved.lane;
    tickAt = moved.tickAt;
    for (const command of moved.commands) obey(command);
  };

  for (const [id, { at, priority, group }] of travellers.entries())
    plan(from + at, () => happen({ kind: "came", id, priority, group, expected: false }));
  let idle = 0;
  for (;;) {
    const [next] = agenda;
    if (tickAt !== undefined && (next === undefined || tickAt < next.at)) {
      if (tickAt < now || (idle += 1) > 1_000) throw new Error("the lane ticks for nothing");
      now = tickAt;
      happen({ kind: "tick" });
      continue;
    }
    if (next === undefined) break;
    agenda.shift();
    idle = 0;
    now = next.at;
    next.run();
  }
  return { calls, mostCalls, mostTurns, started, answers, end: now };
};
