import type * as z from "zod";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachOrder } from "./access.ts";
import { bodyOf } from "./body.ts";
import type { Order } from "./model.ts";
import { orderSearchSchema } from "./order_schema.ts";
import { orderView, statusOf } from "./order_view.ts";
import { found, nextScroll, pageOf, sorted, startScroll, within } from "./search.ts";
import type { OmniumStore } from "./store.ts";

type Search = z.infer<typeof orderSearchSchema>;

/** `POST /Orders/Search`: pages from 0, newest first (published). */
export function search(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, orderSearchSchema, store.profile);
  const page = pageOf(wanted, 0);
  return found(views(store, wanted), page);
}

export function scroll(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, orderSearchSchema, store.profile);
  const { take } = pageOf({ take: wanted.take }, 0);
  return startScroll(store, "orders", views(store, wanted), take);
}

export function scrollOn(store: OmniumStore, call: Call): Reply {
  return nextScroll(store, "orders", call);
}

function views(store: OmniumStore, wanted: Search): JsonObject[] {
  const rows = store.index.orders
    .rows()
    .filter((row) => mayReachOrder(store, row.fields))
    .filter((row) => matches(row, statusOf(store, row), wanted));
  return sorted(rows, wanted.sortOrder ?? "CreatedDescending").map((row) => orderView(store, row));
}

function matches(row: Order, status: string, wanted: Search): boolean {
  const { fields } = row;
  const equal = (value: Json | undefined, other: string | null | undefined): boolean =>
    !other || value === other;
  const oneOf = (values: readonly (Json | undefined)[], other: Search["tags"]): boolean =>
    !other || other.length === 0 || values.some((value) => other.some((one) => one === value));
  const listed = (name: string, part: string): Json[] =>
    listIn(fields, name).map((one) => (isObject(one) ? (one[part] ?? null) : null));
  return (
    equal(fields["customerId"], wanted.customerId) &&
    oneOf([fields["customerId"]], wanted.customerIds) &&
    equal(fields["customerNumber"], wanted.customerNumber) &&
    equal(fields["customerEmail"], wanted.email) &&
    equal(fields["customerPhone"], wanted.phone) &&
    // Order number or order id (published).
    (equal(fields["orderNumber"], wanted.orderNumber) || row.id === wanted.orderNumber) &&
    equal(fields["orderType"], wanted.orderType) &&
    oneOf([...listed("externalIds", "id"), row.sitooOrderId], wanted.externalIds) &&
    oneOf([fields["marketId"]], wanted.selectedMarkets) &&
    oneOf([fields["storeId"]], wanted.selectedStores) &&
    oneOf([status], wanted.selectedStatuses) &&
    !wanted.excludedStatuses?.includes(status) &&
    oneOf([fields["salesChannel"]], wanted.salesChannels) &&
    oneOf(listIn(fields, "tags"), wanted.tags) &&
    within(row.created, wanted.createdFrom, wanted.createdTo) &&
    within(row.modified, wanted.modifiedFrom, wanted.modifiedTo) &&
    within(row.completed, wanted.completedFrom, wanted.completedTo) &&
    (wanted.properties ?? []).every(({ key, value }) =>
      listIn(fields, "properties").some(
        (one) => isObject(one) && equal(one["key"], key) && equal(one["value"], value),
      ),
    ) &&
    (!wanted.searchText ||
      JSON.stringify(fields).toLowerCase().includes(wanted.searchText.toLowerCase()))
  );
}

function listIn(fields: JsonObject, name: string): Json[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}
