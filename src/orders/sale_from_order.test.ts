import { describe, expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product, totals } from "../../test/sample_orders.ts";
import { purchaseFromSale } from "./purchase_from_sale.ts";
import { saleFromOrder } from "./sale_from_order.ts";

const context = {
  account: 90316,
  site: 1,
  market: { country: "SE", currency: "SEK", timeZone: "Europe/Stockholm" },
};

const read = (wire: Readonly<Record<string, unknown>>) => saleFromOrder(parsed(wire), context);

const saleOf = (wire: Readonly<Record<string, unknown>>) => {
  const reading = read(wire);
  if (reading.kind !== "sale") throw new Error(JSON.stringify(reading));
  return reading.sale;
};

/** What matters of each line, in one glance. */
const lines = (wire: Readonly<Record<string, unknown>>) =>
  saleOf(wire).lines.map((line) => [
    line.kind,
    line.sku,
    line.quantity,
    line.paid,
    line.tax,
    line.discount,
  ]);

describe("a closed order becomes a sale", () => {
  it("with everything that a receipt needs", () => {
    expect(saleOf(closedOrder())).toEqual({
      id: "sitoo-90316-1-4711",
      order: { account: 90316, site: 1, orderId: 4711 },
      receiptNumber: "SII000000150000110009",
      at: "2026-07-01T12:05:09+02:00",
      currency: "SEK",
      storeExternalId: "200",
      registerId: "0a1b2c3d-0000-4000-8000-000000000001",
      staffExternalId: "S7",
      customer: {},
      lines: [
        {
          kind: "purchase",
          sku: "A1",
          productId: "55",
          name: "Coat",
          quantity: "2",
          paid: 20000,
          tax: 4000,
          taxPercent: "25",
          discount: 0,
          instruments: [],
        },
      ],
      linesTotal: 20000,
      grandTotal: 20000,
      payments: [{ name: "Kort", reference: "verifonelpp", amount: 20000 }],
      instruments: [],
    });
  });

  it("and names the order where there is no receipt number", () => {
    expect(saleOf(closedOrder({ additionaldata: null })).receiptNumber).toBe("4711");
  });

  it("with ids and amounts that came as numbers or as text", () => {
    const wire = closedOrder({
      orderid: "4711",
      orderdate: "1782900309",
      moneytotal_gross_all: 200,
      orderitems: [
        product({ quantity: "2", moneyitemtotal_net: 160, moneyitemtotal_vat: 40.0, sku: 77 }),
      ],
      surprise: { deep: true },
    });
    expect(lines(wire)).toEqual([["purchase", "77", "2", 20000, 4000, 0]]);
  });
});

