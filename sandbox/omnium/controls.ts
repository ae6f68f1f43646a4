import * as z from "zod";
import type { Collection } from "../collection.ts";
import { isObject, type Json, type JsonObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Route } from "../router.ts";
import { customerFrom, memberFrom, promotionFrom, voucherFrom } from "./build.ts";
import { importSale } from "./connector.ts";
import { orderView } from "./order_view.ts";
import type { SearchIndex } from "./search_index.ts";
import type { OmniumStore } from "./store.ts";

/** Direct hands on the data, for tests. No vendor rule applies, and searches see it at once. */
export function controls(store: OmniumStore, counts: () => object): Route[] {
  const { customers, members, vouchers, promotions, orders, index } = store;
  const amounts = ({ amount, ...rest }: JsonObject): JsonObject =>
    typeof amount === "number" || typeof amount === "string"
      ? { ...rest, amount: String(amount) }
      : rest;
  return [
    ["GET", "/counts", () => ok(toJson(counts()))],
    ...entity("customers", customers, index.customers, {
      make: (input) => customerFrom(store, input),
      // The members of OmniumPrivateCustomer, one or several.
      patch: (row, change) => ({ ...row, fields: { ...row.fields, ...change } }),
    }),
    ...entity("members", members, index.members, {
      make: (input) => memberFrom(store, input),
      patch: (row, change) => ({ ...row, ...change }),
    }),
    ...entity("vouchers", vouchers, index.vouchers, {
      make: (input) => voucherFrom(store, input),
      patch: (row, change) => ({ ...row, ...amounts(change) }),
    }),
    ...entity("promotions", promotions, undefined, {
      make: (input) => promotionFrom(store, input),
      patch: (row, { additionalCoupons, ...change }) => ({
        ...row,
        fields: { ...row.fields, ...change },
        additionalCoupons: additionalCoupons ?? row.additionalCoupons,
      }),
    }),
    [
      "POST",
      "/import-order",
      ({ json }) => parsed(() => ok(orderView(store, importSale(store, json ?? {}, 0)))),
    ],
    [
      "GET",
      "/orders/:id",
      ({ params }) =>
        ok({ items: store.ordersWithId(params["id"] ?? "").map((row) => toJson(row)) }),
    ],
    [
      "DELETE",
      "/orders/:id",
      ({ params }) => {
        for (const { key } of store.ordersWithId(params["id"] ?? "")) {
          orders.delete(key);
          index.orders.delete(key, 0);
        }
        return ok({ deleted: true });
      },
    ],
    [
      "GET",
      "/deliveries",
      ({ query }) => {
        const orderId = query.get("orderId");
        const { deliveries } = store;
        const rows = orderId === null ? deliveries.all() : deliveries.by("orderId", orderId);
        return ok({ items: rows.map((row) => toJson(row)) });
      },
    ],
    ["POST", "/refresh", () => (store.refresh(), ok({ refreshed: true }))],
    ["POST", "/tokens/expire", () => expireTokens(store)],
  ];
}

/** Tokens end now, the secret stays good: the next call gets 401 and may fetch another. */
function expireTokens(store: OmniumStore): Reply {
  const now = store.clock.now();
  for (const token of store.tokens.all()) store.tokens.put({ ...token, expiresAt: now });
  return ok({ expired: store.tokens.size });
}

function entity<T extends object>(
  name: string,
  rows: Collection<T>,
  index: SearchIndex<T> | undefined,
  row: { make: (input: unknown) => T; patch: (row: T, change: JsonObject) => object },
): Route[] {
  const missing = (): Reply => reply(404, { error: `Not found in ${name}` });
  const keep = (one: T): JsonObject => {
    index?.put(one, 0);
    return toJson(rows.put(one));
  };
  return [
    ["POST", `/${name}`, ({ json }) => parsed(() => made(json, (one) => keep(row.make(one))))],
    [
      "GET",
      `/${name}/:id`,
      ({ params }) => {
        const one = rows.get(params["id"] ?? "");
        return one === undefined ? missing() : ok(toJson(one));
      },
    ],
    [
      "PATCH",
      `/${name}/:id`,
      ({ params, json }) => {
        const one = rows.get(params["id"] ?? "");
        if (one === undefined || !isObject(json)) return missing();
        return ok(keep(row.patch(one, json) as T));
      },
    ],
    [
      "DELETE",
      `/${name}/:id`,
      ({ params }) => {
        rows.delete(params["id"] ?? "");
        index?.delete(params["id"] ?? "", 0);
        return ok({ deleted: true });
      },
    ],
  ];
}

function made(input: Json | undefined, make: (one: Json) => JsonObject): Reply {
  if (Array.isArray(input)) return ok({ items: input.map(make) });
  return ok(make(input ?? {}));
}

function parsed(act: () => Reply): Reply {
  try {
    return act();
  } catch (error) {
    if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) });
    throw error;
  }
}
