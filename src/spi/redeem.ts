import type * as z from "zod/mini";
import { failed, ok } from "../model/outcome.ts";
import type { RedeemedItem } from "../redemption/ledger_calls.ts";
import type { RedeemResultWire } from "./contract_answers.ts";
import type { redeemBody } from "./contract_requests.ts";
import { askedAmounts, instrumentRefs } from "./instrument_refs.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { isCustomerId } from "./search_key.ts";
import type { Answer, TillCall } from "./till_call.ts";

export const redeemResultWire = (
  redeemId: string,
  items: readonly RedeemedItem[],
): RedeemResultWire => ({
  redeem_id: redeemId,
  promotions: items.flatMap((item) =>
    item.kind === "promotion" ? [{ promotion_id: item.id, redeemed: item.redeemed }] : [],
  ),
  bonus_checks: items.flatMap((item) =>
    item.kind === "bonus_check" ? [{ bonus_check_id: item.id, redeemed: item.redeemed }] : [],
  ),
});

/**
 * `POST /customers/{customer_id}/redeem` and `POST /redeem` (contracts/sitoo.md 2.6; all assumed).
 * The ledger reads the customer before it writes anything: one that holds rows is always named by
 * the CRM's own id, and an address that names nobody leaves nothing behind.
 */
export const redeem = async (
  call: TillCall,
  customerId: string | undefined,
  body: z.infer<typeof redeemBody>,
): Promise<Answer> => {
  const named = customerId ?? body.customer_id;
  if (named === undefined)
    return failed(badRequest({ field: "customer_id", message: "is missing" }));
  if (body.customer_id !== undefined && body.customer_id !== named) {
    return failed(
      badRequest({ field: "customer_id", message: "is another customer than the address names" }),
    );
  }
  const refs = instrumentRefs(body);
  if (refs.length === 0)
    return failed(
      badRequest({ field: "promotions, bonus_checks", message: "nothing to redeem was named" }),
    );
  if (!isCustomerId(named)) return failed(fromFailure({ kind: "customer_not_found" }));
  const badId = refs.find((ref) => !isCustomerId(ref.id));
  if (badId !== undefined) return failed(fromFailure({ kind: "instrument_not_found" }));

  if (await call.redeemIsPaused()) return failed({ kind: "redeem_paused" });

  const { result, redeemId } = await call.stopwatch.time(
    "crm",
    call.redemptions.redeem({
      customerId: named,
      refs,
      amounts: askedAmounts(body),
      till: call.till,
      requestId: call.requestId,
      deadline: call.deadline,
    }),
  );
  if (result.kind === "redeemed")
    return ok({ status: 200, body: redeemResultWire(redeemId ?? "", result.items) });
  return failed(
    result.kind === "refused"
      ? { kind: "redeem", refusal: result.refusal }
      : fromFailure(result.failure),
  );
};
