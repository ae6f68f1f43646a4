import { Big } from "big.js";
import { moneyText, rounded } from "./money.ts";
import { DISCOUNT, type OrderItem, PRODUCT } from "./model.ts";

/** Where and how a row is taxed. */
export interface Tax {
  currency: string;
  /** VAT in percent, inside the price. */
  vat: Big;
  /** US sales tax in percent, on top of the price; 0 elsewhere. */
  salesTax: Big;
}

export interface ProductRow {
  productid: number;
  sku: string;
  name: string;
  /** Negative on a return. */
  quantity: number;
  /** Before discount, with VAT. */
  unitPrice: Big;
  /** For the whole row, with VAT, never negative. */
  rowDiscount: Big;
  additionaldata: Record<string, string>;
  voucher?: Record<string, string | number>;
}

/** A product row as read: unit values without VAT, row totals apart (worked sample in contracts/sitoo.md §5.2). */
export function productRow(row: ProductRow, tax: Tax): OrderItem {
  const money = (amount: Big): string => moneyText(amount, tax.currency);
  const sign = row.quantity < 0 ? -1 : 1;
  const gross = row.unitPrice.times(row.quantity).minus(row.rowDiscount.times(sign));
  const { net, vat } = parts(gross, tax);
  const unitNet = rounded(net.div(row.quantity), tax.currency);
  const original = parts(row.unitPrice, tax).net;
  const discounted = row.rowDiscount.gt(0);
  return {
    orderitemid: 0,
    orderitemtype: PRODUCT,
    productid: row.productid,
    productname: row.name,
    sku: row.sku,
    productattributes: "",
    externalinput: "",
    externalinputtitle: "",
    quantity: row.quantity,
    unitlabel: "pcs",
    decimalunitquantity: null,
    decimalquantitytotal: null,
    moneynetpriceperquantity: null,
    moneynetpriceperunit: money(unitNet),
    moneypriceorg: money(original),
    vatvalue: Number(tax.vat.toString()),
    moneyitemtotal_net: money(net),
    moneyitemtotal_vat: money(vat),
    moneyoriginalprice: discounted ? money(original) : null,
    moneydiscountedprice: discounted ? money(unitNet) : null,
    moneydiscount: discounted ? money(original.minus(unitNet)) : null,
    ...NO_VOUCHER,
    ...row.voucher,
    salestaxes: salesTaxes(net, tax),
    deliveryinfo: "",
    additionaldata: {
      ...row.additionaldata,
      ...(discounted ? { "orderitem-moneyrowdiscount": money(row.rowDiscount) } : {}),
    },
  };
}

/** A discount row: it follows its product, or stands last when it is for the whole order; its totals are negative (assumed). */
export function discountRow(
  row: {
    name: string;
    amount: Big;
    quantity: 1 | -1;
    additionaldata: Record<string, string>;
    voucher?: Record<string, string | number>;
  },
  tax: Tax,
): OrderItem {
  const money = (amount: Big): string => moneyText(amount, tax.currency);
  const { net, vat } = parts(row.amount.times(-row.quantity), tax);
  return {
    orderitemid: 0,
    orderitemtype: DISCOUNT,
    productid: 0,
    productname: row.name,
    sku: "",
    quantity: row.quantity,
    moneynetpriceperunit: money(net.times(row.quantity)),
    vatvalue: Number(tax.vat.toString()),
    moneyitemtotal_net: money(net),
    moneyitemtotal_vat: money(vat),
    moneyoriginalprice: null,
    moneydiscountedprice: null,
    moneydiscount: null,
    ...NO_VOUCHER,
    ...row.voucher,
    salestaxes: salesTaxes(net, tax),
    deliveryinfo: "",
    additionaldata: { "orderitem-moneyrowdiscount": money(row.amount), ...row.additionaldata },
  };
}

const NO_VOUCHER = {
  voucherid: 0,
  vouchercode: "",
  vouchername: "",
  vouchercomment: "",
  vouchervalue: "",
};

function parts(gross: Big, { vat, currency }: Tax): { net: Big; vat: Big } {
  const net = rounded(gross.div(vat.div(100).plus(1)), currency);
  return { net, vat: gross.minus(net) };
}

/** US tax is here and in moneyfinal_salestax, not in vat (third party). */
function salesTaxes(net: Big, { salesTax, currency }: Tax): OrderItem["salestaxes"] {
  if (salesTax.eq(0)) return [];
  const tax = rounded(net.times(salesTax).div(100), currency);
  const [moneytotal, moneytax] = [moneyText(net, currency), moneyText(tax, currency)];
  return [
    {
      name: "Sales tax",
      code: "NY",
      externalid: "NY-NYC",
      groupregion: "New York",
      moneytotal,
      moneytax,
      decimaltaxvalue: salesTax.toFixed(3),
    },
  ];
}
