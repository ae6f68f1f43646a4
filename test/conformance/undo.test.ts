import { describe, expect, it } from "vitest";
import { redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  effectOf,
  foundOne,
  nobody,
  refused,
  useGateway,
  type Onboarded,
  type SpiCall,
} from "./harness.ts";

const gateway = useGateway();
const here: SpiCall = { register: "till-1", store: "200" };
const call = (
  method: "POST" | "DELETE",
  path: string,
  body?: unknown,
  from: SpiCall = here,
  tenant?: Onboarded,
) => gateway.till(tenant)(method, path, body === undefined ? from : { ...from, body });
const redeem = async (id: string, body: unknown, from = here) =>
  accepted(await call("POST", `/customers/${id}/redeem`, body, from), redeemResult);
const member = (vouchers = 1, promotions = 0, voucher: object = {}) =>
  addCustomer(gateway.voyado(), {
    vouchers: Array.from({ length: vouchers }, () => ({ ...voucher })),
    promotions: Array.from({ length: promotions }, () => ({})),
  });
const card = async (id: string) =>
  foundOne(
    await gateway.till()("GET", "/customers", { query: { key_type: "customer_id", key: id } }),
  );
const once = { redeemed: 1, reactivated: 1 };

describe("an undo gives back", () => {
  it.each<[string, (id: string, voucher: string, redeemId: string) => readonly [string, unknown]]>([
    [
      "with the body of the redeem",
      (id, voucher) => [`/customers/${id}/redeem`, { bonus_checks: [voucher] }],
    ],
    ["with a bare array of ids", (id, voucher) => [`/customers/${id}/redeem`, [voucher]]],
    [
      "by redeem_id in the address",
      (id, _, redeemId) => [`/customers/${id}/redeem/${redeemId}`, undefined],
    ],
    [
      "by redeem_id in the body",
      (id, _, redeemId) => [`/customers/${id}/redeem`, { redeem_id: redeemId }],
    ],
    [
      "on /redeem, the customer in the body",
      (id, voucher) => [
        "/redeem",
        { customer_id: id, items: [{ type: "bonus_check", id: voucher }] },
      ],
    ],
    ["on /redeem/{redeem_id}", (_, __, redeemId) => [`/redeem/${redeemId}`, undefined]],
  ])("%s, once however often it is asked", async (_, request) => {
    const { id, vouchers } = await member();
    const voucher = vouchers[0] ?? "";
    const { redeem_id: redeemId } = await redeem(id, { bonus_checks: vouchers });
    const [path, body] = request(id, voucher, redeemId);
    const undone = accepted(await call("DELETE", path, body), redeemResult);
    expect(undone.bonus_checks).toContainEqual({ bonus_check_id: voucher, redeemed: false });
    expect(await effectOf(gateway.voyado(), voucher)).toEqual(once);
    expect((await call("DELETE", path, body)).status).toBe(200);
    expect(await effectOf(gateway.voyado(), voucher)).toEqual(once);
    expect((await card(id)).bonus_checks).toMatchObject([
      { bonus_check_id: voucher, redeemed: false },
    ]);
  });

  it("and the next redeem is a new one", async () => {
    const { id, vouchers } = await member();
    const first = await redeem(id, { bonus_checks: vouchers });
    accepted(
      await call("DELETE", `/customers/${id}/redeem`, { bonus_checks: vouchers }),
      redeemResult,
    );
    const second = await redeem(id, { bonus_checks: vouchers });
    expect(second.redeem_id).not.toBe(first.redeem_id);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
      redeemed: 2,
      reactivated: 1,
    });
  });

  it("a promotion that the CRM cannot give back: the card shows our copy, its next use needs no call", async () => {
    const { id, promotions } = await member(0, 1);
    await redeem(id, { promotions });
    const undone = accepted(
      await call("DELETE", `/customers/${id}/redeem`, { promotions }),
      redeemResult,
    );
    expect(undone.promotions).toEqual([{ promotion_id: promotions[0], redeemed: false }]);
    const [shown] = (await card(id)).promotions;
    expect(shown).toMatchObject({
      promotion_id: promotions[0],
      redeemed: false,
      promotion_type: { type: "cart_percent", value_int: 10 },
    });
    await redeem(id, { promotions }, { register: "till-2", store: "300" });
    expect(await effectOf(gateway.voyado(), promotions[0] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 0,
    });
    refused(await call("POST", `/customers/${id}/redeem`, { promotions }), 400, /i butik 300/);
  });

  it("a bonus check whose limit of reactivations is spent: given back here all the same", async () => {
    const { id, vouchers } = await member(1, 0, { reactivations: 3 });
    await redeem(id, { bonus_checks: vouchers });
    accepted(
      await call("DELETE", `/customers/${id}/redeem`, { bonus_checks: vouchers }),
      redeemResult,
    );
    expect((await card(id)).bonus_checks).toMatchObject([
      { bonus_check_id: vouchers[0], redeemed: false },
    ]);
    await redeem(id, { bonus_checks: vouchers }, { register: "till-2" });
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 0,
    });
  });

  it("while the CRM is away: 200 now, given back when it is there again", async () => {
    const { id, vouchers } = await member();
    const voucher = vouchers[0] ?? "";
    await redeem(id, { bonus_checks: vouchers });
    await gateway
      .voyado()
      .fault({ type: "status", status: 503 }, { path: `${voucher}/reactivate` }, 1);
    const reply = await call("DELETE", `/customers/${id}/redeem`, { bonus_checks: vouchers });
    accepted(reply, redeemResult);
    expect(reply.ms).toBeLessThan(8_000);
    await expect
      .poll(() => effectOf(gateway.voyado(), voucher), { timeout: 20_000, interval: 500 })
      .toEqual(once);
  });

  it("while the redeem is still under way", async () => {
    const { id, vouchers } = await member();
    const voucher = vouchers[0] ?? "";
    await gateway.voyado().fault({ type: "latency", ms: 1_200 }, { path: `${voucher}/redeem` }, 1);
    const redeeming = call("POST", `/customers/${id}/redeem`, { bonus_checks: vouchers });
    await new Promise((resolve) => setTimeout(resolve, 500));
    accepted(
      await call("DELETE", `/customers/${id}/redeem`, { bonus_checks: vouchers }),
      redeemResult,
    );
    await redeeming;
    await expect.poll(() => effectOf(gateway.voyado(), voucher), { timeout: 8_000 }).toEqual(once);
  });
});

