import { Big } from "big.js";
import type * as z from "zod";
import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { Refused } from "./errors.ts";
import type { Order } from "./model.ts";
import { decimal, jsonNumber, rounded, sum } from "./money.ts";
import { executed, orderWith } from "./order_changes.ts";
import { returnSchema, statusSchema } from "./order_schema.ts";
import { calculated, currencyOf, formOf, objects } from "./order_totals.ts";
import { unlocked } from "./order_write.ts";
import { takeBack } from "./points.ts";
import type { OmniumStore } from "./store.ts";

type Request = z.infer<typeof returnSchema>;

/**
 * `POST /Returns/{orderId}/Return`. Nothing is published on repeats, so each one is another return, until a line has
 * nothing left: then 400 (assumed).
 */
export function post(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, returnSchema, store.profile);
  const order = orderWith(store, call.params["orderId"] ?? "");
  unlocked(store, order);
  return ok(giveBack(store, order, body, store.clock.iso()));
}

/** Seeds come this way too, with a date of their own. */
export function giveBack(store: OmniumStore, order: Order, body: Request, at: string): JsonObject {
  const storeId = body.storeId ?? null;
  if (storeId !== null && store.stores.get(storeId) === undefined)
    throw new Refused(400, `There is no store ${storeId}.`);
  const lines = body.returns.map((one) => returnedLine(order, one));
  const total = sum(lines.map(({ extendedPrice }) => decimal(extendedPrice)));
  const form: JsonObject = {
    returnId: String(store.nextNumber("returnId", 1)),
    rmaNumber: body.rmaNumber ?? null,
    status: body.status ?? "New",
    returnType: body.returnType ?? null,
    returnComment: body.comment ?? null,
    created: at,
    modified: at,
    storeId,
    userId: body.userId ?? null,
    creditPayment: body.creditPayment ?? false,
    creditAmount: body.creditAmount ?? jsonNumber(total),
    properties: (body.properties ?? []) as JsonObject[],
    lineItems: lines,
    payments: [],
    total: jsonNumber(total),
  };
  const all = { ...order, returns: [...order.returns, form], modified: at };
  takeBack(store, order, total);
  store.saveOrder({ ...all, status: everything(all) ? "Returned" : "PartiallyReturned" });
  return form;
}

/** `POST /Returns/{orderId}/UpdateStatus` {returnId, status}. */
export function updateStatus(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, statusSchema, store.profile);
  const order = orderWith(store, call.params["orderId"] ?? "");
  if (!order.returns.some(({ returnId }) => returnId === body.returnId))
    throw new Refused(404, "There is no such return on the order.");
  const modified = store.clock.iso();
  const returns = order.returns.map((one) =>
    one["returnId"] === body.returnId ? { ...one, status: body.status, modified } : one,
  );
  return executed(store, store.saveOrder({ ...order, returns, modified }));
}

/** The line at what was paid for it, in proportion to the quantity. */
function returnedLine(order: Order, wanted: Request["returns"][number]): JsonObject {
  const line = linesOf(order).find(({ lineItemId }) => lineItemId === wanted.lineItemId);
  if (line === undefined) throw new Refused(400, `The order has no line ${wanted.lineItemId}.`);
  const quantity = new Big(String(wanted.returnQuantity));
  if (quantity.gt(left(order, line)))
    throw new Refused(400, `More of line ${wanted.lineItemId} than is left to return.`);
  const price = decimal(line["extendedPrice"]).times(quantity).div(decimal(line["quantity"]));
  const paid = jsonNumber(rounded(price, currencyOf(order.fields)));
  return {
    ...line,
    quantity: wanted.returnQuantity,
    returnQuantity: wanted.returnQuantity,
    returnReason: wanted.returnReason ?? null,
    returnType: wanted.returnType ?? null,
    discountedPrice: paid,
    extendedPrice: paid,
  };
}

function linesOf({ fields }: Order): JsonObject[] {
  return objects(calculated(formOf(fields), currencyOf(fields))["lineItems"]);
}

function left(order: Order, line: JsonObject): Big {
  const returned = order.returns
    .flatMap(({ lineItems }) => objects(lineItems))
    .filter(({ lineItemId }) => lineItemId === line["lineItemId"]);
  const canceled = decimal(line["canceledQuantity"]);
  return decimal(line["quantity"])
    .minus(canceled)
    .minus(sum(returned.map(({ returnQuantity }) => decimal(returnQuantity))));
}

function everything(order: Order): boolean {
  return linesOf(order).every((line) => left(order, line).lte(0));
}
