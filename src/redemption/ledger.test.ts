import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { check, check2, promotion, till, timedOut, world } from "../../test/ledger_world.ts";

beforeEach(() =>
  vi.useFakeTimers({
    now: Date.parse("2026-11-23T10:00:00Z"),
    shouldAdvanceTime: true,
    advanceTimeDelta: 20,
  }),
);
afterEach(() => vi.useRealTimers());

describe("first use", () => {
  it("commits in the CRM and says what was redeemed", async () => {
    const { redeem, crm, state } = world();
    expect(await redeem([check])).toMatchObject({
      kind: "redeemed",
      items: [{ id: "b-1", redeemed: true }],
    });
    expect(crm.uses(check)).toBe(1);
    expect(state(check)).toBe("committed");
  });
  it("refuses what the customer does not have, and calls no redeem", async () => {
    const { redeem, crm } = world();
    const result = await redeem([{ kind: "bonus_check", id: "somebody-elses" }]);
    expect(result).toEqual({ kind: "failed", failure: { kind: "instrument_not_found" } });
    expect(crm.calls.filter((call) => call.startsWith("commit"))).toEqual([]);
  });
  it("says expired for what has expired", async () => {
    const { redeem, crm } = world();
    crm.put(check, "2026-11-22T00:00:00Z");
    expect(await redeem([check])).toEqual({ kind: "failed", failure: { kind: "expired" } });
  });
  it("says used elsewhere when the web shop was first, also between our look and our commit", async () => {
    const { redeem, crm, state } = world();
    crm.useElsewhere(check);
    expect(await redeem([check])).toEqual({
      kind: "failed",
      failure: { kind: "already_redeemed" },
    });
    const release = crm.holdCommits();
    const racing = redeem([check2]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-2"));
    crm.useElsewhere(check2);
    release();
    expect(await racing).toEqual({ kind: "failed", failure: { kind: "already_redeemed" } });
    expect(state(check2)).toBe("refused");
  });
});

describe("same or second use", () => {
  it("answers 100 parallel calls of one till the same, with one redeem in the CRM", async () => {
    const { redeem, crm } = world();
    const results = await Promise.all(Array.from({ length: 100 }, () => redeem([check])));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]?.kind).toBe("redeemed");
    expect(crm.calls.filter((call) => call === "commit b-1")).toHaveLength(1);
  });
  it("lets one of 100 tills have it and tells the others where it is", async () => {
    const { redeem, crm } = world();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) => redeem([check], till(`till-${n}`, "300"))),
    );
    expect(results.filter((result) => result.kind === "redeemed")).toHaveLength(1);
    const refused = results.filter((result) => result.kind === "refused");
    expect(refused).toHaveLength(99);
    for (const result of refused)
      expect(result).toMatchObject({ refusal: { kind: "in_use", place: { storeId: "300" } } });
    expect(crm.uses(check)).toBe(1);
  });
  it("repeats the answer to the same till for two minutes, then says where and when it was used", async () => {
    const { redeem } = world();
    const first = await redeem([check]);
    vi.setSystemTime(Date.now() + 119_000);
    expect(await redeem([check])).toEqual(first);
    vi.setSystemTime(Date.now() + 5_000);
    expect(await redeem([check])).toMatchObject({
      kind: "refused",
      refusal: { kind: "used", place: { storeId: "200" } },
    });
  });
  it("takes another set of instruments from the same till as a second use", async () => {
    const { redeem } = world();
    await redeem([check]);
    expect(await redeem([check, check2])).toMatchObject({
      kind: "refused",
      refusal: { kind: "used" },
    });
  });
  it("repeats for 60 s only when the till does not name its register", async () => {
    const { redeem } = world();
    const first = await redeem([check], { storeId: "200" });
    vi.setSystemTime(Date.now() + 50_000);
    expect(await redeem([check], { storeId: "200" })).toEqual(first);
    vi.setSystemTime(Date.now() + 15_000);
    expect(await redeem([check], { storeId: "200" })).toMatchObject({ kind: "refused" });
  });
});

