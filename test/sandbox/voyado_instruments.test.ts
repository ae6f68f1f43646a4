import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ASTRID,
  BERTIL,
  type Calls,
  callsOf,
  promotionId,
  type Sandbox,
  startSandbox,
  voucherId,
} from "./harness.ts";

// contracts/voyado.md §5, §6, §16.7.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Calls {
  instance += 1;
  return callsOf(sandbox, `instruments-${instance}`);
}

interface VoucherBody {
  id: string;
  redeemed: boolean;
  redeemedOn: string | null;
  value: { amount: number; currency: string };
  localValues: { amount: number; currency: string }[];
}
interface State {
  vouchers: { id: string; history: { action: string; seq: number }[]; reactivations: number }[];
  promotions: { id: string; history: unknown[] }[];
}
const code = (answer: { status: number; json: <T>() => T }): [number, string] => [
  answer.status,
  answer.json<{ errorCode: string }>().errorCode,
];

describe("reward vouchers, v3", () => {
  test("three shelves, paged", async () => {
    const calls = fresh();
    const shelf = async (path: string) =>
      (await calls.voyado("GET", `/api/v3/reward-vouchers${path}contactId=${ASTRID}`)).json<{
        items: VoucherBody[];
        totalCount: number;
        offset: number;
        count: number;
      }>();
    expect((await shelf("/available?")).items.map(({ id }) => id)).toEqual([
      voucherId(1),
      voucherId(2),
      voucherId(3),
    ]);
    expect((await shelf("/redeemed?")).items.map(({ id }) => id)).toEqual([voucherId(4)]);
    expect(await shelf("?offset=1&count=2&")).toMatchObject({ totalCount: 5, offset: 1, count: 2 });
    const [first] = (await shelf("/available?")).items;
    expect(first).toMatchObject({
      voucherNumber: "500001",
      points: 500,
      value: { amount: 50, currency: "SEK" },
    });
    expect(first?.localValues).toContainEqual({ amount: 4.5, currency: "EUR" });
    await calls.controlVoyado("POST", "/profile", { itemsCase: "Items", omitLocalValues: true });
    const upper = (
      await calls.voyado("GET", `/api/v3/reward-vouchers/available?contactId=${ASTRID}`)
    ).json<{
      Items: VoucherBody[];
    }>();
    expect(upper.Items[0]).not.toHaveProperty("localValues");
    expect(
      code(await calls.voyado("GET", "/api/v3/reward-vouchers/available?contactId=1")),
    ).toEqual([400, "InvalidContactId"]);
  });

  test("second redeem 409, expired 409, unknown 404, no GUID 400", async () => {
    const calls = fresh();
    const redeem = (id: string) => calls.voyado("POST", `/api/v3/reward-vouchers/${id}/redeem`);
    const first = await redeem(voucherId(1));
    expect(first.status).toBe(200);
    expect(first.json<VoucherBody>()).toMatchObject({
      id: voucherId(1),
      redeemed: true,
      redeemedOn: expect.any(String),
    });
    expect(code(await redeem(voucherId(1)))).toEqual([409, "RewardVoucherAlreadyRedeemed"]);
    expect(code(await redeem(voucherId(5)))).toEqual([409, "RewardVoucherExpired"]);
    expect(code(await redeem(voucherId(99)))).toEqual([404, "RewardVoucherNotFound"]);
    expect(code(await redeem("500001"))).toEqual([400, "InvalidRewardVoucherId"]);
  });

  test("a hundred parallel redeems: exactly one takes effect", async () => {
    const calls = fresh();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        calls.voyado("POST", `/api/v3/reward-vouchers/${voucherId(2)}/redeem`),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
    const { vouchers } = (await calls.controlVoyado("GET", "/state")).json<State>();
    expect(vouchers.find(({ id }) => id === voucherId(2))?.history).toHaveLength(1);
  });

  test("reactivation: three times, the fourth refused, never when active or expired", async () => {
    const calls = fresh();
    const act = (step: string, id = voucherId(1)) =>
      calls.voyado("POST", `/api/v3/reward-vouchers/${id}/${step}`);
    expect(code(await act("reactivate"))).toEqual([409, "RewardVoucherAlreadyActivated"]);
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await act("redeem")).status).toBe(200);
      expect((await act("reactivate")).json<VoucherBody>()).toMatchObject({
        redeemed: false,
        redeemedOn: null,
      });
    }
    expect((await act("redeem")).status).toBe(200);
    expect(code(await act("reactivate"))).toEqual([409, "ReactivationLimitExceeded"]);
    expect(code(await act("reactivate", voucherId(7)))).toEqual([409, "ReactivationLimitExceeded"]);
    await act("redeem", voucherId(3));
    await calls.controlVoyado("POST", "/clock", { advanceMs: 3 * 86_400_000 });
    expect(code(await act("reactivate", voucherId(3)))).toEqual([409, "RewardVoucherExpired"]);
  });
});

