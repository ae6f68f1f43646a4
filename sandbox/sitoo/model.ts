import type { JsonObject } from "../json.ts";

/** Order as the REST API answers it (contracts/sitoo.md §5.2, third party). Money is text with two decimals. */
export interface Order extends JsonObject {
  orderid: number;
  eshopid: number;
  orderdate: number;
  orderstateid: number;
  paymentstateid: number;
  ordertypeid: number;
  currencycode: string;
  email: string;
  phone: string;
  namefirst: string;
  namelast: string;
  moneytotal_gross_all: string;
  orderitems: OrderItem[];
  payments: JsonObject[];
  additionaldata: Record<string, string>;
}

export interface OrderItem extends JsonObject {
  orderitemid: number;
  orderitemtype: number;
  productname: string;
  sku: string;
  quantity: number;
  vatvalue: number;
  moneynetpriceperunit: string;
  moneyitemtotal_net: string;
  moneyitemtotal_vat: string;
  salestaxes: SalesTax[];
  additionaldata: Record<string, string>;
}

export interface SalesTax extends JsonObject {
  moneytotal: string;
  moneytax: string;
}

export const PRODUCT = 10;
/** (assumed) number; only 10 = Product is seen in samples. */
export const DISCOUNT = 20;

export const STATE = { open: 0, closed: 10, cancelled: 20, abandoned: -1 } as const;
export const PAYMENT = { none: 0, successful: 20 } as const;
export const TYPE = { order: 10, booking: 100, parked: 110 } as const;
