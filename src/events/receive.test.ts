import { describe, expect, it } from "vitest";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { type OrderMessage, orderMessage } from "../orders/order_message.ts";
import { receiveEvents } from "./receive.ts";

const tenant = tenantWith([channel("voyado")]);
const receivedAt = 1_782_900_400_000;

const event = (change: object = {}, data: object = {}) => ({
  event_id: "5e9f0000000000000000000000000001",
  event_type: "order",
  event_date: 1782900309,
  account_id: 90316,
  data: {
    eshop_id: 1,
    order_id: 4711,
    order_event_type: "update",
    order_state_changed: "closed",
    ...data,
  },
  ...change,
});

const receive = async (
  body: unknown,
  answers: { queue?: () => Promise<boolean>; letters?: () => Promise<boolean> } = {},
) => {
  const batches: (readonly OrderMessage[])[] = [];
  const letters: DeadLetter[] = [];
  const received = await receiveEvents(
    { tenant, body: typeof body === "string" ? body : JSON.stringify(body), receivedAt },
    {
      enqueue: async (messages) => {
        batches.push(messages);
        return answers.queue === undefined || answers.queue();
      },
      deadLetter: async (entries) => {
        letters.push(...entries);
        return answers.letters === undefined || answers.letters();
      },
    },
  );
  return { received, batches, letters, messages: batches.flat() };
};

describe("an event", () => {
  it("goes to the Queue as ids alone, in a form that the consumer reads back", async () => {
    const { received, messages, letters } = await receive([event()]);
    expect(received.status).toBe(200);
    expect(messages).toEqual([
      {
        tenant: "acme",
        account: 90316,
        site: 1,
        orderId: 4711,
        eventId: "5e9f0000000000000000000000000001",
        type: "update",
        stateChanged: "closed",
        at: 1_782_900_309_000,
        receivedAt,
      },
    ]);
    expect(orderMessage.parse(JSON.parse(JSON.stringify(messages[0])))).toEqual(messages[0]);
    expect(letters).toEqual([]);
  });

  it.each([
    ["the newer spelling", { order_event_type: "update", order_state_changed: "closed" }, "closed"],
    [
      "the older spelling",
      { order_event_type: "closed", order_state_changed: undefined },
      "closed",
    ],
    [
      "no change of state",
      { order_event_type: "update", order_state_changed: undefined },
      undefined,
    ],
    [
      "a cancelled order",
      { order_event_type: "update", order_state_changed: "cancelled" },
      "cancelled",
    ],
    [
      "a receipt by e-mail",
      { order_event_type: "email-receipt", order_state_changed: null },
      undefined,
    ],
    ["no type at all", { order_event_type: undefined, order_state_changed: "closed" }, "closed"],
  ])("says what the order came to: %s", async (_, data, expected) => {
    const { messages } = await receive([event({}, data)]);
    expect(messages[0]?.stateChanged).toBe(expected);
  });

  it.each([
    ["a booking", event({ event_type: "booking" })],
    ["ids as text", event({ account_id: "90316" }, { order_id: "4711", eshop_id: "1" })],
    ["properties of tomorrow", event({ shiny: [1] }, { warehouse_id: 3, more: {} })],
    ["no date", event({ event_date: undefined })],
  ])("is taken with %s", async (_, element) => {
    const { messages } = await receive([element]);
    expect(messages).toMatchObject([{ orderId: 4711, account: 90316, site: 1 }]);
  });

  it("without an id is known by its content, so that a repeat is the same event", async () => {
    const first = await receive([event({ event_id: undefined })]);
    const again = await receive([event({ event_id: undefined })]);
    const other = await receive([event({ event_id: undefined, event_date: 1782900999 })]);
    expect(first.messages[0]?.eventId).toBe(again.messages[0]?.eventId);
    expect(other.messages[0]?.eventId).not.toBe(first.messages[0]?.eventId);
  });
});

