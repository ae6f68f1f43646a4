import { Big } from "big.js";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Calls, callsOf, type Sandbox, startSandbox } from "./harness.ts";

// contracts/sitoo.md §5, §4.2, §2.7.
let sandbox: Sandbox;
let instance = 0;
let seeded: Calls;
beforeAll(async () => {
  sandbox = await startSandbox();
  seeded = callsOf(sandbox, "seeded");
});
afterAll(() => sandbox.close());

function fresh(): Calls {
  instance += 1;
  return callsOf(sandbox, `sitoo-${instance}`);
}

interface Item {
  orderitemtype: number;
  sku: string;
  quantity: number;
  vatvalue: number;
  moneynetpriceperunit: string;
  moneyoriginalprice: string | null;
  moneydiscount: string | null;
  moneyitemtotal_net: string;
  moneyitemtotal_vat: string;
  salestaxes: { moneytax: string }[];
  additionaldata: Record<string, string>;
}
interface Order {
  orderid: number;
  creditorderid: number | null;
  orderstateid: number;
  ordertypeid: number;
  currencycode: string;
  moneytotal_net: string;
  moneytotal_vat: string;
  moneyfinal_salestax: string;
  moneytotal_gross_roundoff: string;
  moneytotal_gross_all: string;
  orderitems: Item[];
  payments: { moneyamount: string; additionaldata: Record<string, string> }[];
  additionaldata: Record<string, string>;
}
interface Sold {
  order: Order;
  refund?: Order;
  events: { event_id: string; account_id: number; data: Record<string, unknown> }[];
}
type List<T> = { totalcount: number; items: T[] };

const sell = async (calls: Calls, body: unknown): Promise<Sold> => {
  const answer = await calls.controlSitoo("POST", "/sell", body);
  expect(answer.text).not.toContain('"error"');
  return answer.json<Sold>();
};
const ids = async (query: string): Promise<number[]> =>
  (await seeded.sitoo("GET", `/orders.json?num=100&fields=orderid&${query}`))
    .json<List<Order>>()
    .items.map(({ orderid }) => orderid);

