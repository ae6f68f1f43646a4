import * as z from "zod";
import { isObject, type Json, type JsonObject, text, toJson } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { forbidden, mayReachOrder } from "./access.ts";
import { bodyOf } from "./body.ts";
import { counters, same } from "./customer_patch.ts";
import { delivered } from "./deliveries.ts";
import { Refused } from "./errors.ts";
import type { Order } from "./model.ts";
import { checkOrder, overwritten, statusChange } from "./order_rules.ts";
import { orderMembers, orderSchema, payment, statusSchema } from "./order_schema.ts";
import { formOf, objects } from "./order_totals.ts";
import { orderView } from "./order_view.ts";
import { unlocked } from "./order_write.ts";
import { settlePoints } from "./points.ts";
import { flag } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

const patchSchema = z.strictObject({
  ...orderMembers,
  keepExistingListItems: flag,
  keepExistingCustomProperties: flag,
});
const commentSchema = z.strictObject({
  orderId: z.string().min(1),
  commentText: z.string(),
  createdBy: z.string().nullish(),
});

/** The order with this id, the newest if there are two; 404, 403 outside of the caller's reach. */
export function orderWith(store: OmniumStore, id: string): Order {
  const [order] = store.ordersWithId(id);
  if (order === undefined) throw new Refused(404, `There is no order ${id}.`);
  if (!mayReachOrder(store, order.fields)) throw forbidden();
  return order;
}

/** `POST` and `PUT /Orders/Update`: overwrites the order that is there (published). */
export function update(store: OmniumStore, call: Call): Reply {
  const fields = bodyOf(call, orderSchema, store.profile) as JsonObject;
  const order = delivered(store, call, fields, () => {
    const old = orderWith(store, text(fields["id"]) ?? "");
    unlocked(store, old);
    checkOrder(store, fields);
    return { outcome: "overwritten", order: overwritten(store, old, fields, call.seq) };
  });
  return executed(store, order);
}

/** `PATCH /Orders/{orderId}/PatchOrder`: tags and external ids are kept unless keepExistingListItems is false. */
export function patch(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, patchSchema, store.profile);
  const old = orderWith(store, call.params["orderId"] ?? "");
  unlocked(store, old);
  const { keepExistingListItems, keepExistingCustomProperties, ...sent } = body;
  const fields = { ...old.fields };
  const keeps: Record<string, boolean> = {
    tags: keepExistingListItems !== false,
    externalIds: keepExistingListItems !== false,
    properties: keepExistingCustomProperties !== false,
  };
  for (const [name, value] of Object.entries(toJson(sent)))
    if (value !== null)
      fields[name] = keeps[name] === true ? united(old.fields[name], value) : value;
  checkOrder(store, fields);
  const isModified = !same(fields, old.fields);
  if (isModified) overwritten(store, old, fields, call.seq);
  return ok(counters(isModified ? { isModified, updatedCount: 1 } : { unchangedCount: 1 }));
}

/** `POST /Orders/{orderId}/UpdateStatus`: runs the workflow of the new status (published); points follow it here. */
export function updateStatus(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, statusSchema, store.profile);
  const old = orderWith(store, call.params["orderId"] ?? "");
  unlocked(store, old);
  const change = { ...statusChange(store, old, body.status), modified: store.clock.iso() };
  const changed = { ...old, ...change };
  const settled = body.skipRunWorkflow === true ? changed : settlePoints(store, changed);
  return executed(store, store.saveOrder(settled));
}

/** A payment with a known id is overwritten, one without an id always added: so a repeat doubles it (published). */
export function addPayments(store: OmniumStore, call: Call): Reply {
  const sent = bodyOf(call, z.array(payment), store.profile) as JsonObject[];
  const old = orderWith(store, call.params["orderId"] ?? "");
  unlocked(store, old);
  const form = formOf(old.fields);
  const kept = objects(form["payments"]).filter(
    ({ id }) => !sent.some((one) => typeof id === "string" && one["id"] === id),
  );
  const orderForm = { ...form, payments: [...kept, ...sent] };
  const saved = store.saveOrder({
    ...old,
    fields: { ...old.fields, orderForm },
    modified: store.clock.iso(),
  });
  return ok(orderView(store, saved));
}

export function addComment(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, commentSchema, store.profile);
  const order = orderWith(store, body.orderId);
  const comment = { ...toJson(body), created: store.clock.iso() };
  store.saveOrder({ ...order, comments: [...order.comments, comment] });
  return ok(comment);
}

/** OmniumOrderWorkflowExecutionResult. */
export function executed(store: OmniumStore, order: Order): Reply {
  return ok({
    isAborted: false,
    order: orderView(store, order),
    orderActionExecutionResults: [],
  });
}

function united(before: Json | undefined, sent: Json): Json {
  if (!Array.isArray(before) || !Array.isArray(sent)) return sent;
  const nameOf = (one: Json): string =>
    JSON.stringify(isObject(one) ? (one["providerName"] ?? one["key"] ?? one) : one);
  const kept = before.filter((old) => !sent.some((one) => nameOf(one) === nameOf(old)));
  return [...kept, ...sent];
}
