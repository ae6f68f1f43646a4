import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { transaction } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  astrid,
  eventually,
  refused,
  send,
  basic,
  useGateway,
  voucherId,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();

const receiptPayload = z.looseObject({
  uniqueReceiptId: z.string(),
  totalGrossPrice: z.number(),
  currency: z.string(),
  storeExternalId: z.string(),
  items: z.array(
    z.looseObject({
      type: z.string(),
      sku: z.string(),
      quantity: z.number(),
      grossPaidPrice: z.number(),
    }),
  ),
});

/** What the CRM holds of one order; undefined as long as nothing came. */
const receiptOf = async (orderId: number, name = "demo") => {
  const { receipts } = await gateway.voyado(name).state();
  const found = receipts.filter(
    ({ uniqueReceiptId }) => uniqueReceiptId === `sitoo-90316-1-${orderId}`,
  );
  expect(found.length).toBeLessThan(2);
  return found[0] === undefined
    ? undefined
    : { ...found[0], payload: receiptPayload.parse(found[0].payload) };
};
const arrived = (orderId: number, name = "demo") =>
  eventually(() => receiptOf(orderId, name), `receipt of order ${orderId}`);
const posts = async (orderId: number, name = "demo") =>
  (await gateway.voyado(name).requests("/receipts")).filter(
    ({ method, body }) =>
      method === "POST" && JSON.stringify(body).includes(`"sitoo-90316-1-${orderId}"`),
  );
