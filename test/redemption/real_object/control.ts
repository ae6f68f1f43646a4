import type { Env } from "../../../src/env.ts";
import { noteInstrumentsSeen } from "../../../src/tenants/store.ts";
import { tenantCopyKey } from "../../../src/tenants/tenant_copy.ts";
import { nowIn, type Host, type Loss, type Rig } from "./moved_time.ts";

/** What the test's objects can do beyond the product's. */
export type Moved = {
  /** Reads the alarm as storage has it, and moves it when the clock has been moved under it. */
  seeAlarm(byMs: number): Promise<void>;
};
type Losable = { lose(): Promise<void> };

export type RestAnswer = {
  /** Nothing is under way and no alarm is due. */
  readonly atRest: boolean;
  /** By the rig's clock. */
  readonly now: number;
  /** The next alarm of any object of the rig. */
  readonly nextAlarm?: number;
  readonly restless: readonly string[];
  /** When objects were lost. */
  readonly losses: readonly number[];
};

const lookEveryMs = 10;
/** Soon enough that it would fire while clocks are moved. */
const dueWithinMs = 150;

const stubOf = (env: Env, host: Host): Moved =>
  // The stubs of this bundle's classes have the test's methods too.
  (host.kind === "ledger"
    ? env.REDEMPTIONS.getByName(host.name)
    : env.JOURNALS.getByName(host.name)) as unknown as Moved;

const restlessOf = (rig: Rig): string[] => [
  ...(rig.queued > 0 ? [`${rig.queued} events in the queue`] : []),
  ...[...rig.hosts.values()].flatMap((host) => [
    ...(host.working > 0 ? [`${host.kind}: ${host.working} calls`] : []),
    ...(host.alarmAt !== undefined && host.alarmAt < nowIn(rig) + dueWithinMs
      ? [`${host.kind}: alarm due`]
      : []),
  ]),
];

const rest = async (env: Env, rig: Rig, withinMs: number): Promise<RestAnswer> => {
  const end = nowIn(rig) + withinMs;
  for (;;) {
    for (const host of rig.hosts.values())
      // A new life may end while it is looked at.
      if (host.isUnseen)
        await stubOf(env, host)
          .seeAlarm(0)
          .catch(() => undefined);
    const restless = restlessOf(rig);
    const now = nowIn(rig);
    if (restless.length === 0 || now > end) {
      const alarms = [...rig.hosts.values()].flatMap(({ alarmAt }) => alarmAt ?? []);
      const next = alarms.length === 0 ? {} : { nextAlarm: Math.min(...alarms) };
      return { atRest: restless.length === 0, now, ...next, restless, losses: rig.losses };
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
};

const advance = async (env: Env, rig: Rig, byMs: number): Promise<void> => {
  rig.aheadMs += byMs;
  await Promise.all([...rig.hosts.values()].map((host) => stubOf(env, host).seeAlarm(byMs)));
};

const loseNow = async (env: Env, rig: Rig): Promise<void> => {
  const ledgers = [...rig.hosts.values()].filter(({ kind }) => kind === "ledger");
  await Promise.all(
    ledgers.map((host) =>
      // Its call never returns: it dies with the object.
      (stubOf(env, host) as unknown as Losable).lose().catch(() => undefined),
    ),
  );
};

type Fact = {
  readonly tenant: string;
  readonly account: number;
  readonly ordersCarryIds: boolean;
};

/** Whether orders of an account have been seen to carry instrument ids, as the gateway remembers it. */
const setFact = async (env: Env, { tenant, account, ordersCarryIds }: Fact): Promise<void> => {
  await env.CONFIG.delete(tenantCopyKey(tenant));
  if (ordersCarryIds) return noteInstrumentsSeen(env.DB, tenant, account, Date.now());
  await env.DB.batch([
    env.DB.prepare("DELETE FROM account_facts WHERE tenant = ?").bind(tenant),
    env.DB.prepare("UPDATE tenants SET revision = revision + 1 WHERE name = ?").bind(tenant),
  ]);
};

/** `/_test/{rig}/…`: no tenant can have this name, so no address of the product is covered. */
export const control = async (
  request: Request,
  env: Env,
  rig: Rig,
  what: string,
): Promise<Response> => {
  const body: unknown = request.method === "POST" ? await request.json() : undefined;
  switch (what) {
    case "rest":
      return Response.json(await rest(env, rig, (body as { withinMs: number }).withinMs));
    case "clock":
      await advance(env, rig, (body as { advanceMs: number }).advanceMs);
      return Response.json({ now: nowIn(rig) });
    case "loss":
      rig.loss = (body as { loss?: Loss }).loss;
      return Response.json({});
    case "lose":
      await loseNow(env, rig);
      return Response.json({});
    case "begin":
      rig.loss = undefined;
      rig.losses.length = 0;
      // Ledgers of the histories before: what they still wait for is no matter of this one.
      for (const [id, { kind }] of rig.hosts) if (kind === "ledger") rig.hosts.delete(id);
      await setFact(env, body as Fact);
      return Response.json({});
    default:
      return Response.json({ error: `no control ${what}` }, { status: 404 });
  }
};
