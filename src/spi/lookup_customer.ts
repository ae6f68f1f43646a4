import { failed, ok } from "../model/outcome.ts";
import { personWire } from "./customer_wire.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { normaliseKey, readKeyType } from "./search_key.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/**
 * `GET /lookup?key=&key_type=`: asks the person register, to fill in the form of a new customer;
 * 200 with one person without `customer_id`, or `[]` (contracts/sitoo.md 2.2, row 3; path assumed).
 * Without `key_type` the configured lookup type is tried.
 */
export const lookupCustomer = async (
  call: TillCall,
  query: { readonly key: string | undefined; readonly keyType: string | undefined },
): Promise<Answer> => {
  const offered = call.crm.capabilities.lookupBy;
  if (query.key === undefined || query.key.trim() === "")
    return failed(badRequest({ field: "key", message: "is missing" }));
  if (call.selfCheckout) return failed({ kind: "not_at_self_checkout" });
  const configured = call.channel.client.lookupType;
  let by = configured;
  if (query.keyType !== undefined && query.keyType !== "") {
    const read = readKeyType(query.keyType);
    if (read === undefined)
      return failed(
        badRequest({ field: "key_type", message: "is not known; use mobile or personal_id" }),
      );
    if (read !== "mobile" && read !== "personal_id") return ok({ status: 200, body: [] });
    by = read;
  }
  if (configured === undefined || by === undefined || !offered.includes(by))
    return ok({ status: 200, body: [] });
  const key = normaliseKey(by, query.key, call.channel);
  if (key === undefined) return ok({ status: 200, body: [] });
  const person = await call.stopwatch.time("crm", call.crm.lookup(key, crmCall(call)));
  if (!person.ok) return failed(fromFailure(person.failure));
  return ok({ status: 200, body: person.value === undefined ? [] : [personWire(person.value)] });
};
