import type { CreateCustomer } from "../crm/create_customer.ts";
import type { Crm } from "../crm/port.ts";
import type { StoredTenant } from "../tenants/stored_tenant.ts";
import type { Channel, Tenant } from "../tenants/tenant.ts";
import type { Attempt } from "./attempt.ts";
import { together } from "./breaker.ts";
import { laneOf } from "./destinations.ts";
import type { Sql } from "./journal_store.ts";
import { type LaneCommand, type LaneEvent, step } from "./lane.ts";
import { type NotYet, roomFor } from "./lane_admission.ts";
import { createLaneCalls } from "./lane_calls.ts";
import { createLaneRow } from "./lane_row.ts";
import { type Lane, newLane, type Pace, type Priority } from "./lane_state.ts";
import { deliverTurn } from "./lane_turn.ts";
import { type LaneView, viewOf } from "./lane_view.ts";
import type { TurnJob, TurnSale } from "./turn_sale.ts";

/** The encrypted document of the caller, so that a lane reads no store. */
export type LaneScope = { readonly stored: StoredTenant; readonly channelId: string };

export type LaneSale = TurnSale & {
  readonly priority: Priority;
  /** Its caller was told that there is room. */
  readonly expected: boolean;
};

/** The lane object's methods, as called from outside; plain data, but for the one call back. */
export type LaneObject = {
  /** Whether it is worth reading an order: undefined when there is room. */
  room(scope: LaneScope, priority: Priority): Promise<NotYet | undefined>;
  /**
   * Brings one sale, when its turn comes; answers within seconds that it has not come yet.
   * @param intend called back right before the sale is sent; unless it says true, that is not done.
   */
  deliver(scope: LaneScope, sale: LaneSale, intend: TurnJob["intend"]): Promise<Attempt | NotYet>;
  show(): Promise<LaneView>;
};

/** What the Durable Object gives to the lane that lives in it. */
export type LaneHostDeps = {
  readonly sql: Sql;
  readonly now: () => number;
  /** Rings once. @returns what stops it. */
  readonly ringAt: (at: number, ring: () => void) => () => void;
  readonly background: (work: Promise<unknown>) => void;
  readonly fromScope: (scope: LaneScope) => Promise<Tenant>;
  readonly crm: (channel: Channel) => Crm;
  readonly createCustomer: (scope: LaneScope, channel: Channel) => CreateCustomer;
  readonly log: (entry: Record<string, unknown>) => void;
};

type Road = { readonly channel: Channel; readonly pace: Pace };
type Job = TurnJob & {
  readonly road: Road;
  readonly scope: LaneScope;
  readonly priority: Priority;
  readonly answer: (answer: Attempt | NotYet) => void;
};

/**
 * A lane in its object. It holds sales for seconds and in memory alone: the journals own them, and
 * bring them again when the object is lost.
 */
export const hostLane = (deps: LaneHostDeps): LaneObject => {
  const row = createLaneRow(deps.sql);
  let lane: Lane = newLane(row.read());
  /** As the last caller's tenant file has it. */
  let pace: Pace = { rate: 1, concurrency: 1, batch: 1 };
  let stopRinging = (): void => undefined;
  let numbered = 0;
  const jobs = new Map<number, Job>();

  const keep = (next: Lane): void => {
    row.write(lane.breaker, next.breaker, deps.now());
    lane = next;
  };
  const happen = (event: LaneEvent): void => {
    const moved = step(lane, event, pace, deps.now());
    keep(moved.lane);
    stopRinging();
    stopRinging =
      moved.tickAt === undefined
        ? () => undefined
        : deps.ringAt(moved.tickAt, () => happen({ kind: "tick" }));
    for (const command of moved.commands) obey(command);
  };
  const calls = createLaneCalls(happen, deps.now);

  const take = (id: number): Job | undefined => {
    const job = jobs.get(id);
    jobs.delete(id);
    return job;
  };
  const obey = (command: LaneCommand): void => {
    switch (command.kind) {
      case "start":
        return deps.background(run(command.turn, command.ids));
      case "turn_away":
        return take(command.id)?.answer(command.notYet);
      case "call":
        return calls.allow(command.id);
      case "deny":
        return calls.deny(command.id, command.retryAfterMs);
    }
  };
  const run = async (turn: number, ids: readonly number[]): Promise<void> => {
    const going = ids.flatMap((id) => take(id) ?? []);
    const [first] = going;
    if (first === undefined) return happen({ kind: "ended", turn, sign: { kind: "silent" } });
    const { road, scope, priority } = first;
    const { channel } = road;
    const io = calls.paced(priority, deps.crm(channel), deps.createCustomer(scope, channel));
    const answers = await deliverTurn(going, { ...io, now: deps.now, log: deps.log });
    // The breaker first: whoever comes next, and those still waiting, are told by what this turn has shown.
    happen({ kind: "ended", turn, sign: together(answers.map(({ sign }) => sign)) });
    for (const [index, job] of going.entries())
      job.answer(answers[index]?.attempt ?? { kind: "later", note: "the lane gave no answer" });
  };

  const roadOf = async (scope: LaneScope): Promise<Road | undefined> => {
    const tenant = await deps.fromScope(scope);
    const channel = tenant.channels.get(scope.channelId);
    if (channel === undefined) return undefined;
    // What was delivered where nothing goes any more may still have to be taken back.
    const owner = laneOf(tenant, channel);
    const { deliveryRate, deliveryConcurrency, deliveryBatch } = deps.crm(
      owner?.channel ?? channel,
    ).capabilities;
    pace = {
      rate: owner?.destination.rate ?? deliveryRate,
      concurrency: deliveryConcurrency,
      batch: deliveryBatch,
    };
    return { channel, pace };
  };

  return {
    async room(scope, priority) {
      // Of a channel that is gone the journal knows by itself.
      if ((await roadOf(scope)) === undefined) return undefined;
      const asked = roomFor(lane, priority, pace, deps.now());
      keep(asked.lane);
      return asked.notYet;
    },
    async deliver(scope, { priority, expected, ...sale }, intend) {
      const road = await roadOf(scope);
      if (road === undefined) return { kind: "later", note: "no longer a channel" };
      return new Promise((answer) => {
        const id = numbered++;
        jobs.set(id, { ...sale, intend, road, scope, priority, answer });
        // Only what shares a call goes together, and a mail has a call of its own.
        const group = sale.to.kind === "mail" ? `mail ${id}` : road.channel.id;
        happen({ kind: "came", id, group, priority, expected });
      });
    },
    show: () => Promise.resolve(viewOf(lane, deps.now())),
  };
};
