import type { Order, OrderItem } from "../sitoo/order_wire.ts";
import type { NoPointsFor } from "../tenants/tenant.ts";

/**
 * Whether a row brings its buyer no points: a gift card that is sold, or what the tenant names
 * (`no_points_for`). Gift cards show by their number, price lists by `pricelist-externalid`
 * (contracts/sitoo.md 5.2, third party); that a return shows its voucher again is assumed.
 *
 * @param passwords of the vouchers that only their password can tell.
 */
export const earnsNothing =
  (rules: NoPointsFor, passwords: ReadonlyMap<string, string> = new Map()) =>
  (item: OrderItem): boolean => {
    const data = item.additionaldata;
    const priceList = data["pricelist-externalid"];
    const password = passwords.get(item.voucherid ?? "");
    return (
      (rules.giftCards && data["giftcard-cardnumber"] !== undefined) ||
      (priceList !== undefined && rules.priceLists.includes(priceList)) ||
      namesVoucher(rules, item) ||
      (password !== undefined && rules.vouchers.includes(password))
    );
  };

/** Vouchers of which a row does not tell whether the tenant named them: their passwords are Sitoo's to say. */
export const vouchersToAsk = (rules: NoPointsFor, order: Order): readonly number[] => {
  // Ids alone are on the rows.
  if (rules.vouchers.every((name) => /^\d+$/.test(name))) return [];
  const ids = order.orderitems
    .filter((item) => /^[1-9]\d{0,14}$/.test(item.voucherid ?? "") && !namesVoucher(rules, item))
    .map((item) => Number(item.voucherid));
  return [...new Set(ids)];
};

const namesVoucher = ({ vouchers }: NoPointsFor, { voucherid, vouchercode }: OrderItem): boolean =>
  (voucherid !== undefined && vouchers.includes(voucherid)) ||
  (vouchercode !== undefined && vouchers.includes(vouchercode));
