import { describe, expect, it } from "vitest";
import type { MirroredUse } from "../port.ts";
import {
  call,
  commandsIn,
  holding,
  idOf,
  notThere,
  now,
  project,
  type Answer,
  type Sent,
} from "./project_fixture.ts";
import { saleOf } from "./sale_fixture.ts";

const event = (event_id: string, timestamp = now / 1000) => ({
  type: "purchase",
  timestamp,
  properties: { event_id },
});
const deliver = async (respond: (sent: Sent) => Answer, sale = saleOf({}), changed = {}) => {
  const { crm, sent } = project(respond, changed);
  const [result] = await crm.deliver(
    [{ sale, customerId: await idOf("astrid@example.com") }],
    call,
  );
  return { result, sent, commands: commandsIn(sent) };
};
const there = "sitoo-90316-1-4711";

describe("a delivery", () => {
  it("looks before it sends, and sends what is missing alone", async () => {
    const first = await deliver(holding({}));
    expect(first.result).toEqual({ kind: "delivered" });
    expect(first.commands.map(({ command_id }) => command_id)).toEqual([
      there,
      `${there}.1`,
      `${there}.2`,
    ]);
    expect(first.sent[0]).toMatchObject({
      path: "/data/v2/customers/events",
      body: {
        customer_ids: { registered: "astrid@example.com" },
        event_types: ["purchase", "purchase_item"],
        order: "desc",
      },
    });
    const part = await deliver(holding({}, [event(there), event(`${there}.1`)]));
    expect(part.commands.map(({ command_id }) => command_id)).toEqual([`${there}.2`]);
    expect(part.result).toMatchObject({ kind: "delivered", note: "2 events were there already" });
    const all = await deliver(
      holding({}, [event(there), event(`${there}.1`), event(`${there}.2`)]),
    );
    expect(all.commands).toEqual([]);
  });

  it("looks as far back as the sale, and no further", async () => {
    const pages = (sent: Sent): Answer => {
      const skip = Number(sent.body["skip"] ?? 0);
      const at = now / 1000 + 3600 - skip * 60;
      return holding(
        {},
        Array.from({ length: 100 }, (_, n) => event(`x${skip + n}`, at - n)),
      )(sent);
    };
    expect((await deliver(pages)).sent.filter(({ path }) => path.endsWith("/events"))).toHaveLength(
      2,
    );
  });

  it("takes a customer whom Bloomreach does not show yet for one without events", async () => {
    const { result } = await deliver((sent) =>
      sent.path.startsWith("/data") ? notThere : holding({})(sent),
    );
    expect(result).toEqual({ kind: "delivered" });
  });

  it("splits what is more than fifty commands", async () => {
    const [coat] = saleOf({}).lines;
    const lines = Array.from({ length: 120 }, () => coat ?? saleOf({}).lines[0]).flatMap(
      (one) => one ?? [],
    );
    const { sent, commands } = await deliver(holding({}), saleOf({ lines }));
    const sizes = sent
      .filter(({ path }) => path.endsWith("/batch"))
      .map(({ body }) => (body["commands"] as []).length);
    expect(sizes).toEqual([50, 50, 21]);
    expect(new Set(commands.map(({ command_id }) => command_id)).size).toBe(121);
  });

  it("waits until what may have arrived must show", async () => {
    const failing = (answer: Answer) => (sent: Sent) =>
      sent.path.endsWith("/batch") ? answer : holding({})(sent);
    expect((await deliver(failing({ kind: "timed_out", sent: true }))).result).toEqual({
      kind: "retry",
      failure: { kind: "timed_out" },
      afterMs: 30_000,
    });
    const results = [
      { success: true },
      { success: false, errors: ["Not authorized to add event of specified type"] },
      { success: true },
    ];
    expect((await deliver(failing({ json: { success: true, results } }))).result).toMatchObject({
      kind: "retry",
      failure: { kind: "set_up_fault" },
      afterMs: 30_000,
    });
    expect((await deliver(failing({ status: 429, json: {} }))).result).toEqual({
      kind: "retry",
      failure: { kind: "rate_limited" },
    });
    expect(
      (await deliver(failing({ status: 400, json: { error: "too long" } }))).result,
    ).toMatchObject({ kind: "refused" });
  });

  it("needs a customer of this project", async () => {
    const { crm } = project(holding({}));
    expect(
      await crm.deliver(
        [
          { sale: saleOf({}), customerId: undefined },
          { sale: saleOf({}), customerId: "c-1" },
        ],
        call,
      ),
    ).toMatchObject([
      { kind: "refused", field: "customer_id" },
      { kind: "refused", field: "customer_id" },
    ]);
  });
});

