import { Big } from "big.js";
import type { JsonObject } from "../json.ts";
import { shown } from "./customer_view.ts";
import type { Order } from "./model.ts";
import { decimal, jsonNumber, sum } from "./money.ts";
import { orderSchema } from "./order_schema.ts";
import { calculated, currencyOf, formOf, objects } from "./order_totals.ts";
import type { OmniumStore } from "./store.ts";

const MEMBERS = Object.keys(orderSchema.shape);

/** OmniumOrder as it is answered, with what Omnium calculates. */
export function orderView(store: OmniumStore, order: Order): JsonObject {
  const { fields } = order;
  const form = calculated(formOf(fields), currencyOf(fields));
  return shown(
    {
      publicOrderNotes: [],
      ...fields,
      orderNotes: [...objects(fields["orderNotes"]), ...order.comments],
      ...sitooId(store, order),
      id: order.id,
      status: statusOf(store, order),
      created: order.created,
      modified: order.modified,
      completed: order.completed,
      orderForm: form,
      returnOrderForms: order.returns,
      netTotal: jsonNumber(netOf(form, order.returns)),
    },
    MEMBERS,
    store.profile,
  );
}

/** Queued for some seconds while the workflow runs; not to be changed then (published). */
export function statusOf(store: OmniumStore, order: Order): string {
  return order.queuedUntil > store.clock.now() ? "Queued" : order.status;
}

/** Form minus returns (published). */
export function netTotal(order: Order): Big {
  return netOf(calculated(formOf(order.fields), currencyOf(order.fields)), order.returns);
}

function netOf(form: JsonObject, returns: readonly JsonObject[]): Big {
  return decimal(form["total"]).minus(sum(returns.map(({ total }) => decimal(total))));
}

/** Sitoo's own order id on an imported order; its place and key are the tenant's (contracts/omnium.md §13). */
function sitooId({ profile }: OmniumStore, { fields, sitooOrderId }: Order): JsonObject {
  const key = profile.sitooOrderIdKey;
  const ids = objects(fields["externalIds"]);
  const properties = objects(fields["properties"]);
  if (sitooOrderId !== null && profile.sitooOrderIdPlace === "externalIds")
    ids.push({ providerName: key, id: sitooOrderId });
  if (sitooOrderId !== null && profile.sitooOrderIdPlace === "properties")
    properties.push({ key, value: sitooOrderId });
  return { externalIds: ids, properties };
}
