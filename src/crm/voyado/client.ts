import type { CrmFailure } from "../../model/crm_failure.ts";
import { ok, type Outcome } from "../../model/outcome.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Upstream, UpstreamRequest } from "../../upstream/answer.ts";
import { answered } from "../../upstream/classify.ts";
import type { CrmCall } from "../port.ts";
import { type Log, type Reply, replyOf } from "../reply.ts";
import { methodOf, type Routed, urlOf, userAgent } from "../route.ts";

export type VoyadoRequest = Routed & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Instead of the till's key; Engage counts its rate limit per key. */
  readonly apiKey?: string;
  readonly timeoutMs?: number;
};

/** What the operations of this adapter share. */
export type Voyado = {
  readonly settings: VoyadoSettings;
  readonly market: Market;
  readonly now: () => number;
  readonly log: Log;
  /** Sends once; fails only where no answer came. */
  readonly send: (request: VoyadoRequest, call: CrmCall) => Promise<Outcome<Reply, CrmFailure>>;
};

/** Contracts/voyado.md 2 (assumed): several calls fit into Sitoo's ten seconds. */
const callTimeoutMs = 2500;

export const createClient = (
  settings: VoyadoSettings,
  market: Market,
  upstream: Upstream,
  log: Log,
  now: () => number,
): Voyado => ({
  settings,
  market,
  now,
  log,
  send: async (request, call) => {
    const what = `voyado ${request.route}`;
    const answer = answered(await upstream(upstreamRequest(settings, request, call)), what);
    if (!answer.ok) return answer;
    return ok(replyOf(what, answer.value));
  },
});

const upstreamRequest = (
  settings: VoyadoSettings,
  request: VoyadoRequest,
  call: CrmCall,
): UpstreamRequest => ({
  method: methodOf(request.route),
  url: urlOf(settings.apiUrl, request),
  headers: {
    apikey: request.apiKey ?? settings.apiKey,
    "User-Agent": userAgent,
    // Required on every call, GET included: without it Engage answers 500.
    "Content-Type": "application/json",
    Accept: "application/json",
    ...request.headers,
  },
  ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  deadline: call.deadline,
  timeoutMs: request.timeoutMs ?? callTimeoutMs,
});
