import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { OmniumSettings } from "../../tenants/omnium_settings.ts";
import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { answered, retryAfter } from "../../upstream/classify.ts";
import type { CrmCall } from "../port.ts";
import { type Log, type Reply, replyOf } from "../reply.ts";
import { methodOf, type Routed, urlOf, userAgent } from "../route.ts";
import { type Session, sessionOf, tokenOf } from "./session.ts";

export type OmniumRequest = Routed & {
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

export type OmniumOptions = {
  readonly settings: OmniumSettings;
  readonly sections: readonly SectionConfig[];
  readonly market: Market;
};

/** What the operations of this adapter share. */
export type Omnium = OmniumOptions & {
  readonly now: () => number;
  readonly log: Log;
  readonly session: Session;
  /** Fails only where no answer came. */
  readonly send: (request: OmniumRequest, call: CrmCall) => Promise<Outcome<Reply, CrmFailure>>;
};

/** Contracts/omnium.md 2 (assumed): several calls fit into Sitoo's ten seconds. */
const callTimeoutMs = 2_500;
/** Kept back of a till's time for the call that follows a wait. */
const reserveMs = 1_500;

export const createClient = (
  options: OmniumOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
  session: Session = sessionOf(options.settings, now),
): Omnium => {
  const { settings } = options;

  const sendOnce = async (
    request: OmniumRequest,
    token: string,
    call: CrmCall,
  ): Promise<Outcome<Reply, CrmFailure>> => {
    const what = `omnium ${request.route}`;
    const leave = await session.slots.enter(call.deadline - reserveMs);
    if (leave === undefined)
      return failed({ kind: "unavailable", sent: false, detail: `${what}: ten calls under way` });
    try {
      const { route, body } = request;
      const answer = answered(
        await upstream({
          method: methodOf(route),
          url: urlOf(`${settings.apiUrl}/api`, request),
          headers: {
            Authorization: `Bearer ${token}`,
            "User-Agent": userAgent,
            Accept: "application/json",
            ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          deadline: call.deadline,
          timeoutMs: request.timeoutMs ?? callTimeoutMs,
        }),
        what,
      );
      if (!answer.ok) return answer;
      return ok(replyOf(what, answer.value));
    } finally {
      leave();
    }
  };

  /** Repeats what did nothing, each reason once: no token, too many calls, a read that broke. */
  const send: Omnium["send"] = async (request, call) => {
    const left = { token: 1, wait: 1, read: isRead(request) ? 1 : 0 };
    for (;;) {
      const token = await tokenOf(session, { settings, upstream, now }, call);
      if (!token.ok) return token;
      const reply = await sendOnce(request, token.value, call);
      if (!reply.ok) return reply;
      const { status, headers } = reply.value;
      if (status === 401 && left.token-- > 0) {
        // Of another call's renewal nothing is thrown away.
        if (session.token?.text === token.value) session.token = undefined;
        continue;
      }
      if (status >= 500 && left.read-- > 0) continue;
      const waitMs = status === 429 ? retryAfter(headers.get("retry-after"), now()) : undefined;
      if (waitMs === undefined || now() + waitMs + reserveMs > call.deadline || left.wait-- <= 0)
        return reply;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };

  return { ...options, now, log, session, send };
};

const isRead = ({ route }: OmniumRequest): boolean => /^(GET|HEAD) |\/Search$/.test(route);
