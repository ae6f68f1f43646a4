import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { check, promotion, till, world } from "../../../test/ledger_world.ts";
import { overlay } from "../../spi/card.ts";
import type { BonusCheck } from "../../model/instrument.ts";

beforeEach(() =>
  vi.useFakeTimers({
    now: Date.parse("2026-11-23T10:00:00Z"),
    shouldAdvanceTime: true,
    advanceTimeDelta: 20,
  }),
);
afterEach(() => vi.useRealTimers());

const year = 365 * 24 * 3_600_000;
/** A bonus check of 50.00, in a CRM that shows it and has no call to redeem it. */
const kept = () => {
  const made = world({ onReturn: "reactivate" }, { ordersCarryIds: true }, false);
  const shown: BonusCheck = {
    kind: "bonus_check",
    id: check.id,
    name: "Fifty",
    amount: { minor: 5_000, currency: "SEK" },
    redeemed: false,
  };
  return {
    ...made,
    /** The check as the card shows it, laid over what the CRM goes on showing. */
    card: () => {
      const [one] = overlay("bonus_check", [shown], made.overlay(), Date.now());
      return one?.redeemed ? "used" : one?.amount.minor;
    },
    told: () => made.crm.mirrored.map(({ what, left, used }) => [what, used?.minor, left?.minor]),
  };
};

describe("a bonus check of a CRM that cannot redeem", () => {
  it("is used once by the ledger alone, for good, and the CRM is told", async () => {
    const { redeem, card, told, crm, settled, runAlarms, evict } = kept();
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    await settled();
    expect(card()).toBe("used");
    expect(told()).toEqual([["redeemed", undefined, 0]]);
    expect(crm.calls.filter((call) => call.startsWith("commit"))).toEqual([]);
    evict();
    await runAlarms(3 * year);
    expect(card()).toBe("used");
    expect(await redeem([check], till("till-2"))).toMatchObject({
      kind: "refused",
      refusal: { kind: "used", place: { storeId: "200" } },
    });
  });

  it("keeps what a closed order has not used, and gives it next time", async () => {
    const { redeem, closes, card, told, settled, letters } = kept();
    await redeem([check]);
    closes("1/1/1", [check], [], { [check.id]: 3_000 });
    await settled();
    expect(card()).toBe(2_000);
    expect(await redeem([check], till("till-2"))).toMatchObject({ kind: "redeemed" });
    expect(card()).toBe("used");
    closes("1/1/2", [check], [], { [check.id]: 2_000 });
    await settled();
    expect(card()).toBe("used");
    expect(told()).toEqual([
      ["redeemed", undefined, 0],
      ["settled", 3_000, 2_000],
      ["redeemed", undefined, 0],
      ["settled", 2_000, 0],
    ]);
    expect(await redeem([check], till("till-3"))).toMatchObject({
      refusal: { kind: "used" },
    });
    expect(letters).toEqual([]);
  });

  it("is used whole by an order that does not say how much it took", async () => {
    const { redeem, closes, card, settled } = kept();
    await redeem([check]);
    closes("1/1/1", [check]);
    await settled();
    expect(card()).toBe("used");
  });

  it("is used for what the till said, where the order does not say", async () => {
    const { redeem, closes, card, settled } = kept();
    await redeem([check], till("till-1"), { [check.id]: "12.50" });
    expect(card()).toBe("used");
    closes("1/1/1", [check]);
    await settled();
    expect(card()).toBe(3_750);
  });

  it("is not used for more than is left, which the till is told", async () => {
    const { redeem, closes, card, settled } = kept();
    await redeem([check]);
    closes("1/1/1", [check], [], { [check.id]: 3_000 });
    await settled();
    expect(await redeem([check], till("till-2"), { [check.id]: "30.00" })).toEqual({
      kind: "refused",
      refusal: { kind: "too_little_left", left: { minor: 2_000, currency: "SEK" } },
    });
    expect(card()).toBe(2_000);
    expect(await redeem([check], till("till-2"), { [check.id]: "20.00" })).toMatchObject({
      kind: "redeemed",
    });
  });

  it("is there again after an undo, whole or what was left", async () => {
    const { redeem, undo, closes, card, told, settled } = kept();
    await redeem([check]);
    await undo([check]);
    await settled();
    expect(card()).toBe(5_000);
    await redeem([check]);
    closes("1/1/1", [check], [], { [check.id]: 1_000 });
    await settled();
    await redeem([check], till("till-2"));
    await undo([check], till("till-2"));
    await settled();
    expect(card()).toBe(4_000);
    expect(told().at(-1)).toEqual(["given_back", undefined, 4_000]);
  });

  it("tells a person when an order took more than there was", async () => {
    const { redeem, closes, card, settled, letters } = kept();
    await redeem([check]);
    closes("1/1/1", [check], [], { [check.id]: 6_000 });
    await settled();
    expect(card()).toBe("used");
    expect(letters).toMatchObject([{ kind: "redemption_overdrawn", orderId: 1 }]);
    expect(letters[0]?.reason).toContain("took 60.00 off");
  });

  it("tells a person of an order that used it when nothing was left", async () => {
    const { redeem, closes, settled, letters, state } = kept();
    await redeem([check]);
    closes("1/1/1", [check]);
    await settled();
    closes("1/1/2", [check], [], { [check.id]: 1_000 });
    await settled();
    expect(state(check)).toBe("lost");
    expect(letters).toMatchObject([{ kind: "redemption_lost", orderId: 2 }]);
  });

  it("gets back what one order used, although another has used of it since", async () => {
    const { redeem, closes, returns, card, told, settled } = kept();
    await redeem([check]);
    closes("1/1/1", [check], [], { [check.id]: 3_000 });
    await settled();
    await redeem([check], till("till-2"));
    closes("1/1/2", [check], [], { [check.id]: 500 });
    await settled();
    expect(card()).toBe(1_500);
    returns("1/1/9", "1/1/1", [{ sku: "A1", quantity: "2" }]);
    await settled();
    expect(card()).toBe(4_500);
    expect(told().at(-1)).toEqual(["given_back", undefined, 4_500]);
  });

  it("that no till has redeemed is settled by the order that names it, for what it is worth", async () => {
    const { closes, card, settled } = kept();
    closes("1/1/1", [check], [], { [check.id]: 2_000 });
    await settled();
    expect(card()).toBe(3_000);
  });
});

