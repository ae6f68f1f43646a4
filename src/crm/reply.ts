import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { parseJson } from "../upstream/classify.ts";

/** Writes one log line; fields are counts, codes and ids of requests, never personal data. */
export type Log = (event: string, fields: Readonly<Record<string, string | number>>) => void;

/** An answer of any status. `json` is undefined when the body is empty or no JSON. */
export type Reply = {
  /** Names the call for operators: method and path pattern, without ids and query. */
  readonly what: string;
  readonly status: number;
  readonly headers: Headers;
  /** undefined when the body broke off. */
  readonly text: string | undefined;
  readonly json: unknown;
};

/** @param what names the call for operators. */
export const replyOf = (
  what: string,
  { status, headers, text }: Pick<Reply, "status" | "headers" | "text">,
): Reply => ({
  what,
  status,
  headers,
  text,
  json: text === undefined ? undefined : parseJson(text),
});

export const succeeded = (reply: Reply): boolean => reply.status >= 200 && reply.status < 300;

/** A web page where an API should answer: a proxy, a login, or a wrong `api_url`. */
export const isPage = (reply: Reply): boolean => /^\s*</.test(reply.text ?? "");

/** The value of a read, through its schema; or what went wrong. */
export const valueOf = <Value>(
  reply: Outcome<Reply, CrmFailure>,
  parse: (json: unknown) => Value | undefined,
  failureOf: (reply: Reply) => CrmFailure,
): Outcome<Value, CrmFailure> => {
  if (!reply.ok) return reply;
  if (!succeeded(reply.value)) return failed(failureOf(reply.value));
  const value = parse(reply.value.json);
  return value === undefined
    ? failed({ kind: "unreadable", detail: `${reply.value.what}: HTTP ${reply.value.status}` })
    : ok(value);
};

/**
 * A write that the CRM confirmed. The body may be empty or any JSON; a page, or a body that broke off,
 * is no confirmation: the write may have happened.
 */
export const confirmedBy = (
  reply: Outcome<Reply, CrmFailure>,
  failureOf: (reply: Reply) => CrmFailure,
): Outcome<Reply, CrmFailure> => {
  if (!reply.ok) return reply;
  const { text, json, status, what } = reply.value;
  if (!succeeded(reply.value)) return failed(failureOf(reply.value));
  return text?.trim() === "" || json !== undefined
    ? reply
    : failed({ kind: "unreadable", detail: `${what}: HTTP ${status}` });
};
