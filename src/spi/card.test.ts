import { describe, expect, it } from "vitest";
import sv from "../../public/_texts/sv.json";
import { channel } from "../../test/tenant_fixture.ts";
import type { Instruments, Profile } from "../crm/port.ts";
import type { BonusCheck, Promotion } from "../model/instrument.ts";
import { failed, ok } from "../model/outcome.ts";
import type { OverlayEntry } from "../redemption/ledger_calls.ts";
import { assembleCard } from "./card.ts";
import { customer as customerSchema } from "./contract_answers.ts";
import { customerWire } from "./customer_wire.ts";
import { english } from "./english.ts";

const now = Date.parse("2026-11-23T10:00:00Z");
const profile: Profile = {
  customer: { id: "c-1", email: "astrid@example.com", consents: [] },
  sections: [],
  voucherPasswords: ["member"],
  statusText: "Gold",
  degraded: [],
};
const tenOff: Promotion = {
  kind: "promotion",
  id: "p-1",
  name: "Ten off",
  offer: { type: "cart_percent", percent: 10 },
  redeemed: false,
};
const hundredOff: Promotion = {
  kind: "promotion",
  id: "p-2",
  name: "Hundred",
  offer: { type: "cart_amount", amount: { minor: 10_000, currency: "SEK" } },
  redeemed: false,
};
const spring: Promotion = {
  kind: "promotion",
  id: "p-3",
  name: "Spring",
  offer: { type: "voucher", password: "spring" },
  redeemed: false,
};
const fifty: BonusCheck = {
  kind: "bonus_check",
  id: "b-1",
  name: "Fifty",
  amount: { minor: 5_050, currency: "SEK" },
  redeemed: false,
};
const offered: Instruments = {
  promotions: [tenOff, hundredOff, spring],
  bonusChecks: [fifty],
  voucherPasswords: [],
  sections: [],
  degraded: [],
};
const entry = (state: OverlayEntry["state"], change: Partial<OverlayEntry> = {}): OverlayEntry => ({
  ref: { kind: "bonus_check", id: "b-1" },
  state,
  at: now - 60_000,
  snapshot: fifty,
  ...change,
});
const card = (entries: readonly OverlayEntry[] | undefined, instruments = offered) =>
  assembleCard(profile, ok(instruments), entries, now);
const redeemed = (entries: readonly OverlayEntry[], instruments = offered) =>
  card(entries, instruments).bonusChecks.map((one) => one.redeemed);

describe("the ledger over the CRM", () => {
  it.each(["reserved", "committing", "committed", "unknown", "attention"] as const)(
    "%s shows as used",
    (state) => {
      expect(redeemed([entry(state)])).toEqual([true]);
    },
  );
  it.each(["released", "refused", "reversed", "reversing", "reinstated"] as const)(
    "%s shows as the CRM has it",
    (state) => {
      expect(redeemed([entry(state)])).toEqual([false]);
    },
  );
  it("shows as used what the CRM has stopped listing", () => {
    expect(redeemed([entry("committed")], { ...offered, bonusChecks: [] })).toEqual([true]);
  });
  it("believes the CRM that offers it again an hour after the commit", () => {
    expect(redeemed([entry("committed", { at: now - 61 * 60_000 })])).toEqual([false]);
  });
  it("shows our copy of what was given back without the CRM, until it expires", () => {
    const gone = { ...offered, bonusChecks: [] };
    expect(redeemed([entry("reinstated")], gone)).toEqual([false]);
    expect(
      redeemed(
        [entry("reinstated", { snapshot: { ...fifty, expiresAt: "2026-11-22T00:00:00Z" } })],
        gone,
      ),
    ).toEqual([]);
  });
});

describe("the card on the wire", () => {
  it("is valid, with the amount in whole units and no value_int for a broken amount", () => {
    const wire = customerWire(card([]), channel("club"), english);
    expect(customerSchema.parse(wire)).toEqual(wire);
    expect(wire.bonus_checks).toEqual([
      {
        bonus_check_id: "b-1",
        name: "Fifty",
        description: "",
        value: "50.50",
        currency: "SEK",
        redeemed: false,
      },
    ]);
  });
  it("sends only published types; the others become a password or a text", () => {
    const wire = customerWire(card([]), channel("club", { title: "Club" }), english);
    expect(wire.promotions.map((one) => one.promotion_id)).toEqual(["p-1"]);
    expect(wire.voucher_passwords).toEqual(["member", "spring"]);
    expect(wire.sections).toEqual([
      { title: "Club", values: [{ title: "Hundred", text: "100.00 SEK", type: "text" }] },
    ]);
  });
  it("sends assumed types once the tenant has confirmed them", () => {
    const spi = { ...channel("club").spi, confirmed: ["cart_amount", "voucher"] } as const;
    const wire = customerWire(card([]), channel("club", { spi }), english);
    expect(wire.promotions.map((one) => one.promotion_type)).toEqual([
      { type: "cart_percent", value_int: 10 },
      { type: "cart_amount", value: "100.00" },
      { type: "voucher", value_text: "spring" },
    ]);
    expect(wire.voucher_passwords).toEqual(["member"]);
  });
  it("gives the password of no offer that is held or used, whether its type is confirmed or not", () => {
    const spi = { ...channel("club").spi, confirmed: ["voucher"] } as const;
    const held = entry("settled", { ref: { kind: "promotion", id: "p-3" }, snapshot: spring });
    for (const offers of [offered, { ...offered, promotions: [] }]) {
      const used = assembleCard(profile, ok(offers), [held], now);
      expect(JSON.stringify(customerWire(used, channel("club"), english))).not.toContain("spring");
      const wire = customerWire(used, channel("club", { spi }), english);
      expect(wire.promotions.find((one) => one.promotion_id === "p-3")).toMatchObject({
        redeemed: true,
        promotion_type: { type: "voucher", value_text: "" },
      });
      expect(JSON.stringify(wire)).not.toContain("spring");
    }
  });
  it("says what could not be read, in the market's language", () => {
    const broken = assembleCard(profile, failed({ kind: "timed_out" }), undefined, now);
    const wire = customerWire(broken, channel("club"), sv);
    expect(wire.status).toEqual({
      color: "green",
      text: "Gold · Visas inte just nu: erbjudanden, bonuscheckar, vad som används",
    });
  });
});
