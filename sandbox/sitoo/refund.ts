import { Big } from "big.js";
import { assemble, type Head } from "./assemble.ts";
import { moneyText, rounded } from "./money.ts";
import type { Order, OrderItem } from "./model.ts";
import { BadQuery } from "./query.ts";
import { grossOf, headOf, isProduct, isWholeOrder, type Sale, sell } from "./sell.ts";
import { receiptIdOf, shopOf, type Till } from "./till.ts";

/** A return: everything, or the items named; negative quantities and totals, positive unit prices (third party). */
export function refund(
  till: Till,
  sale: Sale,
  payments?: Head["payments"],
  extra: Record<string, string> = {},
): Order {
  const original = till.orders.get(sale.refundOf ?? 0) as Order | undefined;
  if (original === undefined) throw new BadQuery(`There is no order ${sale.refundOf}`);
  const shop = shopOf(sale.storeId ?? original.additionaldata["store-externalid"] ?? "200");
  const head = headOf(till, sale, shop, original.currencycode);
  const person = {
    email: original.email,
    phone: original.phone,
    namefirst: original.namefirst,
    namelast: original.namelast,
  };
  const kept = Object.entries(original.additionaldata).filter(([name]) =>
    /^(customcrm|crm|voyado)-/.test(name),
  );
  const order = assemble(
    {
      ...head,
      person,
      creditorderid: original.orderid,
      ...(payments === undefined ? {} : { payments }),
      additionaldata: {
        ...Object.fromEntries(kept),
        ...head.additionaldata,
        "pos-originalsales-orderid": String(original.orderid),
        "refundreasoncode-reasoncode": sale.reason,
        "refundreasoncode-comment": "",
        ...extra,
      },
    },
    returned(original, sale).map((row) => marked(row, sale.reason, shop.warehouseId)),
  );
  till.orders.put(order);
  return order;
}

/** An exchange is a refund order and a sale order that point to each other, settled by a virtual payment (assumed). */
export function exchange(till: Till, sale: Sale): { refund: Order; order: Order } {
  const back = refund(till, { ...sale, newItems: undefined });
  const taken = sell(
    till,
    {
      ...sale,
      items: sale.newItems ?? [],
      refundOf: undefined,
      orderId: undefined,
      externalId: undefined,
      ...idsOf(back),
    },
    {
      payments: [
        { kind: "virtual", amount: new Big(back.moneytotal_gross_all).times(-1) },
        { kind: sale.payment },
      ],
      additionaldata: {
        "pos-refund-orderid": String(back.orderid),
        "pos-refund-receiptid": receiptIdOf(back),
      },
    },
  );
  const settled: Order = {
    ...back,
    payments: back.payments.map((payment) => ({
      ...payment,
      name: "Exchange",
      reftype: null,
      cardissuer: null,
      additionaldata: { "virtual-payment": "true" },
    })),
    additionaldata: { ...back.additionaldata, "pos-refundsales-orderid": String(taken.orderid) },
  };
  till.orders.put(settled);
  return { refund: settled, order: taken };
}

function idsOf(order: Order): { customerId: string | undefined; memberNumber: string | undefined } {
  const read = (...names: string[]): string | undefined =>
    names.map((name) => order.additionaldata[name]).find((value) => value !== undefined);
  return {
    customerId: read("crm-customerid", "customcrm-contactid", "voyado-contactid"),
    memberNumber: read("crm-membernumber", "customcrm-membernumber", "voyado-membernumber"),
  };
}

/** Rows of the original that come back, each with its discount rows; a whole-order discount follows by value. */
function returned(original: Order, sale: Sale): OrderItem[] {
  const rows = original.orderitems;
  const groups = rows
    .filter(isProduct)
    .map((product) => ({ product, discounts: followers(rows, product) }));
  const currency = original.currencycode;
  const chosen =
    sale.items.length === 0
      ? groups.map((group) => ({ group, quantity: group.product.quantity }))
      : pick(groups, sale.items, original.orderid);
  const back = chosen.flatMap(({ group, quantity }) => {
    const share = new Big(quantity).div(group.product.quantity);
    return [
      scaled(group.product, share, -quantity, currency),
      ...group.discounts.map((row) => scaled(row, share, -1, currency)),
    ];
  });
  const sold = rows
    .filter((row) => !isWholeOrder(row))
    .reduce((total, row) => total.plus(grossOf(row)), new Big(0));
  const value = back.reduce((total, row) => total.plus(grossOf(row)), new Big(0)).abs();
  const part = sold.eq(0) ? new Big(0) : value.div(sold);
  return [...back, ...rows.filter(isWholeOrder).map((row) => scaled(row, part, -1, currency))];
}

interface Group {
  product: OrderItem;
  discounts: OrderItem[];
}

/** Several rows may hold one sku: each is taken from at most once. */
function pick(
  groups: readonly Group[],
  items: Sale["items"],
  orderid: number,
): { group: Group; quantity: number }[] {
  const left = [...groups];
  return items.map(({ sku, quantity }) => {
    const index = left.findIndex(
      ({ product }) => product.sku === sku && quantity <= product.quantity,
    );
    const group = left[index];
    if (group === undefined)
      throw new BadQuery(`Order ${orderid} has no row with ${quantity} of ${sku} to return`);
    left.splice(index, 1);
    return { group, quantity };
  });
}

function followers(rows: readonly OrderItem[], product: OrderItem): OrderItem[] {
  const after = rows.slice(rows.indexOf(product) + 1);
  const end = after.findIndex((row) => isProduct(row) || isWholeOrder(row));
  return end === -1 ? after : after.slice(0, end);
}

function scaled(row: OrderItem, share: Big, quantity: number, currency: string): OrderItem {
  const negated = (text: string): string =>
    moneyText(rounded(new Big(text).times(share).times(-1), currency), currency);
  const salestaxes = row.salestaxes.map((tax) => ({
    ...tax,
    moneytotal: negated(tax.moneytotal),
    moneytax: negated(tax.moneytax),
  }));
  return {
    ...row,
    quantity,
    moneyitemtotal_net: negated(row.moneyitemtotal_net),
    moneyitemtotal_vat: negated(row.moneyitemtotal_vat),
    salestaxes,
    additionaldata: {
      ...row.additionaldata,
      "pos-originalsales-orderitemid": String(row.orderitemid),
    },
  };
}

function marked(row: OrderItem, reason: string, warehouseId: number): OrderItem {
  return {
    ...row,
    additionaldata: {
      ...row.additionaldata,
      "reasoncode-return": reason,
      "return-warehouseid": String(warehouseId),
    },
  };
}
