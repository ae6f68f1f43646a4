import { failed, ok } from "../model/outcome.ts";
import type { Match } from "../crm/port.ts";
import { readCard } from "./card.ts";
import { customerAnswer } from "./customer_answer.ts";
import { newestOf } from "./newest.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { normaliseKey, readKeyType, searchKeyTypes } from "./search_key.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/** `GET /customers?key=&key_type=`: 200 with one customer, or `[]` (contracts/sitoo.md 2.2, row 1). */
export const searchCustomer = async (
  call: TillCall,
  query: { readonly key: string | undefined; readonly keyType: string | undefined },
): Promise<Answer> => {
  const by = query.keyType === undefined ? undefined : readKeyType(query.keyType);
  if (by === undefined) {
    const message =
      query.keyType === undefined || query.keyType === "" ? "is missing" : "is not known";
    return failed(
      badRequest({
        field: "key_type",
        message: `${message}; use one of ${searchKeyTypes.join(", ")}`,
      }),
    );
  }
  if (query.key === undefined || query.key.trim() === "")
    return failed(badRequest({ field: "key", message: "is missing" }));
  const offered: readonly string[] = call.selfCheckout
    ? call.channel.selfCheckout.searchTypes
    : call.channel.client.searchTypes;
  if (!offered.includes(by)) {
    if (call.selfCheckout) return failed({ kind: "not_at_self_checkout" });
    if (by !== "customer_id")
      return failed(
        badRequest({
          field: "key_type",
          message: `is not offered here; use one of ${offered.join(", ")}`,
        }),
      );
  }
  const key = normaliseKey(by, query.key, call.channel);
  if (key === undefined) return ok({ status: 200, body: [] });

  const found = await call.stopwatch.time("crm", call.crm.search(key, crmCall(call)));
  let match: Match | undefined;
  if (found.ok) match = found.value;
  else if (found.failure.kind === "customer_not_found") match = undefined;
  else if (found.failure.kind === "several_matches" && call.channel.onMultiple === "newest") {
    const newest = await call.stopwatch.time(
      "crm",
      newestOf(found.failure, call.crm, crmCall(call)),
    );
    if (!newest.ok) return failed(fromFailure(newest.failure));
    match = newest.value;
  } else return failed(fromFailure(found.failure));
  if (match === undefined) return ok({ status: 200, body: [] });

  const card = await readCard(match, call);
  if (card.ok) return ok({ status: 200, body: [await customerAnswer(card.value, call)] });
  // Found a moment ago and gone now: nobody matches, which is never 404 here.
  if (card.failure.kind === "customer_not_found") return ok({ status: 200, body: [] });
  return failed(fromFailure(card.failure));
};
