import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { ok, type Outcome } from "../../model/outcome.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import type { Reply } from "../reply.ts";
import { withoutPersons } from "../without_persons.ts";
import type { Omnium } from "./client.ts";
import { couponKey } from "./coupons.ts";
import { read } from "./customer_reads.ts";
import { confirmed, failureOf, messageOf } from "./errors.ts";
import { orderBody } from "./order_body.ts";
import { omniumSaleId } from "./order_ids.ts";
import { refused, retry, wayBack } from "./way_back.ts";

/** Nobody waits at a till for an order. */
const timeoutMs = 10_000;

/** One after the other, each looked for before it is written. */
export const deliver = async (
  omnium: Omnium,
  sales: readonly { readonly sale: Sale; readonly customerId: string | undefined }[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  const results: DeliveryResult[] = [];
  for (const { sale, customerId } of sales)
    results.push(await deliverOne(omnium, sale, customerId, call));
  return results;
};

const deliverOne = async (
  omnium: Omnium,
  sale: Sale,
  customerId: string | undefined,
  call: CrmCall,
): Promise<DeliveryResult> => {
  const { sendOrders } = omnium.settings;
  if (!sendOrders)
    return refused("send_orders is not true: Omnium's own connector brings orders", "");
  const bought = sale.lines.filter(({ kind }) => kind === "purchase");
  const back = await wayBack(
    omnium,
    sale,
    sale.lines.filter(({ kind }) => kind === "return"),
    call,
  );
  if (back.kind === "ends") return back.result;
  // A sale and what comes back with it are two writes: whichever is there is left alone at a repeat.
  const lines = back.kind === "negative" ? sale.lines : bought;
  const sold =
    lines.length === 0 ? delivered : await sendOrder(omnium, sale, lines, customerId, call);
  if (sold.kind !== "delivered" || back.kind !== "return") return sold;
  const reply = await omnium.send(
    {
      route: "POST /Returns/{orderId}/Return",
      path: { orderId: back.orderId },
      body: back.body,
      timeoutMs,
    },
    call,
  );
  return written(omnium, reply);
};

const delivered: DeliveryResult = { kind: "delivered" };

const sendOrder = async (
  omnium: Omnium,
  sale: Sale,
  lines: readonly SaleLine[],
  customerId: string | undefined,
  call: CrmCall,
): Promise<DeliveryResult> => {
  const { storeExternalId } = sale;
  if (storeExternalId === undefined)
    return refused("the order names no store, and Omnium takes no POS order without", "storeId");
  const orderId = omniumSaleId(sale, omnium.settings);
  // What a repeat of PosOrders does is not published (contracts/omnium.md 17).
  const there = await omnium.send(
    { route: "HEAD /Orders/{orderId}/Exists", path: { orderId } },
    call,
  );
  if (!there.ok) return retry(there.failure);
  if (there.value.status === 200 || there.value.status === 204) return delivered;
  if (there.value.status !== 404) return retry(failureOf(there.value, {}, omnium.now()));

  const codes = await couponCodes(omnium, sale, customerId, call);
  if (!codes.ok) return retry(codes.failure);
  const body = orderBody({ ...sale, storeExternalId }, lines, customerId, codes.value, omnium);
  const reply = await omnium.send({ route: "PUT /Orders/PosOrders", body, timeoutMs }, call);
  return written(omnium, reply);
};

/** The codes by which Omnium's workflow marks coupons as used (contracts/omnium.md 12). */
const couponCodes = async (
  omnium: Omnium,
  sale: Sale,
  customerId: string | undefined,
  call: CrmCall,
): Promise<Outcome<readonly string[], CrmFailure>> => {
  const used = new Set(
    sale.instruments.flatMap(({ kind, id }) => (kind === "promotion" ? [id] : [])),
  );
  if (used.size === 0 || customerId === undefined || omnium.settings.voyado !== undefined)
    return ok([]);
  const customer = await read(omnium, customerId, call);
  if (!customer.ok) return customer;
  return ok(
    customer.value.discountCoupons.flatMap((coupon) => {
      const { couponCode } = coupon;
      return couponCode !== undefined && used.has(couponKey(coupon) ?? "") ? [couponCode] : [];
    }),
  );
};

/** A 409 is a queued order, another writer, or an id that is there after all: the next attempt looks. A 400 is final, and its reason names nobody. */
const written = (omnium: Omnium, reply: Outcome<Reply, CrmFailure>): DeliveryResult => {
  if (reply.ok && (reply.value.status === 400 || reply.value.status === 404))
    return refused(
      `HTTP ${reply.value.status} ${withoutPersons(messageOf(reply.value))}`.trim(),
      "order",
    );
  const conflict = { kind: "unavailable", sent: false, detail: "omnium: HTTP 409" } as const;
  const done = confirmed(reply, { conflict }, omnium.now());
  return done.ok ? delivered : retry(done.failure);
};
