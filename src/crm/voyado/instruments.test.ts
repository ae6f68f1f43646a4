import { describe, expect, it } from "vitest";
import type { Instruments } from "../port.ts";
import { call, contactId, engage, voucherId, type Answer, type Sent } from "./engage_fixture.ts";

const promotion = (id: number, channel: object, rest: object = {}) => ({
  id: `b0000001-0000-4000-8000-00000000000${id}`,
  promotionId: "template",
  type: "Multichannel",
  name: `P${id}`,
  expiresOn: null,
  heading: null,
  description: null,
  redeemed: false,
  redeemedOn: null,
  redemptionChannels: [{ type: "POS", instruction: null, ...channel }],
  ...rest,
});
const voucher = (rest: object = {}) => ({
  id: voucherId,
  voucherNumber: "500001",
  name: "Bonus 50 kr",
  redeemedOn: null,
  redeemed: false,
  expiresOn: "2030-03-31T21:59:59Z",
  value: { currency: "SEK", amount: 50 },
  localValues: [{ currency: "NOK", amount: 52.5 }],
  points: 500,
  ...rest,
});
const page = (items: readonly unknown[]) => ({
  items,
  totalCount: items.length,
  offset: 0,
  count: items.length,
});

const card = (promotions: Answer, vouchers: Answer, settings = {}) => {
  const made = engage(
    ({ path }: Sent) => (path.endsWith("/promotions") ? promotions : vouchers),
    settings,
  );
  const read = async (): Promise<Instruments> => {
    const outcome = await made.crm.instruments(contactId, call);
    if (!outcome.ok) throw new Error(outcome.failure.kind);
    return outcome.value;
  };
  return { ...made, read };
};
const none = { json: [] };
const promotionsOf = async (items: readonly object[], settings = {}) =>
  (await card({ json: items }, none, settings).read()).promotions;

describe("promotions", () => {
  it("asks for those of tills, and gives the assignment's id", async () => {
    const { read, sent } = card(
      { json: [promotion(1, { valueType: "PERCENT", value: 10 }, { heading: "10% off" })] },
      none,
    );
    expect((await read()).promotions).toEqual([
      {
        kind: "promotion",
        id: "b0000001-0000-4000-8000-000000000001",
        name: "10% off",
        offer: { type: "cart_percent", percent: 10 },
        redeemed: false,
      },
    ]);
    expect(sent.map(({ path, rawQuery }) => path + rawQuery).toSorted()).toEqual([
      `/v2/contacts/${contactId}/promotions?redemptionChannelType=POS`,
      `/v3/reward-vouchers/available?contactId=${contactId}&offset=0&count=100`,
    ]);
  });

  it.each([
    [
      { valueType: "PERCENT", value: "20" },
      { type: "cart_percent", percent: 20 },
    ],
    [
      { valueType: "PERCENT", value: 12.5 },
      { type: "manual", text: "12.5 %" },
    ],
    [
      { valueType: "MONEY", value: { amount: 99.9, currency: "SEK" } },
      { type: "cart_amount", amount: { minor: 9990, currency: "SEK" } },
    ],
    [
      {
        valueType: "MONEY",
        value: { amount: 9, currency: "EUR" },
        localValues: [{ amount: 100, currency: "SEK" }],
      },
      { type: "cart_amount", amount: { minor: 10_000, currency: "SEK" } },
    ],
    [
      { valueType: "EXTERNALOFFER", value: "spring_member" },
      { type: "voucher", password: "spring_member" },
    ],
    [
      { valueType: "MANUAL", value: "Give a cup of coffee" },
      { type: "manual", text: "Give a cup of coffee" },
    ],
    [
      { valueType: "SWIPE", value: "", instruction: "Ask" },
      { type: "manual", text: "Ask" },
    ],
  ])("%j becomes %j", async (channel, offer) => {
    expect(await promotionsOf([promotion(1, channel)])).toMatchObject([{ name: "P1", offer }]);
  });

  it("hides what a till cannot be told rightly, and logs how many", async () => {
    const hidden = [
      promotion(1, { valueType: "MONEY", value: { amount: 9, currency: "EUR" } }),
      promotion(2, { valueType: "PERCENT", value: 0 }),
      promotion(3, { valueType: "LOTTERY", value: 1 }),
      promotion(4, { type: "ECOM", valueType: "PERCENT", value: 15 }),
    ];
    const { read, logged } = card({ json: hidden }, none);
    expect((await read()).promotions).toEqual([]);
    expect(logged).toMatchObject([
      { event: "crm_instruments_hidden", fields: { part: "promotions", count: 4 } },
    ]);
  });

  it("drops one entry of an unknown form and keeps the others", async () => {
    const { read, logged } = card(
      { json: [{ id: 5 }, promotion(1, { valueType: "PERCENT", value: 10 })] },
      none,
    );
    expect((await read()).promotions).toHaveLength(1);
    expect(logged).toMatchObject([{ event: "crm_entries_unreadable", fields: { count: 1 } }]);
  });

  it("ends on the last second of a bare day in the market", async () => {
    const [ends] = await promotionsOf([
      promotion(1, { valueType: "PERCENT", value: 10 }, { expiresOn: "2030-07-31" }),
    ]);
    expect(ends?.expiresAt).toBe("2030-07-31T23:59:59+02:00");
  });
});