/** Longer than the queue and the journal take for an order that they have to do nothing for. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 3_000));
const taken = (reply: Awaited<ReturnType<typeof send>>) =>
  expect([reply.status, reply.text]).toEqual([200, ""]);
const deadLetters = async () => {
  const list = await gateway.admin("/tenants/demo/dead-letters");
  return z.object({ items: z.array(z.looseObject({ kind: z.string() })) }).parse(list.json).items;
};
const historyOf = async (id: string) =>
  accepted(await gateway.till()("GET", `/customers/${id}/transactions`), z.array(transaction));

describe("a closed order", () => {
  it("arrives in the CRM exactly once, however often its event and the post are repeated, and in the history; so does its return", async () => {
    const { id } = await addCustomer(gateway.voyado());
    const sale = await gateway
      .sitoo()
      .sell({ storeId: "300", customerId: id, items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }] });
    const orderId = sale.order.orderid;
    taken(await gateway.events([...sale.events, ...sale.events]));
    await Promise.all([1, 2, 3].map(async () => taken(await gateway.events(sale.events))));
    const receipt = await arrived(orderId);
    expect(receipt).toMatchObject({
      contactId: id,
      payload: { storeExternalId: "300", currency: "SEK" },
    });
    expect(receipt.payload.totalGrossPrice.toFixed(2)).toBe(sale.order.moneytotal_gross_all);
    // Another event of the same order, as Sitoo sends when staff mail the receipt.
    taken(
      await gateway.events(
        sale.events.map((event) => ({
          ...event,
          event_id: "later",
          data: { eshop_id: 1, order_id: orderId, order_event_type: "email-receipt" },
        })),
      ),
    );

    const back = await gateway
      .sitoo()
      .sell({ refundOf: orderId, items: [{ sku: "S3", quantity: 1 }] });
    taken(await gateway.events(back.events));
    taken(await gateway.events(back.events));
    const returned = await arrived(back.order.orderid);
    expect(returned.payload.totalGrossPrice.toFixed(2)).toBe(back.order.moneytotal_gross_all);
    expect(returned.payload.items).toMatchObject([{ type: "RETURN", sku: "S3", quantity: -1 }]);

    await settled();
    for (const order of [orderId, back.order.orderid]) {
      expect(await posts(order)).toHaveLength(1);
      expect((await receiptOf(order))?.repeats).toEqual([]);
    }
    const [newest, older, ...more] = await historyOf(id);
    expect(more).toEqual([]);
    const entries = [newest, older].toSorted((a, b) => Number(b?.total) - Number(a?.total));
    expect(entries).toMatchObject([
      {
        order_id: orderId,
        eshop_id: 1,
        total: sale.order.moneytotal_gross_all,
        store_name: "Harbour",
      },
      { order_id: back.order.orderid, eshop_id: 1, total: back.order.moneytotal_gross_all },
    ]);
    expect(entries[1]?.items).toMatchObject([{ sku: "S3", quantity: -1 }]);
  });

  it("is posted on the bare tenant address as well, and in the older spelling", async () => {
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "T4" }] });
    const older = sale.events.map((event) => ({
      ...event,
      data: { eshop_id: 1, order_id: sale.order.orderid, order_event_type: "closed" },
    }));
    taken(await gateway.events(older, undefined, ""));
    await arrived(sale.order.orderid);
  });

  it("whose delivery had no clear answer is one receipt", async () => {
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "J2" }] });
    await gateway
      .voyado()
      .fault(
        { type: "applied_then_status", status: 504 },
        { path: "/receipts", method: "POST" },
        1,
      );
    taken(await gateway.events(sale.events));
    const receipt = await arrived(sale.order.orderid);
    expect(receipt.contactId).toBe(astrid);
  });

  it("with a bonus check is what was paid after it", async () => {
    const sale = await gateway.sitoo().sell({
      customerId: astrid,
      items: [{ sku: "A1" }, { sku: "C5" }],
      bonusCheckIds: [voucherId(1)],
      orderDiscount: "33.33",
    });
    taken(await gateway.events(sale.events));
    const { payload } = await arrived(sale.order.orderid);
    expect(payload.totalGrossPrice.toFixed(2)).toBe(sale.order.moneytotal_gross_all);
  });

  it("with a gift card earns points for the rest of it alone", async () => {
    const { id } = await addCustomer(gateway.voyado());
    const sale = await gateway
      .sitoo()
      .sell({ customerId: id, items: [{ sku: "GC" }, { sku: "S3" }], payment: "swish" });
    taken(await gateway.events(sale.events));
    const { payload } = await arrived(sale.order.orderid);
    expect(payload.totalGrossPrice.toFixed(2)).toBe(sale.order.moneytotal_gross_all);
    const [card, socks] = payload.items;
    expect([card?.["awardsBonus"], socks]).toEqual([
      false,
      expect.not.objectContaining({ awardsBonus: expect.anything() }),
    ]);
    // The import gives them.
    await historyOf(id);
    const { contacts } = await gateway.voyado().state();
    expect(contacts.find((contact) => contact.id === id)?.["points"]).toBe(
      Math.floor(socks?.grossPaidPrice ?? 0),
    );
  });

  it("of a buyer whom the CRM does not know makes the customer, once", async () => {
    const email = "anonym-kund@example.com";
    const sales = [];
    for (const sku of ["S3", "T4"])
      sales.push(
        await gateway
          .sitoo()
          .sell({ email, nameFirst: "Anna", nameLast: "Exempel", items: [{ sku }] }),
      );
    taken(await gateway.events(sales.flatMap(({ events }) => events)));
    const receipts = await Promise.all(sales.map(({ order }) => arrived(order.orderid)));
    expect(new Set(receipts.map(({ contactId }) => contactId)).size).toBe(1);
    const { contacts } = await gateway.voyado().state();
    expect(contacts.filter(({ attributes }) => attributes.email === email)).toHaveLength(1);
  });
});

describe("what is no sale", () => {
  it("an order that is parked, cancelled or open is not brought", async () => {
    const sales = [];
    for (const state of ["parked", "cancelled", "open"])
      sales.push(await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "S3" }], state }));
    taken(await gateway.events(sales.flatMap(({ events }) => events)));
    await settled();
    for (const { order } of sales) expect(await posts(order.orderid)).toEqual([]);
  });
});

describe("a batch", () => {
  it("with bad elements is taken: good ones are brought, bad ones wait for a person", async () => {
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "BAG" }] });
    const before = (await deadLetters()).length;
    const [good] = sale.events;
    taken(
      await gateway.events([
        "nonsense",
        null,
        5,
        { event_type: "order" },
        { ...good, account_id: 1500 },
        good,
      ]),
    );
    await arrived(sale.order.orderid);
    const after = await deadLetters();
    expect(after.length).toBe(before + 5);
    expect(after.map(({ kind }) => kind)).toContain("event_not_ours");
  });

  it("of more than ten, with types that nobody reads, is taken", async () => {
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "B6" }] });
    const others = [
      "booking",
      "shipment",
      "shipment-v3",
      "warehouse-transaction",
      "z-report",
      "store-z-report",
      "order-delivery",
      "tomorrow",
    ];
    const noise = others.map((event_type, n) => ({
      event_id: `n${n}`,
      event_type,
      event_date: 1_700_000_000,
      account_id: 90316,
      data: { eshop_id: 1, order_id: 999_000 + n, order_event_type: "add" },
    }));
    taken(await gateway.events([...noise, ...noise, ...sale.events]));
    await arrived(sale.order.orderid);
  });

  it("with an order that Sitoo does not have is taken, and the order asked for again", async () => {
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "BAG" }] });
    const [good] = sale.events;
    const gone = { eshop_id: 1, order_id: 888_001, order_event_type: "add" };
    taken(await gateway.events([{ ...good, event_id: "gone-1", data: gone }, good]));
    await arrived(sale.order.orderid);
    const journal = z.looseObject({
      state: z.string(),
      note: z.string(),
      hops: z.array(z.looseObject({ hop: z.string(), status: z.string() })),
    });
    const trace = await eventually(async () => {
      const reply = await gateway.admin("/tenants/demo/orders/90316/1/888001");
      const read = journal.safeParse(reply.json);
      return read.success && read.data.hops.length > 0 && read.data;
    }, "a journal of the order that is gone");
    expect(trace).toMatchObject({
      state: "open",
      note: "Sitoo has no such order",
      hops: [{ hop: "read_order", status: "young" }],
    });
  });

  it("with one id on two events brings both orders", async () => {
    const sitoo = gateway.sitoo();
    const one = await sitoo.sell({ customerId: astrid, items: [{ sku: "BAG" }] });
    const two = await sitoo.sell({ customerId: astrid, items: [{ sku: "BAG" }] });
    const [first] = one.events;
    taken(
      await gateway.events([
        first,
        first,
        ...two.events.map((event) => ({ ...event, event_id: first?.event_id })),
      ]),
    );
    await arrived(one.order.orderid);
    await arrived(two.order.orderid);
  });

  it("that is empty is taken", async () => taken(await gateway.events([])));

  it("is answered at once although the CRM hangs, and brought when it is back", async () => {
    await gateway.voyado().fault({ type: "hang", ms: 3_000 }, { path: "/receipts" }, 1);
    const sale = await gateway.sitoo().sell({ customerId: astrid, items: [{ sku: "S3" }] });
    const reply = await gateway.events(sale.events);
    taken(reply);
    expect(reply.ms).toBeLessThan(1_500);
    await arrived(sale.order.orderid);
  });
});

describe("what is refused", () => {
  it.each(["", "{}", "null", "[", "42", '{"event_id":"x"}'])(
    "a body that is no array is 400: %j",
    async (body) => {
      refused(await gateway.events(body), 400);
    },
  );

  it("a body over 1 MiB is 400", async () => {
    refused(await gateway.events(`["${"x".repeat(1_100_000)}"]`), 400);
  });

  it("the credential is asked for before a body is looked at", async () => {
    const { url } = gateway.running().gateway;
    const body = `["${"x".repeat(1_100_000)}"]`;
    refused(await send(`${url}/demo/events`, { method: "POST", body }), 401);
  });

  it("wrong or missing credentials are 401 and ask for Basic; the till's own do not open it", async () => {
    const { gateway: server, demo } = gateway.running();
    for (const authorization of [undefined, basic("events:x"), basic(demo.spi), "Basic"]) {
      const reply = await send(`${server.url}/demo/events`, {
        method: "POST",
        body: "[]",
        ...(authorization === undefined ? {} : { headers: { Authorization: authorization } }),
      });
      refused(reply, 401);
      expect(reply.headers.get("www-authenticate")).toMatch(/^Basic realm="/);
    }
  });

  it("an unknown tenant is 404", async () => {
    refused(
      await gateway.events([], {
        name: "no-such-tenant",
        spi: "",
        events: gateway.running().demo.events,
      }),
      404,
    );
  });
});

describe("money", () => {
  const inCurrency = (name: string, currency: string): Promise<Onboarded> =>
    gateway.onboard(name, {
      market: { currency },
      voyado: { currency_code: currency, exchange_rates: { [currency]: "2.5" } },
    });

  it.each([
    ["yen", "JPY", 0],
    ["krona", "SEK", 2],
    ["dinar", "KWD", 3],
  ])(
    "in %s: the lines of every receipt add up to its total, and that to the order's",
    async (name, currency, digits) => {
      const tenant = await inCurrency(name, currency);
      const unit = 10 ** digits;
      const price = fc
        .integer({ min: 1, max: 99_999 })
        .map((minor) => (minor / unit).toFixed(digits));
      const item = fc
        .record({
          sku: fc.constantFrom("X1", "X2", "X3"),
          quantity: fc.integer({ min: 1, max: 7 }),
          price,
          vat: fc.constantFrom(0, 6, 12, 25),
          part: fc.integer({ min: 0, max: 90 }),
        })
        .map(({ part, ...row }) => ({
          ...row,
          ...(part > 60 ? { discount: ((Number(row.price) * part) / 200).toFixed(digits) } : {}),
        }));
      const sale = fc
        .record({
          items: fc.array(item, { minLength: 1, maxLength: 6 }),
          percent: fc.integer({ min: 0, max: 40 }),
        })
        .map(({ items, percent }) => ({
          customerId: astrid,
          currency,
          items,
          ...(percent > 20 ? { promotions: [{ id: "p", percent }] } : {}),
        }));
      const sales = fc.sample(sale, { numRuns: 20, seed: 20_261_123 });
      const orders = [];
      for (const one of sales) orders.push(await gateway.sitoo(name).sell(one));
      for (let from = 0; from < orders.length; from += 10)
        taken(
          await gateway.events(
            orders.slice(from, from + 10).flatMap(({ events }) => events),
            tenant,
          ),
        );
      await eventually(
        async () =>
          (await gateway.voyado(name).state()).receipts.filter(({ uniqueReceiptId }) =>
            uniqueReceiptId.startsWith("sitoo-"),
          ).length >= orders.length,
        `${orders.length} receipts in ${currency}`,
        25_000,
      );
      for (const [index, { order }] of orders.entries()) {
        const { payload } = await arrived(order.orderid, name);
        const minor = (amount: number): number => Math.round(amount * unit);
        const lines = payload.items.reduce((sum, line) => sum + minor(line.grossPaidPrice), 0);
        expect(lines, JSON.stringify(sales[index])).toBe(minor(payload.totalGrossPrice));
        expect(payload.totalGrossPrice.toFixed(digits), JSON.stringify(sales[index])).toBe(
          Number(order.moneytotal_gross_all).toFixed(digits),
        );
      }
    },
  );
});
