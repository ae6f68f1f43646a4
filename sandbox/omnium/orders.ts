import * as z from "zod";
import { type JsonObject, text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachOrder } from "./access.ts";
import { bodyOf } from "./body.ts";
import { customerWith } from "./customer_rules.ts";
import { Refused } from "./errors.ts";
import type { Order } from "./model.ts";
import { orderWith } from "./order_changes.ts";
import { orderView } from "./order_view.ts";
import { wholeNumber } from "./query.ts";
import { text as textSchema, whole } from "./schema.ts";
import { found, historyPage, pageOf } from "./search.ts";
import type { OmniumStore } from "./store.ts";

export function read(store: OmniumStore, call: Call): Reply {
  return ok(orderView(store, orderWith(store, call.params["orderId"] ?? "")));
}

/** `HEAD /Orders/{id}/Exists`: 200 or 404 (assumed), at once and without a search. */
export function exists(store: OmniumStore, call: Call): Reply {
  return { status: store.ordersWithId(call.params["orderId"] ?? "").length > 0 ? 200 : 404 };
}

/** Answers the ids that were found (published). */
export function existMany(store: OmniumStore, call: Call): Reply {
  const ids = bodyOf(call, z.array(z.string()).max(100), store.profile);
  return ok(ids.filter((id) => store.ordersWithId(id).length > 0));
}

/**
 * `GET /Orders/GetOrdersForCustomer?customerId|phone|email&storeId&page&pageSize`: pages from 1 (published). (assumed)
 * one of the three is needed; several must all fit. Phone and e-mail are those on the order.
 */
export function forCustomer(store: OmniumStore, call: Call): Reply {
  const wanted = { customerId: "customerId", phone: "customerPhone", email: "customerEmail" };
  const asked = Object.entries(wanted).flatMap(([name, member]) => {
    const value = call.query.get(name);
    return value === null || value === "" ? [] : [[member, value] as const];
  });
  if (asked.length === 0) throw new Refused(400, "customerId, phone or email is required.");
  const stores = call.query.getAll("storeId");
  return history(store, call, (fields) => {
    const inStore = stores.length === 0 || stores.some((id) => id === fields["storeId"]);
    return inStore && asked.every(([member, value]) => fields[member] === value);
  });
}

/** `GET /Orders/Customers/{customerId}/Orders?page&pageSize`. */
export function ofCustomer(store: OmniumStore, call: Call): Reply {
  const { customerId } = customerWith(store, call.params["customerId"] ?? "");
  return history(store, call, (fields) => fields["customerId"] === customerId);
}

function history(store: OmniumStore, call: Call, matches: (fields: JsonObject) => boolean): Reply {
  const page = historyPage(wholeNumber(call, "page", 1), wholeNumber(call, "pageSize", 20));
  return found(views(store, matches), page);
}

const searchSchema = z.strictObject({ searchQuery: textSchema, page: whole, take: whole });

/** `POST /Orders/Customers/{customerId}/Orders/Search`: pages from 0, unlike the history (published). */
export function searchOfCustomer(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const page = pageOf(wanted, 0);
  const { customerId } = customerWith(store, call.params["customerId"] ?? "");
  const query = (wanted.searchQuery ?? "").toLowerCase();
  return found(
    views(
      store,
      (fields) =>
        fields["customerId"] === customerId && JSON.stringify(fields).toLowerCase().includes(query),
    ),
    page,
  );
}

/** `GET /Orders/GetOrderForCustomer?customerId&orderId`. */
export function oneForCustomer(store: OmniumStore, call: Call): Reply {
  const order = orderWith(store, call.query.get("orderId") ?? "");
  if (text(order.fields["customerId"]) !== call.query.get("customerId"))
    throw new Refused(404, "The customer has no such order.");
  return ok(orderView(store, order));
}

function views(store: OmniumStore, matches: (fields: JsonObject) => boolean): JsonObject[] {
  const now = store.clock.now();
  const newest = store.profile.historyOrder === "newest" ? -1 : 1;
  const time = (order: Order): number => Date.parse(order.created);
  return store.orders
    .all()
    .filter(
      (order) =>
        order.inHistoryFrom <= now && matches(order.fields) && mayReachOrder(store, order.fields),
    )
    .toSorted((a, b) => newest * (time(a) - time(b) || (a.key < b.key ? -1 : 1)))
    .map((order) => orderView(store, order));
}
