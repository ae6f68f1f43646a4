import { Big } from "big.js";
import type { JsonObject } from "../json.ts";
import type { Shop } from "../seed/shops.ts";
import { moneyText, rounded } from "./money.ts";
import { type Order, type OrderItem, PAYMENT, STATE, TYPE } from "./model.ts";

export type PaymentKind = "card" | "cash" | "swish" | "giftcard" | "virtual";

export interface Head {
  orderid: number;
  eshopid: number;
  orderdate: number;
  shop: Shop;
  registerId: string;
  currency: string;
  state: "closed" | "open" | "parked" | "cancelled";
  person: {
    email?: string | undefined;
    namefirst?: string | undefined;
    namelast?: string | undefined;
    phone?: string | undefined;
  };
  externalid?: string | undefined;
  creditorderid?: number | undefined;
  comment?: string | undefined;
  additionaldata: Record<string, string>;
  staff: { userid: string; externalid: string };
  /** The last one pays what the others leave. */
  payments: readonly { kind: PaymentKind; amount?: Big }[];
}

/** A whole order from its rows: totals, roundoff, payments, keys of the till. */
export function assemble(head: Head, rows: readonly OrderItem[]): Order {
  const { currency, shop } = head;
  const money = (amount: Big): string => moneyText(amount, currency);
  const net = sum(rows, (row) => row.moneyitemtotal_net);
  const vat = sum(rows, (row) => row.moneyitemtotal_vat);
  const salestax = rows
    .flatMap((row) => row.salestaxes)
    .reduce((total, tax) => total.plus(tax.moneytax), new Big(0));
  const gross = net.plus(vat).plus(salestax);
  const cash = head.payments.some(({ kind }) => kind === "cash");
  const roundoff = cash ? cashRounding(gross, currency) : new Big(0);
  const due = gross.plus(roundoff);
  const paid = head.state === "closed" || head.state === "cancelled";
  const zero = money(new Big(0));
  return {
    orderid: head.orderid,
    eshopid: head.eshopid,
    externalid: head.externalid ?? null,
    creditorderid: head.creditorderid ?? null,
    customerref: "",
    checkoutref: "",
    comment: head.comment ?? "",
    commentinternal: "",
    email: head.person.email ?? "",
    namefirst: head.person.namefirst ?? "",
    namelast: head.person.namelast ?? "",
    personalid: "",
    company: "",
    phone: head.person.phone ?? "",
    invoice_countryid: shop.country.toLowerCase(),
    delivery_countryid: shop.country.toLowerCase(),
    moneytotal_net: money(net),
    moneytotal_vat: money(vat),
    moneycheckout_net: zero,
    moneycheckout_vat: zero,
    moneytotal_gross_checkout: zero,
    moneydelivery_net: zero,
    moneydelivery_vat: zero,
    moneytotal_gross_delivery: zero,
    moneyfinal_net: money(net),
    moneyfinal_vat: money(vat),
    moneyfinal_salestax: money(salestax),
    moneytotal_gross_roundoff: money(roundoff),
    moneytotal_gross_all: money(due),
    orderdate: head.orderdate,
    orderstateid: STATE[head.state === "parked" ? "open" : head.state],
    paymentstateid: head.state === "closed" ? PAYMENT.successful : PAYMENT.none,
    ordertypeid: head.state === "parked" ? TYPE.parked : TYPE.order,
    datereserved: null,
    userid_staff: head.staff.userid,
    registerid: head.registerId,
    warehouseid: shop.warehouseId,
    currencycode: currency,
    orderitems: rows.map((row, index) => ({ ...row, orderitemid: index })),
    payments: paid ? payments(head, due) : [],
    reservedpayments: [],
    orderlogitems: [
      {
        datelog: head.orderdate,
        orderid: head.orderid,
        orderlogtypeid: 0,
        strvalue: "",
        fvalue: 0,
      },
    ],
    additionaldata: {
      "pos-timezone": shop.timeZone,
      "pos-staff-userid": head.staff.userid,
      "pos-staff-externalid": head.staff.externalid,
      "store-externalid": shop.externalId,
      "store-name": shop.name,
      ...head.additionaldata,
    },
  };
}

function payments(head: Head, due: Big): JsonObject[] {
  let left = due;
  return head.payments.map(({ kind, amount }, index) => {
    const last = index === head.payments.length - 1;
    const part = last ? left : (amount ?? new Big(0));
    left = left.minus(part);
    return {
      ...PAYMENTS[kind],
      moneyamount: moneyText(part, head.currency),
      externalid: null,
      refid: `${head.orderid}-${index}`,
      reservedpaymentid: null,
    };
  });
}

const PAYMENTS: Record<PaymentKind, JsonObject> = {
  card: {
    name: "Card",
    reftype: "verifonelpp",
    cardissuer: "VISA",
    additionaldata: { "payment-method": "card" },
  },
  cash: { name: "Cash", reftype: null, cardissuer: null, additionaldata: {} },
  swish: { name: "Swish", reftype: "swish", cardissuer: null, additionaldata: { mobile: "true" } },
  giftcard: {
    name: "Gift card",
    reftype: "giftcard",
    cardissuer: null,
    additionaldata: { "giftcard-cardnumber": "9900000001" },
  },
  // A swap between a refund order and the order that it pays for (third party).
  virtual: {
    name: "Exchange",
    reftype: null,
    cardissuer: null,
    additionaldata: { "virtual-payment": "true" },
  },
};

/** Cash is paid in whole kronor, or in five cents in Finland. */
function cashRounding(gross: Big, currency: string): Big {
  if (currency === "SEK" || currency === "NOK") return gross.round(0, Big.roundHalfUp).minus(gross);
  if (currency === "EUR")
    return rounded(gross.times(20).round(0, Big.roundHalfUp).div(20), currency).minus(gross);
  return new Big(0);
}

function sum(rows: readonly OrderItem[], value: (row: OrderItem) => string): Big {
  return rows.reduce((total, row) => total.plus(value(row)), new Big(0));
}
