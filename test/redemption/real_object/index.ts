import * as product from "../../../src/index.ts";
import type { Env } from "../../../src/env.ts";
import type { OrderMessage } from "../../../src/orders/order_message.ts";
import type { LedgerObject } from "../../../src/redemption/ledger_client.ts";
import { control, type Moved } from "./control.ts";
import { inHost, inTimeOf, lose, movedState, rigOf, type Host } from "./moved_time.ts";

/**
 * The product's own Worker for a test of whole histories: the same code and the same bindings, with
 * a clock that can be moved, ledgers that can be lost in the middle of anything, and a count of what
 * is under way. Bundled with the product's wrangler.toml; nothing of it is in the product's bundle.
 */

/** Which rig an object belongs to is learnt from its first call, and kept over its lives. */
const hosts = new Map<string, Host>();

const hostOf = (state: DurableObjectState, kind: Host["kind"], tenant: string): Host => {
  const id = state.id.toString();
  const rig = rigOf(tenant);
  const host: Host = hosts.get(id) ?? {
    rig,
    kind,
    name: state.id.name ?? "",
    alarmAt: undefined,
    working: 0,
    life: 0,
    rings: 0,
    isUnseen: false,
    abort: () => undefined,
  };
  hosts.set(id, host);
  // Forgotten when its history was over, and used again.
  rig.hosts.set(id, host);
  host.abort = () => state.abort("lost by the test");
  return host;
};

/** Reads the alarm as storage has it, and moves it when the clock has been moved under it. */
const seeAlarm = async (state: DurableObjectState, host: Host, byMs: number): Promise<void> => {
  const { rings } = host;
  const at = await state.storage.getAlarm();
  host.isUnseen = false;
  // It rang meanwhile, and what it has set is noted.
  if (rings !== host.rings) return;
  host.alarmAt = at === null ? undefined : at - byMs + host.rig.aheadMs;
  if (at !== null && byMs !== 0) await state.storage.setAlarm(at - byMs);
};

const byAlarm = (host: Host, ring: () => void | Promise<void>): Promise<void> => {
  host.alarmAt = undefined;
  host.rings += 1;
  return inHost(host, ring);
};

/**
 * The messages behind the alarms come by the real clock, hours too early or too late for a rig's.
 * Alarms alone must bring every history to its end here; that messages do, test/redemption/histories shows.
 */
const silent = new WeakMap<Env, Env>();
const withoutWakeUps = (env: Env): Env => {
  const known: Env = silent.get(env) ?? {
    ...env,
    WAKE_UPS: {
      ...env.WAKE_UPS,
      send: () => Promise.resolve({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }),
    },
  };
  silent.set(env, known);
  return known;
};

export class RedemptionLedger extends product.RedemptionLedger implements Moved {
  readonly #state: DurableObjectState;
  #host: Host | undefined;
  constructor(state: DurableObjectState, env: Env) {
    super(state, withoutWakeUps(env));
    this.#state = state;
    this.#host = hosts.get(state.id.toString());
    if (this.#host !== undefined) this.#host.abort = () => state.abort("lost by the test");
    Object.defineProperty(this, "ctx", { value: movedState(state, () => this.#host) });
  }
  #within<Result>(tenant: string, work: () => Promise<Result>): Promise<Result> {
    this.#host ??= hostOf(this.#state, "ledger", tenant);
    return inHost(this.#host, work);
  }
  override redeem(...call: Parameters<LedgerObject["redeem"]>): ReturnType<LedgerObject["redeem"]> {
    return this.#within(call[0].stored.name, () => super.redeem(...call));
  }
  override undo(...call: Parameters<LedgerObject["undo"]>): ReturnType<LedgerObject["undo"]> {
    return this.#within(call[0].stored.name, () => super.undo(...call));
  }
  override giveBack(
    ...call: Parameters<LedgerObject["giveBack"]>
  ): ReturnType<LedgerObject["giveBack"]> {
    return this.#within(call[0].stored.name, () => super.giveBack(...call));
  }
  override orderReturned(
    ...call: Parameters<LedgerObject["orderReturned"]>
  ): ReturnType<LedgerObject["orderReturned"]> {
    return this.#within(call[0].stored.name, () => super.orderReturned(...call));
  }
  override orderClosed(
    ...call: Parameters<LedgerObject["orderClosed"]>
  ): ReturnType<LedgerObject["orderClosed"]> {
    return this.#within(call[0].stored.name, () => super.orderClosed(...call));
  }
  override alarm(): Promise<void> {
    return this.#host === undefined ? super.alarm() : byAlarm(this.#host, () => super.alarm());
  }
  async seeAlarm(byMs: number): Promise<void> {
    if (this.#host !== undefined) await seeAlarm(this.#state, this.#host, byMs);
  }
  /** From within: the runtime ends an object only by its own hand. */
  lose(): void {
    if (this.#host !== undefined) lose(this.#host);
  }
}

export class OrderJournal extends product.OrderJournal implements Moved {
  readonly #state: DurableObjectState;
  readonly #host: Host;
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#state = state;
    this.#host = hostOf(state, "journal", state.id.name ?? "");
    Object.defineProperty(this, "ctx", { value: movedState(state, () => this.#host) });
  }
  override note(
    ...call: Parameters<product.OrderJournal["note"]>
  ): ReturnType<product.OrderJournal["note"]> {
    return inHost(this.#host, () => super.note(...call));
  }
  override alarm(): Promise<void> {
    return byAlarm(this.#host, () => super.alarm());
  }
  seeAlarm(byMs: number): Promise<void> {
    return seeAlarm(this.#state, this.#host, byMs);
  }
}

// The other classes as they are; those above take the place of their own.
export * from "../../../src/index.ts";

/** The queue as the Worker has it, with what it has taken noted until a journal has it. */
const counting = new WeakMap<Env, Env>();
const countingEnv = (env: Env): Env => {
  const known: Env = counting.get(env) ?? {
    ...env,
    ORDER_EVENTS: {
      ...env.ORDER_EVENTS,
      sendBatch: async (messages) => {
        for (const { body } of messages) rigOf(body.tenant).queued += 1;
        return env.ORDER_EVENTS.sendBatch(messages);
      },
    },
  };
  counting.set(env, known);
  return known;
};

export default {
  fetch: (request, env, ctx) => {
    const [, first = "", second = "", third = ""] = new URL(request.url).pathname.split("/");
    if (first === "_test") return control(request, env, rigOf(second), third);
    const tenant = first === "admin" ? third : first;
    return inTimeOf(rigOf(tenant), () => product.default.fetch(request, countingEnv(env), ctx));
  },
  scheduled: product.default.scheduled,
  queue: async (batch, env) => {
    await product.default.queue(batch, env);
    for (const { body } of batch.messages) rigOf(body.tenant).queued -= 1;
  },
} satisfies ExportedHandler<Env, OrderMessage>;
