import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { answered } from "../../upstream/classify.ts";
import type { CrmCall } from "../port.ts";
import { type Log, type Reply, replyOf } from "../reply.ts";
import { methodOf, type Routed, urlOf, userAgent } from "../route.ts";
import { pauseOf, unmasked } from "./errors.ts";
import { type Session, sessionOf, turnIn } from "./session.ts";

export type RuleRequest = Routed & { readonly body?: unknown; readonly timeoutMs?: number };

export type RuleOptions = {
  readonly settings: RuleSettings;
  readonly sections: readonly SectionConfig[];
  readonly market: Market;
};

/** What the operations of this adapter share. */
export type Rule = RuleOptions & {
  readonly now: () => number;
  readonly log: Log;
  readonly session: Session;
  /** Sends once; fails only where no answer came, or where Rule has asked not to be called. */
  readonly send: (request: RuleRequest, call: CrmCall) => Promise<Outcome<Reply, CrmFailure>>;
};

/** Several calls fit into Sitoo's ten seconds. */
const callTimeoutMs = 2_500;

export const createClient = (
  options: RuleOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
  session: Session = sessionOf(options.settings, now),
): Rule => ({
  ...options,
  now,
  log,
  session,
  send: async (request, call) => {
    const what = `rule ${request.route.replace(/\?.*/, "")}`;
    const pausedMs = session.pausedUntil - now();
    if (pausedMs > 0) return failed({ kind: "rate_limited", retryAfterMs: pausedMs });
    const late = failed({
      kind: "unavailable",
      sent: false,
      detail: `${what}: no time left`,
    } as const);
    const waitMs = turnIn(session, now());
    if (now() + waitMs >= call.deadline) return late;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const leave = await session.slots.enter(call.deadline);
    if (leave === undefined) return late;
    try {
      return await sendOnce(options.settings, what, request, call, { upstream, session, now });
    } finally {
      leave();
    }
  },
});

const sendOnce = async (
  { apiUrl, apiKey }: RuleSettings,
  what: string,
  request: RuleRequest,
  call: CrmCall,
  io: { readonly upstream: Upstream; readonly session: Session; readonly now: () => number },
): Promise<Outcome<Reply, CrmFailure>> => {
  const { body } = request;
  const url = urlOf(apiUrl, request);
  const answer = answered(
    await io.upstream({
      method: methodOf(request.route),
      // As the vendor's own plugins name themselves (contracts/rule.md 1); the key is in the header alone.
      url: `${url}${url.includes("?") ? "&" : "?"}source=sitoo-gateway`,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        "User-Agent": userAgent,
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json;charset=utf-8" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      deadline: call.deadline,
      timeoutMs: request.timeoutMs ?? callTimeoutMs,
    }),
    what,
  );
  if (!answer.ok) return answer;
  const { status, headers } = answer.value;
  noteLimits(io.session, status, headers, io.now());
  return ok(unmasked(replyOf(what, answer.value)));
};

const noteLimits = (session: Session, status: number, headers: Headers, now: number): void => {
  if (status === 429)
    session.pausedUntil = Math.max(session.pausedUntil, now + pauseOf(headers, now));
  const percent = headers.get("x-errorpercent-current");
  if (percent !== null && /^\d+(\.\d+)?$/.test(percent))
    session.errors = { percent: Number(percent), at: now };
};
