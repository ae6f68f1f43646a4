import { afterEach, expect, it, vi } from "vitest";
import { check, evictableLedger, promotion } from "./evictable_ledger.ts";

afterEach(() => vi.unstubAllGlobals());

it("an order that comes two days later settles its own, and leaves a word on what no order claims", async () => {
  const world = evictableLedger({ ordersCarryIds: true, policy: { promotions: "redeem" } });
  const { clock } = world;
  const pass = (ms: number): Promise<void> => clock.pass(ms, () => undefined);
  void world.host().redeem(world.scope, {
    customerId: "c-1",
    refs: [check, promotion],
    till: { registerId: "reg-1", storeId: "200" },
    requestId: "r",
    deadline: clock.now() + 7_500,
  });
  await pass(1_000);
  // The order's news comes before the alarm and the message behind it.
  world.delayAlarms(3_600_000);
  await pass(48 * 3_600_000 + 5_000);
  const use = { receiptNumber: "R7", refs: [check], bought: {}, amounts: {}, linked: [] };
  void world
    .host()
    .orderClosed(world.scope, { customerId: "c-1", use: { ...use, order: "1/1/7" } });
  await pass(3 * 3_600_000);
  expect(world.rows().map(({ ref, state }) => `${ref.id} ${state}`)).toEqual([
    "b-1 settled",
    "p-1 committed",
  ]);
  expect(world.letters.map(({ kind }) => kind)).toEqual(["redemption_unclaimed"]);
  world.storage.close();
});
