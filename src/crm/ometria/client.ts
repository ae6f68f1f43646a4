import type { CrmFailure } from "../../model/crm_failure.ts";
import { ok, type Outcome } from "../../model/outcome.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { DeliverySettings, Market } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { answered } from "../../upstream/classify.ts";
import type { CrmCall } from "../port.ts";
import { type Log, type Reply, replyOf } from "../reply.ts";

export type OmetriaRequest = {
  readonly method: "GET" | "POST";
  /** Names the call for operators: the path as a pattern, without ids and query. */
  readonly name: string;
  /** Below `api_url`; the name when left out. */
  readonly path?: string;
  readonly body?: unknown;
  /** E-mails have a key of their own. */
  readonly apiKey?: string;
  readonly timeoutMs?: number;
};

/** What the operations of this adapter share. */
export type Ometria = {
  readonly settings: OmetriaSettings;
  readonly delivery: DeliverySettings;
  readonly market: Market;
  readonly now: () => number;
  readonly log: Log;
  readonly pause: (ms: number) => Promise<void>;
  /** The same read of the same request: a card asks for customer and offers at once, and four reads a second are all there are. */
  readonly once: <Value>(
    key: string,
    read: () => Promise<Outcome<Value, CrmFailure>>,
  ) => Promise<Outcome<Value, CrmFailure>>;
  /** Sends once; fails only where no answer came. */
  readonly send: (request: OmetriaRequest, call: CrmCall) => Promise<Outcome<Reply, CrmFailure>>;
};

/** Several calls fit into Sitoo's ten seconds (assumed). */
const callTimeoutMs = 2_500;
/** Longer than a till waits for its answer is another request, whatever its id. */
const sharedForMs = 5_000;
/** Nobody waits at a till for it. */
export const pushTimeoutMs = 10_000;

const createOnce = (now: () => number): Ometria["once"] => {
  const reads = new Map<string, { readonly at: number; readonly read: Promise<unknown> }>();
  return async <Value>(key: string, read: () => Promise<Outcome<Value, CrmFailure>>) => {
    for (const [other, { at }] of reads) if (at < now() - sharedForMs) reads.delete(other);
    const known = reads.get(key)?.read ?? read();
    reads.set(key, { at: reads.get(key)?.at ?? now(), read: known });
    const answer = (await known) as Outcome<Value, CrmFailure>;
    if (!answer.ok) reads.delete(key);
    return answer;
  };
};

export const createClient = (
  shared: Pick<Ometria, "settings" | "delivery" | "market" | "now" | "log" | "pause">,
  upstream: Upstream,
): Ometria => ({
  ...shared,
  once: createOnce(shared.now),
  send: async ({ method, name, path = name, body, apiKey, timeoutMs }, call) => {
    const what = `ometria ${method} ${name}`;
    const answer = answered(
      await upstream({
        method,
        url: shared.settings.apiUrl + path,
        headers: {
          "X-Ometria-Auth": apiKey ?? shared.settings.apiKey,
          Accept: "application/json",
          "Content-Type": "application/json",
          "User-Agent": "SitooCrmEdge/1.0",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        deadline: call.deadline,
        timeoutMs: timeoutMs ?? callTimeoutMs,
      }),
      what,
    );
    if (!answer.ok) return answer;
    return ok(replyOf(what, answer.value));
  },
});