describe("a batch", () => {
  it("of more than ten is taken whole", async () => {
    const { messages } = await receive(
      Array.from({ length: 25 }, (_, index) =>
        event({ event_id: `e${index}` }, { order_id: index + 1 }),
      ),
    );
    expect(messages.map(({ orderId }) => orderId)).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
  });

  it("goes out in pieces that the Queue takes: 100 messages, 256 KB", async () => {
    const { batches } = await receive(
      Array.from({ length: 250 }, (_, index) => event({ event_id: `e${index}` })),
    );
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(240_000);
  });

  it("with the same event twice queues it once", async () => {
    const { received, messages } = await receive([event(), event()]);
    expect(messages).toHaveLength(1);
    expect(received).toMatchObject({ counts: { queued: 1, repeated: 1 } });
  });

  it("of eleven is taken whole, though Sitoo sends ten at most", async () => {
    const eleven = Array.from({ length: 11 }, (_, index) =>
      event({ event_id: `e${index}` }, { order_id: index + 1 }),
    );
    const { received, batches } = await receive(eleven);
    expect(received).toMatchObject({ status: 200, counts: { queued: 11, dead: 0 } });
    expect(batches.map(({ length }) => length)).toEqual([11]);
  });

  it("of nine good ones and a bad one queues the nine, wherever the bad one stands", async () => {
    for (const place of [0, 4, 9]) {
      const ten = Array.from({ length: 10 }, (_, index) =>
        index === place
          ? event({ event_id: "bad", account_id: "none" })
          : event({ event_id: `e${index}` }, { order_id: index + 1 }),
      );
      const { received, messages, letters } = await receive(ten);
      expect(received).toMatchObject({ status: 200, counts: { queued: 9, dead: 1 } });
      expect(messages.map(({ orderId }) => orderId)).not.toContain(place + 1);
      expect(letters).toMatchObject([{ kind: "event_unreadable", field: "account_id" }]);
    }
  });

  it("with one id on two events keeps both, and knows the second again", async () => {
    const two = [
      event(),
      event({}, { order_id: 4712 }),
      event({}, { order_state_changed: "open" }),
    ];
    const { received, messages } = await receive([...two, ...two]);
    expect(received).toMatchObject({ counts: { queued: 3, repeated: 3 } });
    expect(messages.map(({ orderId, stateChanged }) => [orderId, stateChanged])).toEqual([
      [4711, "closed"],
      [4712, "closed"],
      [4711, "open"],
    ]);
    const ids = messages.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(3);
    expect((await receive(two)).messages.map(({ eventId }) => eventId)).toEqual(ids);
  });

  it("is not held up by a bad element", async () => {
    const { received, messages, letters } = await receive([
      "nonsense",
      event({ event_id: "good" }),
      event({ event_id: "bad" }, { order_id: "x" }),
      null,
    ]);
    expect(received).toMatchObject({ status: 200, counts: { queued: 1, dead: 3 } });
    expect(messages.map(({ eventId }) => eventId)).toEqual(["good"]);
    expect(letters.map(({ kind }) => kind)).toEqual(Array(3).fill("event_unreadable"));
    expect(letters[1]).toMatchObject({ field: "data.order_id", account: 90316 });
  });

  it("counts what the gateway has no use for, and leaves it", async () => {
    const { received, messages, letters } = await receive([
      event({ event_type: "z-report", data: { anything: 1 } }),
      event({ event_type: "shipment-v3", data: null }),
      event({ event_type: "z-report" }),
    ]);
    expect(received).toMatchObject({
      status: 200,
      counts: { queued: 0, dead: 0, ignored: { "z-report": 2, "shipment-v3": 1 } },
    });
    expect([messages, letters]).toEqual([[], []]);
  });

  it("with one id on a change and on a receipt by e-mail keeps both", async () => {
    const { messages } = await receive([
      event({}, { order_state_changed: undefined }),
      event({}, { order_event_type: "email-receipt", order_state_changed: undefined }),
    ]);
    expect(messages.map(({ type }) => type)).toEqual(["update", "email-receipt"]);
    expect(new Set(messages.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it("carries no address of a receipt by e-mail, whatever its event holds", async () => {
    const { messages } = await receive([
      event(
        { email: "xq@example.com" },
        { order_event_type: "email-receipt", email: "xq@example.com", recipient: "xq@example.com" },
      ),
    ]);
    expect(messages).toMatchObject([{ type: "email-receipt", orderId: 4711 }]);
    expect(JSON.stringify(messages)).not.toContain("xq@");
  });

  it("that is empty is fine", async () => {
    expect((await receive([])).received.status).toBe(200);
  });

  it.each(["", "{}", "null", '{"event_id":"x"}', "[", "42"])(
    "that is no array is 400: %s",
    async (body) => {
      const { received, messages } = await receive(body);
      expect(received.status).toBe(400);
      expect(messages).toEqual([]);
    },
  );
});

describe("events of others", () => {
  it.each([
    [event({ account_id: 1500 }), 1500, 1],
    [event({}, { eshop_id: 9 }), 90316, 9],
  ])("become dead letters that say whose they are", async (element, account, site) => {
    const { received, messages, letters } = await receive([element]);
    expect(received.status).toBe(200);
    expect(messages).toEqual([]);
    expect(letters).toMatchObject([{ kind: "event_not_ours", account, site, orderId: 4711 }]);
    expect(letters[0]?.reason).toContain(`account ${account} with site ${site}`);
  });
});

describe("dead letters", () => {
  it("have the same id when Sitoo sends the same event again", async () => {
    const bad = event({}, { order_id: null });
    const [first, again] = [await receive([bad]), await receive([bad, bad])];
    expect(again.letters.map(({ id }) => id)).toEqual([first.letters[0]?.id]);
  });

  it("keep ids, and nothing that could be a person's", async () => {
    const { letters } = await receive([
      event(
        { email: "xq@example.com" },
        { order_id: "Xqy Example", customer: { phone: "+46701740605" } },
      ),
      "xq@example.com",
    ]);
    expect(JSON.stringify(letters)).not.toMatch(/xq|701740605/i);
    expect(letters[0]?.payload).toMatchObject({ account_id: 90316, data: { eshop_id: 1 } });
  });
});

describe("what cannot be stored is sent again", () => {
  it.each([
    ["the Queue says no", { queue: async () => false }, [event()]],
    ["the Queue throws", { queue: async () => Promise.reject(new Error("away")) }, [event()]],
    ["dead letters cannot be stored", { letters: async () => false }, ["bad"]],
  ])("when %s", async (_, answers, body) => {
    expect((await receive(body, answers)).received.status).toBe(503);
  });
});
