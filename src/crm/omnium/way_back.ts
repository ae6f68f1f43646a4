import type { CrmFailure } from "../../model/crm_failure.ts";
import { ok, type Outcome } from "../../model/outcome.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import type { Omnium } from "./client.ts";
import { readAs } from "./errors.ts";
import { omniumOrderId } from "./order_ids.ts";
import { isReturned, linesReturned, returnBody } from "./order_returns.ts";
import { parseOrder, type WireOrder } from "./order_wire.ts";

export const refused = (reason: string, field: string): DeliveryResult => ({
  kind: "refused",
  reason,
  field,
});
export const retry = (failure: CrmFailure): DeliveryResult => ({ kind: "retry", failure });

/** How what comes back reaches Omnium: on the sale that it knows, as negative lines, or not at all. */
type Back =
  | { readonly kind: "nothing" }
  | { readonly kind: "done" }
  | { readonly kind: "return"; readonly orderId: string; readonly body: object }
  | { readonly kind: "negative" }
  | { readonly kind: "ends"; readonly result: DeliveryResult };

export const wayBack = async (
  omnium: Omnium,
  sale: Sale,
  lines: readonly SaleLine[],
  call: CrmCall,
): Promise<Back> => {
  if (lines.length === 0) return { kind: "nothing" };
  const otherwise = (reason: string): Back =>
    omnium.settings.negativeQuantities
      ? { kind: "negative" }
      : { kind: "ends", result: refused(reason, "returnOf") };
  if (sale.returnOf === undefined) return otherwise("the return names no sale that Omnium has");
  const orderId = omniumOrderId(sale.returnOf, omnium.settings);
  const original = await readOrder(omnium, orderId, call);
  if (!original.ok) return { kind: "ends", result: retry(original.failure) };
  const order = original.value;
  if (order === undefined) return otherwise("the sale that is returned is not in Omnium");
  if (isReturned(order, sale)) return { kind: "done" };
  const returned = linesReturned(order, lines, sale.currency);
  return returned === undefined
    ? otherwise("more comes back than the sale in Omnium holds")
    : { kind: "return", orderId, body: returnBody(sale, returned, omnium) };
};

const readOrder = async (
  omnium: Omnium,
  orderId: string,
  call: CrmCall,
): Promise<Outcome<WireOrder | undefined, CrmFailure>> => {
  const reply = await omnium.send({ route: "GET /Orders/{orderId}", path: { orderId } }, call);
  if (reply.ok && reply.value.status === 404) return ok(undefined);
  return readAs(reply, parseOrder, {}, omnium.now());
};
