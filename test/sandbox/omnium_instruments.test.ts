import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  type Found,
  id,
  type OmniumCalls,
  omniumOf,
  promotionId,
  voucherId,
} from "./omnium_harness.ts";

// contracts/omnium.md §5, §6, §12, §16.7.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): OmniumCalls {
  instance += 1;
  return omniumOf(sandbox, `instruments-${instance}`);
}

interface Voucher {
  id: string;
  voucherNumber: string | null;
  amount: number;
  currency: string | null;
  status: string | null;
  expiryDate: string | null;
  customerId: string | null;
}
interface State {
  vouchers: { id: string; history: { from: string; to: string; seq: number }[] }[];
}

const vouchersOf = async ({ omnium }: OmniumCalls, body: unknown): Promise<Voucher[]> =>
  (await omnium("POST", "/Vouchers/Search", body)).json<Found<Voucher>>().result;
const oneOf = async (calls: OmniumCalls, number: number): Promise<Voucher> => {
  const all = await vouchersOf(calls, { take: 100 });
  const found = all.find((one) => one.id === voucherId(number));
  if (found === undefined) throw new Error(`no voucher ${number}`);
  return found;
};
const historyOf = async (calls: OmniumCalls, number: number) =>
  (await calls.control("GET", "/state"))
    .json<State>()
    .vouchers.find((one) => one.id === voucherId(number))?.history;

