import { afterEach, describe, expect, it } from "vitest";
import { redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  astrid,
  bertil,
  effectOf,
  foundOne,
  hedda,
  nobody,
  promotionId,
  refused,
  useGateway,
  voucherId,
  type SpiCall,
} from "./harness.ts";

const gateway = useGateway();
const redeem = (id: string, body: unknown, call: SpiCall = { register: "till-1", store: "200" }) =>
  gateway.till()("POST", `/customers/${id}/redeem`, { ...call, body });
const card = async (id: string) =>
  foundOne(
    await gateway.till()("GET", "/customers", { query: { key_type: "customer_id", key: id } }),
  );
const member = (vouchers = 1, promotions = 0) =>
  addCustomer(gateway.voyado(), {
    vouchers: Array.from({ length: vouchers }, () => ({})),
    promotions: Array.from({ length: promotions }, () => ({})),
  });

describe("a redeem", () => {
  it("of both kinds in one call is told to the CRM, and shows as used on the card", async () => {
    const { id, vouchers, promotions } = await member(1, 1);
    const result = accepted(await redeem(id, { promotions, bonus_checks: vouchers }), redeemResult);
    expect(result.redeem_id).not.toBe("");
    expect(result.promotions).toEqual([{ promotion_id: promotions[0], redeemed: true }]);
    expect(result.bonus_checks).toEqual([{ bonus_check_id: vouchers[0], redeemed: true }]);
    for (const one of [...vouchers, ...promotions])
      expect(await effectOf(gateway.voyado(), one)).toEqual({ redeemed: 1, reactivated: 0 });
    const after = await card(id);
    expect(after.promotions.every(({ redeemed }) => redeemed)).toBe(true);
    expect(after.bonus_checks.every(({ redeemed }) => redeemed)).toBe(true);
    expect([...after.promotions, ...after.bonus_checks]).toHaveLength(2);
  });

  it.each<[string, (voucher: string, promotion: string) => unknown]>([
    ["arrays of ids", (v, p) => ({ promotions: [p], bonus_checks: [v] })],
    [
      "objects with an amount",
      (v, p) => ({
        promotions: [{ promotion_id: p }],
        bonus_checks: [{ bonus_check_id: v, amount: "50.00" }],
      }),
    ],
    [
      "objects with id",
      (v, p) => ({ promotions: [{ id: p }], bonus_checks: [{ id: v, amount: 50 }] }),
    ],
    [
      "items",
      (v, p) => ({
        items: [
          { type: "promotion", id: p },
          { type: "bonus_check", id: v },
        ],
      }),
    ],
    [
      "the first version's spelling",
      (v, p) => ({ promotions: [{ promotionid: p }], bonuschecks: [{ bonuscheckid: v }] }),
    ],
    [
      "the same id twice, and properties of tomorrow",
      (v, p) => ({ promotions: [p, { id: p, shiny: 1 }], bonus_checks: [v, v], cart: {} }),
    ],
  ])("is understood as %s", async (_, bodyOf) => {
    const { id, vouchers, promotions } = await member(1, 1);
    const result = accepted(
      await redeem(id, bodyOf(vouchers[0] ?? "", promotions[0] ?? "")),
      redeemResult,
    );
    expect(result.promotions).toHaveLength(1);
    expect(result.bonus_checks).toHaveLength(1);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toMatchObject({ redeemed: 1 });
    expect(await effectOf(gateway.voyado(), promotions[0] ?? "")).toMatchObject({ redeemed: 1 });
  });

  it("may name the customer in the body, on /redeem", async () => {
    const { id, vouchers } = await member();
    const reply = await gateway.till()("POST", "/redeem", {
      body: { customer_id: id, bonus_checks: vouchers },
      register: "till-1",
    });
    accepted(reply, redeemResult);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toMatchObject({ redeemed: 1 });
  });

  it("works without any till header", async () => {
    const { id, vouchers } = await member();
    accepted(await redeem(id, { bonus_checks: vouchers }, {}), redeemResult);
  });

  it("falls back where the CRM's newer call does not know the promotion", async () => {
    const { id, promotions } = await member(0, 1);
    await gateway.voyado().profile({ v3KnowsPromotionIds: false });
    const reply = await redeem(id, { promotions });
    await gateway.voyado().profile({ v3KnowsPromotionIds: true });
    accepted(reply, redeemResult);
    expect(await effectOf(gateway.voyado(), promotions[0] ?? "")).toMatchObject({ redeemed: 1 });
  });
});

