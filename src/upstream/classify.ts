import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, unreachable, type Outcome } from "../model/outcome.ts";
import type { UpstreamAnswer } from "./answer.ts";

/** An answer with a status, whatever the status; `text` is "" for an empty body. */
export type Answered = Extract<UpstreamAnswer, { kind: "answered" }>;

/**
 * Takes out the cases in which nothing was answered at all, alike for every CRM.
 * What a status means beyond its class is for the adapter.
 * @param what names the call for an operator, e.g. "voyado redeem_voucher"; never a URL.
 */
export const answered = (answer: UpstreamAnswer, what: string): Outcome<Answered, CrmFailure> => {
  switch (answer.kind) {
    case "answered":
      return ok(answer);
    case "timed_out":
      return answer.sent
        ? failed({ kind: "timed_out" })
        : failed({ kind: "unavailable", sent: false, detail: `${what}: no time left to ask` });
    case "broken":
      return failed({
        kind: "unavailable",
        sent: answer.sent,
        detail: `${what}: ${answer.detail}`,
      });
    case "forbidden":
      return failed({
        kind: "set_up_fault",
        detail: `${what}: address not allowed, ${answer.detail}`,
      });
    default:
      return unreachable(answer);
  }
};

/**
 * What a status that is not 2xx means by its class alone: the fallback for answers without a code of their own.
 * A 408 or 5xx may come from something between us and the CRM, so it counts as sent.
 */
export const statusFailure = (
  status: number,
  headers: Headers,
  what: string,
  now: number,
): CrmFailure => {
  const detail = `${what}: HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: "unreadable", detail };
  if (status === 429) return rateLimited(headers, now);
  if (status === 401 || status === 403 || status === 407) return { kind: "set_up_fault", detail };
  if (status === 408 || status >= 500) return { kind: "unavailable", sent: true, detail };
  if (status >= 400) return { kind: "refused", detail };
  return { kind: "set_up_fault", detail: `${detail}, redirects are not followed` };
};

const rateLimited = (headers: Headers, now: number): CrmFailure => {
  const retryAfterMs = retryAfter(headers.get("retry-after"), now);
  return retryAfterMs === undefined
    ? { kind: "rate_limited" }
    : { kind: "rate_limited", retryAfterMs };
};

/** `Retry-After` in either of its forms, as milliseconds from now; undefined when absent or senseless. */
export const retryAfter = (value: string | null, now: number): number | undefined => {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};

/** Parses JSON that an upstream sent; undefined when it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
