import { afterEach, describe, expect, it, vi } from "vitest";
import type { InstrumentRef } from "../../src/model/instrument.ts";
import type { Till } from "../../src/redemption/machine/admission.ts";
import type { Redemption } from "../../src/tenants/tenant.ts";
import { auditor } from "./auditor.ts";
import { check, evictableLedger, promotion } from "./evictable_ledger.ts";

afterEach(() => vi.unstubAllGlobals());

const both = [check, promotion];
const till: Till = { registerId: "reg-1", storeId: "200" };
const day = 86_400_000;

type Audit = ReturnType<typeof auditor>;
type Scenario = {
  readonly what: string;
  readonly policy?: Partial<Redemption>;
  readonly refs: readonly InstrumentRef[];
  /** Redeemed before the part in which the object is lost. */
  readonly isRedeemed: boolean;
  readonly act: (audit: Audit) => Promise<void>;
  /** Uses in the CRM when the act has been repeated until it was answered. */
  readonly uses: readonly [check: boolean, promotion: boolean];
};
const order = { order: "1/1/7", receiptNumber: "R7", bought: {}, amounts: {}, linked: [] };
const sale = { promotions: "sale", bonusChecks: "sale" } as const;
const scenarios: readonly Scenario[] = [
  {
    what: "a redeem of one",
    refs: [check],
    isRedeemed: false,
    act: (audit) => audit.redeem(till, [check]),
    uses: [true, false],
  },
  {
    what: "a redeem of two",
    refs: both,
    isRedeemed: false,
    act: (audit) => audit.redeem(till, both),
    uses: [true, true],
  },
  {
    what: "an undo of two",
    refs: both,
    isRedeemed: true,
    act: (audit) => audit.undo(till, { refs: both }),
    uses: [false, true],
  },
  {
    what: "an order that used what was reserved",
    policy: sale,
    refs: both,
    isRedeemed: true,
    act: (audit) => audit.close({ ...order, refs: both }),
    uses: [true, true],
  },
  {
    what: "an order that used what was redeemed",
    refs: both,
    isRedeemed: true,
    act: (audit) => audit.close({ ...order, refs: both }),
    uses: [true, true],
  },
  {
    what: "an order that used what no till redeemed",
    refs: both,
    isRedeemed: false,
    act: (audit) => audit.close({ ...order, refs: both }),
    uses: [true, true],
  },
];

type Point =
  | { readonly at: "nowhere" }
  | { readonly at: "statement"; readonly n: number }
  | { readonly at: "call"; readonly n: number; readonly acts: boolean };

/** Plays a scenario, loses the object at one point, and goes on with alarms and, maybe, repeats. */
const play = async (scenario: Scenario, point: Point, repeats: readonly number[]) => {
  const world = evictableLedger(scenario.policy === undefined ? {} : { policy: scenario.policy });
  const { clock, crm } = world;
  const audit = auditor(world, both);
  const inspect = (): void => audit.inspect();
  if (scenario.isRedeemed) {
    void audit.redeem(till, scenario.refs);
    await clock.pass(20_000, inspect);
  }
  const before = { statements: world.statements(), calls: crm.calls.length };
  if (point.at === "statement") world.loseBefore(before.statements + point.n);
  if (point.at === "call")
    crm.loseAt((call) => {
      if (call !== before.calls + point.n) return "goes on";
      world.lose();
      return point.acts ? "acts" : "does nothing";
    });
  void scenario.act(audit);
  await clock.pass(1_000, inspect);
  const after = { statements: world.statements(), calls: crm.calls.length };
  for (const pause of repeats) {
    void scenario.act(audit);
    await clock.pass(pause, inspect);
  }
  await clock.pass(day, inspect);
  const uses = [crm.of(check).redeemed, crm.of(promotion).redeemed];
  await clock.pass(9 * day, inspect);
  await audit.atTheEnd(false, (ms) => clock.pass(ms, () => undefined));
  vi.unstubAllGlobals();
  const faults =
    audit.faults.length === 0 ? "" : `${audit.faults.join("\n")}\n--- story\n${audit.story()}`;
  world.storage.close();
  return {
    faults,
    uses,
    statements: after.statements - before.statements,
    calls: after.calls - before.calls,
  };
};

describe.each(scenarios)("$what survives the loss of its object", (scenario) => {
  // The till asks again at once and a little later; or after half a minute; or never.
  const histories: readonly (readonly [string, readonly number[]])[] = [
    ["a till that asks again at once", [2_000, 40_000, 200_000]],
    ["a till that asks again after half a minute", [31_000, 31_000, 200_000]],
    ["a till that never asks again", []],
  ];
  it.each(histories)("with %s", async (_till, repeats) => {
    const whole = await play(scenario, { at: "nowhere" }, repeats);
    expect(whole.faults).toBe("");
    const points: Point[] = [
      ...Array.from({ length: whole.statements }, (_point, n) => ({
        at: "statement" as const,
        n: n + 1,
      })),
      ...Array.from({ length: whole.calls }, (_point, n) => ({
        at: "call" as const,
        n: n + 1,
      })).flatMap((call) => [
        { ...call, acts: true },
        { ...call, acts: false },
      ]),
    ];
    expect(points.length).toBeGreaterThan(5);
    for (const point of points) {
      const { faults, uses } = await play(scenario, point, repeats);
      expect(faults, `lost at ${JSON.stringify(point)}`).toBe("");
      if (repeats.length > 0)
        expect(uses, `used in the CRM, lost at ${JSON.stringify(point)}`).toEqual(scenario.uses);
    }
  });
});
