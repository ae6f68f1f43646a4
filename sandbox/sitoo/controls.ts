import * as z from "zod";
import { isObject, type Json, type JsonObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Route } from "../router.ts";
import type { Order } from "./model.ts";
import { BadQuery } from "./query.ts";
import { exchange, refund } from "./refund.ts";
import { saleInput, sell } from "./sell.ts";
import { eventsOf, nextOrderId, type Till } from "./till.ts";

/** Direct hands on the orders, for tests and for the curl lines of a README. */
export function controls(till: () => Till): Route[] {
  return [
    ["POST", "/orders", ({ json }) => put(till(), json)],
    ["GET", "/orders/:id", ({ params }) => found(till().orders.get(Number(params["id"])))],
    [
      "PATCH",
      "/orders/:id",
      ({ params, json }) => {
        const { orders } = till();
        const old = orders.get(Number(params["id"]));
        if (old === undefined || !isObject(json)) return found(undefined);
        const data = { ...record(old["additionaldata"]), ...record(json["additionaldata"]) };
        const order = { ...old, ...json, additionaldata: data, orderid: Number(params["id"]) };
        orders.put(order);
        return ok(order);
      },
    ],
    // `?answer=events` gives the events alone: the body that Sitoo would post.
    ["POST", "/sell", ({ json, query }) => close(till(), json, query.get("answer") === "events")],
  ];
}

function close(till: Till, json: Json | undefined, eventsAlone: boolean): Reply {
  const parsed = saleInput.safeParse(json ?? {});
  if (!parsed.success) return reply(400, { error: z.prettifyError(parsed.error) });
  const sale = parsed.data;
  const noticesOf = (order: Order): JsonObject[] =>
    eventsOf(till, order, sale.accountId).map((event) => toJson(event));
  try {
    if (sale.refundOf !== undefined && sale.newItems !== undefined) {
      const pair = exchange(till, sale);
      const both = [...noticesOf(pair.refund), ...noticesOf(pair.order)];
      return ok(eventsAlone ? both : { order: pair.order, refund: pair.refund, events: both });
    }
    const order = sale.refundOf === undefined ? sell(till, sale) : refund(till, sale);
    const events = noticesOf(order);
    return ok(eventsAlone ? events : { order, events });
  } catch (error) {
    if (error instanceof BadQuery) return reply(400, { error: error.message });
    throw error;
  }
}

/** One order or an array of up to 5,000, in the shape that REST answers; what is missing gets a default. */
function put(till: Till, json: Json | undefined): Reply {
  const given = Array.isArray(json) ? json : [json];
  if (given.length > 5000) return reply(400, { error: "At most 5,000 orders in one call" });
  if (!given.every(isObject)) return reply(400, { error: "Send an order or an array of orders" });
  let next = nextOrderId(till);
  const orderids = given.map((order) => {
    const orderid = typeof order["orderid"] === "number" ? order["orderid"] : next;
    next = Math.max(next, orderid + 1);
    till.orders.put({ ...defaults(till), ...order, orderid });
    return orderid;
  });
  return ok(Array.isArray(json) ? { orderids } : { orderid: orderids[0] ?? 0 });
}

function defaults(till: Till): JsonObject {
  return {
    eshopid: 1,
    externalid: null,
    creditorderid: null,
    orderdate: till.now,
    orderstateid: 10,
    paymentstateid: 20,
    ordertypeid: 10,
    warehouseid: 11,
    currencycode: "SEK",
    email: "",
    orderitems: [],
    payments: [],
    reservedpayments: [],
    orderlogitems: [],
    additionaldata: {},
  };
}

function record(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function found(order: JsonObject | undefined): Reply {
  return order === undefined ? reply(404, { error: "No such order" }) : ok(order);
}