describe("a mirror of the ledger", () => {
  const use: MirroredUse = {
    eventId: "e-1",
    ref: { kind: "bonus_check", id: "c-1" },
    what: "settled",
    at: new Date(now).toISOString(),
    used: { minor: 5000, currency: "SEK" },
    left: { minor: 2500, currency: "SEK" },
    receiptNumber: "R-1",
    storeId: "200",
  };
  it("is an event with what was used, once", async () => {
    const { crm, sent } = project(holding({}));
    const id = await idOf("astrid@example.com");
    expect(await crm.mirror?.(id, use, call)).toEqual({ ok: true, value: {} });
    expect(commandsIn(sent)[0]?.data).toMatchObject({
      event_type: "bonus_check_redeemed",
      properties: {
        event_id: "e-1",
        step: "settled",
        bonus_check_id: "c-1",
        amount: 50,
        currency: "SEK",
        remaining: 25,
        receipt_id: "R-1",
      },
    });
    const again = project(holding({}, [event("e-1")]));
    expect(await again.crm.mirror?.(id, use, call)).toEqual({ ok: true, value: {} });
    expect(commandsIn(again.sent)).toEqual([]);
  });
  it("says by its name that it was given back", async () => {
    const { crm, sent } = project(holding({}), {});
    await crm.mirror?.(
      await idOf("a@b.se"),
      { ...use, ref: { kind: "promotion", id: "p" }, what: "given_back" },
      call,
    );
    expect(commandsIn(sent)[0]?.data["event_type"]).toBe("promotion_reversed");
  });
});

describe("the purchase history", () => {
  it("is read from events of ours and of the web shop", async () => {
    const events = [
      {
        type: "purchase",
        timestamp: now / 1000,
        properties: {
          purchase_id: "1",
          sale_id: "sitoo-90316-1-1",
          receipt_id: "R-9",
          purchase_status: "refund",
          purchase_source_name: "200",
          total_price_local_currency: 99.5,
          local_currency: "NOK",
          total_price: 97,
          product_list: [
            { product_id: "A1", title: "Coat", quantity: 1, total_price_local_currency: 99.5 },
          ],
        },
      },
      {
        type: "purchase",
        timestamp: now / 1000 - 60,
        properties: {
          purchase_id: 77,
          total_price: 20,
          product_list: JSON.stringify([{ product_id: "S3", quantity: 2, price: 10 }]),
        },
      },
      { type: "purchase", timestamp: now / 1000 - 90, properties: {} },
    ];
    const { crm, sent } = project(holding({}, events));
    const read = await crm.purchases(await idOf("a@b.se"), { start: 4, num: 2 }, call);
    expect(sent[0]?.body).toMatchObject({
      event_types: ["purchase"],
      order: "desc",
      limit: 3,
      skip: 4,
    });
    expect(read).toEqual({
      ok: true,
      value: {
        totalCount: 7,
        items: [
          {
            saleId: "sitoo-90316-1-1",
            receiptNumber: "R-9",
            at: "2030-01-31T10:00:00.000Z",
            storeName: "200",
            currency: "NOK",
            total: -9950,
            items: [{ sku: "A1", name: "Coat", quantity: "-1", total: -9950 }],
          },
          {
            receiptNumber: "77",
            at: "2030-01-31T09:59:00.000Z",
            currency: "SEK",
            total: 2000,
            items: [{ sku: "S3", name: "", quantity: "2", total: 2000 }],
          },
        ],
      },
    });
  });
});
