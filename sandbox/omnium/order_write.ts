import * as z from "zod";
import { type JsonObject, text } from "../json.ts";
import { type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { delivered } from "./deliveries.ts";
import { Refused } from "./errors.ts";
import type { Order } from "./model.ts";
import { checkOrder, newOrder, overwritten } from "./order_rules.ts";
import { orderSchema } from "./order_schema.ts";
import { orderView, statusOf } from "./order_view.ts";
import { flag } from "./query.ts";
import type { OmniumStore } from "./store.ts";
import { runDue } from "./workflow.ts";

/** (assumed) batches of orders have the size of those of customers. */
const batchSchema = z.array(orderSchema).max(100);

/** `POST /Orders`: 201, or 409 when the id is there; the workflow follows (published). The id is required (assumed). */
export function post(store: OmniumStore, call: Call): Reply {
  const fields = bodyOf(call, orderSchema, store.profile) as JsonObject;
  const order = delivered(store, call, fields, () => {
    checkOrder(store, fields);
    const id = text(fields["id"]);
    if (id === undefined) throw new Refused(400, "id is required.");
    if (known(store, id)) throw new Refused(409, `There is already an order ${id}.`);
    return { outcome: "created", order: queued(store, call, id, fields) };
  });
  return reply(201, orderView(store, order));
}

/** `PUT /Orders`: always a new order with a number of Omnium's; an id that is taken is not kept (§16.8, assumed). */
export function put(store: OmniumStore, call: Call): Reply {
  const fields = bodyOf(call, orderSchema, store.profile) as JsonObject;
  const order = delivered(store, call, fields, () => {
    checkOrder(store, fields);
    const orderNumber = String(store.nextNumber("orderNumber", 100_001));
    const wanted = text(fields["id"]);
    const id = wanted === undefined || known(store, wanted) ? orderNumber : wanted;
    const numbered = { ...fields, orderNumber };
    return { outcome: "created", order: atOnce(store, call, id, numbered) };
  });
  return reply(201, orderView(store, order));
}

/** `PUT /Orders/PosOrders`: Pos and Completed whatever the body says; market, number and store needed (published). */
export function putPos(store: OmniumStore, call: Call): Reply {
  const fields = bodyOf(call, orderSchema, store.profile) as JsonObject;
  const order = delivered(store, call, fields, () => {
    const missing = ["marketId", "orderNumber", "storeId"].filter((name) => !text(fields[name]));
    if (missing.length > 0) throw new Refused(400, `${missing.join(", ")} required.`);
    checkOrder(store, fields);
    const id = text(fields["id"]) ?? text(fields["orderNumber"]) ?? "";
    const pos = { ...fields, orderType: "Pos", status: "Completed" };
    const [old] = store.ordersWithId(id);
    if (old === undefined) return { outcome: "created", order: atOnce(store, call, id, pos) };
    // (assumed) what a repeat does is not published; by default both stay, so that a test sees them (§17).
    switch (store.profile.posOrdersRepeat) {
      case "409":
        throw new Refused(409, `There is already an order ${id}.`);
      case "duplicate":
        return { outcome: "duplicate", order: atOnce(store, call, id, pos) };
      case "overwrite":
        return { outcome: "overwritten", order: overwritten(store, old, pos, call.seq) };
    }
  });
  return reply(201, orderView(store, order));
}

/** `POST /Orders/AddMany`: 204; an order that is there stays as it is (published). */
export function addMany(store: OmniumStore, call: Call): Reply {
  return each(store, call, (id, fields) => {
    const [old] = store.ordersWithId(id);
    if (old !== undefined) return { outcome: "dropped", order: old };
    return { outcome: "created", order: queued(store, call, id, fields) };
  });
}

/** `POST /Orders/UpdateMany?runWorkflow=`: makes or overwrites (published). (assumed) 204, and 409 for a Queued one. */
export function updateMany(store: OmniumStore, call: Call): Reply {
  const runWorkflow = flag(call, "runWorkflow");
  return each(store, call, (id, fields) => {
    const [old] = store.ordersWithId(id);
    if (old !== undefined) {
      unlocked(store, old);
      return { outcome: "overwritten", order: overwritten(store, old, fields, call.seq) };
    }
    const make = runWorkflow ? queued : imported;
    return { outcome: "created", order: make(store, call, id, fields) };
  });
}

/** `POST /Orders/ImportMany`: no workflow (published). (assumed) 204, and it overwrites. */
export function importMany(store: OmniumStore, call: Call): Reply {
  return each(store, call, (id, fields) => {
    const [old] = store.ordersWithId(id);
    if (old !== undefined)
      return { outcome: "overwritten", order: overwritten(store, old, fields, call.seq) };
    return { outcome: "created", order: imported(store, call, id, fields) };
  });
}

/** All are checked before the first is stored (assumed). */
function each(
  store: OmniumStore,
  call: Call,
  act: (id: string, fields: JsonObject) => ReturnType<Parameters<typeof delivered>[3]>,
): Reply {
  const bodies = bodyOf(call, batchSchema, store.profile) as JsonObject[];
  for (const fields of bodies) {
    if (text(fields["id"]) === undefined) throw new Refused(400, "Every order needs an id.");
    checkOrder(store, fields);
  }
  for (const fields of bodies)
    delivered(store, call, fields, () => act(text(fields["id"]) ?? "", fields));
  return { status: 204 };
}

function known(store: OmniumStore, id: string): boolean {
  return store.ordersWithId(id).length > 0;
}

function queued(store: OmniumStore, call: Call, id: string, fields: JsonObject): Order {
  const queuedUntil = store.clock.now() + store.profile.queuedMs;
  return workedOn(store, newOrder(store, { id, fields, seq: call.seq, queuedUntil }));
}

function atOnce(store: OmniumStore, call: Call, id: string, fields: JsonObject): Order {
  return workedOn(store, newOrder(store, { id, fields, seq: call.seq, queuedUntil: 0 }));
}

function imported(store: OmniumStore, call: Call, id: string, fields: JsonObject): Order {
  return newOrder(store, { id, fields, seq: call.seq, queuedUntil: 0, workflow: "none" });
}

function workedOn(store: OmniumStore, order: Order): Order {
  runDue(store);
  return store.orders.get(order.key) ?? order;
}

/** (assumed) 409: "do not change an order while it is Queued" is published, the refusal is not. */
export function unlocked(store: OmniumStore, order: Order): void {
  if (statusOf(store, order) === "Queued")
    throw new Refused(409, `Order ${order.id} is Queued and cannot be changed yet.`);
}
