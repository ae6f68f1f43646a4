import { type Json, type JsonObject, toJson } from "../json.ts";
import type { Order } from "./model.ts";
import { jsonNumber } from "./money.ts";
import { netTotal, statusOf } from "./order_view.ts";
import type { OmniumStore } from "./store.ts";

/** Cheap: how much of everything there is. */
export function counts(store: OmniumStore) {
  const deliveries = store.deliveries.all();
  return {
    customers: store.customers.size,
    members: store.members.size,
    vouchers: store.vouchers.size,
    vouchersByStatus: tally(store.vouchers.all().map(({ status }) => status ?? "none")),
    promotions: store.promotions.size,
    orders: store.orders.size,
    returns: store.orders.all().reduce((sum, { returns }) => sum + returns.length, 0),
    deliveries: deliveries.length,
    deliveriesByOutcome: tally(deliveries.map(({ outcome }) => outcome)),
    couponUses: store.couponUses.size,
    tokens: store.tokens.size,
    notYetSearchable: Object.values(store.index).reduce((sum, { waiting }) => sum + waiting, 0),
  };
}

/** Every row with its history; of tokens all but the token. */
export function everything(store: OmniumStore): JsonObject {
  const rows = (all: readonly object[]): Json => all.map((row) => toJson(row));
  return {
    customers: rows(store.customers.all()),
    members: rows(store.members.all()),
    vouchers: rows(store.vouchers.all()),
    promotions: rows(store.promotions.all()),
    orders: store.orders.all().map((order) => summary(store, order)),
    deliveries: rows(store.deliveries.all()),
    couponUses: rows(store.couponUses.all()),
    stores: rows(store.stores.all()),
    tokens: store.tokens.all().map(({ token: _token, ...rest }) => toJson(rest)),
  };
}

/** One line; the whole order is read by itself. */
function summary(store: OmniumStore, order: Order): JsonObject {
  const { key, id, fields, created, seq, sitooOrderId, customerResolved, returns } = order;
  return {
    key,
    id,
    orderNumber: fields["orderNumber"] ?? null,
    orderType: fields["orderType"] ?? null,
    status: statusOf(store, order),
    storeId: fields["storeId"] ?? null,
    customerId: fields["customerId"] ?? null,
    customerResolved,
    netTotal: jsonNumber(netTotal(order)),
    returns: returns.map(({ returnId, rmaNumber, total }) => ({
      returnId: returnId ?? null,
      rmaNumber: rmaNumber ?? null,
      total: total ?? null,
    })),
    sitooOrderId,
    created,
    seq,
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}
