import { describe, expect, it } from "vitest";
import type { InstrumentRef } from "../../model/instrument.ts";
import { call, contactId, engage, voucherId, type Answer } from "./engage_fixture.ts";

const check: InstrumentRef = { kind: "bonus_check", id: voucherId };
const offer: InstrumentRef = { kind: "promotion", id: "b0000001-0000-4000-8000-000000000001" };
const refused = (status: number, errorCode: string) => ({
  status,
  json: { errorCode, message: "No." },
});

describe("redeeming", () => {
  it("redeems a voucher once, without a body, and keeps the time", async () => {
    const { crm, sent } = engage(() => ({
      json: { id: voucherId, redeemed: true, redeemedOn: "2030-01-31T10:00:01.4567891Z" },
    }));
    expect(await crm.commit(contactId, check, call)).toEqual({
      ok: true,
      value: { at: "2030-01-31T10:00:01.456Z" },
    });
    expect(sent).toMatchObject([
      { method: "POST", path: `/v3/reward-vouchers/${voucherId}/redeem`, body: undefined },
    ]);
  });

  it("redeems a promotion at tills, and takes an empty answer", async () => {
    const { crm, sent } = engage(() => ({ text: "" }));
    expect(await crm.commit(contactId, offer, call)).toEqual({ ok: true, value: {} });
    expect(sent).toMatchObject([
      { path: `/v3/promotion-assignments/${offer.id}/redeem`, body: { redemptionChannel: "POS" } },
    ]);
  });

  it("asks v2 when v3 does not know what v2 listed, and only then", async () => {
    const { crm, sent } = engage(({ path }) =>
      path.startsWith("/v3") ? refused(404, "PromotionNotFound") : { json: {} },
    );
    expect(await crm.commit(contactId, offer, call)).toEqual({ ok: true, value: {} });
    expect(sent.map(({ path }) => path)).toEqual([
      `/v3/promotion-assignments/${offer.id}/redeem`,
      `/v2/promotions/codes/${offer.id}/redeem`,
    ]);
    const other = engage(() => refused(404, "PromotionNotAssociatedWithContact"));
    expect(await other.crm.commit(contactId, offer, call)).toEqual({
      ok: false,
      failure: { kind: "instrument_not_found" },
    });
    expect(other.sent).toHaveLength(1);
  });

  it.each<[Answer, string]>([
    [refused(409, "RewardVoucherAlreadyRedeemed"), "already_redeemed"],
    [refused(409, "BonusCheckAlreadyRedeemed"), "already_redeemed"],
    [refused(409, "RewardVoucherExpired"), "expired"],
    [refused(404, "RewardVoucherNotFound"), "instrument_not_found"],
    [refused(400, "InvalidRewardVoucherId"), "instrument_not_found"],
    [{ status: 404, text: "" }, "instrument_not_found"],
    [refused(409, "SomethingNew"), "refused"],
    [refused(403, "Forbidden"), "set_up_fault"],
    [{ status: 429, text: "" }, "rate_limited"],
    [refused(504, "GatewayTimeout"), "unavailable"],
    [{ status: 504, text: "<html>" }, "unavailable"],
    [{ status: 200, text: "<html>Log in</html>" }, "unreadable"],
    [{ kind: "answered", status: 200, headers: new Headers(), text: undefined }, "unreadable"],
    [{ kind: "timed_out", sent: true }, "timed_out"],
  ])("a voucher: %j is %s, after one send", async (answer, kind) => {
    const { crm, sent } = engage(() => answer);
    expect(await crm.commit(contactId, check, call)).toMatchObject({
      ok: false,
      failure: { kind },
    });
    expect(sent).toHaveLength(1);
  });

  it.each<[Answer, string]>([
    [refused(409, "PromotionAlreadyRedeemed"), "already_redeemed"],
    [refused(409, "PromotionExpired"), "expired"],
    [refused(409, "PromotionNotValidForRedemptionChannel"), "not_redeemable_here"],
    [refused(400, "NotAValidRedemptionChannel"), "set_up_fault"],
    [refused(400, "InvalidPromotionIdNoData"), "set_up_fault"],
  ])("a promotion: %j is %s", async (answer, kind) => {
    const { crm } = engage(() => answer);
    expect(await crm.commit(contactId, offer, call)).toMatchObject({
      ok: false,
      failure: { kind },
    });
  });

  it("sends nothing for an id that could change the path", async () => {
    const { crm, sent } = engage(() => ({ text: "" }));
    const strange = { kind: "bonus_check", id: "1/../../contacts" } as const;
    expect(await crm.commit(contactId, strange, call)).toEqual({
      ok: false,
      failure: { kind: "instrument_not_found" },
    });
    expect(sent).toEqual([]);
  });
});