describe("a promotion of a CRM that cannot redeem", () => {
  it("is used by one order; another one's is told to a person", async () => {
    const { closes, settled, letters, redeem } = kept();
    closes("1/1/1", [promotion]);
    await settled();
    closes("1/1/2", [promotion]);
    await settled();
    expect(letters).toMatchObject([{ kind: "redemption_lost", orderId: 2 }]);
    expect(await redeem([promotion])).toMatchObject({ refusal: { kind: "used" } });
  });
});

describe("the mirror", () => {
  it("waits for a CRM that is away, and keeps the order of the steps", async () => {
    const { redeem, undo, crm, told, settled, runAlarms } = kept();
    const away = { kind: "timed_out" } as const;
    crm.faults.mirror.push({ failure: away, applied: false }, { failure: away, applied: true });
    await redeem([check]);
    await settled();
    await undo([check]);
    await settled();
    expect(told()).toEqual([]);
    await runAlarms(3_600_000);
    // Told twice, because the answer was lost: it carries the same id.
    expect(told().map(([what]) => what)).toEqual(["redeemed", "redeemed", "given_back"]);
    expect(crm.mirrored[0]?.eventId).toBe(crm.mirrored[1]?.eventId);
  });

  it("that the CRM refuses is told to a person, and the next step goes on", async () => {
    const { redeem, undo, crm, told, settled, letters, runAlarms } = kept();
    crm.faults.mirror.push({
      failure: { kind: "refused", detail: "no such field" },
      applied: false,
    });
    await redeem([check]);
    await settled();
    await undo([check]);
    await settled();
    await runAlarms(60_000);
    expect(told()).toEqual([["given_back", undefined, 5_000]]);
    expect(letters).toMatchObject([{ kind: "redemption_not_mirrored" }]);
  });
});
