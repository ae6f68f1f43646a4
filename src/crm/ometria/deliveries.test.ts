import { describe, expect, it } from "vitest";
import type { Sale } from "../../model/sale.ts";
import { takenBack } from "../../model/taken_back.ts";
import {
  absent,
  type Answer,
  call,
  holding,
  now,
  ometria,
  ourId,
  profileBody,
  profileId,
  sale,
  type Sent,
  taken,
} from "./ometria_fixture.ts";

const one = (given: Sale, customerId?: string, again?: boolean) => [
  { sale: given, customerId, ...(again === undefined ? {} : { again }) },
];
const order = (orderId: number, changed: Partial<Sale> = {}): Sale =>
  sale({ ...changed, order: { account: 90316, site: 1, orderId } });
const back = (
  orderId: number,
  of: number,
  quantity = "1",
  at = "2030-01-31T10:30:00+01:00",
): Sale =>
  order(orderId, {
    at,
    returnOf: { account: 90316, site: 1, orderId: of },
    lines: sale().lines.map((line) => ({
      ...line,
      kind: "return",
      quantity,
      paid: 10_000 * Number(quantity),
      tax: 2_000 * Number(quantity),
      discount: 0,
    })),
    linesTotal: -10_000 * Number(quantity),
    grandTotal: -10_000 * Number(quantity),
  });

/** Keeps what is pushed, as Ometria does once it has worked it off. */
const store = () => {
  const orders = new Map<string, object>();
  const respond = ({ method, path, body }: Sent): Answer => {
    if (method === "POST") {
      for (const record of body as { id: string; "@type": string }[])
        if (record["@type"] === "order") orders.set(record.id, record);
      return taken;
    }
    const found = orders.get(path.replace("/orders/", ""));
    return found === undefined ? absent : { json: found };
  };
  return { orders, respond };
};

describe("a sale", () => {
  it("is an order under the namespace, by SKU, with amounts that add up", async () => {
    const { crm, pushed, sent } = ometria(() => taken);
    expect(await crm.deliver(one(sale(), ourId), call)).toEqual([{ kind: "delivered" }]);
    expect(pushed()).toEqual([
      {
        "@type": "order",
        id: "pos-4711",
        timestamp: "2030-01-31T09:30:00.000Z",
        status: "complete",
        is_valid: true,
        currency: "SEK",
        grand_total: 200,
        subtotal: 200,
        discount: -40,
        tax: 40,
        shipping: 0,
        channel: "store",
        store: "200",
        payment_method: "Card",
        customer: { id: ourId },
        lineitems: [
          {
            product_id: "A1",
            sku: "A1",
            quantity: 2,
            unit_price: 100,
            subtotal: 200,
            discount: -40,
            tax: 40,
            total: 200,
            properties: { name: "Shirt" },
          },
        ],
        properties: { receipt_id: "R-1" },
      },
    ]);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["by Sitoo's product id", { productId: "productid" }, {}, "77", "pos-4711"],
    ["without a namespace", { namespace: undefined }, {}, "A1", "sitoo-4711"],
    ["with the namespace on products, too", {}, { namespaceProducts: true }, "pos-A1", "pos-4711"],
  ] as const)("%s", async (_, delivery, settings, product, id) => {
    const { crm, pushed } = ometria(() => taken, { delivery, settings });
    await crm.deliver(one(sale()), call);
    expect(pushed()).toMatchObject([{ id, lineitems: [{ product_id: product }] }]);
  });

  it("of an e-mail address alone brings a contact of its own, opted in by the file and only of late", async () => {
    const customer = { email: "Frans@example.com", phone: "+46701740618", nameFirst: "Frans" };
    for (const [optInContacts, at, optsIn] of [
      [false, sale().at, false],
      [true, sale().at, true],
      [true, "2029-12-31T10:30:00+01:00", false],
    ] as const) {
      const { crm, sent } = ometria(() => taken, { delivery: { optInContacts } });
      await crm.deliver(one(sale({ customer, at })), call);
      const [contacts, orders] = sent.map(({ body }) => body as object[]);
      expect(orders).toMatchObject([
        { "@type": "order", customer: { email: "Frans@example.com" } },
      ]);
      expect(contacts).toEqual([
        {
          "@type": "contact",
          "@collection": "sitoo_pos",
          "@merge": true,
          id: expect.stringMatching(/^buyer-[0-9a-f]{32}$/) as unknown,
          email: "Frans@example.com",
          phone_number: "+46701740618",
          firstname: "Frans",
          ...(optsIn
            ? {
                marketing_optin: "EXPLICITLY_OPTEDIN",
                timestamp_subscribed: new Date(at).toISOString(),
              }
            : {}),
        },
      ]);
    }
  });

  it("of a till's customer undoes no choice of theirs: no contact goes with it", async () => {
    const { crm, pushed } = ometria(() => taken, { delivery: { optInContacts: true } });
    await crm.deliver(one(sale({ customer: { email: "a@example.com" } }), ourId), call);
    expect(pushed().map((record) => record["@type"])).toEqual(["order"]);
  });

  it("of a profile that no till has written to joins it, and makes no second one", async () => {
    const { crm, pushed } = ometria(holding(undefined, profileBody({ customer_id: "web-1" })));
    await crm.deliver(one(sale(), profileId), call);
    expect(pushed()).toMatchObject([
      { "@type": "contact", id: profileId, customer_id: "web-1", email: "astrid@example.com" },
      { "@type": "order", customer: { id: "web-1" } },
    ]);
  });

  it("with US sales tax outside its lines counts it as tax, elsewhere as rounding", async () => {
    for (const [country, expected] of [
      ["US", { tax: 41 }],
      ["SE", { tax: 40, properties: { rounding: 1 } }],
    ] as const) {
      const { crm, pushed } = ometria(() => taken, { country });
      await crm.deliver(one(sale({ grandTotal: 20_100 })), call);
      expect(pushed()).toMatchObject([{ grand_total: 201, ...expected }]);
    }
  });
});

