import { describe, expect, it } from "vitest";
import type { InstrumentRef, Promotion } from "../model/instrument.ts";
import { newRow, type RedemptionRow } from "./machine/redemption_row.ts";
import type { RedemptionState } from "./machine/machine.ts";
import { withOffers } from "./offer_use.ts";
import type { OrderUse } from "./order_use.ts";

const now = Date.parse("2026-11-23T10:00:00Z");
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const offer = (id: string, change: Partial<Promotion> = {}): Promotion => ({
  kind: "promotion",
  id,
  name: "Spring",
  offer: { type: "voucher", password: "spring" },
  redeemed: false,
  ...change,
});
const until = (days: number) => ({ expiresAt: new Date(now + days * day).toISOString() });
const [p1, p2] = [offer("p-1", until(9)), offer("p-2", until(5))];
const row = (
  of: Promotion,
  state: RedemptionState,
  change: Partial<RedemptionRow> = {},
): RedemptionRow =>
  newRow({
    redemptionId: `r-${of.id}`,
    groupId: "g",
    ref: { kind: of.kind, id: of.id },
    state,
    fingerprint: "",
    till: {},
    requestId: "r",
    startedAt: now - minute,
    sentAt: now - minute,
    nextAt: now,
    heard: true,
    snapshot: of,
    ...change,
  });
const used = (of: Promotion, order: string, change: Partial<RedemptionRow> = {}) =>
  row(of, "settled", { order, settledAt: now - minute, ...change });
const withoutCopy = ({ snapshot: _, ...rest }: RedemptionRow): RedemptionRow => rest;

/** Ids of what the order uses besides what it names itself. */
const chosen = (
  promotions: readonly Promotion[],
  rows: readonly RedemptionRow[] = [],
  change: Partial<OrderUse> = {},
): readonly string[] => {
  const told: OrderUse = {
    order: "1/1/7",
    receiptNumber: "R7",
    refs: [],
    bought: {},
    amounts: {},
    linked: [],
    offers: [{ password: "spring", promotions, bought: [{ sku: "A1", quantity: "1" }] }],
    ...change,
  };
  return withOffers(told, rows, now)
    .use.refs.slice(told.refs.length)
    .map(({ id }) => id);
};