describe("the same or a second use", () => {
  afterEach(() => gateway.voyado().profile({ rateLimitPerSecond: 0 }));
  const hundred = Array.from({ length: 100 }, (_, n) => n);

  // Each call reads the customer first; the CRM's own limit of 200 calls a second must not show.
  it.each([0, 200])(
    "100 registers at once: one effective redeem, one success, 99 refusals that say where (CRM limit %i)",
    async (rateLimitPerSecond) => {
      const { id, vouchers } = await member();
      await gateway.voyado().profile({ rateLimitPerSecond });
      const replies = await Promise.all(
        hundred.map((n) =>
          redeem(id, { bonus_checks: vouchers }, { register: `till-${n}`, store: "200" }),
        ),
      );
      const won = replies.filter(({ status }) => status === 200);
      expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
        200,
        ...Array<number>(99).fill(400),
      ]);
      expect(won).toHaveLength(1);
      for (const reply of replies.filter(({ status }) => status !== 200))
        refused(reply, 400, /i butik 200/);
      expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
        redeemed: 1,
        reactivated: 0,
      });
      const sent = await gateway.voyado().requests(`/reward-vouchers/${vouchers[0]}/redeem`);
      expect(sent).toHaveLength(1);
    },
  );

  it.each([0, 200])(
    "100 calls of one register at once: one effective redeem, the same stored answer (CRM limit %i)",
    async (rateLimitPerSecond) => {
      const { id, vouchers } = await member();
      await gateway.voyado().profile({ rateLimitPerSecond });
      const replies = await Promise.all(hundred.map(() => redeem(id, { bonus_checks: vouchers })));
      const answers = replies.map((reply) => accepted(reply, redeemResult));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
        redeemed: 1,
        reactivated: 0,
      });
    },
  );

  it("a repeat gets the stored answer without another call, in any order and spelling", async () => {
    const { id, vouchers } = await member(2);
    const first = accepted(await redeem(id, { bonus_checks: vouchers }), redeemResult);
    const again = accepted(
      await redeem(id, {
        items: vouchers.toReversed().map((one) => ({ type: "bonus_check", id: one })),
      }),
      redeemResult,
    );
    expect(again.redeem_id).toBe(first.redeem_id);
    for (const one of vouchers)
      expect(await effectOf(gateway.voyado(), one)).toMatchObject({ redeemed: 1 });
  });

  it("another set of instruments from the same register is a second use", async () => {
    const { id, vouchers } = await member(2);
    accepted(await redeem(id, { bonus_checks: [vouchers[0]] }), redeemResult);
    refused(await redeem(id, { bonus_checks: vouchers }), 400, /redan använd i butik 200/i);
    expect(await effectOf(gateway.voyado(), vouchers[1] ?? "")).toMatchObject({ redeemed: 0 });
  });

  it("another till is refused with the store and the time of use", async () => {
    const { id, vouchers } = await member();
    accepted(
      await redeem(id, { bonus_checks: vouchers }, { register: "till-1", store: "300" }),
      redeemResult,
    );
    const message = refused(
      await redeem(id, { bonus_checks: vouchers }, { register: "till-2", store: "200" }),
      400,
      /i butik 300/,
    );
    expect(message).toMatch(/\d{1,2}[:.]\d{2}/);
  });
});