describe("bonus checks, v2", () => {
  const base = `/api/v2/contacts/${ASTRID}/bonuschecks`;

  test("other names, fewer fields", async () => {
    const calls = fresh();
    const [available] = (await calls.voyado("GET", `${base}/available`)).json<{
      items: Record<string, unknown>[];
    }>().items;
    expect(available).toMatchObject({ checkNumber: "500001", bonusPoints: 500 });
    expect(available).not.toHaveProperty("redeemed");
    expect(available).not.toHaveProperty("redeemedOn");
    const [redeemed] = (await calls.voyado("GET", `${base}/redeemed`)).json<{
      items: Record<string, unknown>[];
    }>().items;
    expect(redeemed).toHaveProperty("redeemedOn");
    expect(redeemed).not.toHaveProperty("redeemed");
  });

  test("redeem is bound to the contact; reactivate says 406 where v3 says 409", async () => {
    const calls = fresh();
    expect(
      code(
        await calls.voyado("POST", `/api/v2/contacts/${BERTIL}/bonuschecks/${voucherId(1)}/redeem`),
      ),
    ).toEqual([404, "BonusCheckNotFound"]);
    expect((await calls.voyado("POST", `${base}/${voucherId(1)}/redeem`)).status).toBe(200);
    expect(code(await calls.voyado("POST", `${base}/${voucherId(1)}/redeem`))).toEqual([
      409,
      "BonusCheckAlreadyRedeemed",
    ]);
    expect(code(await calls.voyado("POST", `${base}/${voucherId(5)}/redeem`))).toEqual([
      409,
      "BonusCheckExpired",
    ]);
    const reactivate = (id: string) =>
      calls.voyado("POST", `/api/v2/promotions/reward-vouchers/${id}/reactivate`);
    expect((await reactivate(voucherId(1))).status).toBe(200);
    expect(code(await reactivate(voucherId(1)))).toEqual([406, "RewardVoucherAlreadyActivated"]);
    expect(code(await reactivate(voucherId(7)))).toEqual([406, "ReactivationLimitExceeded"]);
    expect(code(await reactivate("1"))).toEqual([400, "InvalidBonusCheckId"]);
    expect(code(await reactivate(voucherId(99)))).toEqual([404, "BonusCheckNotFound"]);
  });
});