describe("vouchers", () => {
  test("searched by customer and status; money is a number", async () => {
    const calls = fresh();
    const available = await vouchersOf(calls, { customerIds: [ASTRID], statuses: ["Available"] });
    expect(available.map((one) => one.id)).toEqual([1, 2, 3, 5, 13].map(voucherId));
    expect(available[0]).toMatchObject({ voucherNumber: "500001", amount: 50, currency: "SEK" });
    // Out of date and Available all the same.
    expect(Date.parse(available[3]?.expiryDate ?? "")).toBeLessThan(Date.now());
    const [finnish] = await vouchersOf(calls, { customerIds: [id("10021")] });
    expect(finnish).toMatchObject({ amount: 4.5, currency: "EUR" });
    const bad = await calls.omnium("POST", "/Vouchers/Search", { statuses: ["Used"] });
    expect(bad.status).toBe(400);
    expect((await calls.omnium("GET", `/Vouchers/${voucherId(1)}`)).status).toBe(405);
  });

  test("a PUT saves whatever status comes: a double redeem shows in the history", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 0 });
    const voucher = await oneOf(calls, 1);
    const redeemed = { ...voucher, status: "Redeemed" };
    const answers = await Promise.all([
      calls.omnium("PUT", "/Vouchers", redeemed),
      calls.omnium("PUT", "/Vouchers", redeemed),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const history = await historyOf(calls, 1);
    expect(history?.map(({ from, to }) => [from, to])).toEqual([
      ["Available", "Redeemed"],
      ["Redeemed", "Redeemed"],
    ]);
    const { items } = (await calls.control("GET", "/requests?path=/api/Vouchers")).json<{
      items: { seq: number; method: string }[];
    }>();
    const puts = items.filter(({ method }) => method === "PUT").map(({ seq }) => seq);
    expect(history?.map(({ seq }) => seq)).toEqual(puts);
    // An expired or applied one as well: nothing is looked at.
    for (const number of [5, 7, 12]) {
      const body = { ...(await oneOf(calls, number)), status: "Redeemed" };
      expect((await calls.omnium("PUT", "/Vouchers", body)).status).toBe(200);
    }
  });

  test("back to Available, where the tenant lets that be", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 0 });
    const voucher = await oneOf(calls, 4);
    const free = { ...voucher, status: "Available" };
    await calls.profile({ redeemedToAvailable: false });
    expect((await calls.omnium("PUT", "/Vouchers", free)).status).toBe(400);
    expect((await oneOf(calls, 4)).status).toBe("Redeemed");
    await calls.profile({ redeemedToAvailable: true });
    expect((await calls.omnium("PUT", "/Vouchers", free)).status).toBe(200);
    expect((await oneOf(calls, 4)).status).toBe("Available");
  });

  test("a search sees a redeem late", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 30_000 });
    const voucher = await oneOf(calls, 1);
    await calls.omnium("PUT", "/Vouchers", { ...voucher, status: "Redeemed" });
    expect((await oneOf(calls, 1)).status).toBe("Available");
    await calls.control("POST", "/clock", { advanceMs: 30_000 });
    expect((await oneOf(calls, 1)).status).toBe("Redeemed");
  });

  test("what a PUT leaves out is lost, or stays", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 0 });
    await calls.omnium("PUT", "/Vouchers", { id: voucherId(1), status: "Redeemed" });
    expect(await oneOf(calls, 1)).toMatchObject({ amount: 0, currency: null, customerId: null });
    await calls.profile({ voucherPut: "merge" });
    await calls.omnium("PUT", "/Vouchers", { id: voucherId(2), status: "Redeemed" });
    expect(await oneOf(calls, 2)).toMatchObject({ amount: 100, currency: "SEK" });
  });

  test("made when the id is null; unknown id 404; bad status and amount 400; deleted once", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 0 });
    const body = {
      id: null,
      customerId: BERTIL,
      amount: 12.5,
      currency: "SEK",
      status: "Available",
    };
    const made = (await calls.omnium("PUT", "/Vouchers", body)).json<Voucher>();
    expect(made).toMatchObject({ ...body, id: expect.any(String), voucherNumber: "700001" });
    const status = async (change: object) =>
      (await calls.omnium("PUT", "/Vouchers", { ...made, ...change })).status;
    expect(await status({ id: "unknown" })).toBe(404);
    expect(await status({ status: "Used" })).toBe(400);
    expect(await status({ amount: "12.50" })).toBe(400);
    expect(await status({ points: 1 })).toBe(400);
    const remove = () => calls.omnium("DELETE", `/Vouchers/${made.id}`);
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  test("a scroll goes on", async () => {
    const calls = fresh();
    const start = (await calls.omnium("POST", "/Vouchers/ScrollSearch", { take: 10 })).json<
      Found<Voucher>
    >();
    const next = await calls.omnium("GET", `/Vouchers/Scroll/${start.scrollId}`);
    expect(next.json<Found<Voucher>>().result).toHaveLength(3);
    // A scroll of vouchers is none of customers.
    const { scrollId } = next.json<Found<Voucher>>();
    expect((await calls.omnium("GET", `/PrivateCustomers/Scroll/${scrollId}`)).status).toBe(404);
  });

  test("tests add, change and remove them directly, and searches see that at once", async () => {
    const calls = fresh();
    const made = (
      await calls.control("POST", "/vouchers", { customerId: BERTIL, amount: "12.50" })
    ).json<{ id: string }>();
    const shown = async () =>
      (await vouchersOf(calls, { customerIds: [BERTIL] })).find((one) => one.id === made.id);
    expect(await shown()).toMatchObject({ amount: 12.5, status: "Available" });
    await calls.control("PATCH", `/vouchers/${made.id}`, { status: "Expired", amount: 1 });
    expect(await shown()).toMatchObject({ amount: 1, status: "Expired" });
    await calls.control("DELETE", `/vouchers/${made.id}`);
    expect(await shown()).toBeUndefined();
    const counts = (await calls.control("GET", "/counts")).json<{ vouchersByStatus: object }>();
    expect(counts.vouchersByStatus).toEqual({ Available: 10, Redeemed: 1, Applied: 1, Expired: 1 });
  });
});