describe("no clear answer", () => {
  it("finds out for the till that asks again, and does not redeem twice", async () => {
    const { redeem, crm, state } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    expect(await redeem([check])).toEqual({
      kind: "refused",
      refusal: { kind: "outcome_unknown" },
    });
    expect(state(check)).toBe("unknown");
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check)).toBe(1);
    expect(crm.calls.filter((call) => call === "commit b-1")).toHaveLength(1);
  });
  it("redeems anew for the till that asks again when the CRM had not acted", async () => {
    const { redeem, crm } = world();
    crm.faults.commit.push({ failure: timedOut, applied: false });
    await redeem([check]);
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check)).toBe(1);
  });
  it("tells another till to wait meanwhile", async () => {
    const { redeem, crm } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    await redeem([check]);
    expect(await redeem([check], till("till-2"))).toMatchObject({
      kind: "refused",
      refusal: { kind: "in_use" },
    });
  });
  it("gives back what no till has heard of", async () => {
    const { redeem, crm, state, runAlarms } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    await redeem([check]);
    await runAlarms(10 * 60_000);
    expect(crm.uses(check)).toBe(0);
    expect(state(check)).toBe("reversed");
  });
  it("takes a call that was lost with the object as unknown, and reads before it decides", async () => {
    const { redeem, crm, state, evict, runAlarms } = world();
    const release = crm.holdCommits();
    void redeem([check]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    evict();
    expect(state(check)).toBe("committing");
    await runAlarms(60_000);
    expect(state(check)).toBe("released");
    release();
  });
  it("keeps a commit that the CRM applied after we had given it up and the till had asked again", async () => {
    const { redeem, crm, state } = world();
    crm.faults.commit.push({ failure: timedOut, applied: false });
    await redeem([check]);
    const release = crm.holdCommits();
    const again = redeem([check]);
    await vi.waitFor(() =>
      expect(crm.calls.filter((call) => call === "commit b-1")).toHaveLength(2),
    );
    crm.applyLate(check);
    release();
    expect(await again).toMatchObject({ kind: "redeemed" });
    expect(state(check)).toBe("committed");
  });
  it("goes on asking through a night without the CRM, and finds out", async () => {
    const { redeem, crm, state, runAlarms } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    crm.faults.status.push(
      ...Array.from({ length: 12 }, () => ({ failure: timedOut, applied: false })),
    );
    await redeem([check]);
    await runAlarms(24 * 3_600_000);
    expect(state(check)).toBe("reversed");
    expect(crm.uses(check)).toBe(0);
  });
  it("asks a person after a week, and still finds out when a till asks", async () => {
    const { redeem, crm, state, runAlarms, letters } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    crm.faults.status.push(
      ...Array.from({ length: 300 }, () => ({ failure: timedOut, applied: false })),
    );
    await redeem([check]);
    await runAlarms(8 * 24 * 3_600_000);
    expect(state(check)).toBe("attention");
    expect(letters).toMatchObject([{ kind: "redemption_attention" }]);
    crm.faults.status.length = 0;
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check)).toBe(1);
  });
});

describe("several instruments", () => {
  it("commits what can be given back first", async () => {
    const { redeem, crm } = world();
    await redeem([promotion, check]);
    expect(crm.calls.filter((call) => call.startsWith("commit"))).toEqual([
      "commit b-1",
      "commit p-1",
    ]);
  });
  it("gives the first back when the second is refused", async () => {
    const { redeem, crm, state, settled } = world();
    crm.faults.commit.push("none", { failure: { kind: "expired" }, applied: false });
    expect(await redeem([check, check2])).toEqual({ kind: "failed", failure: { kind: "expired" } });
    await settled();
    expect(crm.uses(check)).toBe(0);
    expect([state(check), state(check2)]).toEqual(["reversed", "refused"]);
  });
  it("commits none when one is not the customer's", async () => {
    const { redeem, crm } = world();
    await redeem([check, { kind: "promotion", id: "no" }]);
    expect(crm.calls.filter((call) => call.startsWith("commit"))).toEqual([]);
  });
});