describe("the tenant's policy", () => {
  const at = (register: string, store: string): SpiCall => ({ register, store });
  const own = async (name: string, redemption: Readonly<Record<string, unknown>>) => {
    const tenant = await gateway.onboard(name, { channel: { redemption } });
    const voyado = gateway.voyado(name);
    const rows = await addCustomer(voyado, { vouchers: [{}], promotions: [{}] });
    const ask = (method: "POST" | "DELETE", body: unknown, call: SpiCall) =>
      gateway.till(tenant)(method, `/customers/${rows.id}/redeem`, { ...call, body });
    return { ...rows, voyado, ask };
  };

  it("sale: a redeem only reserves; other tills are refused, an undo frees it", async () => {
    const { promotions, voyado, ask } = await own("at-sale", {
      promotions: "sale",
      bonus_checks: "sale",
    });
    const body = { promotions };
    accepted(await ask("POST", body, at("till-1", "300")), redeemResult);
    refused(await ask("POST", body, at("till-2", "200")), 400, /i butik 300/);
    accepted(await ask("DELETE", body, at("till-1", "300")), redeemResult);
    accepted(await ask("POST", body, at("till-2", "200")), redeemResult);
    expect(await effectOf(voyado, promotions[0] ?? "")).toEqual({ redeemed: 0, reactivated: 0 });
  });

  it("replay_window: after it the same till's redeem is a second use", async () => {
    const { vouchers, ask } = await own("short-window", { replay_window: "1s" });
    const body = { bonus_checks: vouchers };
    accepted(await ask("POST", body, at("till-1", "200")), redeemResult);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    refused(await ask("POST", body, at("till-1", "200")), 400, /redan använd i butik 200/i);
  });

  it("moment paid: the goods are gone, so nothing that was taken is given back", async () => {
    const { vouchers, promotions, voyado, ask } = await own("when-paid", { moment: "paid" });
    const refusal = { errorCode: "PromotionNotValidForRedemptionChannel", message: "" };
    await voyado.fault(
      { type: "status", status: 409, body: refusal },
      { path: `${promotions[0]}/redeem` },
      1,
    );
    refused(await ask("POST", { promotions, bonus_checks: vouchers }, at("till-1", "200")), 400);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await effectOf(voyado, vouchers[0] ?? "")).toEqual({ redeemed: 1, reactivated: 0 });
  });
});

describe("what cannot be redeemed", () => {
  it.each<[string, string, object, number, RegExp]>([
    ["an unknown bonus check", astrid, { bonus_checks: [nobody] }, 404, /öppna kunden igen/i],
    ["an unknown promotion", astrid, { promotions: [nobody] }, 404, /öppna kunden igen/i],
    [
      "another customer's bonus check",
      bertil,
      { bonus_checks: [voucherId(1)] },
      404,
      /hör inte till kunden/,
    ],
    [
      "another customer's promotion",
      bertil,
      { promotions: [promotionId(1)] },
      404,
      /hör inte till kunden/,
    ],
    ["a used bonus check", astrid, { bonus_checks: [voucherId(4)] }, 400, /redan använd/i],
    ["an expired bonus check", astrid, { bonus_checks: [voucherId(5)] }, 400, /gått ut/],
    [
      "an offer of the web shop alone",
      astrid,
      { promotions: [promotionId(5)] },
      404,
      /öppna kunden igen/i,
    ],
    [
      "an id that no CRM issues",
      astrid,
      { bonus_checks: ["../../contacts"] },
      404,
      /öppna kunden igen/i,
    ],
    ["a number as id", astrid, { bonus_checks: [77] }, 404, /öppna kunden igen/i],
    ["an unknown customer", nobody, { bonus_checks: [voucherId(1)] }, 404, /sök igen/i],
    ["no customer of any CRM", "..%2Fx", { bonus_checks: [voucherId(1)] }, 404, /sök igen/i],
  ])("%s", async (_, customer, body, status, message) => {
    refused(await redeem(customer, body), status, message);
    for (const one of [voucherId(1), promotionId(1)])
      expect(await effectOf(gateway.voyado(), one)).toMatchObject({ redeemed: 0 });
  });

  it("one of several: none is used", async () => {
    const { id, vouchers, promotions } = await member(1, 1);
    refused(await redeem(id, { promotions, bonus_checks: [...vouchers, voucherId(1)] }), 404);
    for (const one of [...vouchers, ...promotions])
      expect(await effectOf(gateway.voyado(), one)).toEqual({ redeemed: 0, reactivated: 0 });
  });

  it("what was used in the CRM between the card and the redeem is refused with the reason", async () => {
    const { id, vouchers } = await member();
    const body = { errorCode: "RewardVoucherAlreadyRedeemed", message: "" };
    await gateway
      .voyado()
      .fault({ type: "status", status: 409, body }, { path: `${vouchers[0]}/redeem` }, 1);
    refused(await redeem(id, { bonus_checks: vouchers }), 400, /redan använd på annat håll/i);
  });

  it("when the last of several is refused, what was taken is given back", async () => {
    const { id, vouchers, promotions } = await member(1, 1);
    const body = { errorCode: "PromotionNotValidForRedemptionChannel", message: "" };
    await gateway
      .voyado()
      .fault({ type: "status", status: 409, body }, { path: `${promotions[0]}/redeem` }, 1);
    refused(
      await redeem(id, { promotions, bonus_checks: vouchers }),
      400,
      /kan inte användas i butik/,
    );
    const voucher = vouchers[0] ?? "";
    await expect
      .poll(() => effectOf(gateway.voyado(), voucher), { timeout: 8_000 })
      .toEqual({ redeemed: 1, reactivated: 1 });
    accepted(await redeem(id, { bonus_checks: vouchers }, { register: "till-2" }), redeemResult);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing named", {}, /promotions|bonus_checks/],
    ["empty arrays", { promotions: [], bonus_checks: [] }, /promotions|bonus_checks/],
    ["not JSON", "{", /body/],
    ["no body", "", /body/],
    ["an array", [voucherId(1)], /body/],
    ["wrong type", { bonus_checks: "x" }, /bonus_checks/],
    ["wrong type inside", { bonus_checks: [{ amount: 5 }] }, /bonus_checks/],
    ["unknown kind", { items: [{ type: "coffee", id: "1" }] }, /items/],
    [
      "another customer in the body",
      { customer_id: hedda, bonus_checks: [voucherId(1)] },
      /customer_id/,
    ],
    ["too many", { bonus_checks: Array.from({ length: 51 }, (_, n) => `b-${n}`) }, /bonus_checks/],
    ["too large", JSON.stringify({ x: "y".repeat(262_144) }), /256 KiB/],
  ])("%s is 400 and names the field", async (_, body, field) => {
    refused(await redeem(astrid, body), 400, field);
  });

  it("without a customer is 400", async () => {
    refused(
      await gateway.till()("POST", "/redeem", { body: { bonus_checks: [voucherId(1)] } }),
      400,
      /customer_id/,
    );
  });
});

