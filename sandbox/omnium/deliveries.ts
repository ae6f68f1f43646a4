import { type JsonObject, text } from "../json.ts";
import type { Call } from "../router.ts";
import { same } from "./customer_patch.ts";
import { Refused } from "./errors.ts";
import type { Delivery, Order } from "./model.ts";
import type { OmniumStore } from "./store.ts";

/** Does what the request asks for, and writes down that this order came, also when it was refused. */
export function delivered(
  store: OmniumStore,
  call: Call,
  payload: JsonObject,
  act: () => { outcome: Delivery["outcome"]; order: Order },
): Order {
  try {
    const { outcome, order } = act();
    record(store, call, { payload, outcome, orderId: order.id });
    return order;
  } catch (error) {
    if (error instanceof Refused)
      record(store, call, {
        payload,
        outcome: "refused",
        orderId: text(payload["id"]) ?? null,
      });
    throw error;
  }
}

function record(
  store: OmniumStore,
  call: Call,
  what: Pick<Delivery, "payload" | "outcome" | "orderId">,
): void {
  const before =
    what.orderId === null ? undefined : store.deliveries.by("orderId", what.orderId).at(-1);
  store.deliveries.put({
    ...store.stamp(call),
    ...what,
    key: store.nextKey("delivery"),
    orderNumber: text(what.payload["orderNumber"]) ?? null,
    differs: before === undefined ? null : !same(before.payload, what.payload),
  });
}
