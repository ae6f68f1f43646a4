import { describe, expect, it } from "vitest";
import {
  call,
  customerBody,
  customerId,
  found,
  now,
  voucherId,
  withOmnium,
} from "./omnium_fixture.ts";

const day = 86_400_000;
const at = (days: number): string => new Date(now + days * day).toISOString();
const coupon = (n: number, change: object = {}) => ({
  id: `d${n}`,
  couponCode: `C-${n}`,
  promotionId: `p${n}`,
  validFrom: at(-1),
  validTo: at(10),
  ...change,
});
const campaign = (reward: object, change: object = {}) => ({
  title: "Tio procent",
  activeFrom: at(-5),
  activeTo: at(20),
  promotionData: { reward },
  ...change,
});
const voucher = (change: object = {}) => ({
  id: voucherId,
  voucherNumber: "500001",
  customerId,
  amount: 50,
  currency: "SEK",
  expiryDate: at(60),
  status: "Available",
  externalIds: [],
  created: at(-3),
  modified: at(-3),
  ...change,
});

const shop = (parts: {
  coupons?: object[];
  campaigns?: Record<string, object>;
  vouchers?: object[];
}) =>
  withOmnium(({ path }) => {
    if (path === "/Vouchers/Search") return found(...(parts.vouchers ?? []));
    if (path.startsWith("/Promotions/")) {
      const json = parts.campaigns?.[path.slice("/Promotions/".length)];
      return json === undefined ? { status: 404, text: "" } : { json };
    }
    return { json: customerBody({ discountCoupons: parts.coupons ?? [] }) };
  });

describe("coupons", () => {
  const offers = async (reward: object, change: object = {}, ofCoupon: object = {}) => {
    const { crm } = shop({
      coupons: [coupon(1, ofCoupon)],
      campaigns: { p1: campaign(reward, change) },
    });
    const read = await crm.instruments(customerId, call);
    return read.ok ? read.value.promotions : read;
  };

  it.each([
    ["percent", { percentage: 10 }, { type: "cart_percent", percent: 10 }],
    ["half a percent", { percentage: 12.5 }, { type: "manual", text: "12.5 %" }],
    [
      "an amount of this market",
      {
        promotionAmounts: [
          { amount: 9, currency: "EUR" },
          { amount: 105, currency: "SEK", marketId: "NOR" },
          { amount: 99.5, currency: "SEK", marketId: "SWE" },
        ],
      },
      { type: "cart_amount", amount: { minor: 9_950, currency: "SEK" } },
    ],
    ["a gift", {}, { type: "manual", text: "Tio procent" }],
  ])("%s", async (_, reward, offer) => {
    expect(await offers(reward)).toEqual([
      {
        kind: "promotion",
        id: "d1",
        name: "Tio procent",
        offer,
        redeemed: false,
        expiresAt: at(10),
      },
    ]);
  });

  it.each([
    ["not yet valid", {}, { validFrom: at(1) }],
    ["no more valid", {}, { validTo: at(-1) }],
    ["of a campaign that is over", { activeTo: at(-1) }, {}],
    ["without id and code", {}, { id: null, couponCode: null }],
  ])("%s: not shown", async (_, change, ofCoupon) => {
    expect(await offers({ percentage: 10 }, change, ofCoupon)).toEqual([]);
  });

  it("marked as used by an order are used", async () => {
    const used = { additionalCoupons: [{ couponCode: "C-1", used: true }] };
    expect(await offers({ percentage: 10 }, used)).toMatchObject([{ redeemed: true }]);
  });

  it("read each campaign once in ten minutes, and one that is gone as well", async () => {
    const world = shop({
      coupons: [coupon(1), coupon(2)],
      campaigns: { p1: campaign({ percentage: 10 }) },
    });
    await world.crm.instruments(customerId, call);
    const again = await world.crm.instruments(customerId, call);
    expect(again).toMatchObject({ value: { promotions: [{ id: "d1" }], degraded: [] } });
    expect(world.sent.filter(({ path }) => path.startsWith("/Promotions/"))).toHaveLength(2);
  });
});

describe("vouchers", () => {
  it("are bonus checks in the till's currency while they are available", async () => {
    const { crm, sent } = shop({
      vouchers: [
        voucher(),
        voucher({ id: "v2", amount: 4.5, expiryDate: null }),
        voucher({ id: "v3", currency: "NOK" }),
        voucher({ id: "v4", status: "Redeemed" }),
        voucher({ id: "v5", expiryDate: at(-1) }),
        voucher({ id: "v6", status: "Applied" }),
        voucher({ id: "v7", customerId: "another" }),
      ],
    });
    expect(await crm.instruments(customerId, call)).toMatchObject({
      value: {
        bonusChecks: [
          {
            kind: "bonus_check",
            id: voucherId,
            name: "500001",
            amount: { minor: 5_000, currency: "SEK" },
          },
          { id: "v2", amount: { minor: 450, currency: "SEK" } },
        ],
      },
    });
    const search = sent.find(({ path }) => path === "/Vouchers/Search");
    expect(search?.body).toEqual({ customerIds: [customerId], page: 0, take: 100 });
  });

  it("that cannot be read fail nothing", async () => {
    const { crm } = withOmnium(({ path }) =>
      path === "/Vouchers/Search" ? { status: 403, text: "" } : { json: customerBody() },
    );
    expect(await crm.instruments(customerId, call)).toMatchObject({
      ok: true,
      value: { bonusChecks: [], degraded: ["bonus_checks"] },
    });
  });
});

