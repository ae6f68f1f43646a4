import * as z from "zod/mini";
import type { CrmFailure, FieldFault } from "../../model/crm_failure.ts";
import type { Outcome } from "../../model/outcome.ts";
import { statusFailure } from "../../upstream/classify.ts";
import { confirmedBy, isPage, type Reply, valueOf } from "../reply.ts";
import { fieldNamed } from "../field_names.ts";
import { orUndefined } from "../wire_values.ts";

/** Contracts/voyado.md 3 (third party): every member can be missing, and bodies can be no JSON. */
const errorSchema = z.looseObject({
  errorCode: orUndefined(z.string()),
  message: orUndefined(z.string()),
  messageDetails: orUndefined(
    z.looseObject({ multipleMatchesFound: orUndefined(z.array(z.string())) }),
  ),
  validationErrors: orUndefined(
    z.array(z.looseObject({ errorDescription: orUndefined(z.string()) })),
  ),
});
type ErrorBody = z.infer<typeof errorSchema>;

/** What a status alone means for one call, where no code says more. */
export type StatusMeaning = { readonly notFound?: CrmFailure; readonly conflict?: CrmFailure };

/** Codes in lower case. 406 and 409 carry the same codes, so the status plays no part. */
const failureByCode = new Map<string, CrmFailure>(
  (
    [
      [{ kind: "customer_not_found" }, ["ContactNotFound", "InvalidContactId"]],
      [{ kind: "already_member" }, ["ApprovedContactWithKeyExists"]],
      [{ kind: "being_created" }, ["ContactWithKeyIsBeingCreated"]],
      [
        { kind: "instrument_not_found" },
        [
          "RewardVoucherNotFound",
          "InvalidRewardVoucherId",
          "BonusCheckNotFound",
          "InvalidBonusCheckId",
          "PromotionNotFound",
          "PromotionNotAssociatedWithContact",
        ],
      ],
      [
        { kind: "already_redeemed" },
        ["RewardVoucherAlreadyRedeemed", "BonusCheckAlreadyRedeemed", "PromotionAlreadyRedeemed"],
      ],
      [{ kind: "already_active" }, ["RewardVoucherAlreadyActivated", "BonusCheckAlreadyActivated"]],
      [{ kind: "expired" }, ["RewardVoucherExpired", "BonusCheckExpired", "PromotionExpired"]],
      [{ kind: "not_redeemable_here" }, ["PromotionNotValidForRedemptionChannel"]],
      [
        { kind: "cannot_reverse", detail: "limit of reactivations reached" },
        ["ReactivationLimitExceeded"],
      ],
      ...[
        "InvalidContactType",
        "InvalidSystemConfiguration",
        "NotAValidRedemptionChannel",
        "InvalidPromotionIdNoData",
      ].map((code): [CrmFailure, string[]] => [{ kind: "set_up_fault", detail: code }, [code]]),
      // Engage's own gateway gave up: the operation may have gone through.
      [{ kind: "unavailable", sent: true, detail: "GatewayTimeout" }, ["GatewayTimeout"]],
    ] satisfies [CrmFailure, string[]][]
  ).flatMap(([failure, codes]) => codes.map((code) => [code.toLowerCase(), failure] as const)),
);

const bodyOf = (reply: Reply): ErrorBody => {
  const parsed = errorSchema.safeParse(reply.json);
  return parsed.success ? parsed.data : {};
};

/** The error code, where it has the form of one: it goes into logs. */
export const codeOf = (reply: Reply): string | undefined => {
  const code = bodyOf(reply).errorCode;
  return code !== undefined && /^\w{1,64}$/.test(code) ? code : undefined;
};

/** What an answer other than 2xx means: its code first, then its status (contracts/voyado.md 3). */
export const failureOf = (reply: Reply, meaning: StatusMeaning, now: number): CrmFailure => {
  const body = bodyOf(reply);
  const code = codeOf(reply);
  const known = failureByCode.get((code ?? "").toLowerCase());
  if (known !== undefined) return known;
  if (code?.toLowerCase() === "multiplematches") {
    return { kind: "several_matches", ids: body.messageDetails?.multipleMatchesFound ?? [] };
  }
  if (
    reply.status === 422 ||
    code === "ValidationError" ||
    code === "NoData" ||
    (body.validationErrors ?? []).length > 0
  ) {
    return { kind: "invalid_fields", fields: fieldFaults(body) };
  }
  if (reply.status === 404 && isPage(reply)) {
    return {
      kind: "set_up_fault",
      detail: `${reply.what}: a web page answered 404, check api_url`,
    };
  }
  if (reply.status === 404 && meaning.notFound !== undefined) return meaning.notFound;
  if ((reply.status === 409 || reply.status === 406) && meaning.conflict !== undefined)
    return meaning.conflict;
  return statusFailure(
    reply.status,
    reply.headers,
    code === undefined ? reply.what : `${reply.what} ${code}`,
    now,
  );
};

/** What Engage says in words: free text, for the cashier who asked, not for logs. */
const messagesIn = (body: ErrorBody): string[] => {
  const told = (body.validationErrors ?? []).flatMap((fault) => fault.errorDescription ?? []);
  if (told.length > 0) return told;
  return body.message === undefined ? [] : [body.message];
};
export const messagesOf = (reply: Reply): string[] => messagesIn(bodyOf(reply));

const fieldFaults = (body: ErrorBody): FieldFault[] =>
  messagesIn(body).map((message) => ({ field: fieldNamed(message), message }));

/** The value of a read, through its schema; or what went wrong. */
export const readAs = <Value>(
  reply: Outcome<Reply, CrmFailure>,
  parse: (json: unknown) => Value | undefined,
  meaning: StatusMeaning,
  now: number,
): Outcome<Value, CrmFailure> => valueOf(reply, parse, (answer) => failureOf(answer, meaning, now));

export const confirmed = (
  reply: Outcome<Reply, CrmFailure>,
  meaning: StatusMeaning,
  now: number,
): Outcome<Reply, CrmFailure> => confirmedBy(reply, (answer) => failureOf(answer, meaning, now));