describe("what was paid for each line", () => {
  it.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    [
      "a discount that the row itself names is off already (contracts/sitoo.md 5.2, worked sample)",
      closedOrder({
        orderitems: [
          product({
            moneydiscount: "20.00",
            additionaldata: { "orderitem-moneyrowdiscount": "50.00" },
          }),
        ],
      }),
      [["purchase", "A1", "2", 20000, 4000, 5000]],
    ],
    [
      "without the gross row discount, the net one per unit tells it",
      closedOrder({ orderitems: [product({ moneydiscount: "20.00" })] }),
      [["purchase", "A1", "2", 20000, 4000, 5000]],
    ],
    [
      "a discount row goes off the product before it, and off no other",
      closedOrder({
        orderitems: [
          product(),
          discountRow("-40.00", "-10.00"),
          product({
            sku: "B2",
            quantity: 1,
            moneyitemtotal_net: "80.00",
            moneyitemtotal_vat: "20.00",
          }),
        ],
        ...totals("200.00", "50.00", "250.00"),
      }),
      [
        ["purchase", "A1", "2", 15000, 3000, 5000],
        ["purchase", "B2", "1", 10000, 2000, 0],
      ],
    ],
    [
      "a discount row before all products goes off all of them by value",
      closedOrder({
        orderitems: [
          discountRow("-24.00", "-6.00"),
          product(),
          product({
            sku: "B2",
            quantity: 1,
            moneyitemtotal_net: "80.00",
            moneyitemtotal_vat: "20.00",
          }),
        ],
        ...totals("216.00", "54.00", "270.00"),
      }),
      [
        ["purchase", "A1", "2", 18000, 3600, 2000],
        ["purchase", "B2", "1", 9000, 1800, 1000],
      ],
    ],
    [
      "a discount of another tax rate than the product before it is the whole order's, at its rate",
      closedOrder({
        orderitems: [
          product(),
          product({ sku: "B2", moneyitemtotal_net: "80.00", moneyitemtotal_vat: "20.00" }),
          product({
            sku: "FOOD",
            quantity: 1,
            vatvalue: "12.00",
            moneyitemtotal_net: "100.00",
            moneyitemtotal_vat: "12.00",
          }),
          discountRow("-24.00", "-6.00"),
        ],
        ...totals("316.00", "66.00", "382.00"),
      }),
      [
        ["purchase", "A1", "2", 18000, 3600, 2000],
        ["purchase", "B2", "2", 9000, 1800, 1000],
        ["purchase", "FOOD", "1", 11200, 1200, 0],
      ],
    ],
    [
      "a discount without tax still goes off the product before it, and lowers its tax",
      closedOrder({
        orderitems: [product(), discountRow("-50.00", "0.00", { vatvalue: "0.00" })],
        ...totals("110.00", "40.00", "150.00"),
      }),
      [["purchase", "A1", "2", 15000, 3000, 5000]],
    ],
    [
      "a discount larger than the product before it is meant for all",
      closedOrder({
        orderitems: [
          product(),
          product({
            sku: "B2",
            quantity: 1,
            moneyitemtotal_net: "8.00",
            moneyitemtotal_vat: "2.00",
          }),
          discountRow("-16.80", "-4.20"),
        ],
        ...totals("151.20", "37.80", "189.00"),
      }),
      [
        ["purchase", "A1", "2", 18000, 3600, 2000],
        ["purchase", "B2", "1", 900, 180, 100],
      ],
    ],
    [
      "a discount row that has only moneyrowdiscount goes off when the totals say that it must",
      closedOrder({
        orderitems: [product(), discountRow("0.00", "0.00", { moneyrowdiscount: "50.00" })],
        ...totals("120.00", "30.00", "150.00"),
      }),
      [["purchase", "A1", "2", 15000, 3000, 5000]],
    ],
    [
      "and stays off when the totals say that it is taken already",
      closedOrder({
        orderitems: [product(), discountRow("0.00", "0.00", { moneyrowdiscount: "50.00" })],
      }),
      [["purchase", "A1", "2", 20000, 4000, 0]],
    ],
    [
      "a negative checkout amount is a discount on the whole order",
      closedOrder({
        orderitems: [
          product(),
          product({
            sku: "B2",
            quantity: 1,
            moneyitemtotal_net: "80.00",
            moneyitemtotal_vat: "20.00",
          }),
        ],
        ...totals("240.00", "60.00", "290.00"),
        moneycheckout_net: "-8.00",
        moneycheckout_vat: "-2.00",
      }),
      [
        ["purchase", "A1", "2", 19333, 3867, 667],
        ["purchase", "B2", "1", 9667, 1933, 333],
      ],
    ],
    [
      "a delivery fee is a line of its own",
      closedOrder({
        ...totals("160.00", "40.00", "249.00"),
        moneydelivery_net: "39.20",
        moneydelivery_vat: "9.80",
        deliverytypename: "Home delivery",
      }),
      [
        ["purchase", "A1", "2", 20000, 4000, 0],
        ["purchase", "delivery", "1", 4900, 980, 0],
      ],
    ],
    [
      "a discount that only the grand total shows is spread",
      closedOrder({ ...totals("160.00", "40.00", "180.00") }),
      [["purchase", "A1", "2", 18000, 3600, 2000]],
    ],
    [
      "a line for nothing stays",
      closedOrder({
        orderitems: [
          product(),
          product({
            sku: "GIFT",
            quantity: 1,
            moneyitemtotal_net: "0.00",
            moneyitemtotal_vat: "0.00",
          }),
        ],
      }),
      [
        ["purchase", "A1", "2", 20000, 4000, 0],
        ["purchase", "GIFT", "1", 0, 0, 0],
      ],
    ],
    [
      "goods sold by weight have their weight as quantity",
      closedOrder({
        orderitems: [product({ quantity: 1, unitlabel: "kg", decimalquantitytotal: "0.450" })],
      }),
      [["purchase", "A1", "0.45", 20000, 4000, 0]],
    ],
    [
      "a gift card that is sold has no tax",
      closedOrder({
        orderitems: [
          product({
            sku: "GC",
            quantity: 1,
            vatvalue: "0.00",
            moneyitemtotal_net: "200.00",
            moneyitemtotal_vat: "0.00",
            additionaldata: { "giftcard-cardnumber": "9990001" },
          }),
        ],
      }),
      [["purchase", "GC", "1", 20000, 0, 0]],
    ],
    [
      "a line typed in by hand is goods although it has no product",
      closedOrder({
        orderitems: [product({ productid: 0, sku: "", productname: "Alteration", quantity: 1 })],
      }),
      [["purchase", "no-sku", "1", 20000, 4000, 0]],
    ],
  ])("%s", (_, wire, expected) => {
    expect(lines(wire)).toEqual(expected);
  });

  it("rounds off outside the lines", () => {
    const sale = saleOf(
      closedOrder({
        orderitems: [product({ moneyitemtotal_net: "159.92", moneyitemtotal_vat: "39.98" })],
        ...totals("159.92", "39.98", "200.00"),
        moneytotal_gross_roundoff: "0.10",
      }),
    );
    expect([sale.linesTotal, sale.grandTotal]).toEqual([19990, 20000]);
  });

  it("takes US sales tax outside the lines, and counts it in what was asked", () => {
    const sale = saleOf(
      closedOrder({
        currencycode: "USD",
        orderitems: [
          product({
            quantity: 1,
            vatvalue: "0.00",
            moneyitemtotal_net: "100.00",
            moneyitemtotal_vat: "0.00",
            salestaxes: [
              { name: "NY", moneytotal: "100.00", moneytax: "8.88", decimaltaxvalue: "8.875" },
            ],
          }),
        ],
        ...totals("100.00", "0.00", "108.88"),
        moneyfinal_salestax: "8.88",
      }),
    );
    expect([sale.linesTotal, sale.grandTotal, sale.lines[0]?.tax]).toEqual([10000, 10888, 0]);
  });

  it("does not guess when the lines come to less than was paid", () => {
    expect(read(closedOrder({ ...totals("240.00", "60.00", "300.00") }))).toEqual({
      kind: "invalid",
      reason: "the rows come to 200.00, the order to 300.00",
      field: "moneytotal_gross_all",
    });
  });
});

