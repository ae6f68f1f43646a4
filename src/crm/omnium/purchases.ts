import { failed, ok } from "../../model/outcome.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { CrmCall, CrmOutcome, Purchase } from "../port.ts";
import type { Omnium } from "./client.ts";
import { given } from "../../model/given.ts";
import { tillStore } from "./customer_mapping.ts";
import { parseFound } from "./customer_wire.ts";
import { isPathId, unknownCustomer } from "./customer_reads.ts";
import { readAs } from "./errors.ts";
import { saleIdOf } from "./order_ids.ts";
import { minorOf, parseOrder, type WireLine, type WireOrder } from "./order_wire.ts";

const pageSize = 100;

type Page = { readonly items: readonly Purchase[]; readonly total: number };

/** Pages from 1 (contracts/omnium.md 7.1). */
const readPage = async (
  omnium: Omnium,
  customerId: string,
  page: number,
  call: CrmCall,
): CrmOutcome<Page> => {
  const reply = await omnium.send(
    {
      route: "GET /Orders/GetOrdersForCustomer",
      query: { customerId, page: String(page), pageSize: String(pageSize) },
    },
    call,
  );
  // A bare list, too: its answer is not published (assumed).
  const found = readAs(
    reply,
    (json) => (Array.isArray(json) ? { result: json, totalHits: undefined } : parseFound(json)),
    { notFound: unknownCustomer },
    omnium.now(),
  );
  if (!found.ok) return found;
  const { result, totalHits } = found.value;
  const items = result.flatMap((one) => {
    const order = parseOrder(one);
    return (order && purchaseOf(order, omnium)) ?? [];
  });
  return ok({ items, total: totalHits ?? (page - 1) * pageSize + result.length });
};

/**
 * Newest first. How Omnium sorts is not published, so the first page tells: where it rises, the newest
 * are at the other end.
 */
export const purchases = async (
  omnium: Omnium,
  customerId: string,
  { start, num }: { readonly start: number; readonly num: number },
  call: CrmCall,
): CrmOutcome<{ readonly items: readonly Purchase[]; readonly totalCount: number }> => {
  if (!isPathId(customerId)) return failed(unknownCustomer);
  const first = await readPage(omnium, customerId, 1, call);
  if (!first.ok) return first;
  const totalCount = first.value.total;
  const end = Math.min(start + num, totalCount);
  const rises = isRising(first.value.items);
  // The wanted rows, counted as Omnium counts.
  const [from, to] = rises ? [totalCount - end, totalCount - start] : [start, end];
  if (from >= to) return ok({ items: [], totalCount });
  const [firstPage, lastPage] = [Math.floor(from / pageSize) + 1, Math.ceil(to / pageSize)];
  const rows: Purchase[] = [];
  for (let page = firstPage; page <= lastPage; page += 1) {
    const read = page === 1 ? first : await readPage(omnium, customerId, page, call);
    if (!read.ok) return read;
    rows.push(...read.value.items);
  }
  const skipped = (firstPage - 1) * pageSize;
  const wanted = rows.slice(from - skipped, to - skipped);
  const items = wanted.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return ok({ items, totalCount });
};

const isRising = (items: readonly Purchase[]): boolean => {
  const [first, last] = [items[0], items.at(-1)];
  return first !== undefined && last !== undefined && Date.parse(first.at) < Date.parse(last.at);
};

/** What came back stands beside what was bought, so that the lines come to the order's net total. */
const purchaseOf = (order: WireOrder, omnium: Omnium): Purchase | undefined => {
  const at =
    order.created === undefined ? undefined : isoWithOffset(order.created, omnium.market.timeZone);
  if (at === undefined) return undefined;
  const named = order.billingCurrency?.toUpperCase() ?? "";
  const currency = /^[A-Z]{3}$/.test(named) ? named : omnium.market.currency;
  const items = [
    ...(order.orderForm?.lineItems ?? []).map((line) => itemOf(line, 1, currency)),
    ...order.returnOrderForms
      .flatMap(({ lineItems }) => lineItems)
      .map((line) => itemOf(line, -1, currency)),
  ];
  return {
    ...given({
      saleId: saleIdOf(order, omnium.settings),
      receiptNumber: order.orderNumber,
      storeId: order.storeId && tillStore(order.storeId, omnium),
    }),
    at,
    currency,
    total: minorOf(order.netTotal, currency) ?? items.reduce((sum, { total }) => sum + total, 0),
    items,
  };
};

const itemOf = (line: WireLine, sign: 1 | -1, currency: string): Purchase["items"][number] => {
  const quantity = (sign === -1 ? line.returnQuantity : undefined) ?? line.quantity ?? "1";
  return {
    sku: line.code ?? "",
    name: line.displayName ?? line.code ?? "",
    quantity: sign === -1 ? `-${quantity}` : quantity,
    total: sign * (minorOf(line.extendedPrice, currency) ?? 0) + 0,
  };
};
