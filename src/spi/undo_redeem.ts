import type * as z from "zod/mini";
import { failed, ok } from "../model/outcome.ts";
import type { undoBody } from "./contract_requests.ts";
import { undoRefs } from "./instrument_refs.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { redeemResultWire } from "./redeem.ts";
import { isCustomerId } from "./search_key.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/**
 * `DELETE …/redeem` with the body of redeem, or `DELETE …/redeem/{redeem_id}` (contracts/sitoo.md 2.6;
 * all assumed). Idempotent; 200 for what was never redeemed. It works while the CRM is away:
 * a ledger that has redemptions is proof enough that its customer exists.
 */
export const undoRedeem = async (
  call: TillCall,
  named: { readonly customerId: string | undefined; readonly redeemId: string | undefined },
  body: z.infer<typeof undoBody>,
): Promise<Answer> => {
  const inBody = Array.isArray(body) ? { customer_id: undefined, redeem_id: undefined } : body;
  const redeemId = named.redeemId ?? inBody.redeem_id;
  const customerId = named.customerId ?? inBody.customer_id;
  const refs = undoRefs(body);
  const who = { till: call.till, requestId: call.requestId };
  const answer = (id: string | undefined, items: Parameters<typeof redeemResultWire>[1]): Answer =>
    call.channel.spi.undoAnswer === "no_content"
      ? ok({ status: 204 })
      : ok({ status: 200, body: redeemResultWire(id ?? redeemId ?? "", items) });

  if (redeemId !== undefined) {
    const { result, redeemId: own } = await call.stopwatch.time(
      "crm",
      call.redemptions.undo({ ...who, redeemId, ...(refs.length === 0 ? {} : { refs }) }),
    );
    if (result.kind === "ledger_away")
      return failed({ kind: "redeem", refusal: { kind: "ledger_away" } });
    return answer(own, result.kind === "undone" ? result.items : []);
  }
  if (refs.length === 0) {
    return failed(
      badRequest({ field: "promotions, bonus_checks", message: "nothing to give back was named" }),
    );
  }
  if (customerId === undefined)
    return failed(badRequest({ field: "customer_id", message: "is missing" }));
  if (!isCustomerId(customerId)) return failed(fromFailure({ kind: "customer_not_found" }));
  const first = await call.stopwatch.time(
    "crm",
    call.redemptions.undo({ ...who, customerId, refs, onlyIfKnown: true }),
  );
  if (first.result.kind === "undone") return answer(first.redeemId, first.result.items);
  if (first.result.kind === "ledger_away")
    return failed({ kind: "redeem", refusal: { kind: "ledger_away" } });

  const profile = await call.stopwatch.time("crm", call.crm.get(customerId, crmCall(call)));
  if (!profile.ok) return failed(fromFailure(profile.failure));
  const second = await call.stopwatch.time(
    "crm",
    call.redemptions.undo({ ...who, customerId: profile.value.customer.id, refs }),
  );
  if (second.result.kind !== "undone")
    return failed({ kind: "redeem", refusal: { kind: "ledger_away" } });
  return answer(second.redeemId, second.result.items);
};