describe("returns", () => {
  const refund = closedOrder({
    orderid: 4800,
    creditorderid: 4711,
    orderitems: [
      product({ quantity: -1, moneyitemtotal_net: "-2392.00", moneyitemtotal_vat: "-598.00" }),
    ],
    ...totals("-2392.00", "-598.00", "-2990.00"),
    moneyfinal_net: "-2392.00",
    payments: [{ name: "Kort", moneyamount: "-2990.00" }],
    additionaldata: { "refundreasoncode-reasoncode": "1" },
  });

  it("are lines that count down, and lead to the sale they undo", () => {
    const sale = saleOf(refund);
    expect(sale.lines).toMatchObject([{ kind: "return", quantity: "1", paid: 299000, tax: 59800 }]);
    expect(sale).toMatchObject({
      linesTotal: -299000,
      grandTotal: -299000,
      payments: [{ amount: -299000 }],
      returnOf: { account: 90316, site: 1, orderId: 4711 },
    });
  });

  it("find the sale through pos-originalsales-orderid as well", () => {
    const sale = saleOf(
      closedOrder({
        ...refund,
        creditorderid: 0,
        additionaldata: { "pos-originalsales-orderid": "4690" },
      }),
    );
    expect(sale.returnOf?.orderId).toBe(4690);
  });

  it("come out the same should Sitoo write their totals without a sign", () => {
    const unsigned = closedOrder({
      orderitems: [product({ quantity: -2 }), discountRow("32.00", "8.00", { quantity: -1 })],
      ...totals("-128.00", "-32.00", "-160.00"),
    });
    const signed = closedOrder({
      orderitems: [
        product({ quantity: -2, moneyitemtotal_net: "-160.00", moneyitemtotal_vat: "-40.00" }),
        discountRow("32.00", "8.00"),
      ],
      ...totals("-128.00", "-32.00", "-160.00"),
    });
    expect(lines(signed)).toEqual([["return", "A1", "2", 16000, 3200, 4000]]);
    expect(saleOf(signed).linesTotal).toBe(-16000);
    expect(saleOf(unsigned)).toEqual(saleOf(signed));
  });

  it("mix with purchases; a bonus check behind a return still goes off what was bought", () => {
    const wire = closedOrder({
      orderitems: [
        product({
          sku: "NEW",
          quantity: 1,
          moneyitemtotal_net: "400.00",
          moneyitemtotal_vat: "100.00",
        }),
        product({
          sku: "OLD",
          quantity: -1,
          moneyitemtotal_net: "-160.00",
          moneyitemtotal_vat: "-40.00",
        }),
        discountRow("-40.00", "-10.00", { additionaldata: { "crm-bonuscheckid": "b-1" } }),
      ],
      ...totals("200.00", "50.00", "250.00"),
    });
    expect(lines(wire)).toEqual([
      ["purchase", "NEW", "1", 45000, 9000, 5000],
      ["return", "OLD", "1", 20000, 4000, 0],
    ]);
    expect(saleOf(wire).linesTotal).toBe(25000);
  });

  it("of a deposit: goods with a negative price and a positive quantity", () => {
    const wire = closedOrder({
      orderitems: [
        product(),
        product({
          sku: "PANT",
          quantity: 10,
          moneyitemtotal_net: "-8.00",
          moneyitemtotal_vat: "-2.00",
        }),
      ],
      ...totals("152.00", "38.00", "190.00"),
    });
    expect(lines(wire)[1]).toEqual(["return", "PANT", "10", 1000, 200, 0]);
    expect(saleOf(wire).linesTotal).toBe(19000);
  });

  it("of an exchange name the other half, which is no return of it", () => {
    const reading = read(closedOrder({ additionaldata: { "pos-refund-orderid": "4709" } }));
    expect(reading).toMatchObject({ kind: "sale", links: { exchangedWith: { orderId: 4709 } } });
    expect(reading.kind === "sale" && reading.sale.returnOf).toBe(undefined);
  });

  it("show in the purchase history as negative amounts", () => {
    expect(purchaseFromSale(saleOf(refund))).toMatchObject({
      saleId: "sitoo-90316-1-4800",
      total: -299000,
      items: [{ sku: "A1", quantity: "-1", total: -299000 }],
    });
  });
});