const check = { kind: "bonus_check", id: voucherId } as const;

/** A register that saves whatever it is sent, as Omnium does. */
const saving = (first: object | undefined, put?: () => object) => {
  let held = first;
  const world = withOmnium((one) => {
    if (one.path === "/Vouchers/Search") return held === undefined ? found() : found(held);
    const answer = put?.();
    if (answer !== undefined) return answer as { json: unknown };
    held = { ...(one.body as object), modified: at(0) };
    return { json: held };
  });
  return { ...world, puts: () => world.sent.filter(({ method }) => method === "PUT") };
};

describe("a voucher's redeem", () => {
  it("reads it, then saves it whole", async () => {
    const { crm, puts } = saving(voucher());
    expect(await crm.commit(customerId, check, call)).toEqual({ ok: true, value: { at: at(0) } });
    expect(puts().map(({ body }) => body)).toEqual([voucher({ status: "Redeemed" })]);
  });

  it.each([
    ["used elsewhere", voucher({ status: "Redeemed" }), { kind: "already_redeemed" }],
    [
      "used, and out of date since",
      voucher({ status: "Redeemed", expiryDate: at(-1) }),
      { kind: "already_redeemed" },
    ],
    ["in a cart of the web shop", voucher({ status: "Applied" }), { kind: "already_redeemed" }],
    ["out of date", voucher({ expiryDate: at(-1) }), { kind: "expired" }],
    ["somebody else's", voucher({ customerId: "another" }), { kind: "instrument_not_found" }],
    ["gone", undefined, { kind: "instrument_not_found" }],
  ])(
    "%s is refused, and nothing is saved: the second save would hide the double use",
    async (_, held, failure) => {
      const { crm, puts } = saving(held);
      expect(await crm.commit(customerId, check, call)).toEqual({ ok: false, failure });
      expect(puts()).toEqual([]);
    },
  );

  it("looks again where the search may not have heard of an undo", async () => {
    let looks = 0;
    const { crm } = withOmnium(({ path, body }) => {
      if (path !== "/Vouchers/Search") return { json: body };
      looks += 1;
      return found(voucher(looks === 1 ? { status: "Redeemed", modified: at(0) } : {}));
    });
    expect(await crm.commit(customerId, check, call)).toMatchObject({ ok: true });
    expect(looks).toBe(2);
  });

  it.each([
    ["a time-out", { kind: "timed_out", sent: true }, { kind: "timed_out" }],
    ["a 500", { status: 500, text: "" }, { kind: "unavailable", sent: true }],
    ["a page", { text: "<html>" }, { kind: "unreadable" }],
  ] as const)("%s is unclear, and sent once", async (_, answer, failure) => {
    const { crm, puts } = saving(voucher(), () => answer);
    expect(await crm.commit(customerId, check, call)).toMatchObject({ ok: false, failure });
    expect(puts()).toHaveLength(1);
  });

  it("reads again after a 409", async () => {
    let first = true;
    const { crm, puts } = saving(voucher(), () => {
      if (!first) return undefined as unknown as object;
      first = false;
      return { status: 409, text: "" };
    });
    expect(await crm.commit(customerId, check, call)).toMatchObject({ ok: true });
    expect(puts()).toHaveLength(2);
  });
});

describe("a voucher's undo", () => {
  it.each(["Redeemed", "Available"])(
    "saves it as available though the search says %s",
    async (status) => {
      const { crm, puts } = saving(voucher({ status }));
      expect(await crm.reverse(customerId, check, call)).toEqual({ ok: true, value: {} });
      expect(puts().map(({ body }) => body)).toEqual([voucher()]);
    },
  );

  it.each([
    ["out of date", voucher({ status: "Redeemed", expiryDate: at(-1) }), undefined],
    ["in a cart", voucher({ status: "Applied" }), undefined],
    ["where Omnium will not", voucher({ status: "Redeemed" }), { status: 400, text: "no" }],
  ])("%s cannot be", async (_, held, answer) => {
    const { crm } = saving(held, answer === undefined ? undefined : () => answer);
    expect(await crm.reverse(customerId, check, call)).toMatchObject({
      ok: false,
      failure: { kind: "cannot_reverse" },
    });
  });
});

describe("what stands of an instrument", () => {
  it.each([
    ["Available", {}, { state: "available" }],
    ["Redeemed", {}, { state: "redeemed", at: at(-3) }],
    ["Applied", {}, { state: "gone" }],
    ["Expired", {}, { state: "expired" }],
    ["Available", { expiryDate: at(-1) }, { state: "expired" }],
  ])("a voucher %s %o", async (status, change, value) => {
    const { crm } = saving(voucher({ status, ...change }));
    expect(await crm.status(customerId, check, call)).toEqual({ ok: true, value });
  });

  it("a coupon has no call of its own: the ledger keeps it", async () => {
    const { crm } = shop({ coupons: [coupon(1)], campaigns: { p1: campaign({ percentage: 10 }) } });
    const ref = { kind: "promotion", id: "d1" } as const;
    expect(crm.capabilities).toMatchObject({ commit: { promotion: false, bonus_check: true } });
    expect(await crm.status(customerId, ref, call)).toEqual({
      ok: true,
      value: { state: "available" },
    });
    expect(await crm.commit(customerId, ref, call)).toMatchObject({
      failure: { kind: "not_supported" },
    });
    expect(await crm.reverse(customerId, ref, call)).toMatchObject({
      failure: { kind: "not_supported" },
    });
  });
});
