import { describe, expect, it } from "vitest";
import { call, holding, idOf, now, project } from "./project_fixture.ts";

const day = 86_400;
const soon = now / 1000 + day;
const check = (id: string, more: object = {}) => ({
  id,
  name: "Check",
  value: 50,
  currency: "SEK",
  valid_until: soon,
  redeemed: false,
  ...more,
});
const read = async (values: object, changed = {}) => {
  const { crm, logged } = project(holding({ "ids.registered": "a@b.se", ...values }), changed);
  const id = await idOf("a@b.se");
  const outcome = await crm.instruments(id, call);
  if (!outcome.ok) throw new Error(outcome.failure.kind);
  return {
    ...outcome.value,
    logged,
    status: (kind: "bonus_check" | "promotion", ref: string) =>
      crm.status(id, { kind, id: ref }, call),
  };
};

describe("instruments", () => {
  it("are a list in a property, or the text of one; what is over or unreadable is not shown", async () => {
    const list = [
      check("c-1"),
      check("c-1", { value: 70 }),
      check("c-2", { remaining: "12.50" }),
      check("c-3", { remaining: 0 }),
      check("c-4", { valid_until: now / 1000 - 1 }),
      check("c-5", { currency: "NOK" }),
      check("../x"),
      check("c-6", { valid_until: "2030-02-01" }),
    ];
    for (const value of [list, JSON.stringify(list)]) {
      const { bonusChecks, logged } = await read({ "properties.bonus_checks": value });
      expect(
        bonusChecks.map(({ id, amount, redeemed, expiresAt }) => [
          id,
          amount.minor,
          redeemed,
          expiresAt,
        ]),
      ).toEqual([
        ["c-1", 5000, false, "2030-02-01T10:00:00.000Z"],
        ["c-2", 1250, false, "2030-02-01T10:00:00.000Z"],
        ["c-3", 5000, true, "2030-02-01T10:00:00.000Z"],
        ["c-6", 5000, false, "2030-02-01T23:59:59+01:00"],
      ]);
      expect(logged).toContainEqual({
        event: "crm_instruments_hidden",
        part: "bonus_checks",
        count: 2,
        request_id: "r-1",
      });
    }
  });

  it("of each type give what a till can do with them", async () => {
    const of = (id: string, type: string, value: unknown) => ({ id, name: id, type, value });
    const { promotions } = await read(
      {
        "properties.promotions": [
          of("a", "percent", 10),
          of("b", "percent", 12.5),
          of("c", "amount", "99.90"),
          of("d", "voucher_password", "spring"),
          of("e", "manual", "Coffee"),
          of("f", "rabatt", 5),
          of("g", "new", 1),
        ],
      },
      { promotionTypes: { rabatt: "percent" } },
    );
    expect(promotions.map(({ id, offer }) => [id, offer])).toEqual([
      ["a", { type: "cart_percent", percent: 10 }],
      ["b", { type: "manual", text: "12.5 %" }],
      ["c", { type: "cart_amount", amount: { minor: 9990, currency: "SEK" } }],
      ["d", { type: "voucher", password: "spring" }],
      ["e", { type: "manual", text: "Coffee" }],
      ["f", { type: "cart_percent", percent: 5 }],
    ]);
  });

  it("have the tenant's own names of fields", async () => {
    const { bonusChecks } = await read(
      { "properties.bonus_checks": [{ code: "x-1", worth: "20", ends: soon }] },
      {
        bonusCheckFields: { id: "code", value: "worth", valid_until: "ends" },
      },
    );
    expect(bonusChecks).toMatchObject([{ id: "x-1", amount: { minor: 2000 } }]);
  });

  it("come from the value of an expression or segmentation, too", async () => {
    const offers = [
      {
        source: "segmentation.s1",
        value: "gold",
        id: "gold-10",
        name: "Gold",
        type: "percent",
        amount: 10,
      },
      { source: "expression.e1", id: "vip", name: "VIP", type: "manual", amount: "Coffee" },
    ];
    const both = await read({ "segmentation.s1": "Gold", "expression.e1": true }, { offers });
    expect(both.promotions.map(({ id }) => id)).toEqual(["gold-10", "vip"]);
    expect(
      (await read({ "segmentation.s1": "Silver", "expression.e1": false }, { offers })).promotions,
    ).toEqual([]);
  });

  it("that cannot be read are missing, not none", async () => {
    const { degraded, promotions } = await read({
      "properties.promotions": "gone wrong",
      "properties.bonus_checks": null,
    });
    expect(degraded).toEqual(["promotions"]);
    expect(promotions).toEqual([]);
  });

  it("have a status for whoever asks, and are redeemed by the ledger alone", async () => {
    const { status } = await read({
      "properties.bonus_checks": [
        check("c-1"),
        check("c-2", { redeemed: true, date_redeemed: now / 1000 }),
        check("c-3", { valid_until: 1 }),
      ],
    });
    expect(await status("bonus_check", "c-1")).toMatchObject({ value: { state: "available" } });
    expect(await status("bonus_check", "c-2")).toMatchObject({
      value: { state: "redeemed", at: "2030-01-31T10:00:00.000Z" },
    });
    expect(await status("bonus_check", "c-3")).toMatchObject({ value: { state: "expired" } });
    expect(await status("promotion", "c-1")).toMatchObject({ value: { state: "gone" } });
    const { crm } = project(holding({}));
    for (const kind of ["promotion", "bonus_check"] as const) {
      expect(crm.capabilities.commit[kind]).toBe(false);
      expect(await crm.commit("b.x", { kind, id: "c-1" }, call)).toMatchObject({ ok: false });
    }
  });
});
