import { Big } from "big.js";
import * as z from "zod";
import { CATALOGUE, type Product } from "../seed/sitoo_catalogue.ts";
import type { Shop } from "../seed/shops.ts";
import { assemble, type Head } from "./assemble.ts";
import { rounded, split } from "./money.ts";
import { DISCOUNT, type Order, type OrderItem, PRODUCT } from "./model.ts";
import { BadQuery } from "./query.ts";
import { discountRow, productRow } from "./rows.ts";
import {
  customerData,
  itemData,
  nextOrderId,
  nextReceiptId,
  registerOf,
  shopOf,
  STAFF,
  taxOf,
  type Till,
} from "./till.ts";

const amount = z
  .union([z.string().regex(/^\d+(\.\d+)?$/), z.number().nonnegative()])
  .transform((value) => new Big(String(value)));

/** A voucher of Sitoo as rows show it. */
const voucher = z.strictObject({
  voucherid: z.int(),
  vouchercode: z.string().default(""),
  vouchername: z.string().default(""),
});

export const itemInput = z.strictObject({
  sku: z.string(),
  quantity: z.int().positive().default(1),
  /** With VAT; the catalogue's price when absent. */
  price: amount.optional(),
  vat: z.number().nonnegative().optional(),
  name: z.string().optional(),
  promotionId: z.string().optional(),
  /** Percent that the promotion takes off this row. */
  promotionPercent: z.number().min(0).max(100).default(10),
  bonusCheckId: z.string().optional(),
  bonusCheckAmount: amount.optional(),
  /** Discount on the row, with VAT: by hand, unless `voucher` gave it. */
  discount: amount.optional(),
  /** Stands on the product's own row. */
  voucher: voucher.optional(),
});

const bonusCheck = z.union([
  z.string().transform((id) => ({ id, amount: undefined })),
  z.strictObject({ id: z.string(), amount: amount.optional() }),
]);

export const saleInput = z.strictObject({
  /** External id or storeid; "200" when absent, on a return the store of the sale. */
  storeId: z.union([z.string(), z.int()]).optional(),
  registerId: z.string().optional(),
  eshopId: z.int().default(1),
  /** Account id in the events; the profile's when absent. */
  accountId: z.int().optional(),
  orderId: z.int().positive().optional(),
  externalId: z.string().optional(),
  customerId: z.string().optional(),
  memberNumber: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  nameFirst: z.string().optional(),
  nameLast: z.string().optional(),
  items: z.array(itemInput).default([]),
  /** For the whole order; 50 in the order's currency when no amount is given. */
  bonusCheckIds: z.array(bonusCheck).default([]),
  /** Promotions for the whole order, as cart_percent ones are: percent off all rows. */
  promotions: z
    .array(z.strictObject({ id: z.string(), percent: z.number().min(0).max(100).default(10) }))
    .default([]),
  /** Manual discount on the whole order, with VAT. */
  orderDiscount: amount.optional(),
  /** Voucher of Sitoo that gave `orderDiscount`. */
  voucher: voucher.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  payment: z.enum(["card", "cash", "swish", "giftcard"]).default("card"),
  state: z.enum(["closed", "open", "parked", "cancelled"]).default("closed"),
  /** Unix seconds; now when absent. */
  at: z.int().optional(),
  comment: z.string().optional(),
  additionaldata: z.record(z.string(), z.string()).default({}),
  refundOf: z.int().optional(),
  reason: z.string().default("Wrong size"),
  /** With refundOf: what the customer takes instead, as an order of its own (exchange). */
  newItems: z.array(itemInput).optional(),
});
export type Sale = z.output<typeof saleInput>;

/** Closes a sale as a till would and stores the order. */
export function sell(
  till: Till,
  sale: Sale,
  extra: Partial<Pick<Head, "payments">> & { additionaldata?: Record<string, string> } = {},
): Order {
  if (sale.items.length === 0) throw new BadQuery("A sale needs items");
  const shop = shopOf(sale.storeId ?? "200");
  const currency = sale.currency ?? shop.currency;
  const lines = sale.items.flatMap((item) => itemRows(till, shop, currency, item));
  const rows = [...lines, ...orderRows(till, shop, currency, sale, lines)];
  const head = headOf(till, sale, shop, currency);
  const order = assemble(
    { ...head, ...extra, additionaldata: { ...head.additionaldata, ...extra.additionaldata } },
    rows,
  );
  till.orders.put(order);
  return order;
}

export function headOf(till: Till, sale: Sale, shop: Shop, currency: string): Head {
  const register = registerOf(shop, sale.registerId);
  return {
    orderid: sale.orderId ?? nextOrderId(till),
    eshopid: sale.eshopId,
    orderdate: sale.at ?? till.now,
    shop,
    registerId: register.id,
    currency,
    state: sale.state,
    person: {
      email: sale.email,
      phone: sale.phone,
      namefirst: sale.nameFirst,
      namelast: sale.nameLast,
    },
    externalid: sale.externalId,
    comment: sale.comment,
    staff: STAFF,
    payments: [{ kind: sale.payment }],
    additionaldata: {
      "pos-receiptid": nextReceiptId(till, register),
      ...customerData(till.profile, sale),
      ...sale.additionaldata,
    },
  };
}