describe("without a clear answer of the CRM", () => {
  it.each([
    ["stored, but answered 504", { type: "applied_then_status", status: 504 }],
    ["stored, but unreadable", { type: "applied_then_garbage" }],
    ["not stored, 504", { type: "status", status: 504 }],
    ["not stored, unreadable", { type: "garbage" }],
  ] as const)(
    "%s: no success is claimed; the till asks again and it is used once",
    async (_, fault) => {
      const { id, vouchers } = await member();
      const voucher = vouchers[0] ?? "";
      await gateway.voyado().fault(fault, { path: `${voucher}/redeem` }, 1);
      const first = await redeem(id, { bonus_checks: vouchers });
      expect([502, 503, 504], first.text).toContain(first.status);
      refused(first, first.status);
      accepted(await redeem(id, { bonus_checks: vouchers }), redeemResult);
      expect(await effectOf(gateway.voyado(), voucher)).toEqual({ redeemed: 1, reactivated: 0 });
    },
  );

  it("another till does not get it meanwhile", async () => {
    const { id, vouchers } = await member();
    await gateway
      .voyado()
      .fault({ type: "applied_then_status", status: 504 }, { path: `${vouchers[0]}/redeem` }, 1);
    await redeem(id, { bonus_checks: vouchers });
    const other = await redeem(
      id,
      { bonus_checks: vouchers },
      { register: "till-2", store: "300" },
    );
    expect(other.status).not.toBe(200);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toMatchObject({ redeemed: 1 });
  });

  it("that never comes: 504 within 8 s", async () => {
    const { id, vouchers } = await member();
    await gateway
      .voyado()
      .fault({ type: "applied_then_hang", ms: 12_000 }, { path: `${vouchers[0]}/redeem` }, 1);
    const reply = await redeem(id, { bonus_checks: vouchers });
    refused(reply, 504);
    expect(reply.ms).toBeLessThan(8_000);
  });
});
