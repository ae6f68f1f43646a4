import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { check, check2, promotion, till, timedOut, world } from "../../test/ledger_world.ts";
import type { Crm } from "../crm/port.ts";

beforeEach(() =>
  vi.useFakeTimers({
    now: Date.parse("2026-11-23T10:00:00Z"),
    shouldAdvanceTime: true,
    advanceTimeDelta: 20,
  }),
);
afterEach(() => vi.useRealTimers());

const never = (): Promise<never> => new Promise<never>(() => undefined);
const hour = 3_600_000;

/** Commits that never come back for one instrument, done or not. */
const hangs = (crm: Crm, id: string, applied: boolean): (() => void) => {
  const commit = crm.commit.bind(crm);
  crm.commit = async (customer, ref, call) => {
    if (ref.id !== id) return commit(customer, ref, call);
    if (applied) await commit(customer, ref, call);
    return never();
  };
  return () => {
    crm.commit = commit;
  };
};

describe("an object that is lost in the middle of a group", () => {
  it("tells the repeat no success for what was not committed", async () => {
    const { redeem, crm, context, state, evict } = world();
    const mend = hangs(context.crm, "p-1", false);
    void redeem([check, promotion]);
    await vi.waitFor(() => expect(state(promotion)).toBe("committing"));
    mend();
    evict();
    const again = await redeem([check, promotion]);
    const told = again.kind === "redeemed" ? again.items.filter((item) => item.redeemed) : [];
    for (const item of told) expect(crm.uses(item)).toBe(1);
  });
  it("drops none of the group's instruments in silence", async () => {
    const { redeem, crm, context, evict, runAlarms } = world();
    const mend = hangs(context.crm, "b-1", true);
    void redeem([check, promotion]);
    await vi.waitFor(() => expect(crm.uses(check)).toBe(1));
    mend();
    evict();
    expect(await redeem([check, promotion])).toMatchObject({ kind: "refused" });
    await runAlarms(hour);
    expect(await redeem([check, promotion])).toMatchObject({ kind: "redeemed", items: [{}, {}] });
    expect([crm.uses(check), crm.uses(promotion)]).toEqual([1, 1]);
  });
});

describe("an undo", () => {
  it("of a flight is not answered by success to the redeem that joins it", async () => {
    const { redeem, undo, crm, settled, runAlarms } = world();
    const release = crm.holdCommits();
    const first = redeem([check]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit b-1"));
    const undoing = undo([check]);
    await vi.advanceTimersByTimeAsync(4_100);
    await undoing;
    const again = redeem([check]);
    release();
    const results = await Promise.all([first, again]);
    await settled();
    await runAlarms(10 * 60_000);
    expect(results.map((result) => result.kind)).toEqual(["refused", "refused"]);
    expect(crm.uses(check)).toBe(0);
  });
  it("whose object was lost reads the CRM before it gives back again", async () => {
    const { redeem, undo, crm, context, evict, runAlarms } = world();
    await redeem([check]);
    const reverse = context.crm.reverse.bind(context.crm);
    context.crm.reverse = async (customer, ref, call) => {
      await reverse(customer, ref, call);
      return never();
    };
    void undo([check]);
    await vi.waitFor(() => expect(crm.uses(check)).toBe(0));
    context.crm.reverse = reverse;
    evict();
    crm.useElsewhere(check);
    await runAlarms(60_000);
    expect(crm.calls.filter((call) => call === "reverse b-1")).toHaveLength(1);
  });
  it("is not repeated while the CRM's word on it cannot be read", async () => {
    const { redeem, undo, crm, runAlarms } = world();
    await redeem([check]);
    crm.faults.reverse.push({ failure: timedOut, applied: true });
    await undo([check]);
    crm.useElsewhere(check);
    crm.faults.status.push({ failure: timedOut, applied: false });
    await runAlarms(60_000);
    expect(crm.calls.filter((call) => call === "reverse b-1")).toHaveLength(1);
  });
  it("by an old redeem_id leaves a newer use alone", async () => {
    const { redeem, undoGroup, crm } = world();
    const old = await redeem([check]);
    vi.setSystemTime(Date.now() + 2 * hour);
    crm.put(check);
    expect((await redeem([check], till("till-2"))).kind).toBe("redeemed");
    await undoGroup(old.kind === "redeemed" ? old.groupId : "");
    expect(crm.uses(check)).toBe(1);
  });
  it("by redeem_id that names one instrument leaves the other", async () => {
    const { redeem, undoGroup, crm } = world();
    const both = await redeem([check, check2]);
    await undoGroup(both.kind === "redeemed" ? both.groupId : "", [check]);
    expect([crm.uses(check), crm.uses(check2)]).toEqual([0, 1]);
  });
  it("that was promised is kept through a night without the CRM", async () => {
    const { redeem, undo, crm, runAlarms } = world();
    await redeem([check]);
    const away = Array.from({ length: 14 }, () => ({ failure: timedOut, applied: false }));
    crm.faults.reverse.push(...away);
    crm.faults.status.push(...away);
    await undo([check]);
    await runAlarms(30 * hour);
    expect(crm.uses(check)).toBe(0);
  });
});

describe("what the CRM did late or does not list", () => {
  it("is found for the till that asks after we had believed it free", async () => {
    const { redeem, crm, state, runAlarms } = world();
    crm.faults.commit.push({ failure: timedOut, applied: false });
    await redeem([check]);
    await runAlarms(90_000);
    expect(state(check)).toBe("released");
    vi.setSystemTime(Date.now() - 60_000);
    crm.applyLate(check);
    vi.setSystemTime(Date.now() + 60_000);
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check)).toBe(1);
  });
  it("counts as used where a CRM lists only what is available", async () => {
    const { redeem, crm, context, state } = world();
    context.crm.status = () => Promise.resolve({ ok: true, value: { state: "gone" } });
    crm.faults.commit.push({ failure: timedOut, applied: true });
    await redeem([promotion]);
    expect(await redeem([promotion])).toMatchObject({ kind: "redeemed" });
    expect(state(promotion)).toBe("committed");
    vi.setSystemTime(Date.now() + 2 * hour);
    expect(await redeem([promotion], till("till-2"))).toMatchObject({
      refusal: { kind: "used", place: { storeId: "200" } },
    });
  });
  it("is not a second order's, where an earlier one of ours explains that it is gone", async () => {
    const { closes, settled, crm, context, runAlarms, letters, trail } = world();
    closes("1/1/1", [promotion]);
    await settled();
    context.crm.status = () => Promise.resolve({ ok: true, value: { state: "gone" } });
    crm.faults.commit.push({ failure: timedOut, applied: false });
    closes("1/1/2", [promotion]);
    await settled();
    await runAlarms(10 * 60_000);
    expect(trail().at(-1)).toMatchObject({ from: "unknown", to: "lost" });
    expect(letters).toMatchObject([{ kind: "redemption_lost", orderId: 2 }]);
  });
  it("by an order's own unclear commit, hours after the reservation, is ours", async () => {
    const { redeem, closes, settled, crm, state, runAlarms, letters } = world({
      bonusChecks: "sale",
    });
    await redeem([check]);
    vi.setSystemTime(Date.now() + 3 * hour);
    crm.faults.commit.push({ failure: timedOut, applied: true });
    closes("1/1/10", [check]);
    await settled();
    await runAlarms(10 * 60_000);
    expect(state(check)).toBe("settled");
    expect(letters).toEqual([]);
  });
});

