import type * as z from "zod/mini";
import type { Upstream } from "../upstream/answer.ts";
import { type OrderHead, orderHead } from "./order_head.ts";
import { type Order, orderWire } from "./order_wire.ts";
import {
  collection,
  type SitooStore,
  type SitooUser,
  type SitooVoucher,
  storeWire,
  userWire,
  voucherWire,
  warehouseWire,
} from "./resource_wire.ts";
import { readAnswer, readValue, type SitooAnswer } from "./sitoo_answer.ts";

/** What a call needs of a `SitooAccount` (tenants/tenant.ts is a floor above this one). */
export type SitooAccess = {
  /** `https://api.mysitoo.com/v2`, without a trailing slash. */
  readonly apiUrl: string;
  readonly accountId: number;
  readonly siteId: number;
  readonly apiId: string;
  readonly apiPassword: string;
};

/** Filters of the order list (contracts/sitoo.md 5.2, published). Dates are unix seconds. */
export type OrderFilter = {
  readonly orderIds?: readonly number[];
  readonly orderIdFrom?: number;
  readonly orderIdTo?: number;
  readonly orderDateFrom?: number;
  readonly orderDateTo?: number;
  readonly receiptId?: string;
  readonly creditOrderId?: number;
  readonly states?: readonly number[];
  readonly start?: number;
  readonly num?: number;
  /** `orderid` oldest first; Sitoo's own default is newest first. */
  readonly sort?: "orderid" | "-orderid";
};

/** Elements that cannot be read do not fail the page; `unreadable` counts them. */
export type Page<Value> = {
  readonly items: readonly Value[];
  readonly totalCount: number;
  readonly unreadable: number;
};

export type SitooClient = {
  order(orderId: number, deadline: number): Promise<SitooAnswer<Order>>;
  orders(filter: OrderFilter, deadline: number): Promise<SitooAnswer<Page<Order>>>;
  /** @param fields of the order (order_head.ts); whatever else Sitoo answers is dropped. */
  heads(
    filter: OrderFilter,
    fields: readonly string[],
    deadline: number,
  ): Promise<SitooAnswer<Page<OrderHead>>>;
  stores(deadline: number): Promise<SitooAnswer<Page<SitooStore>>>;
  /** The store that a warehouse belongs to: an order names no store of its own. */
  storeOfWarehouse(warehouseId: number, deadline: number): Promise<SitooAnswer<SitooStore>>;
  /** @param userId a guid in braces. */
  user(userId: string, deadline: number): Promise<SitooAnswer<SitooUser>>;
  voucher(voucherId: number, deadline: number): Promise<SitooAnswer<SitooVoucher>>;
};

const timeoutMs = 10_000;
/** The largest `num` is not published; this one is far below what others use. */
const pageSize = 100;

/** Sitoo's REST API v2 for one account and site (contracts/sitoo.md 5). Reads only. */
export const createSitoo = (
  access: SitooAccess,
  upstream: Upstream,
  now: () => number = Date.now,
): SitooClient => {
  const account = `${access.apiUrl}/accounts/${access.accountId}`;
  const site = `${account}/sites/${access.siteId}`;
  const headers = {
    Authorization: `Basic ${basic(access.apiId, access.apiPassword)}`,
    Accept: "application/json",
    "User-Agent": "sitoo-crm-edge",
  };

  const read = async <Value>(url: string, schema: z.ZodMiniType<Value>, deadline: number) =>
    readAnswer(await upstream({ method: "GET", url, headers, deadline, timeoutMs }), schema, now());

  const page = async <Value>(
    url: string,
    schema: z.ZodMiniType<Value>,
    deadline: number,
  ): Promise<SitooAnswer<Page<Value>>> => {
    const answer = await read(url, collection, deadline);
    if (answer.kind !== "found") return answer;
    const items = answer.value.items.flatMap((element) => {
      const item = readValue(element, schema);
      return item.kind === "found" ? [item.value] : [];
    });
    return {
      kind: "found",
      value: {
        items,
        totalCount: answer.value.totalcount ?? answer.value.items.length,
        unreadable: answer.value.items.length - items.length,
      },
    };
  };

  const store = (storeId: number, deadline: number) =>
    read(`${site}/stores/${storeId}.json`, storeWire, deadline);

  return {
    order: async (orderId, deadline) =>
      isId(orderId) ? read(`${site}/orders/${orderId}.json`, orderWire, deadline) : gone,

    // The list below the site is marked deprecated in the public client (third party).
    orders: (filter, deadline) =>
      page(`${account}/orders.json?${orderQuery(access.siteId, filter)}`, orderWire, deadline),

    heads: (filter, fields, deadline) =>
      page(
        `${account}/orders.json?${orderQuery(access.siteId, filter)}&fields=${fields.join(",")}`,
        orderHead,
        deadline,
      ),

    stores: async (deadline) => {
      const items: SitooStore[] = [];
      let unreadable = 0;
      for (let start = 0; ;) {
        const next = await page(
          `${site}/stores.json?start=${start}&num=${pageSize}`,
          storeWire,
          deadline,
        );
        if (next.kind !== "found") return next;
        items.push(...next.value.items);
        unreadable += next.value.unreadable;
        // Sitoo may hand out fewer than were asked for, so the next page begins where this one ended.
        const count = next.value.items.length + next.value.unreadable;
        start += count;
        if (count === 0 || start >= next.value.totalCount)
          return { kind: "found", value: { items, totalCount: next.value.totalCount, unreadable } };
      }
    },

    storeOfWarehouse: async (warehouseId, deadline) => {
      if (!isId(warehouseId)) return gone;
      const warehouse = await read(
        `${site}/warehouses/${warehouseId}.json`,
        warehouseWire,
        deadline,
      );
      if (warehouse.kind !== "found") return warehouse;
      const { storeid } = warehouse.value;
      return storeid === undefined || !isId(storeid) ? gone : store(storeid, deadline);
    },

    user: async (userId, deadline) =>
      /^\{?[0-9A-Fa-f-]{32,36}\}?$/.test(userId)
        ? read(`${site}/users/${encodeURIComponent(userId)}.json`, userWire, deadline)
        : gone,

    voucher: async (voucherId, deadline) =>
      isId(voucherId) ? read(`${site}/vouchers/${voucherId}.json`, voucherWire, deadline) : gone,
  };
};

const gone = { kind: "gone" } as const;

const isId = (id: number): boolean => Number.isSafeInteger(id) && id > 0;

const basic = (user: string, password: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)));

const orderQuery = (siteId: number, filter: OrderFilter): string => {
  const query = new URLSearchParams({ "eshopid[]": String(siteId) });
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) query.append(name, String(value));
  };
  for (const id of filter.orderIds ?? []) add("orderid[]", id);
  add("orderidfrom", filter.orderIdFrom);
  add("orderidto", filter.orderIdTo);
  add("orderdatefrom", filter.orderDateFrom);
  add("orderdateto", filter.orderDateTo);
  add("receiptid", filter.receiptId);
  add("creditorderid", filter.creditOrderId);
  for (const state of filter.states ?? []) add("orderstate[]", state);
  add("start", filter.start);
  add("num", filter.num);
  add("sort", filter.sort);
  return query.toString();
};
