import { optionalMinor } from "../order_money.ts";
import type { OrderHead } from "../../sitoo/order_head.ts";
import { orderState, orderType } from "../../sitoo/order_wire.ts";
import { dayOf } from "../day_range.ts";

/** Closed, and neither parked nor a booking: those are paid for in orders of their own. */
export const isClosedSale = ({ orderstateid, ordertypeid }: OrderHead): boolean =>
  orderstateid === orderState.closed &&
  ordertypeid !== orderType.parked &&
  ordertypeid !== orderType.booking;

/** Sold within the time, as far as the order says. Whether a range's end is within it is not published. */
export const isWithin = (
  { orderdate }: OrderHead,
  range: { readonly from: number; readonly to: number },
): boolean => orderdate === undefined || (orderdate >= range.from && orderdate < range.to);

/** @param usual the market's, where the order names none that is one. */
export const currencyOf = ({ currencycode }: OrderHead, usual: string): string => {
  const own = currencycode?.toUpperCase() ?? usual;
  return /^[A-Z]{3}$/.test(own) ? own : usual;
};

/**
 * What Sitoo itself says that an order's goods and fees came to, minor units: the grand total to pay without
 * US sales tax and without round-off, which no receipt has among its lines. Deposits and fees are in it.
 * Of which sign the round-off is, and whether it is within, is not published (assumed): each reading
 * counts, the likeliest first. Empty when the order has no total.
 */
export const goodsTotals = (head: OrderHead, currency: string): readonly number[] => {
  const toPay = optionalMinor(head.moneytotal_gross_all, currency);
  if (toPay === undefined) return [];
  const untaxed = toPay - (optionalMinor(head.moneyfinal_salestax, currency) ?? 0);
  const roundOff = optionalMinor(head.moneytotal_gross_roundoff, currency) ?? 0;
  return [untaxed - roundOff, untaxed + roundOff, untaxed];
};

/** Where lists and tables have it: the store's number, or where Sitoo names none its warehouse. */
export const storeOf = ({ additionaldata, warehouseid }: OrderHead): string =>
  additionaldata["store-externalid"] ??
  (warehouseid === undefined ? "(none)" : `warehouse ${warehouseid}`);

/** The day of the sale where the market is; "" when the order has no time. */
export const saleDay = ({ orderdate }: OrderHead, zone: string): string =>
  orderdate === undefined ? "" : dayOf(orderdate * 1_000, zone);