describe("access", () => {
  test("wrong or missing credentials are 401", async () => {
    for (const authorization of [
      undefined,
      `Basic ${btoa("90316-1:wrong")}`,
      `Basic ${btoa("1-1:sandbox-sitoo-password")}`,
      "Bearer x",
    ]) {
      const answer = await seeded.sitoo("GET", "/orders.json", undefined, { authorization });
      expect([answer.status, answer.json()]).toEqual([
        401,
        { statuscode: 401, errortext: "Unauthorized" },
      ]);
    }
  });

  test("unknown site, order, resource, and a path without .json are 404", async () => {
    expect((await seeded.sitooAccount("GET", "/sites/2/orders.json")).json()).toMatchObject({
      statuscode: 404,
    });
    expect((await seeded.sitoo("GET", "/orders/1.json")).json()).toMatchObject({
      statuscode: 404,
      errortext: expect.any(String),
    });
    expect((await seeded.sitoo("GET", "/nothing.json")).status).toBe(404);
    expect((await seeded.sitoo("GET", "/orders")).status).toBe(404);
    expect((await seeded.sitoo("DELETE", "/orders/10001.json")).status).toBe(405);
  });

  test("a limit by profile answers 429 with the two headers", async () => {
    const calls = fresh();
    await calls.controlSitoo("POST", "/profile", { rateLimitPerSecond: 3 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => calls.sitoo("GET", "/settings.json")),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect(Number(refused?.headers.get("x-rate-limit-reset"))).toBeGreaterThan(Date.now() / 1000);
  });
});

describe("orders", () => {
  test("list: newest first, ten by default, fields", async () => {
    const all = (await seeded.sitoo("GET", "/orders.json")).json<List<Order>>();
    expect([all.totalcount, all.items.length, all.items[0]?.orderid]).toEqual([27, 10, 10027]);
    const few = (
      await seeded.sitoo(
        "GET",
        "/orders.json?sort=orderid&start=1&num=2&fields=orderid,currencycode",
      )
    ).json<List<Order>>();
    expect(few.items).toEqual([
      { orderid: 10002, currencycode: "SEK" },
      { orderid: 10003, currencycode: "SEK" },
    ]);
    const account = (await seeded.sitooAccount("GET", "/orders.json?eshopid[]=1&num=1")).json<
      List<Order>
    >();
    expect(account.totalcount).toBe(27);
  });

  test("every published filter", async () => {
    const first = (await seeded.sitoo("GET", "/orders/10001.json")).json<
      Order & { orderdate: number }
    >();
    expect(await ids("orderid[]=10001&orderid[]=10003")).toEqual([10003, 10001]);
    expect(await ids("orderid[0]=10001&orderid[1]=10003")).toEqual([10003, 10001]);
    expect(await ids(`receiptid=${first.additionaldata["pos-receiptid"]}&orderid[]=10002`)).toEqual(
      [10001],
    );
    expect(await ids("creditorderid=10001&orderid[]=10002")).toEqual([10006]);
    expect(await ids("orderidfrom=10002&orderidto=10004")).toEqual([10003, 10002]);
    expect(
      await ids(`orderdatefrom=${first.orderdate}&orderdateto=${first.orderdate + 1}`),
    ).toEqual([10001]);
    expect(await ids("orderstate[]=20")).toEqual([10022]);
    expect(await ids("ordertype[]=110")).toEqual([10019]);
    expect(await ids("paymentstate[]=0")).toEqual([10022, 10019]);
    expect(await ids("warehouseid[]=14")).toEqual([10015, 10014]);
    expect(await ids("email=Astrid@example.com")).toEqual([10023]);
    expect(await ids("externalid[]=WEB-7001")).toEqual([10024]);
    expect(await ids("eshopid[]=2")).toHaveLength(27);
  });

  test("a filter without [] is ignored, one that is no number is 400", async () => {
    expect(await ids("orderstate=20")).toHaveLength(27);
    expect((await seeded.sitoo("GET", "/orders.json?orderidfrom=x")).json()).toMatchObject({
      statuscode: 400,
    });
    expect((await seeded.sitoo("GET", "/orders.json?sort=orderdate")).status).toBe(400);
  });

  test("seeded orders add up: rows to totals, totals to payments", async () => {
    const { items } = (await seeded.sitoo("GET", "/orders.json?num=100")).json<List<Order>>();
    expect(new Set(items.map(({ currencycode }) => currencycode))).toEqual(
      new Set(["SEK", "NOK", "EUR", "USD"]),
    );
    for (const order of items) expectToAddUp(order);
  });

  test("money is text with two decimals, quantities are whole", async () => {
    const { order } = await sell(fresh(), { items: [{ sku: "S3", quantity: 3 }] });
    expect(order.moneytotal_gross_all).toBe("179.70");
    expect(
      Object.entries(order).filter(
        ([name, value]) => name.startsWith("money") && !/^-?\d+\.\d\d$/.test(String(value)),
      ),
    ).toEqual([]);
    expect(order.orderitems[0]?.quantity).toBe(3);
  });
});

function negated(money: string): string {
  return new Big(money).eq(0) ? money : new Big(money).times(-1).toFixed(2);
}

function expectToAddUp(order: Order): void {
  const total = (values: string[]): Big =>
    values.reduce((sum, value) => sum.plus(value), new Big(0));
  const net = total(order.orderitems.map((item) => item.moneyitemtotal_net));
  const vat = total(order.orderitems.map((item) => item.moneyitemtotal_vat));
  const tax = total(
    order.orderitems.flatMap((item) => item.salestaxes.map(({ moneytax }) => moneytax)),
  );
  expect([
    net.cmp(order.moneytotal_net),
    vat.cmp(order.moneytotal_vat),
    tax.cmp(order.moneyfinal_salestax),
  ]).toEqual([0, 0, 0]);
  expect(
    net.plus(vat).plus(tax).plus(order.moneytotal_gross_roundoff).cmp(order.moneytotal_gross_all),
  ).toBe(0);
  if (order.orderstateid === 10)
    expect(
      total(order.payments.map(({ moneyamount }) => moneyamount)).cmp(order.moneytotal_gross_all),
    ).toBe(0);
}

describe("sell", () => {
  test("the worked sample: row price 250 less 50, two pieces, 25 % VAT", async () => {
    const { order } = await sell(fresh(), {
      items: [{ sku: "X", quantity: 2, price: "125.00", discount: "50.00", vat: 25 }],
    });
    expect(order.orderitems[0]).toMatchObject({
      moneynetpriceperunit: "80.00",
      moneyoriginalprice: "100.00",
      moneydiscountedprice: "80.00",
      moneydiscount: "20.00",
      moneyitemtotal_net: "160.00",
      moneyitemtotal_vat: "40.00",
      additionaldata: { "orderitem-moneyrowdiscount": "50.00" },
    });
  });

  test("the till's keys, and the event that Sitoo posts", async () => {
    const calls = fresh();
    const { order, events } = await sell(calls, {
      storeId: "300",
      customerId: ASTRID,
      memberNumber: "10012",
      items: [{ sku: "A1" }],
    });
    expect(order.additionaldata).toMatchObject({
      "crm-customerid": ASTRID,
      "crm-membernumber": "10012",
      "store-externalid": "300",
      "pos-timezone": "Europe/Stockholm",
      "pos-receiptid": expect.stringMatching(/^SII\d+$/),
    });
    expect(events).toMatchObject([
      {
        event_type: "order",
        account_id: 90316,
        data: {
          eshop_id: 1,
          order_id: order.orderid,
          warehouse_id: 12,
          order_event_type: "update",
          order_state_changed: "closed",
        },
      },
    ]);
    expect(events[0]?.event_id).toMatch(/^[0-9a-f]{32}$/);
    expect((await calls.sitoo("GET", `/orders/${order.orderid}.json`)).json()).toEqual(order);
    await calls.controlSitoo("POST", "/profile", { crmKeys: "voyado" });
    expect(
      (await sell(calls, { customerId: ASTRID, items: [{ sku: "A1" }] })).order.additionaldata,
    ).toHaveProperty("voyado-contactid", ASTRID);
  });

  test("a promotion follows its row, a bonus check spreads over the VAT rates", async () => {
    const { order } = await sell(fresh(), {
      items: [{ sku: "A1", promotionId: "p-1" }, { sku: "B6" }],
      bonusCheckIds: [{ id: "b-1", amount: "50.00" }],
    });
    expect(order.orderitems.map(({ orderitemtype }) => orderitemtype)).toEqual([
      10, 20, 10, 20, 20,
    ]);
    expect(order.orderitems[1]).toMatchObject({
      moneyitemtotal_net: "-239.20",
      moneyitemtotal_vat: "-59.80",
      additionaldata: { "crm-promotionid": "p-1" },
    });
    expect(
      order.orderitems
        .slice(3)
        .map(({ additionaldata, vatvalue }) => [additionaldata["crm-bonuscheckid"], vatvalue]),
    ).toEqual([
      ["b-1", 25],
      ["b-1", 6],
    ]);
    expect(order.moneytotal_gross_all).toBe("2840.00");
    expectToAddUp(order);
  });

  test("a voucher stands on the discount rows of the order, or on the product's own row", async () => {
    const voucher = { voucherid: 4, vouchercode: "V4", vouchername: "Spring 100 off" };
    const { order } = await sell(fresh(), {
      items: [{ sku: "A1", discount: "100.00", voucher: { voucherid: 2 } }, { sku: "B6" }],
      orderDiscount: "50.00",
      voucher,
    });
    expect(order.orderitems).toMatchObject([
      { sku: "A1", voucherid: 2, vouchercode: "", moneyitemtotal_net: "2312.00" },
      { sku: "B6", voucherid: 0 },
      { orderitemtype: 20, ...voucher, vatvalue: 25 },
      { orderitemtype: 20, ...voucher, vatvalue: 6 },
    ]);
    expect(order.orderitems[0]?.additionaldata).not.toHaveProperty("reasoncode-manualdiscount");
    expect(order.moneytotal_gross_all).toBe("3039.00");
    expectToAddUp(order);
    const unknown = { items: [{ sku: "A1", voucher: { id: 4 } }] };
    expect((await fresh().controlSitoo("POST", "/sell", unknown)).status).toBe(400);
  });

  test("American sales tax is on top and outside of VAT", async () => {
    const { order } = await sell(fresh(), { storeId: "600", items: [{ sku: "A1" }] });
    expect(order).toMatchObject({
      currencycode: "USD",
      moneytotal_net: "299.00",
      moneytotal_vat: "0.00",
      moneyfinal_salestax: "26.54",
      moneytotal_gross_all: "325.54",
    });
  });

  test("currencies without and with three decimals; cash is rounded", async () => {
    const yen = (
      await sell(fresh(), { currency: "JPY", items: [{ sku: "A1", price: 1001, vat: 10 }] })
    ).order;
    expect([yen.moneytotal_net, yen.moneytotal_vat, yen.moneytotal_gross_all]).toEqual([
      "910.00",
      "91.00",
      "1001.00",
    ]);
    const dinar = (
      await sell(fresh(), { currency: "KWD", items: [{ sku: "A1", price: "1.251", vat: 5 }] })
    ).order;
    expect([dinar.moneytotal_net, dinar.moneytotal_vat]).toEqual(["1.191", "0.060"]);
    const cash = (await sell(fresh(), { payment: "cash", items: [{ sku: "S3" }] })).order;
    expect([cash.moneytotal_gross_roundoff, cash.moneytotal_gross_all]).toEqual(["0.10", "60.00"]);
  });

  test("a return of a part, of the rest, and of a US sale", async () => {
    const calls = fresh();
    const { order } = await sell(calls, {
      customerId: ASTRID,
      items: [{ sku: "S3", quantity: 3 }],
      orderDiscount: "10.00",
    });
    const part = (
      await sell(calls, { refundOf: order.orderid, items: [{ sku: "S3", quantity: 1 }] })
    ).order;
    const rest = (
      await sell(calls, { refundOf: order.orderid, items: [{ sku: "S3", quantity: 2 }] })
    ).order;
    expect(part).toMatchObject({
      creditorderid: order.orderid,
      additionaldata: {
        "crm-customerid": ASTRID,
        "pos-originalsales-orderid": String(order.orderid),
      },
    });
    expect(part.orderitems[0]).toMatchObject({
      quantity: -1,
      moneynetpriceperunit: "47.92",
      additionaldata: { "pos-originalsales-orderitemid": "0" },
    });
    expect(part.payments[0]?.moneyamount).toBe(part.moneytotal_gross_all);
    for (const one of [part, rest]) expectToAddUp(one);
    expect(
      new Big(part.moneytotal_gross_all)
        .plus(rest.moneytotal_gross_all)
        .plus(order.moneytotal_gross_all)
        .abs()
        .lte("0.03"),
    ).toBe(true);
    expect(
      (
        await calls.controlSitoo("POST", "/sell", {
          refundOf: order.orderid,
          items: [{ sku: "S3", quantity: 4 }],
        })
      ).status,
    ).toBe(400);
    const american = await sell(calls, { storeId: "600", items: [{ sku: "A1" }] });
    expect(
      (await sell(calls, { refundOf: american.order.orderid })).order.moneytotal_gross_all,
    ).toBe("-325.54");
  });

  test("an exchange is two orders that point to each other, settled by a virtual payment", async () => {
    const calls = fresh();
    const bought = await sell(calls, { customerId: ASTRID, items: [{ sku: "T4" }] });
    const { refund, order, events } = await sell(calls, {
      refundOf: bought.order.orderid,
      newItems: [{ sku: "J2" }],
    });
    expect(refund?.additionaldata["pos-refundsales-orderid"]).toBe(String(order.orderid));
    expect(order.additionaldata).toMatchObject({
      "pos-refund-orderid": String(refund?.orderid),
      "crm-customerid": ASTRID,
    });
    expect(refund?.payments).toMatchObject([
      { moneyamount: "-249.00", additionaldata: { "virtual-payment": "true" } },
    ]);
    expect(order.payments).toMatchObject([
      { moneyamount: "249.00", additionaldata: { "virtual-payment": "true" } },
      { moneyamount: "650.00" },
    ]);
    expect(events).toHaveLength(2);
  });

  test("what cannot be sold is said", async () => {
    for (const body of [
      { items: [] },
      { storeId: "999", items: [{ sku: "A1" }] },
      { items: [{ sku: "unknown" }] },
      { refundOf: 1 },
      { nonsense: 1 },
    ]) {
      const answer = await seeded.controlSitoo("POST", "/sell", body);
      expect([answer.status, answer.json<{ error: string }>().error.length > 0]).toEqual([
        400,
        true,
      ]);
    }
  });

  test("any sale adds up, and its full return takes back exactly the same", async () => {
    const calls = fresh();
    const item = fc.record({
      sku: fc.constantFrom("A1", "J2", "S3", "T4", "C5", "B6"),
      quantity: fc.integer({ min: 1, max: 7 }),
      price: fc
        .integer({ min: 100, max: 500_000 })
        .map((minor) => new Big(minor).div(100).toFixed(2)),
      vat: fc.constantFrom(0, 6, 12, 14, 15, 25, 25.5),
      promotionId: fc.constant("p"),
      promotionPercent: fc.integer({ min: 0, max: 100 }),
    });
    const sale = fc.record({
      storeId: fc.constantFrom("200", "400", "500", "600"),
      items: fc.array(item, { minLength: 1, maxLength: 4 }),
      orderDiscount: fc.constantFrom("0", "0.01", "0.99"),
      payment: fc.constantFrom("card", "swish"),
    });
    await fc.assert(
      fc.asyncProperty(sale, async (body) => {
        const { order } = await sell(calls, body);
        expectToAddUp(order);
        const back = (await sell(calls, { refundOf: order.orderid })).order;
        expectToAddUp(back);
        expect(
          [back.moneytotal_net, back.moneytotal_vat, back.moneyfinal_salestax].map(negated),
        ).toEqual([order.moneytotal_net, order.moneytotal_vat, order.moneyfinal_salestax]);
      }),
      {
        numRuns: 40,
        examples: [
          [
            {
              storeId: "200",
              items: [
                {
                  sku: "A1",
                  quantity: 1,
                  price: "1.00",
                  vat: 0,
                  promotionId: "p",
                  promotionPercent: 100,
                },
              ],
              orderDiscount: "0.01",
              payment: "card",
            },
          ],
        ],
      },
    );
  });
});

describe("other resources", () => {
  test("list and read", async () => {
    const stores = (await seeded.sitoo("GET", "/stores.json")).json<
      List<{ storeid: number; externalid: string; countryid: string }>
    >();
    expect(stores.totalcount).toBe(5);
    expect(stores.items[0]).toMatchObject({ storeid: 1, externalid: "200", countryid: "se" });
    expect((await seeded.sitoo("GET", "/stores/1.json")).json()).toMatchObject({ name: "City" });
    expect((await seeded.sitoo("GET", "/warehouses/11.json")).json()).toMatchObject({ storeid: 1 });
    const registers = (await seeded.sitoo("GET", "/cashregisters.json?fields=registerid")).json<
      List<{ registerid: string }>
    >();
    expect(registers.totalcount).toBe(6);
    expect(
      (
        await seeded.sitoo(
          "GET",
          `/cashregisters/${encodeURIComponent(registers.items[0]?.registerid ?? "")}.json`,
        )
      ).status,
    ).toBe(200);
    expect(
      (await seeded.sitoo("GET", "/vouchers.json"))
        .json<List<{ voucherpassword: string }>>()
        .items.map(({ voucherpassword }) => voucherpassword),
    ).toEqual(["member", "staff", "member_pricelist", "spring_member"]);
    expect((await seeded.sitoo("GET", "/settings.json")).json()).toMatchObject({
      eshopid: 1,
      currencycode: "SEK",
      timezone: "Europe/Stockholm",
    });
    expect((await seeded.sitoo("GET", "/stores/99.json")).status).toBe(404);
  });

  test("users: default fields and filters", async () => {
    const { items } = (await seeded.sitoo("GET", "/users.json?mobile=%2B46701740630")).json<
      List<Record<string, unknown>>
    >();
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0] ?? {})).toEqual([
      "userid",
      "email",
      "namefirst",
      "namelast",
      "company",
      "datecreated",
      "datemodified",
    ]);
    const id = encodeURIComponent(String(items[0]?.["userid"]));
    expect((await seeded.sitoo("GET", `/users/${id}.json`)).json()).toMatchObject({
      voucherpasswords: ["member"],
    });
  });
});