describe("vouchers", () => {
  it("show their amount in the tenant's currency and say until when", async () => {
    expect((await card(none, { json: page([voucher()]) }).read()).bonusChecks).toEqual([
      {
        kind: "bonus_check",
        id: voucherId,
        name: "Bonus 50 kr",
        description: "Giltig till 2030-03-31",
        amount: { minor: 5000, currency: "SEK" },
        redeemed: false,
        expiresAt: "2030-03-31T21:59:59Z",
      },
    ]);
    const norwegian = await card(none, { json: page([voucher()]) }, { currencyCode: "NOK" }).read();
    expect(norwegian.bonusChecks).toMatchObject([{ amount: { minor: 5250, currency: "NOK" } }]);
  });

  it("are hidden, and counted in the log, without an amount in that currency", async () => {
    const { read, logged } = card(
      none,
      { json: page([voucher(), voucher({ localValues: null })]) },
      { currencyCode: "EUR" },
    );
    expect((await read()).bonusChecks).toEqual([]);
    expect(logged).toMatchObject([
      { event: "crm_instruments_hidden", fields: { part: "bonus_checks", count: 2 } },
    ]);
  });

  it("are read to the last page, in either spelling of the list", async () => {
    const ids = Array.from(
      { length: 250 },
      (_, index) => `a0000001-0000-4000-8000-${String(index).padStart(12, "0")}`,
    );
    const { crm, sent } = engage(({ path, query }) => {
      if (path.endsWith("/promotions")) return none;
      const [offset, count] = [Number(query.get("offset")), Number(query.get("count"))];
      const Items = ids.slice(offset, offset + count).map((id) => voucher({ id }));
      return { json: { Items, totalCount: ids.length, offset, count: Items.length } };
    });
    const outcome = await crm.instruments(contactId, call);
    expect(outcome.ok && outcome.value.bonusChecks.map(({ id }) => id)).toEqual(ids);
    expect(sent).toHaveLength(4);
  });

  it("come from v2 under their old name", async () => {
    const { checkNumber: _n, ...rest } = { ...voucher(), checkNumber: "500001", bonusPoints: 500 };
    const { read, sent } = card(none, { json: page([rest]) }, { versions: { vouchers: "v2" } });
    expect((await read()).bonusChecks).toHaveLength(1);
    expect(sent.map(({ path }) => path)).toContain(
      `/v2/contacts/${contactId}/bonuschecks/available`,
    );
  });
});

describe("a part that fails", () => {
  const promotions = { json: [promotion(1, { valueType: "PERCENT", value: 10 })] };
  const vouchers = { json: page([voucher()]) };
  const faults: Answer[] = [
    { status: 500, text: "" },
    { status: 429, text: "" },
    { status: 200, text: "<html>" },
    { kind: "timed_out", sent: true },
  ];

  it.each(faults)("degrades alone: %j", async (fault) => {
    const withoutPromotions = card(fault, vouchers);
    expect(await withoutPromotions.read()).toMatchObject({
      promotions: [],
      bonusChecks: [{ id: voucherId }],
      degraded: ["promotions"],
    });
    expect(withoutPromotions.logged).toMatchObject([
      { event: "crm_part_missing", fields: { part: "promotions" } },
    ]);
    expect(await card(promotions, fault).read()).toMatchObject({
      promotions: [{ name: "P1" }],
      bonusChecks: [],
      degraded: ["bonus_checks"],
    });
    expect(await card(fault, fault).read()).toMatchObject({
      degraded: ["promotions", "bonus_checks"],
    });
  });

  it("is asked for side by side with the other", async () => {
    let open = 0;
    let most = 0;
    const { crm } = engage(async () => {
      most = Math.max(most, (open += 1));
      await Promise.resolve();
      open -= 1;
      return none;
    });
    await crm.instruments(contactId, call);
    expect(most).toBe(2);
  });
});
