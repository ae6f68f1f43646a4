import { describe, expect, it } from "vitest";
import type { MirroredUse } from "../port.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import { aCall, fields, id, ruleOf, settings, subscriber } from "./rule_fixture.ts";

const key = "Sitoo-Contact.bonuschecks";
const check = (one: string, more: object = {}) => ({
  id: one,
  value: "50.00",
  currency: "SEK",
  valid_until: "2030-12-31",
  remaining: "50.00",
  ...more,
});
const use: MirroredUse = {
  eventId: "e-1",
  ref: { kind: "bonus_check", id: "B" },
  what: "redeemed",
  at: "2030-01-31T10:00:00.000Z",
  left: { minor: 0, currency: "SEK" },
};
const promotions: RuleSettings["promotions"] = [
  {
    id: "vip",
    tag: "VIP",
    name: "Ten",
    offer: { type: "cart_percent", percent: 10 },
    untag: false,
  },
  { id: "hi", tag: "New", name: "Gift", offer: { type: "manual", text: "Gift" }, untag: true },
];
const world = (checks: unknown, changed: Partial<RuleSettings> = {}) =>
  ruleOf(({ method, path }) => {
    if (method !== "GET") return undefined;
    return path.endsWith("/fields")
      ? fields({ [key]: typeof checks === "string" ? checks : JSON.stringify(checks) })
      : subscriber({ tags: [{ name: "VIP" }, { name: "New" }] });
  }, changed);

describe("instruments", () => {
  it("are checks of the field and promotions of tags, without what is over", async () => {
    const { crm, logged } = world(
      [check("A"), check("B", { valid_until: "2029-01-01" }), check("C", { remaining: "much" })],
      { promotions },
    );
    const read = await crm.instruments(id, aCall());
    expect(read).toMatchObject({
      ok: true,
      value: {
        bonusChecks: [{ id: "A" }],
        promotions: [{ id: "vip" }, { id: "hi" }],
        degraded: [],
      },
    });
    expect(logged).toMatchObject([{ event: "crm_instruments_hidden", fields: { count: 1 } }]);
  });

  it("say when the JSON is broken, and show the rest", async () => {
    const { crm } = world("[{", { promotions });
    expect(await crm.instruments(id, aCall())).toMatchObject({
      value: { bonusChecks: [], promotions: [{}, {}], degraded: ["bonus_checks"] },
    });
  });

  it.each([
    ["A", { state: "available" }],
    ["B", { state: "redeemed" }],
    ["C", { state: "expired" }],
    ["D", { state: "gone" }],
  ])("of id %s have a state", async (one, state) => {
    const { crm } = world([
      check("A"),
      check("B", { remaining: "0.00", redeemed: true }),
      check("C", { valid_until: "2029-01-01" }),
    ]);
    expect(await crm.status(id, { kind: "bonus_check", id: one }, aCall())).toEqual({
      ok: true,
      value: state,
    });
  });

  it("are redeemed by the ledger alone", async () => {
    const { crm } = world([]);
    expect(crm.capabilities.commit).toEqual({ promotion: false, bonus_check: false });
    expect(await crm.commit(id, use.ref, aCall())).toMatchObject({ ok: false });
  });
});

describe("the mirror", () => {
  it("changes its check alone, as the JSON string that Rule wants", async () => {
    const { crm, sent } = world([check("A", { own: 1 }), check("B", { own: 2 })]);
    expect(await crm.mirror?.(id, use, aCall())).toEqual({ ok: true, value: {} });
    const written = sent.at(-1)?.body as { fields: { key: string; value: string; type: string }[] };
    expect(sent.at(-1)?.method).toBe("PUT");
    expect(written.fields).toHaveLength(1);
    expect(written.fields[0]).toMatchObject({ key, type: "text" });
    expect(JSON.parse(written.fields[0]?.value ?? "")).toEqual([
      check("A", { own: 1 }),
      check("B", { own: 2, redeemed: true, date_redeemed: "2030-01-31", remaining: "0.00" }),
    ]);
  });

  it("writes nothing that is there already", async () => {
    const { crm, sent } = world([
      check("B", { remaining: "0.00", redeemed: true, date_redeemed: "2030-01-31" }),
    ]);
    expect(await crm.mirror?.(id, use, aCall())).toMatchObject({ ok: true });
    expect(sent.every(({ method }) => method === "GET")).toBe(true);
  });

  it("of a check that is gone, or of JSON that is broken, is a person's", async () => {
    const gone = await world([check("A")]).crm.mirror?.(id, use, aCall());
    expect(gone).toMatchObject({ failure: { kind: "instrument_not_found" } });
    const broken = await world("[{").crm.mirror?.(id, use, aCall());
    expect(broken).toMatchObject({ failure: { kind: "refused" } });
  });

  const told = async (promotion: string, what: MirroredUse["what"]) => {
    const { crm, sent } = world([], { promotions });
    await crm.mirror?.(id, { ...use, ref: { kind: "promotion", id: promotion }, what }, aCall());
    return sent.map(({ method, path }) => `${method} ${path}`);
  };
  it("takes a promotion's tag away only where the tenant says so", async () => {
    expect(await told("vip", "redeemed")).toEqual([]);
    expect(await told("hi", "redeemed")).toEqual([`DELETE /v2/subscribers/${id}/tags/New`]);
    expect(await told("hi", "given_back")).toEqual([`POST /v2/subscribers/${id}/tags`]);
    expect(settings.promotions).toEqual([]);
  });
});