/** The product's row, and the rows that take off from it. */
function itemRows(
  till: Till,
  shop: Shop,
  currency: string,
  item: Sale["items"][number],
): OrderItem[] {
  const product = CATALOGUE.find(({ sku }) => sku === item.sku);
  const tax = taxOf(shop, currency, item.vat ?? product?.vat[shop.country] ?? "0");
  const unitPrice = rounded(item.price ?? priceOf(product, item.sku, currency), currency);
  const rowDiscount = rounded(item.discount ?? new Big(0), currency);
  const rows = [
    productRow(
      {
        productid: product?.productid ?? 9999,
        sku: item.sku,
        name: item.name ?? product?.name ?? item.sku,
        quantity: item.quantity,
        unitPrice,
        rowDiscount,
        ...(item.voucher === undefined ? {} : { voucher: item.voucher }),
        additionaldata: {
          "product-group-name": product?.group ?? "Other",
          ...(product?.giftCard === true ? { "giftcard-cardnumber": "9900000001" } : {}),
          ...(item.discount === undefined || item.voucher !== undefined
            ? {}
            : { "reasoncode-manualdiscount": "Damaged" }),
        },
      },
      tax,
    ),
  ];
  const gross = unitPrice.times(item.quantity).minus(rowDiscount);
  if (item.promotionId !== undefined) {
    const off = rounded(gross.times(item.promotionPercent).div(100), currency);
    rows.push(
      discountRow(
        {
          name: "Promotion",
          amount: off,
          quantity: 1,
          additionaldata: itemData(till.profile, { promotionId: item.promotionId }),
        },
        tax,
      ),
    );
  }
  if (item.bonusCheckId !== undefined) {
    const off = rounded(item.bonusCheckAmount ?? new Big(50), currency);
    rows.push(
      discountRow(
        {
          name: "Bonus check",
          amount: off,
          quantity: 1,
          additionaldata: itemData(till.profile, { bonusCheckId: item.bonusCheckId }),
        },
        tax,
      ),
    );
  }
  return rows;
}

/** Discounts on the whole order stand last, one row per VAT rate so that each takes its share of the tax (assumed). */
function orderRows(
  till: Till,
  shop: Shop,
  currency: string,
  sale: Sale,
  lines: readonly OrderItem[],
): OrderItem[] {
  const all = lines.reduce((total, row) => total.plus(grossOf(row)), new Big(0));
  const discounts = [
    ...sale.promotions.map(({ id, percent }) => ({
      name: "Promotion, whole order",
      off: all.times(percent).div(100),
      data: itemData(till.profile, { promotionId: id }),
    })),
    ...sale.bonusCheckIds.map(({ id, amount: off }) => ({
      name: "Bonus check, whole order",
      off: off ?? new Big(50),
      data: itemData(till.profile, { bonusCheckId: id }),
    })),
    ...(sale.orderDiscount === undefined
      ? []
      : [
          {
            name: "Discount, whole order",
            off: sale.orderDiscount,
            data: {},
            ...(sale.voucher === undefined ? {} : { voucher: sale.voucher }),
          },
        ]),
  ];
  // A till takes nothing off that is not there any more.
  let left = rounded(all, currency);
  return discounts.flatMap(({ name, off: wanted, data, ...rest }) => {
    const rates = byRate(lines);
    const asked = rounded(wanted, currency);
    const off = asked.gt(left) ? left : asked;
    left = left.minus(off);
    const shares = split(
      off,
      rates.map(([, gross]) => gross),
      currency,
    );
    return rates.flatMap(([vat], index) => {
      const share = shares[index] ?? new Big(0);
      return share.eq(0)
        ? []
        : [
            discountRow(
              { name, amount: share, quantity: 1, additionaldata: data, ...rest },
              taxOf(shop, currency, vat),
            ),
          ];
    });
  });
}

export function byRate(rows: readonly OrderItem[]): [number, Big][] {
  const totals = new Map<number, Big>();
  for (const row of rows)
    totals.set(row.vatvalue, (totals.get(row.vatvalue) ?? new Big(0)).plus(grossOf(row)));
  return [...totals];
}

export function grossOf(row: OrderItem): Big {
  return new Big(row.moneyitemtotal_net).plus(row.moneyitemtotal_vat);
}

export function isWholeOrder(row: OrderItem): boolean {
  return row.orderitemtype === DISCOUNT && row.productname.endsWith(", whole order");
}

export function isProduct(row: OrderItem): boolean {
  return row.orderitemtype === PRODUCT;
}

function priceOf(product: Product | undefined, sku: string, currency: string): Big {
  const price = product?.prices[currency];
  if (price === undefined) throw new BadQuery(`${sku} has no price in ${currency}: send price`);
  return new Big(price);
}