describe("undo", () => {
  it("frees the instrument; a later redeem is a new one", async () => {
    const { redeem, undo, crm } = world();
    const first = await redeem([check]);
    expect(await undo([check])).toMatchObject({ items: [{ id: "b-1", redeemed: false }] });
    expect(crm.uses(check)).toBe(0);
    const second = await redeem([check]);
    expect(second.kind).toBe("redeemed");
    expect(second).not.toEqual(first);
  });
  it("is the same twice, also at once", async () => {
    const { redeem, undo, crm } = world();
    await redeem([check]);
    const results = await Promise.all([undo([check]), undo([check])]);
    expect(results.map((result) => result.items)).toEqual([
      [{ ...check, redeemed: false }],
      [{ ...check, redeemed: false }],
    ]);
    expect(crm.calls.filter((call) => call === "reverse b-1")).toHaveLength(1);
  });
  it("shows a promotion as ours again where the CRM cannot give back, and redeems it without a call", async () => {
    const { redeem, undo, crm, state, overlay } = world();
    await redeem([promotion]);
    await undo([promotion]);
    expect(state(promotion)).toBe("reinstated");
    expect(overlay()[0]?.snapshot).toMatchObject({ name: "Ten off" });
    const before = crm.calls.length;
    expect(await redeem([promotion], till("till-2"))).toMatchObject({ kind: "redeemed" });
    expect(crm.calls.length).toBe(before);
    await undo([promotion], till("till-2"));
    expect(state(promotion)).toBe("reinstated");
  });
  it("leaves another register's redemption alone and says so", async () => {
    const { redeem, undo, crm } = world();
    await redeem([check], till("till-1"));
    expect(await undo([check], till("till-2"))).toMatchObject({
      items: [{ id: "b-1", redeemed: true }],
    });
    expect(crm.uses(check)).toBe(1);
  });
  it("finds a redemption by its id from any till", async () => {
    const { redeem, undoGroup, crm } = world();
    const first = await redeem([check]);
    await undoGroup(first.kind === "redeemed" ? first.groupId : "");
    expect(crm.uses(check)).toBe(0);
  });
  it("that comes before its redeem refuses it for 15 s, at that till alone", async () => {
    const { redeem, undo } = world();
    await undo([check], till("till-1"));
    expect(await redeem([check], till("till-1"))).toMatchObject({
      refusal: { kind: "just_undone" },
    });
    expect(await redeem([check], till("till-2"))).toMatchObject({ kind: "redeemed" });
    await undo([check2], till("till-1"));
    vi.setSystemTime(Date.now() + 16_000);
    expect(await redeem([check2], till("till-1"))).toMatchObject({ kind: "redeemed" });
  });
  it("that is repeated does not hold up the next redeem", async () => {
    const { redeem, undo } = world();
    await redeem([check]);
    await undo([check]);
    await undo([check]);
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
  });
  it("waits for a redeem in flight, and gives back what it came to", async () => {
    const { redeem, undo, crm } = world();
    const release = crm.holdCommits();
    const redeeming = redeem([check]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    const undoing = undo([check]);
    release();
    expect((await redeeming).kind).toBe("redeemed");
    expect((await undoing).items).toEqual([{ ...check, redeemed: false }]);
    expect(crm.uses(check)).toBe(0);
  });
  it("keeps its intent when the redeem takes longer than 4 s", async () => {
    const { redeem, undo, crm, settled, state } = world();
    const release = crm.holdCommits();
    const redeeming = redeem([check]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    const undoing = undo([check]);
    await vi.advanceTimersByTimeAsync(4_100);
    expect((await undoing).items).toEqual([{ ...check, redeemed: false }]);
    release();
    await redeeming;
    await settled();
    expect(crm.uses(check)).toBe(0);
    expect(state(check)).toBe("reversed");
  });
  it("goes on by itself when the CRM does not say whether it gave back", async () => {
    for (const applied of [true, false]) {
      const { redeem, undo, crm, runAlarms, state } = world();
      await redeem([check]);
      crm.faults.reverse.push({ failure: timedOut, applied });
      await undo([check]);
      expect(state(check)).toBe("reversing");
      await runAlarms(60_000);
      expect(state(check)).toBe("reversed");
      expect(crm.uses(check)).toBe(0);
    }
  });
  it("does not give back what somebody else has used since", async () => {
    const { redeem, undo, crm, runAlarms, state } = world();
    await redeem([check]);
    crm.faults.reverse.push({ failure: timedOut, applied: true });
    await undo([check]);
    crm.useElsewhere(check);
    await runAlarms(60_000);
    expect(state(check)).toBe("reversed");
    expect(crm.calls.filter((call) => call === "reverse b-1")).toHaveLength(1);
  });
});

describe("policy sale", () => {
  it("holds the instrument without telling the CRM; undo and time free it", async () => {
    const { redeem, undo, crm, state, runAlarms } = world({ bonusChecks: "sale" });
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.calls.filter((call) => call.startsWith("commit"))).toEqual([]);
    expect(await redeem([check], till("till-2"))).toMatchObject({ refusal: { kind: "in_use" } });
    await undo([check]);
    expect(state(check)).toBe("released");
    await redeem([check2]);
    await runAlarms(5 * 3_600_000);
    expect(state(check2)).toBe("released");
  });
});

describe("a closed order", () => {
  it("settles what the till redeemed: used for good, and no undo gives it back", async () => {
    const { redeem, undo, closes, settled, crm, state } = world();
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    expect(state(check)).toBe("settled");
    expect(await redeem([check])).toMatchObject({ refusal: { kind: "used" } });
    expect(await undo([check])).toMatchObject({ items: [{ id: "b-1", redeemed: true }] });
    expect(crm.uses(check)).toBe(1);
  });
  it("commits what was only reserved, once, however often it is told", async () => {
    const { redeem, closes, settled, crm, state } = world({ bonusChecks: "sale" });
    await redeem([check]);
    for (let told = 0; told < 3; told++) closes("1/1/10", [check]);
    await settled();
    expect(state(check)).toBe("settled");
    expect(crm.calls.filter((call) => call === "commit b-1")).toHaveLength(1);
  });
  it("commits late what no till redeemed, and what an undo had freed", async () => {
    const { redeem, undo, closes, settled, crm, state } = world();
    closes("1/1/10", [check]);
    await redeem([check2]);
    await undo([check2]);
    closes("1/1/11", [check2]);
    await settled();
    expect([state(check), state(check2)]).toEqual(["settled", "settled"]);
    expect([crm.uses(check), crm.uses(check2)]).toEqual([1, 1]);
  });
  it("that used what the CRM refuses is lost, and a person is told with the receipt", async () => {
    const { closes, settled, crm, state, letters } = world();
    crm.useElsewhere(check);
    closes("1/1/10", [check]);
    await settled();
    expect(state(check)).toBe("lost");
    expect(letters).toMatchObject([
      {
        kind: "redemption_lost",
        orderId: 10,
        receiptNumber: "R-1/1/10",
        payload: { instrument: "b-1" },
      },
    ]);
  });
  it("after another that used the same is a second use", async () => {
    const { redeem, closes, settled, crm, letters } = world();
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    closes("1/1/11", [check]);
    await settled();
    expect(crm.uses(check)).toBe(1);
    expect(letters).toMatchObject([{ kind: "redemption_lost", orderId: 11 }]);
  });
  it("of the same purchase is none", async () => {
    const { redeem, closes, settled, letters, crm } = world();
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    closes("1/1/12", [check], ["1/1/10"]);
    await settled();
    expect(letters).toEqual([]);
    expect(crm.calls.filter((call) => call === "commit b-1")).toHaveLength(1);
  });
  it("before the answer of its redeem waits for it", async () => {
    const { redeem, closes, settled, crm, state } = world();
    const release = crm.holdCommits();
    const redeeming = redeem([check]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    closes("1/1/10", [check]);
    release();
    expect((await redeeming).kind).toBe("redeemed");
    await settled();
    expect(state(check)).toBe("settled");
    expect(crm.uses(check)).toBe(1);
  });
  it("keeps a commit that no till has heard of", async () => {
    const { redeem, closes, settled, crm, state, runAlarms } = world();
    crm.faults.commit.push({ failure: timedOut, applied: true });
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    await runAlarms(10 * 60_000);
    expect(state(check)).toBe("settled");
    expect(crm.uses(check)).toBe(1);
  });
  it("is told to the CRM when the CRM is back", async () => {
    const { closes, settled, crm, state, runAlarms, letters } = world();
    crm.faults.commit.push({ failure: { kind: "rate_limited" }, applied: false });
    crm.faults.commit.push({ failure: timedOut, applied: false });
    closes("1/1/10", [check]);
    await settled();
    expect(state(check)).toBe("released");
    await runAlarms(10 * 60_000);
    expect(state(check)).toBe("settled");
    expect(crm.uses(check)).toBe(1);
    expect(letters).toEqual([]);
  });
  it("uses our own copy without a call", async () => {
    const { redeem, undo, closes, settled, crm, state } = world();
    await redeem([promotion]);
    await undo([promotion]);
    const before = crm.calls.length;
    closes("1/1/10", [promotion]);
    await settled();
    expect(state(promotion)).toBe("settled");
    expect(crm.calls.length).toBe(before);
  });
});

describe("what no order claims", () => {
  const days = 24 * 3_600_000;
  it("is asked about at Sitoo before a reservation is freed: a parked cart keeps it", async () => {
    const { redeem, sitoo, state, runAlarms } = world({ bonusChecks: "sale" });
    await redeem([check]);
    sitoo("open");
    await runAlarms(9 * 3_600_000);
    expect(state(check)).toBe("reserved");
    sitoo("no_answer");
    await runAlarms(30 * days);
    expect(state(check)).toBe("reserved");
    sitoo("none");
    await runAlarms(2 * 3_600_000);
    expect(state(check)).toBe("released");
  });
  it("is flagged once after two days, given back, or kept, by the tenant's policy", async () => {
    for (const [policy, ends, told] of [
      ["flag", "committed", 1],
      ["reverse", "reversed", 0],
      ["keep", "committed", 0],
    ] as const) {
      const { redeem, state, letters, runAlarms } = world(
        { onUnclaimed: policy },
        { ordersCarryIds: true },
      );
      await redeem([check]);
      await runAlarms(47 * 3_600_000);
      expect(letters).toEqual([]);
      await runAlarms(10 * days);
      expect(state(check)).toBe(ends);
      expect(letters.map((letter) => letter.kind)).toEqual(
        Array.from({ length: told }, () => "redemption_unclaimed"),
      );
    }
  });
  it("says nothing where orders do not carry instruments", async () => {
    const { redeem, state, letters, runAlarms } = world({ onUnclaimed: "reverse" });
    await redeem([check]);
    await runAlarms(10 * days);
    expect(state(check)).toBe("committed");
    expect(letters).toEqual([]);
  });
  it("waits for the order machine when Sitoo has a closed order after all", async () => {
    const { redeem, sitoo, closes, settled, state, runAlarms } = world(
      { onUnclaimed: "reverse" },
      { ordersCarryIds: true },
    );
    await redeem([check]);
    sitoo("closed");
    await runAlarms(2 * days + 3_600_000);
    expect(state(check)).toBe("committed");
    closes("1/1/10", [check]);
    await settled();
    expect(state(check)).toBe("settled");
  });
});

describe("a return", () => {
  const coat = (quantity: string) => [{ sku: "A1", quantity }];
  it("gives back what was bought with it once all of it is returned", async () => {
    const { redeem, closes, returns, settled, crm, state } = world({ onReturn: "reactivate" });
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    returns("1/1/20", "1/1/10", coat("1"));
    returns("1/1/20", "1/1/10", coat("1"));
    await settled();
    expect(state(check)).toBe("settled");
    returns("1/1/21", "1/1/10", coat("1"));
    await settled();
    expect([state(check), crm.uses(check)]).toEqual(["reversed", 0]);
  });
  it("shows it as ours where the CRM gives nothing back", async () => {
    const { redeem, closes, returns, settled, state } = world({ onReturn: "reactivate" });
    await redeem([promotion]);
    closes("1/1/10", [promotion]);
    returns("1/1/20", "1/1/10", coat("2"));
    await settled();
    expect(state(promotion)).toBe("reinstated");
  });
  it("keeps it used by default, and of another order always", async () => {
    for (const [policy, of] of [
      ["keep", "1/1/10"],
      ["reactivate", "1/1/11"],
    ] as const) {
      const { redeem, closes, returns, settled, state } = world({ onReturn: policy });
      await redeem([check]);
      closes("1/1/10", [check]);
      await settled();
      returns("1/1/20", of, coat("2"));
      await settled();
      expect(state(check)).toBe("settled");
    }
  });
});

describe("a person", () => {
  it("gives back what an order has used, and the order does not take it again", async () => {
    const { redeem, closes, settled, giveBack, crm, state, trail, runAlarms } = world();
    await redeem([check]);
    closes("1/1/10", [check]);
    await settled();
    expect(await giveBack(check, "wrong customer")).toEqual({
      kind: "given_back",
      state: "reversed",
    });
    closes("1/1/10", [check]);
    await settled();
    await runAlarms(3_600_000);
    expect([state(check), crm.uses(check)]).toEqual(["reversed", 0]);
    expect(trail().some((entry) => entry.detail === "wrong customer")).toBe(true);
    expect(await giveBack(check, "once more")).toEqual({ kind: "not_possible", state: "reversed" });
  });
});

describe("what is kept", () => {
  it("creates no table for a customer who never redeems", () => {
    const { overlay, storage } = world();
    expect(overlay()).toEqual([]);
    expect(
      storage.exec("SELECT name FROM sqlite_master WHERE name = 'redemptions'").toArray(),
    ).toEqual([]);
  });
  it("explains every step with till and request", async () => {
    const { redeem, undo, trail } = world();
    await redeem([check]);
    await undo([check]);
    expect(
      trail().map(({ event, from, to, registerId, requestId }) => ({
        event,
        from,
        to,
        registerId,
        requestId,
      })),
    ).toEqual([
      {
        event: "begun",
        from: "available",
        to: "committing",
        registerId: "till-1",
        requestId: "r-1",
      },
      {
        event: "commit_ok",
        from: "committing",
        to: "committed",
        registerId: "till-1",
        requestId: "r-1",
      },
      { event: "undo", from: "committed", to: "reversing", registerId: "till-1", requestId: "r-2" },
      {
        event: "reverse_ok",
        from: "reversing",
        to: "reversed",
        registerId: "till-1",
        requestId: "r-1",
      },
    ]);
  });
});

describe("a call that its till has undone in part", () => {
  it("and repeats whole is refused, and takes nothing out of the cart that still has the rest", async () => {
    const { redeem, undo, state, runAlarms, crm } = world({ promotions: "sale" });
    expect(await redeem([check, promotion])).toMatchObject({ kind: "redeemed" });
    await undo([check]);
    expect(await redeem([check, promotion])).toMatchObject({
      kind: "refused",
      refusal: { kind: "used", place: { storeId: "200" } },
    });
    await runAlarms(600_000);
    expect(state(promotion)).toBe("reserved");
    expect(crm.uses(check)).toBe(0);
    // What was given back is free, by itself.
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
  });
});

describe("an undo of more than its till has", () => {
  it("refuses the call of just that set, which it may have overtaken", async () => {
    const { redeem, undo, crm } = world();
    await redeem([check]);
    await undo([check, check2]);
    expect(await redeem([check, check2])).toEqual({
      kind: "refused",
      refusal: { kind: "just_undone" },
    });
    expect(await redeem([check2])).toEqual({ kind: "refused", refusal: { kind: "just_undone" } });
    // What it had, and gave back, it may have again at once.
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check2)).toBe(0);
  });
});

const settledSoon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe("several at once", () => {
  it("gives no copy of ours that an order used while another of them was under way", async () => {
    const { redeem, undo, closes, crm, state, settled } = world();
    await redeem([promotion]);
    await undo([promotion]);
    await settled();
    expect(state(promotion)).toBe("reinstated");
    const release = crm.holdCommits();
    const both = redeem([check, promotion]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    closes("1/1/7", [promotion]);
    await settledSoon();
    release();
    expect(await both).toEqual({ kind: "refused", refusal: { kind: "outcome_unknown" } });
    await settled();
    expect(state(promotion)).toBe("settled");
    expect(crm.uses(check)).toBe(0);
  });
});
