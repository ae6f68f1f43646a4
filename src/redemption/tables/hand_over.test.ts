import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ledgerHosts } from "../../../test/ledger_hosts.ts";
import { check, check2, promotion, till } from "../../../test/ledger_world.ts";
import type { InstrumentRef } from "../../model/instrument.ts";

beforeEach(() =>
  vi.useFakeTimers({
    now: Date.parse("2026-11-23T10:00:00Z"),
    shouldAdvanceTime: true,
    advanceTimeDelta: 20,
  }),
);
afterEach(() => vi.useRealTimers());

/** Customer `old` reserved a promotion and used a check at till 1; then the CRM joined them with `new`. */
const joinedCustomers = async () => {
  const world = await ledgerHosts();
  const both = [check, promotion];
  for (const ref of both) world.crm.put(ref);
  let requests = 0;
  const redeem = (customerId: string, refs: readonly InstrumentRef[], register: string) =>
    world.redemptions.redeem({
      customerId,
      refs,
      till: till(register),
      requestId: `r-${++requests}`,
      deadline: Date.now() + 7_500,
    });
  const first = await redeem("old", both, "till-1");
  expect(first.result).toMatchObject({ kind: "redeemed" });
  await world.settled();
  world.join("old", "new");
  /** As a card does that was opened under the old id. */
  const open = async (): Promise<void> => {
    world.redemptions.moveTo("old", "new");
    await world.settled();
  };
  return { ...world, open, both, redeem, redeemId: first.redeemId ?? "" };
};

describe("a customer whom the CRM has joined with another", () => {
  it("has what is held under the old id held under the new one too", async () => {
    const { redeem, open, uses } = await joinedCustomers();
    await open();
    const again = await redeem("old", [promotion], "till-2");
    expect(again.result).toMatchObject({
      kind: "refused",
      refusal: { kind: "in_use", place: { storeId: "200" } },
    });
    expect(await redeem("new", [check], "till-2")).toMatchObject({
      result: { kind: "refused", refusal: { kind: "used", place: { storeId: "200" } } },
    });
    expect(await uses("new")).toEqual(["p-1 reserved", "b-1 committed"]);
    expect(await uses("old")).toEqual([]);
  });

  it("is told to the index of customers, by a card and by a redeem", async () => {
    const { redeem, open, joins } = await joinedCustomers();
    expect(joins).toEqual([]);
    await open();
    await redeem("old", [check], "till-2");
    expect(joins).toEqual([
      ["old", "new"],
      ["old", "new"],
    ]);
  });

  it("is found out by a redeem of something else under the old id", async () => {
    const { redeem, crm, uses, settled } = await joinedCustomers();
    crm.put(check2);
    expect((await redeem("old", [check2], "till-2")).result).toMatchObject({ kind: "redeemed" });
    await settled();
    expect(await uses("old")).toEqual([]);
    expect(await uses("new")).toEqual(["p-1 reserved", "b-1 committed", "b-2 committed"]);
  });

  it("gets the stored answer at the same till, by either id", async () => {
    const { redeem, open, both, crm } = await joinedCustomers();
    await open();
    for (const id of ["old", "new"])
      expect((await redeem(id, both, "till-1")).result).toMatchObject({ kind: "redeemed" });
    expect(crm.uses(check)).toBe(1);
  });

  it("gets it back by the answer that the till got under the old id", async () => {
    const { redemptions, open, redeemId, crm, settled, uses } = await joinedCustomers();
    await open();
    const undone = await redemptions.undo({ redeemId, till: till("till-1"), requestId: "u" });
    await settled();
    expect(undone.redeemId).toBe(redeemId);
    expect(undone.result).toMatchObject({
      items: [{ redeemed: false }, { redeemed: false }],
    });
    expect(crm.uses(check)).toBe(0);
    expect(await uses("new")).toEqual(["p-1 released", "b-1 reversed"]);
  });

  it("is settled there by an order that still names the old id", async () => {
    const { open, host, scope, settled, uses } = await joinedCustomers();
    await open();
    const old = await host("old");
    const use = {
      order: "1/1/7",
      receiptNumber: "R7",
      refs: [promotion],
      bought: {},
      amounts: {},
      linked: [],
    };
    expect(await old.orderClosed(scope, { customerId: "old", use })).toEqual({ noted: true });
    await settled();
    expect(await uses("new")).toContain("p-1 settled");
  });

  it("loses nothing when the hand-over breaks off, and nothing is worked on twice", async () => {
    const { open, unreachable, host, uses, crm, redemptions, settled, redeemId } =
      await joinedCustomers();
    await unreachable("new", true);
    await open();
    // Undone meanwhile: nobody can say so before the other ledger has it.
    expect(
      (await redemptions.undo({ redeemId, till: till("till-1"), requestId: "u" })).result,
    ).toEqual({ kind: "ledger_away" });
    const old = await host("old");
    await old.alarm();
    expect(await uses("old")).toHaveLength(2);
    await unreachable("new", false);
    await old.alarm();
    await settled();
    expect(await uses("old")).toEqual([]);
    expect(await uses("new")).toEqual(["p-1 reserved", "b-1 committed"]);
    expect(crm.uses(check)).toBe(1);
  });

  it("taken over twice is taken over once, and what went on since stays", async () => {
    const { host, open, redemptions, redeemId, settled, uses } = await joinedCustomers();
    const old = await host("old");
    let carried: Parameters<typeof old.takeOver>[0] | undefined;
    const next = await host("new");
    const takeOver = next.takeOver.bind(next);
    next.takeOver = (call) => {
      carried = call;
      return takeOver(call);
    };
    await open();
    await redemptions.undo({ redeemId, till: till("till-1"), requestId: "u" });
    await settled();
    if (carried === undefined) throw new Error("nothing was handed over");
    await takeOver(carried);
    expect(await uses("new")).toEqual(["p-1 released", "b-1 reversed"]);
    const moves = (await next.trail()).filter(({ event }) => event === "moved");
    expect(moves).toHaveLength(2);
  });

  it("has the use that began last as the newest, whichever id it was under", async () => {
    const world = await joinedCustomers();
    vi.setSystemTime(Date.now() + 3 * 3_600_000);
    // Staff gave the check back, and it was used anew under the new id.
    world.crm.put(check);
    expect((await world.redeem("new", [check], "till-3")).result).toMatchObject({
      kind: "redeemed",
    });
    await world.open();
    const shown = await world.redemptions.overlay("new");
    const newest = shown?.find(({ ref }) => ref.id === check.id);
    expect(newest?.at).toBeGreaterThan(Date.parse("2026-11-23T12:00:00Z"));
    expect(await world.uses("new")).toHaveLength(3);
  });
});

it("a stranger's id that the CRM leads elsewhere leaves nothing behind", async () => {
  const world = await ledgerHosts();
  world.crm.put(check);
  world.join("elsewhere", "new");
  const { result } = await world.redemptions.redeem({
    customerId: "elsewhere",
    refs: [check],
    till: till("till-1"),
    requestId: "r",
    deadline: Date.now() + 7_500,
  });
  expect(result).toMatchObject({ kind: "redeemed" });
  expect(await world.tablesOf("elsewhere")).toBe(0);
  expect(await world.uses("new")).toEqual(["b-1 committed"]);
});
