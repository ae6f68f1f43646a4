import * as z from "zod/mini";
import type { CrmFailure, FieldFault } from "../../model/crm_failure.ts";
import type { Outcome } from "../../model/outcome.ts";
import { retryAfter, statusFailure } from "../../upstream/classify.ts";
import { fieldNamed } from "../field_names.ts";
import { isoWithOffset } from "../iso_time.ts";
import { confirmedBy, isPage, type Reply, succeeded, valueOf } from "../reply.ts";
import { optionalText, orUndefined } from "../wire_values.ts";

/** v2 says `{error, message, fields}`, v3 `{message, errors}` (contracts/rule.md 2). */
const byField = orUndefined(z.record(z.string(), z.unknown()));
const errorSchema = z.looseObject({
  error: optionalText,
  message: optionalText,
  fields: byField,
  errors: byField,
});
const bodyOf = (reply: Reply): z.infer<typeof errorSchema> => {
  const parsed = errorSchema.safeParse(reply.json);
  return parsed.success ? parsed.data : {};
};

/** The full list of codes is not published; what they are called tells enough (assumed). */
const statusByCode: readonly (readonly [RegExp, number])[] = [
  [/auth/i, 401],
  [/notfound/i, 404],
  [/duplicate/i, 409],
  [/unexpected/i, 500],
];

/** A 200 that holds an `error` is a refusal (contracts/rule.md 1), of the status that its code stands for. */
export const unmasked = (reply: Reply): Reply => {
  const code = succeeded(reply) ? bodyOf(reply).error : undefined;
  return code === undefined
    ? reply
    : { ...reply, status: statusByCode.find(([word]) => word.test(code))?.[1] ?? 400 };
};

export const messageOf = (reply: Reply): string => (bodyOf(reply).message ?? "").slice(0, 500);

/** What Rule finds wrong, by the names of its own fields. */
export const faultsOf = (reply: Reply): { readonly name: string; readonly message: string }[] => {
  const body = bodyOf(reply);
  return Object.entries({ ...body.fields, ...body.errors }).map(([name, told]) => {
    const first: unknown = Array.isArray(told) ? told[0] : told;
    return { name, message: typeof first === "string" ? first : messageOf(reply) };
  });
};

/** What a status means for one call. Without `notFound` a 404 is a refusal. */
export type Meaning = { readonly notFound?: CrmFailure; readonly conflict?: CrmFailure };

export const failureOf = (reply: Reply, meaning: Meaning, now: number): CrmFailure => {
  const { status, headers, what } = reply;
  if (status === 404 && isPage(reply))
    return { kind: "set_up_fault", detail: `${what}: a web page answered 404, check api_url` };
  if (status === 404 && meaning.notFound !== undefined) return meaning.notFound;
  if (status === 409 && meaning.conflict !== undefined) return meaning.conflict;
  if (status === 400 || status === 422) {
    const message = messageOf(reply);
    const fields = faultsOf(reply).map((fault): FieldFault => ({
      field: fieldNamed(`${fault.name} ${fault.message}`),
      message: fault.message,
    }));
    const fallback = { field: fieldNamed(message), message };
    return { kind: "invalid_fields", fields: fields.length === 0 ? [fallback] : fields };
  }
  if (status === 429) return { kind: "rate_limited", retryAfterMs: pauseOf(headers, now) };
  return statusFailure(status, headers, what, now);
};

/** The SDK's longest; also where nothing is said, since v2 is not known to say it. */
const usualPauseMs = 60_000;
const longestPauseMs = 900_000;

/** Seconds, or Stockholm's wall clock without a zone, to be read against `Date` (contracts/rule.md 3). */
export const pauseOf = (headers: Headers, now: number): number => {
  const told = headers.get("retry-after");
  const wall =
    told !== null && /^\d{4}-/.test(told) ? isoWithOffset(told, "Europe/Stockholm") : undefined;
  const sentAt = Date.parse(headers.get("date") ?? "");
  const ms =
    wall === undefined
      ? retryAfter(told, now)
      : Date.parse(wall) - (Number.isNaN(sentAt) ? now : sentAt);
  return Math.min(longestPauseMs, Math.max(1_000, ms ?? usualPauseMs));
};

export const readAs = <Value>(
  reply: Outcome<Reply, CrmFailure>,
  parse: (json: unknown) => Value | undefined,
  meaning: Meaning,
  now: number,
): Outcome<Value, CrmFailure> => valueOf(reply, parse, (answer) => failureOf(answer, meaning, now));

export const confirmed = (
  reply: Outcome<Reply, CrmFailure>,
  meaning: Meaning,
  now: number,
): Outcome<Reply, CrmFailure> => confirmedBy(reply, (answer) => failureOf(answer, meaning, now));