describe("promotions", () => {
  const list = `/api/v2/contacts/${ASTRID}/promotions`;

  test("bare array of what can be used in the channel", async () => {
    const calls = fresh();
    const pos = (await calls.voyado("GET", `${list}?redemptionChannelType=POS`)).json<
      { id: string; redemptionChannels: { valueType: string }[] }[]
    >();
    expect(pos.map(({ id }) => id)).toEqual([1, 2, 3, 4].map(promotionId));
    const ecom = (await calls.voyado("GET", `${list}?redemptionChannelType=ECOM`)).json<
      { id: string }[]
    >();
    expect(ecom.map(({ id }) => id)).toEqual([2, 5].map(promotionId));
    expect(code(await calls.voyado("GET", `${list}?redemptionChannelType=pos`))).toEqual([
      400,
      "NotAValidRedemptionChannel",
    ]);
  });

  test("v3 redeem: once, in its channel, and there is no way back", async () => {
    const calls = fresh();
    const redeem = (id: string, body: unknown = { redemptionChannel: "POS" }) =>
      calls.voyado("POST", `/api/v3/promotion-assignments/${id}/redeem`, body);
    expect(code(await redeem(promotionId(1), {}))).toEqual([400, "NotAValidRedemptionChannel"]);
    expect((await redeem(promotionId(1))).status).toBe(200);
    expect(code(await redeem(promotionId(1)))).toEqual([409, "PromotionAlreadyRedeemed"]);
    expect(code(await redeem(promotionId(5)))).toEqual([
      409,
      "PromotionNotValidForRedemptionChannel",
    ]);
    expect(code(await redeem(promotionId(6)))).toEqual([409, "PromotionExpired"]);
    expect(code(await redeem(promotionId(99)))).toEqual([404, "PromotionNotFound"]);
    expect(code(await redeem("1"))).toEqual([400, "InvalidPromotionIdNoData"]);
    expect(
      (await calls.voyado("POST", `/api/v3/promotion-assignments/${promotionId(1)}/reactivate`))
        .status,
    ).toBe(404);
    const left = (await calls.voyado("GET", `${list}?redemptionChannelType=POS`)).json<
      { id: string }[]
    >();
    expect(left.map(({ id }) => id)).not.toContain(promotionId(1));
  });

  test("v2 codes, v2 by contact, and a v3 that does not know v2 ids", async () => {
    const calls = fresh();
    const body = { redemptionChannel: "POS" };
    expect(
      code(
        await calls.voyado(
          "POST",
          `/api/v2/contacts/${BERTIL}/promotions/${promotionId(1)}/redeem`,
          body,
        ),
      ),
    ).toEqual([404, "PromotionNotAssociatedWithContact"]);
    expect(
      (
        await calls.voyado(
          "POST",
          `/api/v2/contacts/${ASTRID}/promotions/${promotionId(1)}/redeem`,
          body,
        )
      ).status,
    ).toBe(200);
    await calls.controlVoyado("POST", "/profile", { v3KnowsPromotionIds: false });
    expect(
      code(
        await calls.voyado("POST", `/api/v3/promotion-assignments/${promotionId(2)}/redeem`, body),
      ),
    ).toEqual([404, "PromotionNotFound"]);
    expect(
      (await calls.voyado("POST", `/api/v2/promotions/codes/${promotionId(2)}/redeem`, body))
        .status,
    ).toBe(200);
  });

  test("a hundred parallel redeems: exactly one takes effect", async () => {
    const calls = fresh();
    const body = { redemptionChannel: "POS" };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        calls.voyado("POST", `/api/v3/promotion-assignments/${promotionId(1)}/redeem`, body),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { promotions } = (await calls.controlVoyado("GET", "/state")).json<State>();
    expect(promotions.find(({ id }) => id === promotionId(1))?.history).toHaveLength(1);
  });
});

describe("control", () => {
  test("tests add, change and remove instruments directly", async () => {
    const calls = fresh();
    const made = (
      await calls.controlVoyado("POST", "/vouchers", {
        contactId: BERTIL,
        value: { amount: "12.50", currency: "SEK" },
      })
    ).json<{ id: string }>();
    const shown = (
      await calls.voyado("GET", `/api/v3/reward-vouchers/available?contactId=${BERTIL}`)
    ).json<{
      items: VoucherBody[];
    }>();
    expect(shown.items.find(({ id }) => id === made.id)?.value).toEqual({
      amount: 12.5,
      currency: "SEK",
    });
    await calls.controlVoyado("PATCH", `/vouchers/${made.id}`, {
      expiresOn: "2000-01-01T00:00:00Z",
    });
    expect(code(await calls.voyado("POST", `/api/v3/reward-vouchers/${made.id}/redeem`))).toEqual([
      409,
      "RewardVoucherExpired",
    ]);
    const many = (
      await calls.controlVoyado("POST", "/promotions", [
        { contactId: BERTIL },
        { contactId: BERTIL },
      ])
    ).json<{ items: unknown[] }>();
    expect(many.items).toHaveLength(2);
    expect((await calls.controlVoyado("POST", "/vouchers", { contactId: "nobody" })).status).toBe(
      400,
    );
    expect((await calls.controlVoyado("DELETE", `/vouchers/${made.id}`)).status).toBe(200);
    expect((await calls.controlVoyado("GET", `/vouchers/${made.id}`)).status).toBe(404);
  });
});
