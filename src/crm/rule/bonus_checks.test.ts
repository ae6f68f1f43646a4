import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BonusCheckForm } from "../../tenants/rule_settings.ts";
import { afterIssue, afterUse } from "./bonus_check_writes.ts";
import { bonusCheckOf, checksText, parseChecks } from "./bonus_checks.ts";
import { market, settings } from "./rule_fixture.ts";

const form = settings.bonusChecks;
const check = {
  id: "BC-1",
  name: "Bonus 100",
  description: "Thanks",
  value: "100.00",
  currency: "SEK",
  valid_until: "2030-12-31",
  redeemed: false,
  date_redeemed: null,
  remaining: "100.00",
  campaign: { any: ["thing"] },
};
const at = "2030-01-31T23:30:00.000Z";
const kr = (minor: number) => ({ minor, currency: "SEK" });

describe("the JSON of bonus checks", () => {
  it("is read as a list, by id, alone, in a string or decoded", () => {
    expect(parseChecks(JSON.stringify([check]), form)).toEqual([check]);
    expect(parseChecks([check], form)).toEqual([check]);
    expect(parseChecks(check, form)).toEqual([check]);
    const { id, ...rest } = check;
    expect(parseChecks({ [id]: rest }, form)).toEqual([check]);
    for (const empty of [undefined, null, "", "[]"]) expect(parseChecks(empty, form)).toEqual([]);
    for (const broken of ["[{", 7, "7"]) expect(parseChecks(broken, form)).toBeUndefined();
  });

  it("is written in the account's own container", () => {
    expect(JSON.parse(checksText([check], form))).toEqual([check]);
    expect(JSON.parse(checksText([check], { ...form, container: "object" }))).toEqual({
      "BC-1": check,
    });
    expect(JSON.parse(checksText([check], { ...form, container: "single" }))).toEqual(check);
  });

  it("becomes what a till shows", () => {
    expect(bonusCheckOf(check, form, market)).toEqual({
      kind: "bonus_check",
      id: "BC-1",
      name: "Bonus 100",
      description: "Thanks. Giltig till 2030-12-31",
      amount: kr(10_000),
      redeemed: false,
      expiresAt: "2030-12-31T23:59:59+01:00",
    });
  });

  it.each<[string, object]>([
    ["without an id", { id: "" }],
    ["of no number", { remaining: "plenty" }],
    ["below nothing", { remaining: "-1.00" }],
    ["in another currency", { currency: "NOK" }],
    ["whose last day cannot be read", { valid_until: "at Christmas" }],
  ])("hides one %s", (_name, more) => {
    expect(bonusCheckOf({ ...check, ...more }, form, market)).toBeUndefined();
  });

  it("knows amounts and names as the account writes them", () => {
    const own: BonusCheckForm = {
      ...form,
      names: { id: "code", remaining: "left" },
      numbers: "minor",
      dates: "iso",
    };
    const wire = { code: 17, value: 10_000, left: 2_550, currency: "sek" };
    expect(bonusCheckOf(wire, own, market)).toMatchObject({ id: "17", amount: kr(2_550) });
    expect(afterUse(wire, { what: "redeemed", at, left: kr(0) }, own, market)).toEqual({
      code: 17,
      value: 10_000,
      left: 0,
      currency: "sek",
      redeemed: true,
      date_redeemed: at,
    });
  });
});

describe("a check out of a file", () => {
  const issued = { id: "BC-1", name: "New", amount: kr(20_000), validUntil: "2031-01-31" };

  it("is written in the account's form", () => {
    expect(afterIssue({}, issued, form, market)).toEqual({
      id: "BC-1",
      name: "New",
      currency: "SEK",
      valid_until: "2031-01-31",
      value: "200.00",
      redeemed: false,
      date_redeemed: null,
      remaining: "200.00",
    });
    const own: BonusCheckForm = { ...form, names: { id: "code" }, numbers: "minor", dates: "iso" };
    expect(afterIssue({}, issued, own, market)).toMatchObject({
      code: "BC-1",
      value: 20_000,
      valid_until: "2031-01-31T23:59:59+01:00",
    });
  });

  it("renews one that nobody used, and revives none that was", () => {
    expect(afterIssue(check, issued, form, market)).toMatchObject({
      name: "New",
      remaining: "200.00",
      campaign: check.campaign,
    });
    const used = afterUse(check, { what: "redeemed", at, left: kr(0) }, form, market);
    const part = afterUse(check, { what: "redeemed", at, left: kr(7_000) }, form, market);
    for (const one of [used, part]) {
      const { value, redeemed, date_redeemed, remaining } = one;
      expect(afterIssue(one, issued, form, market)).toMatchObject({
        value,
        redeemed,
        date_redeemed,
        remaining,
      });
    }
  });

  it("once more is the same", () => {
    const once = afterIssue(check, issued, form, market);
    expect(afterIssue(once, issued, form, market)).toEqual(once);
  });
});

describe("a use", () => {
  const used = afterUse(check, { what: "redeemed", at, left: kr(0) }, form, market);

  it("tells the market's day and what is left, and touches nothing else", () => {
    expect(used).toEqual({
      ...check,
      redeemed: true,
      date_redeemed: "2030-02-01",
      remaining: "0.00",
    });
    const part = afterUse(check, { what: "redeemed", at, left: kr(7_000) }, form, market);
    expect(part).toMatchObject({ redeemed: false, remaining: "70.00" });
  });

  it("given back whole is as if it never was", () => {
    expect(afterUse(used, { what: "given_back", at, left: kr(10_000) }, form, market)).toEqual(
      check,
    );
    expect(afterUse(used, { what: "given_back", at }, form, market)).toEqual(check);
  });

  it("keeps its day when the order settles it", () => {
    const settled = { what: "settled", at: "2030-03-01T10:00:00Z", left: kr(0) } as const;
    expect(afterUse(used, settled, form, market)).toEqual(used);
  });

  it("told twice is told once, whatever it was, and never has a float", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("redeemed", "settled", "given_back"),
        fc.integer({ min: 0, max: 10_000 }),
        fc.constantFrom("string", "number", "minor"),
        (what, left, numbers) => {
          const own: BonusCheckForm = { ...form, numbers };
          const wire = numbers === "minor" ? { ...check, value: 10_000 } : check;
          const use = { what, at, left: kr(left) } as const;
          const once = afterUse(wire, use, own, market);
          expect(afterUse(once, use, own, market)).toEqual(once);
          expect(once["campaign"]).toEqual(check.campaign);
          expect(bonusCheckOf(once, own, market)).toMatchObject({ amount: kr(left) });
        },
      ),
    );
  });
});
