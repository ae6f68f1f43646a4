import { Big } from "big.js";
import * as z from "zod";
import type { JsonObject } from "../json.ts";
import type { Order } from "./model.ts";
import { jsonNumber } from "./money.ts";
import { newOrder } from "./order_rules.ts";
import type { OmniumStore } from "./store.ts";
import { runDue } from "./workflow.ts";

const amount = z.union([z.number(), z.string()]).transform((value) => new Big(String(value)));

const saleInput = z.strictObject({
  /** Sitoo's order id. */
  orderId: z.union([z.string(), z.int()]).transform(String),
  customerId: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  name: z.string().optional(),
  storeId: z.string().default("200"),
  marketId: z.string().default("SWE"),
  currency: z.string().default("SEK"),
  at: z.string().optional(),
  orderType: z.string().default("PosSitoo"),
  items: z
    .array(
      z.strictObject({
        sku: z.string(),
        name: z.string().optional(),
        quantity: z.number().default(1),
        price: amount,
        discount: amount.optional(),
        vat: z.number().default(25),
      }),
    )
    .min(1),
  orderDiscount: amount.optional(),
  /** false: history from before, on which no workflow ran. */
  workflow: z.boolean().default(true),
  /** false: an order that does not come from Sitoo and has no id of it. */
  fromSitoo: z.boolean().default(true),
});
export type SaleInput = z.input<typeof saleInput>;

/** What Omnium's Sitoo connector does with an order event (contracts/omnium.md §9.3, §9.5). The id is assumed. */
export function importSale(store: OmniumStore, input: unknown, seq: number): Order {
  const sale = saleInput.parse(input);
  const order = newOrder(store, {
    id: sale.orderId,
    fields: fieldsOf(sale),
    seq,
    queuedUntil: 0,
    ...(sale.workflow ? {} : { workflow: "none" as const }),
    ...(sale.fromSitoo ? { sitooOrderId: sale.orderId } : {}),
  });
  runDue(store);
  return store.orders.get(order.key) ?? order;
}

function fieldsOf(sale: z.output<typeof saleInput>): JsonObject {
  const lineItems = sale.items.map((item, index): JsonObject => ({
    lineItemId: String(index + 1),
    code: item.sku,
    displayName: item.name ?? item.sku,
    quantity: item.quantity,
    placedPrice: jsonNumber(item.price),
    discounted: jsonNumber(item.discount ?? new Big(0)),
    taxRate: item.vat,
  }));
  const { orderDiscount } = sale;
  const discounts: JsonObject[] =
    orderDiscount === undefined
      ? []
      : [{ discountType: "Order", rewardType: "Money", discountValue: jsonNumber(orderDiscount) }];
  return {
    orderNumber: sale.orderId,
    orderType: sale.orderType,
    status: "Completed",
    marketId: sale.marketId,
    storeId: sale.storeId,
    customerId: sale.customerId ?? null,
    customerEmail: sale.email ?? null,
    customerPhone: sale.phone ?? null,
    customerName: sale.name ?? null,
    customerType: "B2C",
    billingCurrency: sale.currency,
    isReadOnly: true,
    ...(sale.at === undefined ? {} : { created: sale.at }),
    orderForm: { lineItems, discounts, payments: [], couponCodes: [] },
  };
}