describe("instruments", () => {
  it("are collected from discount rows, goods rows and the old names, each once", () => {
    const sale = saleOf(
      closedOrder({
        orderitems: [
          product({ additionaldata: { "crm-promotionid": "p-77" } }),
          discountRow("-40.00", "-10.00", { additionaldata: { "crm-bonuscheckid": "b-1" } }),
          product({
            sku: "B2",
            quantity: 1,
            moneyitemtotal_net: "80.00",
            moneyitemtotal_vat: "20.00",
            additionaldata: { "customcrm-promotionid": "p-77" },
          }),
        ],
        ...totals("200.00", "50.00", "250.00"),
      }),
    );
    expect(sale.instruments).toEqual([
      { kind: "promotion", id: "p-77" },
      { kind: "bonus_check", id: "b-1", amount: 5000 },
    ]);
    expect(sale.lines[0]?.instruments).toEqual([
      { kind: "promotion", id: "p-77" },
      { kind: "bonus_check", id: "b-1" },
    ]);
    expect(sale.lines[0]?.paid).toBe(15000);
    expect(sale.lines[1]?.instruments).toEqual([{ kind: "promotion", id: "p-77" }]);
  });

  it("on a row that looks like goods, but takes value off, are a discount", () => {
    const wire = closedOrder({
      orderitems: [
        product(),
        product({
          sku: "BONUS",
          quantity: 1,
          moneyitemtotal_net: "-40.00",
          moneyitemtotal_vat: "-10.00",
          additionaldata: { "crm-bonuscheckid": "b-1" },
        }),
      ],
      ...totals("120.00", "30.00", "150.00"),
    });
    expect(lines(wire)).toEqual([["purchase", "A1", "2", 15000, 3000, 5000]]);
  });

  it("on a row without value reach the product before it", () => {
    const sale = saleOf(
      closedOrder({
        orderitems: [
          product(),
          discountRow("0.00", "0.00", { additionaldata: { "crm-promotionid": "p-1" } }),
        ],
      }),
    );
    expect(sale.lines).toMatchObject([
      { paid: 20000, instruments: [{ kind: "promotion", id: "p-1" }] },
    ]);
  });
});

