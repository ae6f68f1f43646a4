import { type JsonObject, text } from "../json.ts";
import { forbidden, mayReachOrder } from "./access.ts";
import { MARKETS } from "./customer_rules.ts";
import { Refused } from "./errors.ts";
import type { Order } from "./model.ts";
import { formOf, objects } from "./order_totals.ts";
import type { OmniumStore } from "./store.ts";

/** Omnium's own members, not taken from a body. */
const CALCULATED = ["id", "completed", "modified", "netTotal", "status", "created", "secretKey"];

/** What the schema cannot say: market and store exist (assumed), are in reach, and no line is negative (§17). */
export function checkOrder(store: OmniumStore, fields: JsonObject): void {
  const [marketId, storeId] = [text(fields["marketId"]), text(fields["storeId"])];
  if (marketId !== undefined && !MARKETS.includes(marketId))
    throw new Refused(400, `There is no market ${marketId}.`);
  if (storeId !== undefined && store.stores.get(storeId) === undefined)
    throw new Refused(400, `There is no store ${storeId}.`);
  if (!mayReachOrder(store, fields)) throw forbidden();
  const lines = objects(formOf(fields)["lineItems"]);
  const ids = lines.map(({ lineItemId }) => lineItemId);
  if (new Set(ids).size < ids.length) throw new Refused(400, "lineItemId must be unique.");
  const negative = lines.some(({ quantity }) => typeof quantity === "number" && quantity < 0);
  if (negative && store.profile.negativeQuantities === "refuse")
    throw new Refused(400, "Quantity must not be negative.");
}

export interface NewOrder {
  id: string;
  fields: JsonObject;
  seq: number;
  queuedUntil: number;
  workflow?: "none";
  sitooOrderId?: string;
}

export function newOrder(store: OmniumStore, order: NewOrder): Order {
  const { id, fields, seq, queuedUntil, workflow } = order;
  const now = store.clock.iso();
  const status = text(fields["status"]) ?? "New";
  const created = text(fields["created"]) ?? now;
  return store.saveOrder({
    key: store.nextKey("order"),
    id,
    fields: own(fields),
    status,
    queuedUntil,
    workflow: workflow ?? "waiting",
    created,
    modified: now,
    completed: status === "Completed" ? now : null,
    returns: objects(fields["returnOrderForms"]),
    comments: [],
    customerResolved: null,
    heldPoints: "0",
    earnedPoints: "0",
    sitooOrderId: order.sitooOrderId ?? null,
    inHistoryFrom: store.clock.now() + store.profile.historyLagMs,
    seq,
  });
}

/** Returns that were made stay; the rest is what was sent (assumed). */
export function overwritten(
  store: OmniumStore,
  old: Order,
  fields: JsonObject,
  seq: number,
): Order {
  const status = text(fields["status"]) ?? old.status;
  return store.saveOrder({
    ...old,
    fields: own(fields),
    ...statusChange(store, old, status),
    modified: store.clock.iso(),
    seq,
  });
}

export function statusChange(
  store: OmniumStore,
  old: Order,
  status: string,
): Pick<Order, "status" | "completed"> {
  const done = status === "Completed" ? (old.completed ?? store.clock.iso()) : old.completed;
  return { status, completed: done };
}

function own(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        value !== null && !CALCULATED.includes(name) && name !== "returnOrderForms",
    ),
  );
}
