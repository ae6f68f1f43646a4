import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { answered } from "../../upstream/classify.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { type Log, type Reply, replyOf } from "../reply.ts";
import { failureOf, isRight } from "./errors.ts";

/** Below `{api}/v2/projects/{token}`; tracking calls write, data calls read (contracts/bloomreach.md 5, 6). */
export type Path =
  | "track/batch"
  | "data/customers/attributes"
  | "data/customers/events"
  | "data/consent/categories";

/** What the operations of this adapter share. */
export type Bloomreach = {
  readonly settings: BloomreachSettings;
  readonly market: Market;
  readonly now: () => number;
  readonly log: Log;
  /** Sends once; a value only where Bloomreach says that it succeeded. */
  readonly send: (path: Path, body: object | undefined, call: CrmCall) => CrmOutcome<object>;
};

/** Several calls fit into Sitoo's ten seconds; orders bring a later deadline, and gain nothing by more. */
const callTimeoutMs = 3_000;

export const createClient = (
  settings: BloomreachSettings,
  market: Market,
  upstream: Upstream,
  log: Log,
  now: () => number,
): Bloomreach => {
  const authorization = `Basic ${base64(`${settings.keyId}:${settings.secret}`)}`;
  const send: Bloomreach["send"] = async (path, body, call) => {
    const what = `bloomreach ${path}`;
    const [api, ...rest] = path.split("/");
    const answer = answered(
      await upstream({
        method: body === undefined ? "GET" : "POST",
        url: `${settings.apiUrl}/${api}/v2/projects/${settings.projectToken}/${rest.join("/")}`,
        headers: {
          Authorization: authorization,
          "Content-Type": "application/json",
          Accept: "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        deadline: call.deadline,
        timeoutMs: callTimeoutMs,
      }),
      what,
    );
    if (!answer.ok) return answer;
    const { status, headers } = answer.value;
    const reply = replyOf(what, answer.value);
    const judged = judge(reply, now());
    const isUsual = judged.ok || judged.failure.kind === "customer_not_found";
    // Their support asks for it (2).
    if (!isUsual || path === "track/batch")
      log("crm_call", {
        call: what,
        status,
        upstream_request_id: idOf(headers),
        request_id: call.requestId,
      });
    return judged;
  };
  return { settings, market, now, log, send };
};

const judge = (reply: Reply, now: number): Outcome<object, CrmFailure> => {
  if (!isRight(reply)) return failed(failureOf(reply, now));
  return typeof reply.json === "object" && reply.json !== null
    ? ok(reply.json)
    : failed({ kind: "unreadable", detail: `${reply.what}: HTTP ${reply.status}` });
};

const idOf = (headers: Headers): string =>
  /^[\w-]{1,64}$/.exec(headers.get("x-request-id") ?? "")?.[0] ?? "";

const base64 = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)));