describe("of the promotions that a voucher of an order opens", () => {
  it("one is used, the one that expires first, with what it bought and took off", () => {
    expect(chosen([p1, p2])).toEqual(["p-2"]);
    expect(chosen([offer("p-3"), p1])).toEqual(["p-1"]);
    expect(chosen([])).toEqual([]);
    const told: OrderUse = {
      order: "1/1/7",
      receiptNumber: "R7",
      refs: [],
      bought: {},
      amounts: {},
      linked: [],
      offers: [
        { password: "spring", promotions: [p1], bought: [{ sku: "A1", quantity: "1" }], amount: 5 },
        { password: "staff", promotions: [], bought: [] },
      ],
    };
    expect(withOffers(told, [], now)).toMatchObject({
      use: {
        refs: [{ kind: "promotion", id: "p-1" }],
        bought: { "promotion:p-1": [{ sku: "A1", quantity: "1" }] },
        amounts: { "promotion:p-1": 5 },
      },
      seen: new Map([["promotion:p-1", { snapshot: p1 }]]),
    });
    const silent = { ...told, offers: [{ password: "spring", promotions: [p1], bought: [] }] };
    expect(withOffers(silent, [], now).use).toMatchObject({ refs: [{}], amounts: {} });
    expect(Object.keys(withOffers(silent, [], now).use.amounts)).toEqual([]);
  });

  it("no second one is used when the order is told again, though the CRM lists the first no more", () => {
    expect(chosen([p1], [used(p2, "1/1/7")])).toEqual([]);
    expect(chosen([p1, p2], [withoutCopy(used(p2, "1/1/7"))])).toEqual([]);
    expect(chosen([p1], [row(p2, "reversed", { order: "1/1/7", givenBack: true })])).toEqual([]);
    expect(chosen([p1], [used(p2, "1/1/6")], { linked: ["1/1/6"] })).toEqual([]);
  });

  it("none is used where the till has named one by its id", () => {
    const refs: readonly InstrumentRef[] = [{ kind: "promotion", id: "p-2" }];
    expect(chosen([p1], [used(p2, "1/1/7")], { refs })).toEqual([]);
    // Never redeemed here and listed no more: it may well be the one.
    expect(chosen([p1], [withoutCopy(used(p2, "1/1/7"))], { refs })).toEqual([]);
    expect(chosen([p1], [], { refs })).toEqual([]);
    expect(chosen([p1, p2], [], { refs })).toEqual([]);
    const ten = offer("p-2", { offer: { type: "cart_percent", percent: 10 } });
    expect(chosen([p1], [used(ten, "1/1/7")], { refs })).toEqual(["p-1"]);
    expect(chosen([p1], [], { refs: [{ kind: "bonus_check", id: "b-1" }] })).toEqual(["p-1"]);
  });

  it("the one that a till holds is used, though it expires later or is listed no more", () => {
    for (const state of ["reserved", "committing", "committed", "unknown", "attention"] as const) {
      expect(chosen([p1, p2], [row(p1, state)])).toEqual(["p-1"]);
      expect(chosen([p2], [row(p1, state)])).toEqual(["p-1"]);
    }
    expect(chosen([p2], [row(p1, "committed", { undoRequested: true })])).toEqual(["p-2"]);
    expect(chosen([p2], [row(p1, "reversing")])).toEqual(["p-2"]);
    const other = offer("p-1", { offer: { type: "voucher", password: "staff" } });
    expect(chosen([p2], [row(other, "committed")])).toEqual(["p-2"]);
  });

  it("a copy of ours is as good as the CRM's, until it expires", () => {
    expect(chosen([], [row(p1, "reinstated")])).toEqual(["p-1"]);
    expect(chosen([p2], [row(p1, "reinstated")])).toEqual(["p-2"]);
    expect(chosen([], [row(offer("p-1", until(-1)), "reinstated")])).toEqual([]);
  });

  it("one that is taken is passed over for one that is free", () => {
    for (const taken of [
      used(p2, "1/1/6"),
      row(p2, "reserved", { order: "1/1/6" }),
      row(p2, "released", { order: "1/1/6" }),
      row(p2, "committed", { undoRequested: true }),
      row(p2, "reversing"),
    ])
      expect(chosen([p1, p2], [taken])).toEqual(["p-1"]);
    for (const free of [
      row(p2, "released"),
      row(p2, "released", { order: "1/1/6", givenBack: true }),
      row(p2, "refused"),
      row(p2, "reversed"),
      used(p2, "1/1/6", { settledAt: now - 2 * hour }),
      row(p2, "committed", { order: "1/1/6", committedAt: now - 2 * hour }),
    ])
      expect(chosen([p1, p2], [free])).toEqual(["p-2"]);
  });

  it("the newest row of each is what counts", () => {
    expect(chosen([p1, p2], [used(p2, "1/1/6"), row(p2, "reversed")])).toEqual(["p-2"]);
  });

  it("one that another order used just now is used twice when none is free", () => {
    expect(chosen([], [used(p1, "1/1/6")])).toEqual(["p-1"]);
    expect(chosen([p1], [row(p1, "reserved", { order: "1/1/6" })])).toEqual(["p-1"]);
    expect(chosen([], [row(p1, "lost", { order: "1/1/6" })])).toEqual(["p-1"]);
    const old = { settledAt: now - 25 * hour, startedAt: now - 26 * hour };
    expect(chosen([], [used(p1, "1/1/6", old)])).toEqual([]);
    expect(chosen([], [row(p1, "reversed", { order: "1/1/6", givenBack: true })])).toEqual([]);
    expect(chosen([], [row(p1, "refused")])).toEqual([]);
  });
});
