import { type Order, orderWire } from "../src/sitoo/order_wire.ts";

type Wire = Readonly<Record<string, unknown>>;

/** A closed order as Sitoo's REST API writes it; the persons in it are invented. */
export const closedOrder = (change: Wire = {}): Wire => ({
  orderid: 4711,
  eshopid: 1,
  orderstateid: 10,
  ordertypeid: 10,
  paymentstateid: 20,
  orderdate: 1782900309,
  currencycode: "SEK",
  registerid: "{0A1B2C3D-0000-4000-8000-000000000001}",
  warehouseid: 7,
  creditorderid: null,
  email: "",
  phone: "",
  moneytotal_net: "160.00",
  moneytotal_vat: "40.00",
  moneytotal_gross_all: "200.00",
  moneytotal_gross_roundoff: "0.00",
  orderitems: [product()],
  payments: [{ name: "Kort", moneyamount: "200.00", reftype: "verifonelpp" }],
  additionaldata: {
    "pos-receiptid": "SII000000150000110009",
    "pos-timezone": "Europe/Stockholm",
    "store-externalid": "200",
    "pos-staff-externalid": "S7",
  },
  ...change,
});

export const product = (change: Wire = {}): Wire => ({
  orderitemid: 0,
  orderitemtype: 10,
  productid: 55,
  productname: "Coat",
  sku: "A1",
  quantity: 2,
  vatvalue: "25.00",
  moneyitemtotal_net: "160.00",
  moneyitemtotal_vat: "40.00",
  additionaldata: [],
  ...change,
});

/** A row as a discount shows: without product, against the goods. */
export const discountRow = (net: string, vat: string, change: Wire = {}): Wire => ({
  orderitemtype: 20,
  productid: null,
  productname: "Discount",
  sku: null,
  quantity: 1,
  vatvalue: "25.00",
  moneyitemtotal_net: net,
  moneyitemtotal_vat: vat,
  additionaldata: {},
  ...change,
});

/** Totals of an order whose parts come to this; gross as asked of the customer. */
export const totals = (net: string, vat: string, gross: string): Wire => ({
  moneytotal_net: net,
  moneytotal_vat: vat,
  moneytotal_gross_all: gross,
});

export const parsed = (wire: Wire): Order => orderWire.parse(wire);