it("a till cannot redeem what a closed order has used and the CRM is still to be told of", async () => {
  const { redeem, closes, settled, crm } = world({ bonusChecks: "sale" });
  await redeem([check]);
  crm.faults.commit.push({ failure: { kind: "rate_limited" }, applied: false });
  closes("1/1/10", [check]);
  await settled();
  expect(await redeem([check], till("till-2"))).toMatchObject({ refusal: { kind: "used" } });
});

it("a copy of ours that has expired is refused", async () => {
  const { redeem, undo, crm } = world();
  crm.put(promotion, "2026-11-24T00:00:00Z");
  await redeem([promotion]);
  await undo([promotion]);
  vi.setSystemTime(Date.parse("2026-11-25T00:00:00Z"));
  expect(await redeem([promotion])).toEqual({ kind: "failed", failure: { kind: "expired" } });
});

it("paid: a repeat does not call redeemed what nobody knows", async () => {
  const { redeem, crm } = world({ moment: "paid" });
  crm.faults.commit.push("none", { failure: timedOut, applied: false });
  crm.faults.status.push(
    ...Array.from({ length: 5 }, () => ({ failure: timedOut, applied: false })),
  );
  await redeem([check, promotion]);
  const again = await redeem([check, promotion]);
  const told = again.kind === "redeemed" ? again.items.filter((item) => item.redeemed) : [];
  for (const item of told) expect(crm.uses(item)).toBe(1);
});

it("a bug in one row neither stops the others nor the alarm", async () => {
  const { redeem, undo, crm, context, state, runAlarms } = world();
  await redeem([check]);
  await redeem([check2]);
  crm.faults.reverse.push(
    { failure: timedOut, applied: false },
    { failure: timedOut, applied: false },
  );
  await undo([check]);
  await undo([check2]);
  const status = context.crm.status.bind(context.crm);
  context.crm.status = (customer, ref, call) => {
    if (ref.id === "b-1") throw new TypeError("a bug");
    return status(customer, ref, call);
  };
  await runAlarms(60_000).catch(() => undefined);
  expect(state(check2)).toBe("reversed");
  context.crm.status = status;
  await runAlarms(10 * 60_000);
  expect(state(check)).toBe("reversed");
});

describe("an order that closes meanwhile", () => {
  it("while the CRM is read, is seen before the till is told anything", async () => {
    const { redeem, closes, settled, context, crm } = world({ promotions: "sale" });
    const get = context.crm.get.bind(context.crm);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    context.crm.get = async (customer, call) => {
      await gate;
      return get(customer, call);
    };
    const redeeming = redeem([check, promotion]);
    closes("1/1/10", [promotion]);
    await vi.waitFor(() => expect(crm.calls).toContain("commit p-1"));
    release();
    expect((await redeeming).kind).toBe("refused");
    await settled();
    expect(crm.uses(promotion)).toBe(1);
  });
  it("second, with an unclear commit, does not take the first one's use for its own", async () => {
    const { closes, settled, crm, letters, runAlarms } = world();
    closes("1/1/10", [check]);
    await settled();
    crm.faults.commit.push({ failure: timedOut, applied: false });
    closes("1/1/11", [check]);
    await settled();
    await runAlarms(hour);
    expect(crm.uses(check)).toBe(1);
    expect(letters).toMatchObject([{ kind: "redemption_lost", orderId: 11 }]);
  });
});
