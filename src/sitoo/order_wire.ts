import * as z from "zod/mini";
import {
  additionalData,
  decimal,
  listOf,
  requiredWholeNumber,
  text,
  wholeNumber,
} from "./wire_values.ts";

/**
 * Sitoo's REST order as far as the gateway reads it (contracts/sitoo.md 5.2, third party).
 * Unknown properties are dropped, absent ones stay undefined: only `orderid` must be there.
 */

const salesTax = z.object({ name: text, moneytotal: decimal, moneytax: decimal });

const orderItem = z.object({
  orderitemid: wholeNumber,
  orderitemtype: wholeNumber,
  productid: text,
  productname: text,
  sku: text,
  quantity: wholeNumber,
  unitlabel: text,
  decimalquantitytotal: decimal,
  vatvalue: decimal,
  moneyitemtotal_net: decimal,
  moneyitemtotal_vat: decimal,
  moneydiscount: decimal,
  /** Write only by contract; read where a discount row shows it all the same. */
  moneyrowdiscount: decimal,
  voucherid: text,
  /** Groups vouchers in the back office. */
  vouchercode: text,
  salestaxes: listOf(salesTax),
  additionaldata: additionalData,
});
export type OrderItem = z.infer<typeof orderItem>;

const payment = z.object({
  name: text,
  moneyamount: decimal,
  reftype: text,
  additionaldata: additionalData,
});

export const orderWire = z.object({
  orderid: requiredWholeNumber,
  eshopid: wholeNumber,
  creditorderid: wholeNumber,
  email: text,
  namefirst: text,
  namelast: text,
  phone: text,
  invoice_countryid: text,
  orderdate: wholeNumber,
  orderstateid: wholeNumber,
  ordertypeid: wholeNumber,
  currencycode: text,
  registerid: text,
  warehouseid: wholeNumber,
  moneytotal_net: decimal,
  moneytotal_vat: decimal,
  moneycheckout_net: decimal,
  moneycheckout_vat: decimal,
  moneydelivery_net: decimal,
  moneydelivery_vat: decimal,
  moneyfinal_net: decimal,
  moneyfinal_vat: decimal,
  moneyfinal_salestax: decimal,
  moneytotal_gross_roundoff: decimal,
  moneytotal_gross_all: decimal,
  checkouttypename: text,
  deliverytypename: text,
  orderitems: listOf(orderItem),
  payments: listOf(payment),
  additionaldata: additionalData,
});
export type Order = z.infer<typeof orderWire>;

/** Published enums of older documentation (contracts/sitoo.md 5.2). */
export const orderState = { open: 0, closed: 10, cancelled: 20, abandoned: -1 } as const;
export const orderType = { order: 10, booking: 100, parked: 110 } as const;
/** The only `orderitemtype` seen on goods (third party). */
export const productItem = 10;
