import * as z from "zod";
import { basic, send, type Reply, type useGateway } from "../../conformance/harness.ts";
import { policies, type PolicyName } from "./acts.ts";
import type { RestAnswer } from "./control.ts";
import type { Loss } from "./moved_time.ts";

type Gateway = ReturnType<typeof useGateway>;

const account = 90316;
const restsWithinMs = 30_000;
const staleMs = 25 * 3_600_000;
/** Nothing of one history is due so far ahead: what is left is old rows that will be dropped. */
const farMs = 20 * 24 * 3_600_000;
/** So many alarms in one stretch of time, and the rest of them come late. */
const mostAlarms = 8;
/** Journals of the rig's earlier histories drop their old rows in between. */
const mostWaits = 400;

/**
 * A tenant, its CRM and its Sitoo with a clock of their own, in the one gateway and the one sandbox
 * that all rigs share. Histories of a rig run one after the other, those of many rigs side by side.
 */
export const createRig = async (gateway: Gateway, name: string, policy: PolicyName) => {
  const voyado = gateway.voyado(name);
  const sitoo = gateway.sitoo(name);
  const tenant = await gateway.onboard(name, {
    channel: { redemption: policies[policy] },
    market: { locale: "en-GB" },
  });
  const spent = { aheadMs: 0, mark: 0, answered: 0 };
  let carriesIds: boolean | undefined;

  const control = async (what: string, body: object): Promise<unknown> => {
    const reply = await send(`${gateway.running().gateway.url}/_test/${name}/${what}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (reply.status !== 200) throw new Error(`control ${what}: ${reply.text}`);
    return reply.json;
  };

  /** Until nothing is under way: in the gateway, in its queue, and of its calls in the CRM. */
  const rest = async (): Promise<RestAnswer> => {
    const end = Date.now() + restsWithinMs;
    for (;;) {
      const answer = (await control("rest", { withinMs: restsWithinMs })) as RestAnswer;
      if (!answer.atRest) throw new Error(`never at rest: ${answer.restless.join(", ")}`);
      const log = await voyado.requests("", spent.answered);
      const held = log.find(({ status }) => status === null);
      if (held === undefined) {
        spent.answered = log.at(-1)?.seq ?? spent.answered;
        return answer;
      }
      if (Date.now() > end) throw new Error(`the CRM still holds ${held.method} ${held.path}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const advance = async (ms: number): Promise<void> => {
    spent.aheadMs += ms;
    // The gateway last: its alarms ring at once.
    await Promise.all([voyado.advanceClock(ms), sitoo.advanceClock(ms)]);
    await control("clock", { advanceMs: ms });
  };

  return {
    policy,
    tenant,
    voyado,
    sitoo,
    now: (): number => Date.now() + spent.aheadMs,
    rest,
    /** @param late no alarm rings before the end of it. */
    async pass(ms: number, late: boolean): Promise<void> {
      let { now, nextAlarm } = await rest();
      const end = now + ms;
      const most = late ? 0 : mostAlarms;
      for (let rung = 0; rung < most; rung++) {
        if (nextAlarm === undefined || nextAlarm > end) break;
        await advance(Math.max(0, nextAlarm - now));
        ({ now, nextAlarm } = await rest());
      }
      await advance(Math.max(0, end - now));
      await rest();
    },
    /** From alarm to alarm, until none is left that belongs to what happened. */
    async runOut(): Promise<void> {
      const waits: number[] = [];
      while (waits.length < mostWaits) {
        const { now, nextAlarm } = await rest();
        if (nextAlarm === undefined || nextAlarm > now + farMs) return;
        waits.push(nextAlarm - now);
        await advance(Math.max(0, nextAlarm - now));
      }
      throw new Error(`pending for ever: an alarm after ${waits.slice(-3).join(", ")} ms`);
    },
    loseNow: () => control("lose", {}),
    loseAt: (loss: Loss | undefined) => control("loss", { loss }),
    /** Ready for a customer of its own: no loss waits, and the account is as the history wants it. */
    async begin(ordersCarryIds: boolean): Promise<void> {
      await control("begin", { tenant: tenant.name, account, ordersCarryIds });
      await rest();
      // Older than a day no held copy of the tenant is served, and no other one is left.
      if (carriesIds !== ordersCarryIds || !ordersCarryIds) await advance(staleMs);
      carriesIds = ordersCarryIds;
      await rest();
      spent.mark = spent.answered;
    },
    mark: (): number => spent.mark,
    /** A call of the CRM's own people or of the web shop: paths that the gateway does not use. */
    elsewhere: (path: string, body: object): Promise<Reply> =>
      send(`${gateway.running().sandbox.url}/voyado/${name}${path}`, {
        method: "POST",
        headers: {
          apikey: "sandbox-voyado-orders-key",
          "User-Agent": "WebShop/1.0",
          "Content-Type": "application/json",
        },
        body: JSON.stringify(body),
      }),
    admin: (method: "GET" | "POST", path: string, body?: object): Promise<Reply> =>
      send(`${gateway.running().gateway.url}/admin${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${gateway.running().adminToken}`,
          "Content-Type": "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    spi: (
      method: "GET" | "POST" | "DELETE",
      path: string,
      headers: Readonly<Record<string, string>>,
      body: object | undefined,
      hangUp: AbortSignal | undefined,
    ): Promise<Response> =>
      fetch(`${gateway.running().gateway.url}/${tenant.name}/voyado/v2${path}`, {
        method,
        headers: {
          Authorization: basic(tenant.spi),
          "Content-Type": "application/json",
          "Accept-Encoding": "identity",
          ...headers,
        },
        signal: hangUp ?? AbortSignal.timeout(25_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    events: (body: unknown): Promise<Reply> => gateway.events(body, tenant),
  };
};
export type TestRig = Awaited<ReturnType<typeof createRig>>;

/** What the audit reads of an order that was made. */
export const orderId = (order: { readonly orderid: number }): string =>
  `${account}/1/${order.orderid}`;

export const viewSchema = z.object({
  redemptions: z.array(
    z.object({
      redemption_id: z.string(),
      redeem_id: z.string(),
      kind: z.enum(["promotion", "bonus_check"]),
      instrument: z.string(),
      state: z.string(),
      order: z.string().optional(),
      register: z.string().optional(),
      started_at: z.string(),
      steps: z.array(
        z.object({
          at: z.string(),
          event: z.string(),
          from: z.string(),
          to: z.string(),
          detail: z.string().optional(),
        }),
      ),
    }),
  ),
});
