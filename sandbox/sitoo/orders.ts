import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import type { Condition, OrderStore } from "./order_store.ts";
import type { Profile } from "./profile.ts";
import { BadQuery, collection, integer, integers, list, page, project } from "./query.ts";

/** Order list with the published filters (contracts/sitoo.md §5.2). There is no modified-since filter. */
export function listOrders(
  store: OrderStore,
  profile: Profile,
  call: Call,
  siteid: number | undefined,
): Reply {
  const { query } = call;
  const sort = query.get("sort") ?? "-orderid";
  if (sort !== "orderid" && sort !== "-orderid")
    throw new BadQuery("sort must be orderid or -orderid");
  const found = store.list(conditions(query, siteid), {
    ...page(query, profile.maxNum),
    ascending: sort === "orderid",
  });
  return collection(
    found.totalcount,
    found.items.map((order) => project(query, order)),
  );
}

export function readOrder(store: OrderStore, call: Call, siteid: number): Reply {
  const id = call.params["id"] ?? "";
  const order = /^\d{1,15}$/.test(id) ? store.get(Number(id)) : undefined;
  return order === undefined || order["eshopid"] !== siteid
    ? refuse(404, `Order ${id} not found`)
    : ok(project(call.query, order));
}

function conditions(query: URLSearchParams, siteid: number | undefined): Condition[] {
  const all: (Condition | undefined)[] = [
    siteid === undefined
      ? among("eshopid", integers(query, "eshopid"))
      : among("eshopid", [siteid]),
    among("externalid", list(query, "externalid")),
    // receiptid and creditorderid override orderid (published).
    ...identity(query),
    compare("orderid >= ?", integer(query, "orderidfrom")),
    compare("orderid < ?", integer(query, "orderidto")),
    compare("orderdate >= ?", integer(query, "orderdatefrom")),
    // (assumed) exclusive, like orderidto.
    compare("orderdate < ?", integer(query, "orderdateto")),
    among("orderstateid", integers(query, "orderstate")),
    among("paymentstateid", integers(query, "paymentstate")),
    among("ordertypeid", integers(query, "ordertype")),
    among("warehouseid", integers(query, "warehouseid")),
    compare("email = ?", query.get("email")?.toLowerCase()),
  ];
  return all.filter((condition) => condition !== undefined);
}

function identity(query: URLSearchParams): (Condition | undefined)[] {
  const receipt = compare("receiptid = ?", query.get("receiptid") ?? undefined);
  const credit = compare("creditorderid = ?", integer(query, "creditorderid"));
  return receipt === undefined && credit === undefined
    ? [among("orderid", integers(query, "orderid"))]
    : [receipt, credit];
}

function compare(sql: string, value: string | number | undefined): Condition | undefined {
  return value === undefined ? undefined : { sql, values: [value] };
}

/** One JSON parameter instead of one per value: SQLite here takes a hundred bound parameters at most. */
function among(
  column: string,
  values: readonly (string | number)[] | undefined,
): Condition | undefined {
  return values === undefined
    ? undefined
    : { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}