describe("coupons and promotions", () => {
  test("personal coupons stand on the customer, their reward in the promotion", async () => {
    const calls = fresh();
    const { discountCoupons } = (await calls.omnium("GET", `/PrivateCustomers/${ASTRID}`)).json<{
      discountCoupons: { couponCode: string; promotionId: string; validTo: string }[];
    }>();
    expect(discountCoupons.map(({ couponCode }) => couponCode)).toEqual([
      "TEN-10012",
      "HUNDRED-10012",
      "LAST-10012",
      "TEN-LATER-10012",
      "GIFT-10012",
      "GONE-10012",
    ]);
    const read = async (number: number) =>
      calls.omnium("GET", `/Promotions/${promotionId(number)}`);
    expect((await read(1)).json()).toMatchObject({
      customerClubMembersOnly: true,
      additionalCoupons: [
        { couponCode: "TEN-10012", canOnlyBeUsedOnce: true, used: false },
        {},
        {},
      ],
      promotionData: { reward: { usePercentage: true, percentage: 10, promotionAmounts: [] } },
    });
    expect((await read(2)).json()).toMatchObject({
      promotionData: {
        reward: {
          usePercentage: false,
          promotionAmounts: expect.arrayContaining([
            { amount: 105, currency: "NOK", marketId: "NOR" },
          ]),
        },
      },
    });
    expect((await read(99)).status).toBe(404);
  });

  test("promotions are searched from page 1", async () => {
    const { omnium } = fresh();
    const search = (body: unknown) => omnium("POST", "/Promotions/Search", body);
    expect((await search({})).json<Found<unknown>>().result).toHaveLength(6);
    const running = { endedAfterDate: new Date().toISOString() };
    expect((await search(running)).json<Found<unknown>>().totalHits).toBe(5);
    expect((await search({ page: 0 })).status).toBe(400);
  });

  test("a test adds a promotion and a coupon, and takes the coupon away", async () => {
    const calls = fresh();
    const promotion = { id: "P1", percentage: 15, additionalCoupons: [{ couponCode: "C1" }] };
    await calls.control("POST", "/promotions", promotion);
    expect((await calls.omnium("GET", "/Promotions/P1")).json()).toMatchObject({
      promotionData: { reward: { percentage: 15 } },
    });
    const coupons = [{ id: "1", couponCode: "C1", promotionId: "P1" }];
    await calls.control("PATCH", `/customers/${BERTIL}`, { discountCoupons: coupons });
    const read = await calls.omnium("GET", `/PrivateCustomers/${BERTIL}`);
    expect(read.json()).toMatchObject({ discountCoupons: coupons, firstName: "Bertil" });
  });

  test("generating codes is a GET that writes, for an admin of promotions", async () => {
    const calls = fresh();
    const path = (number: number) =>
      `/Promotions/GenerateSingleUsagePromotionCoupons/${promotionId(5)}?numberOfCouponsToGenerate=${number}`;
    expect((await calls.omnium("GET", path(2))).status).toBe(403);
    const owner = await calls.as("owner");
    expect((await owner("GET", path(2))).json<string[]>()).toHaveLength(2);
    expect((await owner("GET", path(1001))).status).toBe(400);
  });
});