describe("what comes back", () => {
  it("is told with the purchase, whole, and told again is one return", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    await crm.deliver(one(sale()), call);
    for (const _ of [1, 2])
      expect(await crm.deliver(one(back(4712, 4711)), call)).toEqual([{ kind: "delivered" }]);
    expect([...orders.keys()]).toEqual(["pos-4711"]);
    expect(orders.get("pos-4711")).toMatchObject({
      status: "partially_refunded",
      is_valid: true,
      grand_total: 200,
      lineitems: [{ quantity: 2, quantity_refunded: 1, refunded: 100 }],
    });
    await crm.deliver(one(back(4713, 4711)), call);
    expect(orders.get("pos-4711")).toMatchObject({
      status: "refunded",
      is_valid: false,
      lineitems: [{ quantity_refunded: 2, refunded: 200 }],
    });
    // A change of the purchase keeps what came back of it.
    await crm.deliver(one(sale({ customer: { email: "a@example.com" } }), undefined, true), call);
    expect(orders.get("pos-4711")).toMatchObject({
      status: "refunded",
      customer: { email: "a@example.com" },
    });
  });

  it("finds its purchase in the very push", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    const sales = [sale(), back(4712, 4711), back(4713, 4711)].map((given) => ({
      sale: given,
      customerId: undefined,
    }));
    expect(await crm.deliver(sales, call)).toEqual(sales.map(() => ({ kind: "delivered" })));
    expect(orders.get("pos-4711")).toMatchObject({ status: "refunded" });
    expect(orders.size).toBe(1);
  });

  it("with something bought is an order of what was bought", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    await crm.deliver(one(sale()), call);
    const given = back(4712, 4711);
    const exchange = {
      ...given,
      lines: [...given.lines, ...sale().lines],
      linesTotal: 10_000,
      grandTotal: 10_000,
    };
    await crm.deliver(one(exchange), call);
    expect(orders.get("pos-4711")).toMatchObject({ status: "partially_refunded" });
    expect(orders.get("pos-4712")).toMatchObject({
      grand_total: 200,
      lineitems: [{ quantity: 2 }],
    });
  });

  it("of an unknown purchase waits for it at first, then is an order of less than nothing, or none", async () => {
    const { orders, respond } = store();
    const soon = new Date(now - 60_000).toISOString();
    expect(
      await ometria(respond).crm.deliver(one(back(4712, 4711, "1", soon)), call),
    ).toMatchObject([{ kind: "retry", failure: { kind: "being_created" } }]);
    const later = back(4712, 4711, "1", "2030-01-30T10:00:00Z");
    const { crm } = ometria(respond, { settings: { unknownReturns: "skip" } });
    expect(await crm.deliver(one(later), call)).toMatchObject([
      { kind: "delivered", note: expect.stringContaining("not sent") as unknown },
    ]);
    expect(orders.size).toBe(0);
    const delivering = ometria(respond).crm;
    await delivering.deliver(one(later), call);
    expect(orders.get("pos-4712")).toMatchObject({
      grand_total: -100,
      is_valid: true,
      lineitems: [{ quantity: -1, unit_price: 80, total: -100 }],
    });
    // The purchase shows up: the return stays what it was told as, and counts once.
    await delivering.deliver(one(sale()), call);
    await delivering.deliver(one(later), call);
    expect(orders.get("pos-4711")).toMatchObject({ status: "complete" });
  });

  it("of more than was bought is an order of its own", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    await crm.deliver([...one(sale()), ...one(back(4712, 4711, "3"))], call);
    expect(orders.get("pos-4711")).toMatchObject({ status: "complete" });
    expect(orders.get("pos-4712")).toMatchObject({ grand_total: -300 });
  });
});

