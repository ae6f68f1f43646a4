import { describe, expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product } from "../../test/sample_orders.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import type { SitooClient } from "../sitoo/client.ts";
import { findUse } from "./find_use.ts";

type Wire = Readonly<Record<string, unknown>>;

const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
const named = { "crm-bonuscheckid": "b-1" };
const used = (orderid: number, change: Wire = {}): Wire =>
  closedOrder({
    orderid,
    orderitems: [product(), discountRow("-40.00", "-10.00", { additionaldata: named })],
    ...change,
  });

/** Sitoo's list, handed out two at a time. */
const sitoo = (orders: readonly Wire[], answers = true): Pick<SitooClient, "orders"> => ({
  orders: ({ start = 0 }) =>
    Promise.resolve(
      answers
        ? {
            kind: "found",
            value: {
              items: orders.slice(start, start + 2).map(parsed),
              totalCount: orders.length,
              unreadable: 0,
            },
          }
        : { kind: "retry", detail: "Sitoo answered 503" },
    ),
});
const find = (orders: readonly Wire[], known: readonly number[] = []) =>
  findUse(sitoo(orders), check, Date.now(), Date.now() + 5_000, (id) => known.includes(id));

describe("an order that names the instrument", () => {
  it.each<[string, readonly Wire[], Awaited<ReturnType<typeof findUse>>]>([
    ["on the second page", [closedOrder(), closedOrder(), used(3)], { kind: "closed", orderId: 3 }],
    [
      "as a payment",
      [
        closedOrder({
          orderid: 3,
          payments: [{ name: "Check", moneyamount: "50.00", additionaldata: named }],
        }),
      ],
      { kind: "closed", orderId: 3 },
    ],
    [
      "as a whole",
      [closedOrder({ orderid: 3, additionaldata: named })],
      { kind: "closed", orderId: 3 },
    ],
    ["and is still open", [used(3, { orderstateid: 0 })], { kind: "open" }],
    [
      "on returned goods alone, gives it back",
      [closedOrder({ orderid: 3, orderitems: [product({ quantity: -2, additionaldata: named })] })],
      { kind: "none" },
    ],
    [
      "as a refund of another order",
      [closedOrder({ orderid: 3, creditorderid: 2, additionaldata: named })],
      { kind: "none" },
    ],
    ["is none of these", [closedOrder(), closedOrder()], { kind: "none" }],
  ])("%s", async (_what, orders, found) => {
    expect(await find(orders)).toEqual(found);
  });

  it("for another use of it is passed over", async () => {
    expect(await find([used(3), used(4)], [3])).toEqual({ kind: "closed", orderId: 4 });
    expect(await find([used(3)], [3])).toEqual({ kind: "none" });
  });

  it("is not known while Sitoo does not answer, or holds more than can be read", async () => {
    const away = await findUse(sitoo([], false), check, 0, Date.now() + 5_000, () => false);
    expect(away).toEqual({ kind: "no_answer" });
    expect(await find(Array.from({ length: 60 }, () => closedOrder()))).toEqual({
      kind: "no_answer",
    });
  });
});
