import type * as z from "zod/mini";
import { unreachable } from "../model/outcome.ts";
import type { UpstreamAnswer } from "../upstream/answer.ts";
import { parseJson, retryAfter } from "../upstream/classify.ts";

/** What a read from Sitoo came to. All reads can be repeated. `detail` names no person. */
export type SitooAnswer<Value> =
  | { readonly kind: "found"; readonly value: Value }
  | { readonly kind: "gone" }
  /** Wrong host, credentials or rights: an operator must mend it. */
  | { readonly kind: "set_up_fault"; readonly detail: string }
  | { readonly kind: "retry"; readonly detail: string; readonly retryAfterMs?: number }
  /** Sitoo answered, in a shape that we cannot read. `field` is a path such as `orderitems.0.quantity`. */
  | { readonly kind: "unreadable"; readonly detail: string; readonly field?: string };

/** Reads one answer. The statuses are those of contracts/sitoo.md 5.1. */
export const readAnswer = <Value>(
  answer: UpstreamAnswer,
  schema: z.ZodMiniType<Value>,
  now: number,
): SitooAnswer<Value> => {
  switch (answer.kind) {
    case "timed_out":
      return { kind: "retry", detail: "Sitoo did not answer in time" };
    case "broken":
      return { kind: "retry", detail: "the connection to Sitoo broke" };
    case "forbidden":
      return { kind: "set_up_fault", detail: answer.detail };
    case "answered":
      break;
    default:
      return unreachable(answer);
  }
  const { status, headers, text } = answer;
  if (status === 404) return { kind: "gone" };
  if (status === 429 || status >= 500) {
    const retryAfterMs = waitFor(headers, now);
    return {
      kind: "retry",
      detail: `Sitoo answered ${status}`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  if (status < 200 || status > 299)
    return { kind: "set_up_fault", detail: `Sitoo answered ${status}` };
  if (text === undefined) return { kind: "retry", detail: "Sitoo's answer broke off" };
  const body = parseJson(text);
  if (body === undefined) return { kind: "unreadable", detail: "Sitoo's answer is not JSON" };
  return readValue(body, schema);
};

export const readValue = <Value>(
  body: unknown,
  schema: z.ZodMiniType<Value>,
): SitooAnswer<Value> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { kind: "found", value: parsed.data };
  // Only the place and the kind of the fault: a message could quote a person's data.
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  return {
    kind: "unreadable",
    detail: `Sitoo's answer does not have the expected shape (${issue?.code ?? "unknown"})`,
    ...(field === "" ? {} : { field }),
  };
};

/** `Retry-After`, else `X-Rate-Limit-Reset` in epoch seconds (third party). */
const waitFor = (headers: Headers, now: number): number | undefined => {
  const asked = retryAfter(headers.get("Retry-After"), now);
  const reset = headers.get("X-Rate-Limit-Reset");
  if (asked !== undefined || reset === null || !/^\d{9,11}$/.test(reset)) return asked;
  return Math.max(0, Number(reset) * 1000 - now);
};
