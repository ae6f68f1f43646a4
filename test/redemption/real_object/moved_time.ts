import { AsyncLocalStorage } from "node:async_hooks";

/** A tenant with a clock of its own, and all objects that work for it. */
export type Rig = {
  readonly name: string;
  /** How far its clock is ahead of the real one. */
  aheadMs: number;
  readonly hosts: Map<string, Host>;
  /** Events that the queue has taken and no journal yet. */
  queued: number;
  loss: Loss | undefined;
  /** When objects were lost, by the rig's clock. */
  readonly losses: number[];
};

/**
 * Loses an object at its next call of the outside: as it is sent, so that nothing is durable yet and
 * nothing leaves; under way; or answered, before the object could read it.
 */
export type Loss = {
  readonly of: Host["kind"];
  readonly when: "sending" | "sent" | "answered";
  readonly call: "redeem" | "reactivate" | "other";
};

/** A Durable Object over all its lives. */
export type Host = {
  readonly rig: Rig;
  readonly kind: "ledger" | "journal";
  readonly name: string;
  /** By the rig's clock; undefined while its alarm runs, as in storage. */
  alarmAt: number | undefined;
  /** Calls, alarms and background work of its present life. */
  working: number;
  life: number;
  /** How often its alarm has rung. */
  rings: number;
  /** Lost: what its alarm is now only storage knows. */
  isUnseen: boolean;
  /** Ends the object in the middle of whatever it does; rows stay, as far as they are durable. */
  abort: () => void;
};

type Scene = { readonly rig: Rig; readonly host?: Host };

const scene = new AsyncLocalStorage<Scene>();
const rigs = new Map<string, Rig>();
const send = globalThis.fetch;
/** Under way for so long, a request has reached the sandbox. */
const arrivesMs = 25;

export const realNow = Date.now.bind(Date);
export const nowIn = (rig: Rig): number => realNow() + rig.aheadMs;

// One isolate runs the Worker and all its objects, so the clock follows whoever is at work.
Date.now = () => realNow() + (scene.getStore()?.rig.aheadMs ?? 0);

/** @param owner a tenant, or the name of a journal, which begins with its tenant. */
export const rigOf = (owner: string): Rig => {
  const [name = ""] = owner.split("/");
  const known: Rig = rigs.get(name) ?? {
    name,
    aheadMs: 0,
    hosts: new Map(),
    queued: 0,
    loss: undefined,
    losses: [],
  };
  rigs.set(name, known);
  return known;
};

export const lose = (host: Host): void => {
  host.life += 1;
  host.working = 0;
  host.isUnseen = true;
  host.rig.losses.push(nowIn(host.rig));
  host.abort();
};

const isOf = (loss: Loss, request: Request): boolean => {
  const write = /\/(redeem|reactivate)$/.exec(new URL(request.url).pathname);
  return loss.call === (write === null ? "other" : write[1]);
};

globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
  const { host } = scene.getStore() ?? {};
  const loss = host?.rig.loss;
  if (host === undefined || loss?.of !== host.kind || !isOf(loss, new Request(input, init)))
    return send(input, init);
  host.rig.loss = undefined;
  const sent = send(input, init).catch(() => new Response());
  if (loss.when === "sent")
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, arrivesMs))]);
  if (loss.when === "answered") await (await sent).text();
  lose(host);
  return sent;
};

/** Runs what the Worker does for a rig by the rig's clock. */
export const inTimeOf = <Result>(rig: Rig, work: () => Result): Result => scene.run({ rig }, work);

/** Keeps count of what an object has under way, and runs it by its rig's clock. */
export const inHost = async <Result>(
  host: Host,
  work: () => Result | Promise<Result>,
): Promise<Result> => {
  const { life } = host;
  host.working += 1;
  try {
    return await scene.run({ rig: host.rig, host }, work);
  } finally {
    if (host.life === life) host.working -= 1;
  }
};

/** The object's state with alarms that follow the rig's clock: the real runtime fires them. */
export const movedState = (state: DurableObjectState, host: () => Host | undefined) => {
  const ahead = (): number => host()?.rig.aheadMs ?? 0;
  const note = (at: number | undefined): void => {
    const mine = host();
    if (mine !== undefined) mine.alarmAt = at;
  };
  const over = <Target extends object>(target: Target, instead: Partial<Target>): Target =>
    new Proxy(target, {
      get: (_, name) => {
        const own: unknown = Reflect.get(instead, name);
        const value: unknown = own ?? Reflect.get(target, name, target);
        return own === undefined && typeof value === "function" ? value.bind(target) : value;
      },
    });
  return over(state, {
    waitUntil: (work: Promise<unknown>): void => {
      const mine = host();
      state.waitUntil(mine === undefined ? work : inHost(mine, () => work));
    },
    storage: over(state.storage, {
      setAlarm: (at: number | Date): Promise<void> => {
        note(Number(at));
        return state.storage.setAlarm(Number(at) - ahead());
      },
      getAlarm: async (): Promise<number | null> => {
        const at = await state.storage.getAlarm();
        return at === null ? null : at + ahead();
      },
    }),
  });
};
