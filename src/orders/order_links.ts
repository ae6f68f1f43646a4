import type { OrderRef } from "../model/sale.ts";
import type { Order } from "../sitoo/order_wire.ts";

/**
 * The other orders that an order names (contracts/sitoo.md 5.2, third party).
 * None of them is a second use of an instrument (design.md 6, rule 8).
 */
export type OrderLinks = {
  /** The sale that is given back. */
  readonly returnOf?: OrderRef;
  /** The other half of an exchange, which is a refund order and a sale order. */
  readonly exchangedWith?: OrderRef;
  /** The booking or parked order that became this one. */
  readonly source?: OrderRef;
};

export const orderLinks = (order: Order, account: number, site: number): OrderLinks => {
  const ref = (id: string | number | undefined): OrderRef | undefined => {
    const orderId = Number(id ?? 0);
    return Number.isSafeInteger(orderId) && orderId > 0 && orderId !== order.orderid
      ? { account, site, orderId }
      : undefined;
  };
  const data = order.additionaldata;
  const returnOf = ref(order.creditorderid) ?? ref(data["pos-originalsales-orderid"]);
  const exchangedWith = ref(data["pos-refundsales-orderid"]) ?? ref(data["pos-refund-orderid"]);
  const source = ref(data["pos-sourceorderid"]);
  return {
    ...(returnOf === undefined ? {} : { returnOf }),
    ...(exchangedWith === undefined ? {} : { exchangedWith }),
    ...(source === undefined ? {} : { source }),
  };
};