describe("currencies", () => {
  it("without decimals: net and tax have decimals in yen, their sum has none", () => {
    const sale = saleOf(
      closedOrder({
        currencycode: "JPY",
        orderitems: [
          product({
            quantity: "1.000",
            vatvalue: "10.00",
            moneyitemtotal_net: "1090.50",
            moneyitemtotal_vat: "109.50",
          }),
        ],
        moneytotal_net: null,
        moneytotal_vat: null,
        moneytotal_gross_all: null,
        payments: [{ name: "Cash", moneyamount: "1200.00" }],
      }),
    );
    expect([sale.linesTotal, sale.grandTotal, sale.payments[0]?.amount]).toEqual([
      1200, 1200, 1200,
    ]);
  });

  it("without decimals: rows that end in half a yen still come to what was paid", () => {
    const half = product({
      quantity: 1,
      vatvalue: "10.00",
      moneyitemtotal_net: "100.00",
      moneyitemtotal_vat: "0.50",
    });
    const sale = saleOf(
      closedOrder({
        currencycode: "JPY",
        orderitems: [half, half],
        ...totals("200.00", "1.00", "201.00"),
      }),
    );
    expect(sale.linesTotal).toBe(201);
  });

  it("with three decimals: Sitoo writes two, fils have three", () => {
    const sale = saleOf(
      closedOrder({
        currencycode: "KWD",
        orderitems: [
          product({
            quantity: 1,
            vatvalue: "0",
            moneyitemtotal_net: "12.35",
            moneyitemtotal_vat: "0.00",
          }),
        ],
        ...totals("12.35", "0.00", "12.35"),
      }),
    );
    expect([sale.linesTotal, sale.grandTotal]).toEqual([12350, 12350]);
  });

  it("the order's own, else the market's", () => {
    expect(saleOf(closedOrder({ currencycode: "nok" })).currency).toBe("NOK");
    expect(saleOf(closedOrder({ currencycode: null })).currency).toBe("SEK");
    expect(read(closedOrder({ currencycode: "kr" })).kind).toBe("invalid");
  });
});