describe("what is taken back", () => {
  it("is cancelled under its own id, and counts again under it", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    await crm.deliver(one(sale(), ourId), call);
    const id = sale().id;
    await crm.deliver(one(takenBack(sale(), `${id}-cancelled`), ourId), call);
    expect([...orders]).toMatchObject([
      ["pos-4711", { status: "cancelled", is_valid: false, grand_total: 200 }],
    ]);
    // A repair names nobody whom only the order's e-mail named.
    const bought = { id: "pos-4711", customer: { email: "a@example.com" } };
    orders.set("pos-4711", { ...orders.get("pos-4711"), ...bought });
    await crm.deliver(one({ ...sale(), id: `${id}-r2` }), call);
    expect([...orders]).toMatchObject([["pos-4711", bought]]);
    await crm.deliver(one({ ...sale(), id: `${id}-r2` }, ourId), call);
    expect([...orders]).toMatchObject([["pos-4711", { customer: { id: ourId } }]]);
    expect([...orders]).toMatchObject([["pos-4711", { status: "complete", is_valid: true }]]);
  });
});

describe("a return that is taken back", () => {
  it("comes off its purchase again, once", async () => {
    const { orders, respond } = store();
    const { crm } = ometria(respond);
    await crm.deliver(one(sale()), call);
    const untouched = orders.get("pos-4711");
    const given = back(4712, 4711);
    await crm.deliver(one(given), call);
    await crm.deliver(one(back(4713, 4711)), call);
    const undo = takenBack(given, `${given.id}-cancelled`);
    await crm.deliver(one(undo), call);
    await crm.deliver(one(takenBack(back(4713, 4711), `${back(4713, 4711).id}-cancelled`)), call);
    expect(orders.get("pos-4711")).toEqual(untouched);
    await crm.deliver(one({ ...given, id: `${given.id}-r2` }), call);
    expect(orders.get("pos-4711")).toMatchObject({ status: "partially_refunded" });
    expect([...orders.keys()]).toEqual(["pos-4711"]);
  });
});

describe("a push", () => {
  const three = [1, 2, 3].map((orderId) => ({ sale: order(orderId), customerId: undefined }));

  it.each<[string, (bad: boolean) => Answer]>([
    [
      "a refusal of all",
      (bad) => (bad ? { status: 400, text: "Payload invalid: Record is too large." } : taken),
    ],
    ["a count of the rejected", (bad) => (bad ? { json: { accepted: 2, rejected: 1 } } : taken)],
  ])("with one bad record finds it by %s, and brings the others", async (_, answer) => {
    const { crm } = ometria(({ body }) =>
      answer((body as { id: string }[]).some(({ id }) => id === "pos-2")),
    );
    expect(await crm.deliver(three, call)).toMatchObject([
      { kind: "delivered" },
      { kind: "refused", reason: expect.stringContaining("ometria POST /push") as unknown },
      { kind: "delivered" },
    ]);
  });

  it.each<[Answer, object]>([
    [{ status: 429, text: "" }, { kind: "rate_limited" }],
    [
      { status: 503, text: "" },
      { kind: "unavailable", sent: true },
    ],
    [{ status: 403, text: "" }, { kind: "set_up_fault" }],
    [{ kind: "timed_out", sent: true }, { kind: "timed_out" }],
    [{ text: "<html>" }, { kind: "unreadable" }],
  ])("that is answered %j is made again", async (answer, failure) => {
    const { crm } = ometria(() => answer);
    expect(await crm.deliver(three, call)).toMatchObject(
      three.map(() => ({ kind: "retry", failure })),
    );
  });

  it("slows down as the queue fills up", async () => {
    for (const [left, pauses] of [
      [50_000, []],
      [10_000, []],
      [5_000, [2_000]],
      [0, [4_000]],
    ] as const) {
      const headers = { "X-QueueSize-Limit": "50000", "X-QueueSize-Remaining": String(left) };
      const { crm, paused } = ometria(() => ({ status: 202, json: {}, headers }));
      await crm.deliver(one(sale()), call);
      expect(paused).toEqual(pauses);
    }
  });
});