describe("putting orders in", () => {
  test("one, many, and a change", async () => {
    const calls = fresh();
    const { orderid } = (
      await calls.controlSitoo("POST", "/orders", { email: "kim@example.org" })
    ).json<{
      orderid: number;
    }>();
    expect(orderid).toBe(10028);
    expect((await calls.sitoo("GET", `/orders/${orderid}.json`)).json()).toMatchObject({
      orderid,
      orderstateid: 10,
      currencycode: "SEK",
    });
    await calls.controlSitoo("PATCH", `/orders/${orderid}`, {
      orderstateid: 20,
      additionaldata: { "crm-customerid": ASTRID },
    });
    expect(
      (await calls.sitoo("GET", "/orders.json?orderstate[]=20&fields=orderid")).json<List<Order>>()
        .items,
    ).toEqual([{ orderid }, { orderid: 10022 }]);
  });

  test("ten thousand orders, read back by walking orderidfrom", async () => {
    const calls = fresh();
    const batch = (from: number) =>
      Array.from({ length: 5000 }, (_, index) => ({
        orderid: from + index,
        additionaldata: { "crm-customerid": ASTRID },
      }));
    for (const from of [20_000, 25_000])
      expect((await calls.controlSitoo("POST", "/orders", batch(from))).status).toBe(200);
    let [next, seen] = [20_000, 0];
    for (;;) {
      const { items } = (
        await calls.sitoo(
          "GET",
          `/orders.json?sort=orderid&num=5000&orderidfrom=${next}&fields=orderid`,
        )
      ).json<List<Order>>();
      if (items.length === 0) break;
      seen += items.length;
      next = (items.at(-1)?.orderid ?? 0) + 1;
      // The largest page is clamped (assumed).
      expect(items.length).toBeLessThanOrEqual(1000);
    }
    expect(seen).toBe(10_000);
  });
});