describe("giving back", () => {
  it("reactivates a voucher; one that is active already is given back", async () => {
    const { crm, sent } = engage(() => ({ json: {} }));
    expect(await crm.reverse(contactId, check, call)).toEqual({ ok: true, value: {} });
    expect(sent).toMatchObject([
      { method: "POST", path: `/v3/reward-vouchers/${voucherId}/reactivate` },
    ]);
    for (const status of [406, 409]) {
      const again = engage(() => refused(status, "RewardVoucherAlreadyActivated"));
      expect(await again.crm.reverse(contactId, check, call)).toEqual({ ok: true, value: {} });
    }
  });

  it.each<[Answer, string]>([
    [refused(409, "ReactivationLimitExceeded"), "cannot_reverse"],
    [refused(406, "ReactivationLimitExceeded"), "cannot_reverse"],
    [refused(409, "SomethingNew"), "cannot_reverse"],
    [refused(406, "BonusCheckExpired"), "expired"],
    [refused(404, "RewardVoucherNotFound"), "instrument_not_found"],
    [{ status: 503, text: "" }, "unavailable"],
  ])("%j is %s", async (answer, kind) => {
    const { crm } = engage(() => answer, { versions: { reactivate_voucher: "v2" } });
    expect(await crm.reverse(contactId, check, call)).toMatchObject({
      ok: false,
      failure: { kind },
    });
  });

  it("cannot give back a promotion, and asks nobody", async () => {
    const { crm, sent } = engage(() => ({ json: {} }));
    expect(crm.capabilities.reverse).toEqual({ promotion: false, bonus_check: true });
    expect(await crm.reverse(contactId, offer, call)).toMatchObject({
      ok: false,
      failure: { kind: "cannot_reverse" },
    });
    expect(sent).toEqual([]);
  });
});

describe("asking what became of an instrument", () => {
  const lists = (held: { available?: object[]; redeemed?: object[]; all?: object[] }) =>
    engage(({ path }) => {
      const items = path.endsWith("/available")
        ? held.available
        : path.endsWith("/redeemed")
          ? held.redeemed
          : held.all;
      return { json: { items: items ?? [], totalCount: (items ?? []).length } };
    });
  const status = (held: Parameters<typeof lists>[0]) =>
    lists(held).crm.status(contactId, check, call);
  const one = (rest: object = {}) => [{ id: voucherId, ...rest }];

  it("finds a voucher where it is", async () => {
    expect(await status({ available: one() })).toEqual({ ok: true, value: { state: "available" } });
    expect(await status({ redeemed: one({ redeemedOn: "2030-01-31T10:00:01+00:00" }) })).toEqual({
      ok: true,
      value: { state: "redeemed", at: "2030-01-31T10:00:01+00:00" },
    });
    expect(await status({ all: one({ expiresOn: "2030-01-01T00:00:00Z" }) })).toEqual({
      ok: true,
      value: { state: "expired" },
    });
    expect(await status({})).toEqual({ ok: true, value: { state: "gone" } });
  });

  it("takes a reactivated voucher that lingers among the redeemed for available", async () => {
    expect(await status({ available: one(), redeemed: one() })).toEqual({
      ok: true,
      value: { state: "available" },
    });
  });

  it("does not guess when a list cannot be read", async () => {
    const { crm } = engage(({ path }) =>
      path.endsWith("/redeemed") ? { status: 500, text: "" } : { json: [] },
    );
    expect(await crm.status(contactId, check, call)).toMatchObject({
      ok: false,
      failure: { kind: "unavailable" },
    });
  });

  it("tells of a promotion whether it is still offered", async () => {
    const promotions = (json: object[]) =>
      engage(() => ({ json })).crm.status(contactId, offer, call);
    const listed = { id: offer.id, redemptionChannels: [] };
    expect(await promotions([listed])).toEqual({ ok: true, value: { state: "available" } });
    expect(await promotions([])).toEqual({ ok: true, value: { state: "gone" } });
    expect(
      await promotions([{ ...listed, redeemed: true, redeemedOn: "2030-01-31T10:00:00Z" }]),
    ).toMatchObject({ value: { state: "redeemed" } });
  });

  it("only reads", async () => {
    const { crm, sent } = lists({});
    await crm.status(contactId, check, call);
    expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });
});
