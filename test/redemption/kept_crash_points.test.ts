import { afterEach, expect, it, vi } from "vitest";
import type { RedeemResult } from "../../src/redemption/ledger_calls.ts";
import { check, evictableLedger, type EvictableLedger } from "./evictable_ledger.ts";

afterEach(() => vi.unstubAllGlobals());

const till = { registerId: "reg-1", storeId: "200" };
const key = "bonus_check:b-1";
const use = (order: string, amount: number) => ({
  order,
  receiptNumber: `R${order}`,
  refs: [check],
  bought: {},
  amounts: { [key]: amount },
  linked: [],
});

type Act = (world: EvictableLedger) => Promise<unknown>;
const redeem: Act = (world) =>
  world.host().redeem(world.scope, {
    customerId: "c-1",
    refs: [check],
    till,
    requestId: "r",
    deadline: world.clock.now() + 7_500,
  });
const closes =
  (order: string, amount: number): Act =>
  (world) =>
    world.host().orderClosed(world.scope, { customerId: "c-1", use: use(order, amount) });

/** Redeemed, 30.00 of 50.00 used, the rest redeemed and used: in a CRM that has no call for any of it. */
const acts: readonly Act[] = [redeem, closes("1/1/1", 3_000), redeem, closes("1/1/2", 2_000)];

const play = async (loseBefore?: number) => {
  const world = evictableLedger({ canRedeem: false });
  const { clock } = world;
  const pass = (ms: number): Promise<void> => clock.pass(ms, () => undefined);
  if (loseBefore !== undefined) world.loseBefore(loseBefore);
  for (const act of acts) {
    // As tills and queues do: again, until there is an answer.
    for (let tries = 0; tries < 3; tries++) {
      const asked = world.host();
      let answer: unknown;
      void act(world).then(
        (result) => (answer = result),
        () => undefined,
      );
      await pass(20_000);
      const heard = answer as RedeemResult | { readonly noted: boolean } | undefined;
      if (asked === world.host() && heard !== undefined && !("refusal" in heard)) break;
    }
  }
  await pass(3_600_000);
  const statements = world.statements();
  world.loseBefore(Number.POSITIVE_INFINITY);
  const overlay = await world.host().overlay();
  const ended = {
    states: world.rows().map((row) => `${row.state} ${row.order ?? ""} ${row.amount ?? ""}`),
    left: overlay[0]?.balance,
    told: world.crm.mirrored.map(
      ({ what, left, used }) => `${what} ${used?.minor ?? ""} ${left?.minor}`,
    ),
    letters: world.letters.map(({ kind }) => kind),
    open: world.open().map(({ state }) => state),
    statements,
  };
  vi.unstubAllGlobals();
  world.storage.close();
  return ended;
};

it("a balance that the ledger keeps survives the loss of its object before any statement", async () => {
  const whole = await play();
  expect(whole).toMatchObject({
    states: ["settled 1/1/1 3000", "settled 1/1/2 2000"],
    left: { isUsedUp: true, left: { minor: 0 } },
    told: ["redeemed  0", "settled 3000 2000", "redeemed  0", "settled 2000 0"],
    letters: [],
    open: [],
  });
  expect(whole.statements).toBeGreaterThan(60);
  for (let n = 1; n <= whole.statements; n++) {
    const { states, left, told, letters, open } = await play(n);
    const at = `lost before statement ${n}: ${states.join(", ")}`;
    expect(left, at).toEqual(whole.left);
    expect(
      states.filter((state) => state.startsWith("settled")),
      at,
    ).toEqual(whole.states);
    expect(letters, at).toEqual([]);
    expect(open, at).toEqual([]);
    // Told again after a lost answer, with the same step; never out of order.
    expect(
      told
        .filter((step, index) => step !== told[index - 1])
        .filter((step) => step.startsWith("settled")),
      at,
    ).toEqual(["settled 3000 2000", "settled 2000 0"]);
  }
});
