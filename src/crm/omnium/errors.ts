import * as z from "zod/mini";
import type { CrmFailure, FieldFault } from "../../model/crm_failure.ts";
import type { Outcome } from "../../model/outcome.ts";
import { statusFailure } from "../../upstream/classify.ts";
import { fieldNamed } from "../field_names.ts";
import { confirmedBy, isPage, type Reply, valueOf } from "../reply.ts";
import { optionalText } from "../wire_values.ts";

/** Contracts/omnium.md 3: ProblemDetails is published by its name alone, so text is read as well. */
const errorSchema = z.looseObject({
  errorMessage: optionalText,
  detail: optionalText,
  message: optionalText,
  title: optionalText,
});

/** What Omnium says in words: for the cashier who asked, not for logs. */
export const messageOf = (reply: Reply): string => {
  const parsed = errorSchema.safeParse(reply.json);
  const { errorMessage, detail, message, title } = parsed.success ? parsed.data : {};
  const plain = isPage(reply) || parsed.success ? undefined : reply.text?.trim();
  return (errorMessage ?? detail ?? message ?? title ?? plain ?? "").slice(0, 500);
};

/** What a status means for one call. Without `notFound` a 404 is a refusal. */
export type Meaning = {
  readonly notFound?: CrmFailure;
  readonly conflict?: CrmFailure;
  /** A 400 is about what the cashier typed. */
  readonly typed?: true;
};

export const failureOf = (reply: Reply, meaning: Meaning, now: number): CrmFailure => {
  const { status, headers, what } = reply;
  if (status === 404 && isPage(reply))
    return { kind: "set_up_fault", detail: `${what}: a web page answered 404, check api_url` };
  if (status === 404 && meaning.notFound !== undefined) return meaning.notFound;
  if (status === 409 && meaning.conflict !== undefined) return meaning.conflict;
  if (status === 400 && meaning.typed) return typedFault(messageOf(reply));
  return statusFailure(status, headers, what, now);
};

/** A uniqueness rule of the tenant's is told as any other fault (contracts/omnium.md 4.5), in words (assumed). */
export const typedFault = (message: string): CrmFailure =>
  /already|exists|in use|unique|duplicate/i.test(message)
    ? { kind: "already_member" }
    : { kind: "invalid_fields", fields: [fieldFault(message)] };

const fieldFault = (message: string): FieldFault => ({ field: fieldNamed(message), message });

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