describe("customer club", () => {
  const club = (who: string) => `/PrivateCustomers/${who}/CustomerClubMember`;

  test("points, tier and what is missing to the next", async () => {
    const calls = fresh();
    expect((await calls.omnium("GET", club(ASTRID))).json()).toMatchObject({
      customerId: ASTRID,
      customerName: "Astrid Exempel",
      storeId: "200",
      consents: { approvedConsents: true, emailMarketing: true, smsMarketing: true },
      tier: { name: "Gold", tierSummary: { amount: 7200, amountToNextTier: 12_800 } },
      summary: { currentBalance: 1250, newPointsOnHold: 0 },
      validPoints: [{ pointAmount: 1250 }],
    });
    const pending = (await calls.omnium("GET", club(id("10017")))).json<object>();
    expect(pending).toMatchObject({ membersshipApproved: null });
    expect((await calls.omnium("GET", club(id("10018")))).status).toBe(404);
    expect((await calls.omnium("GET", club("nobody"))).status).toBe(404);
  });

  test("AddWithConsentList joins, and makes the customer when there is none", async () => {
    const calls = fresh();
    const greta = id("10018");
    const consents = [{ type: "EmailMarketing", status: true }];
    const join = (who: string) =>
      calls.omnium("POST", `${club(who)}/AddWithConsentList?salesPersonId=7`, consents);
    expect((await join(greta)).json()).toMatchObject({
      salesPersonId: "7",
      consents: { approvedConsents: true, emailMarketing: true, smsMarketing: false },
      customerClubConsents: consents,
    });
    const read = await calls.omnium("GET", `/PrivateCustomers/${greta}`);
    expect(read.json()).toMatchObject({ isCustomerClubMember: true });
    expect((await join(greta)).status).toBe(200);
    expect((await join("somebody")).status).toBe(200);
    expect((await calls.omnium("GET", "/PrivateCustomers/somebody")).status).toBe(200);
    await calls.profile({ clubAddTwice: "409" });
    expect((await join(greta)).status).toBe(409);
    expect((await calls.omnium("POST", `${club(greta)}/AddWithConsentList`, {})).status).toBe(400);
  });

  test("pending until consents are updated; interests replace; removed", async () => {
    const calls = fresh();
    const greta = club(id("10018"));
    expect((await calls.omnium("POST", `${greta}/AddPending`)).status).toBe(400);
    const pending = await calls.omnium("POST", `${greta}/AddPending?storeId=300`);
    expect(pending.json()).toMatchObject({ membersshipApproved: null, storeId: "300" });
    // A customer who is not there is made, and the id is the phone number when none is sent.
    const pendingOf = async (who: string) =>
      (await calls.omnium("POST", `${club(who)}/AddPending?storeId=300`)).status;
    expect(await pendingOf("nobody")).toBe(400);
    expect(await pendingOf("%2B46701740698")).toBe(200);
    const list = [{ type: "SmsMarketing", status: true }];
    const approved = await calls.omnium("POST", `${greta}/UpdateConsentList`, list);
    expect(approved.json()).toMatchObject({
      membersshipApproved: expect.any(String),
      consents: { smsMarketing: true },
    });
    const patched = await calls.omnium("POST", `${greta}/UpdatedWithPatchRequest`, {
      consents: { smsMarketing: false },
      interests: ["Wool"],
    });
    expect(patched.json()).toMatchObject({
      interests: ["Wool"],
      consents: { smsMarketing: false, approvedConsents: true },
    });
    const interests = await calls.omnium("POST", `${greta}/UpdateInterests`, ["Silk"]);
    expect(interests.json()).toMatchObject({ interests: ["Silk"] });
    expect((await calls.omnium("DELETE", `${greta}/Remove`)).status).toBe(204);
    expect((await calls.omnium("DELETE", `${greta}/Remove`)).status).toBe(404);
  });

  test("consents of the customer are copied to the member, where that is set", async () => {
    const calls = fresh();
    const off = { type: "EmailMarketing", status: false };
    const post = () => calls.omnium("POST", `/PrivateCustomers/Consents?customerId=${ASTRID}`, off);
    const marketing = async () =>
      (await calls.omnium("GET", club(ASTRID))).json<{ consents: { emailMarketing: boolean } }>()
        .consents.emailMarketing;
    await post();
    expect(await marketing()).toBe(true);
    await calls.profile({ copyConsentsToCustomerClubMember: true });
    await post();
    expect(await marketing()).toBe(false);
  });

  test("members are listed and searched", async () => {
    const { omnium } = fresh();
    const all = await omnium("GET", "/PrivateCustomers/GetAllCustomerClubMembers?pageSize=5");
    expect(all.json<Found<unknown>>()).toMatchObject({ totalHits: 11 });
    const none = await omnium("GET", "/PrivateCustomers/GetAllCustomerClubMembers?page=0");
    expect(none.status).toBe(400);
    const found = await omnium("POST", "/PrivateCustomers/CustomerClubMembers/Search", {
      customerIds: [ASTRID],
      emailMarketingConsent: true,
    });
    expect(found.json<Found<{ customerId: string }>>().result[0]?.customerId).toBe(ASTRID);
  });
});

describe("stores", () => {
  test("by id, by the warehouse of Sitoo, all", async () => {
    const { omnium } = fresh();
    expect((await omnium("GET", "/Stores/400")).json()).toMatchObject({
      name: "Oslo",
      externalIdsList: [{ providerName: "SitooWarehouseId", id: "13" }],
    });
    const byId = await omnium("GET", "/Stores/GetByExternalId?id=11");
    expect(byId.json<Found<{ id: string }>>().result.map((one) => one.id)).toEqual(["200"]);
    expect((await omnium("GET", "/Stores")).json<Found<unknown>>().totalHits).toBe(6);
    expect((await omnium("GET", "/Stores/999")).status).toBe(404);
  });
});