describe("payments", () => {
  it("keep what was paid with, a gift card as well, and drop its number", () => {
    const { payments } = saleOf(
      closedOrder({
        payments: [
          {
            name: "Gift card",
            moneyamount: "150.00",
            additionaldata: { "giftcard-cardnumber": "9990001" },
          },
          { name: "Cash", moneyamount: "60.00" },
          { name: "Change", moneyamount: "-10.00" },
          { name: "Nothing", moneyamount: null },
        ],
      }),
    );
    expect(payments).toEqual([
      { name: "Gift card", amount: 15000 },
      { name: "Cash", amount: 6000 },
      { name: "Change", amount: -1000 },
    ]);
  });
});

describe("time of sale", () => {
  it.each([
    ["America/New_York", 1782900309, "2026-07-01T06:05:09-04:00"],
    ["Asia/Kolkata", 1782900309, "2026-07-01T15:35:09+05:30"],
    ["Europe/Stockholm", 1768000000, "2026-01-10T00:06:40+01:00"],
    ["No/Such_Zone", 1782900309, "2026-07-01T12:05:09+02:00"],
    [undefined, 1782900309, "2026-07-01T12:05:09+02:00"],
  ])("in %s", (zone, orderdate, expected) => {
    expect(saleOf(closedOrder({ orderdate, additionaldata: { "pos-timezone": zone } })).at).toBe(
      expected,
    );
  });
});

describe("the customer", () => {
  it("is named by every key, normalised", () => {
    const wire = closedOrder({
      email: "Ada.Example@Example.com",
      phone: "070-174 06 05",
      namefirst: "Ada",
      namelast: "Example",
      invoice_countryid: "se",
      additionaldata: {
        "crm-customerid": "c-1",
        "crm-membernumber": "1001",
        "voyado-contactid": "v-1",
      },
    });
    const reading = read(wire);
    expect(reading).toMatchObject({ issued: { till: "c-1", voyado: "v-1" } });
    expect(saleOf(wire).customer).toEqual({
      crmId: "c-1",
      memberNumber: "1001",
      phone: "+46701740605",
      email: "ada.example@example.com",
      nameFirst: "Ada",
      nameLast: "Example",
    });
  });

  it("is not named by what cannot be a key", () => {
    const wire = closedOrder({
      email: "none",
      phone: "123",
      additionaldata: { "crm-customerid": "../x", "voyado-contactid": "null" },
    });
    expect(saleOf(wire).customer).toEqual({});
    expect(read(wire)).toMatchObject({ issued: {} });
  });

  it("phone reads by the invoice's country first, else by the market's", () => {
    const phone = (invoice_countryid: string) =>
      saleOf(closedOrder({ phone: "0701740605", invoice_countryid })).customer.phone;
    expect(phone("se")).toBe("+46701740605");
    expect(phone("no")).toBe("+46701740605");
    expect(saleOf(closedOrder({ phone: "91234567", invoice_countryid: "no" })).customer.phone).toBe(
      "+4791234567",
    );
  });
});

describe("what is no sale", () => {
  it.each([
    [{ orderstateid: 0 }, "open"],
    [{ orderstateid: 20 }, "cancelled"],
    [{ orderstateid: -1 }, "abandoned"],
    [{ ordertypeid: 110 }, "parked"],
    [{ ordertypeid: 100, orderstateid: 10 }, "booking"],
  ])("%o", (change, why) => {
    expect(read(closedOrder(change))).toEqual({ kind: "not_a_sale", why });
  });

  it.each([
    [{ orderstateid: 55 }, "orderstateid"],
    [{ ordertypeid: 55 }, "ordertypeid"],
    [{ orderdate: null }, "orderdate"],
    [{ orderitems: [] }, "orderitems"],
    [{ orderitems: [product({ moneyitemtotal_net: null })] }, "orderitems.0.moneyitemtotal_net"],
    [
      {
        orderitems: [product(), discountRow("-400.00", "0.00")],
        ...totals("-240.00", "40.00", "-200.00"),
      },
      "orderitems",
    ],
  ])("and what cannot be read names its field: %o", (change, field) => {
    expect(read(closedOrder(change))).toMatchObject({ kind: "invalid", field });
  });
});