describe("an undo touches nothing that is not its own", () => {
  it("of what was never redeemed is 200, and only the late redeem of the same till and instruments meets it", async () => {
    const { id, vouchers } = await member();
    const path = `/customers/${id}/redeem`;
    const undone = accepted(await call("DELETE", path, { bonus_checks: vouchers }), redeemResult);
    expect(undone.bonus_checks).toEqual([{ bonus_check_id: vouchers[0], redeemed: false }]);
    refused(await call("POST", path, { bonus_checks: vouchers }), 400, /lämnades nyss tillbaka/);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toMatchObject({ redeemed: 0 });
    await redeem(id, { bonus_checks: vouchers }, { register: "till-2", store: "200" });
  });

  it("of an id that we never issued is 200 and changes nothing", async () => {
    const { id, vouchers } = await member();
    const { redeem_id: redeemId } = await redeem(id, { bonus_checks: vouchers });
    const forged = [
      redeemId.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      "r-9",
      "a.b.c",
      "x".repeat(300),
    ];
    for (const one of forged)
      accepted(
        await call("DELETE", `/customers/${id}/redeem/${encodeURIComponent(one)}`),
        redeemResult,
      );
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 0,
    });
  });

  it("another register's redemption stays: its cart still has the discount", async () => {
    const { id, vouchers } = await member();
    await redeem(id, { bonus_checks: vouchers });
    const reply = await call(
      "DELETE",
      `/customers/${id}/redeem`,
      { bonus_checks: vouchers },
      { register: "till-2" },
    );
    expect(accepted(reply, redeemResult).bonus_checks).toEqual([
      { bonus_check_id: vouchers[0], redeemed: true },
    ]);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 0,
    });
  });

  it("one of two leaves the other", async () => {
    const { id, vouchers } = await member(2);
    await redeem(id, { bonus_checks: vouchers });
    accepted(
      await call("DELETE", `/customers/${id}/redeem`, { bonus_checks: [vouchers[0]] }),
      redeemResult,
    );
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual(once);
    expect(await effectOf(gateway.voyado(), vouchers[1] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 0,
    });
  });
});

describe("a bad undo", () => {
  it.each<[string, unknown, RegExp]>([
    ["nothing named", {}, /promotions|bonus_checks/],
    ["no body", undefined, /promotions|bonus_checks/],
    ["an empty array", [], /promotions|bonus_checks/],
    ["not JSON", "{", /body/],
    ["wrong type", { bonus_checks: 5 }, /bonus_checks|body/],
  ])("%s is 400 and names the field", async (_, body, field) => {
    const { id } = await member();
    refused(await call("DELETE", `/customers/${id}/redeem`, body), 400, field);
  });

  it("without a customer is 400, of an unknown one 404", async () => {
    refused(await call("DELETE", "/redeem", { bonus_checks: [nobody] }), 400, /customer_id/);
    refused(await call("DELETE", `/customers/${nobody}/redeem`, { bonus_checks: [nobody] }), 404);
    refused(await call("DELETE", "/customers/..%2Fx/redeem", { bonus_checks: [nobody] }), 404);
  });
});

describe("the answer, by the tenant's switch", () => {
  it("is 204 without a body", async () => {
    const tenant = await gateway.onboard("no-content", {
      channel: { spi: { undo_answer: "no_content" } },
    });
    const { id, vouchers } = await addCustomer(gateway.voyado("no-content"), { vouchers: [{}] });
    const body = { bonus_checks: vouchers };
    accepted(await call("POST", `/customers/${id}/redeem`, body, here, tenant), redeemResult);
    const reply = await call("DELETE", `/customers/${id}/redeem`, body, here, tenant);
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expect(await effectOf(gateway.voyado("no-content"), vouchers[0] ?? "")).toEqual(once);
  });
});
