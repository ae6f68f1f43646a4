import type { Context } from "hono";
import type { FieldFault } from "../model/crm_failure.ts";
import { errorObject } from "../model/error_object.ts";
import { formatMinor } from "../model/money.ts";
import type { Market } from "../tenants/tenant.ts";
import { fieldText } from "./field_texts.ts";
import { message } from "./messages.ts";
import { verdict, type Problem } from "./problem.ts";
import type { Texts } from "./texts.ts";

const fieldTexts = (faults: readonly FieldFault[], texts: Texts): string =>
  faults
    .map(({ field, message: english }) => {
      const text = fieldText(english, texts);
      return field === "" ? text : `${field}: ${text}`;
    })
    .join("; ");

const faultsOf = (problem: Problem): readonly FieldFault[] => {
  if (problem.kind === "bad_request") return problem.faults;
  return problem.kind === "crm" && problem.failure.kind === "invalid_fields"
    ? problem.failure.fields
    : [];
};

const leftOf = (problem: Problem): { readonly left?: string } =>
  problem.kind === "redeem" && problem.refusal.kind === "too_little_left"
    ? {
        left: `${formatMinor(problem.refusal.left.minor, problem.refusal.left.currency)} ${problem.refusal.left.currency}`,
      }
    : {};

/**
 * The error object (contracts/sitoo.md 2.3), in the language of `texts`.
 * The rich reason goes to the log; the till gets what a cashier can act on.
 */
export const problemResponse = (
  c: Context<{ Variables: { requestId: string } }>,
  problem: Problem,
  texts: Texts,
  market?: Market,
): Response => {
  const { status, message: code } = verdict(problem);
  const locale = market?.locale ?? "en";
  const place =
    problem.kind === "redeem" && "place" in problem.refusal ? problem.refusal.place : {};
  const text = message(code, texts, locale, {
    fields: fieldTexts(faultsOf(problem), texts),
    ...place,
    ...leftOf(problem),
    ...(market === undefined ? {} : { timeZone: market.timeZone }),
  });
  if (status === 401) c.header("WWW-Authenticate", 'Basic realm="sitoo-crm-edge", charset="UTF-8"');
  // A pause is ended by a person, so it is not asked after every other second.
  const isLong = status === 429 || problem.kind === "redeem_paused";
  if (isLong || status === 503) c.header("Retry-After", isLong ? "60" : "2");
  return c.json(errorObject(c.get("requestId"), status, text), status);
};
