import { describe, expect, it } from "vitest";
import { settlementWorld } from "../../test/settlement_world.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import { ledgerName } from "./redeem_id.ts";

const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
const unknown: InstrumentRef = { kind: "bonus_check", id: "b-0" };
const use = {
  order: "1/1/7",
  receiptNumber: "R7",
  refs: [check],
  bought: {},
  amounts: {},
  linked: [],
};

const world = async () => {
  const made = settlementWorld();
  made.register.put(check);
  const name = await ledgerName("acme", "voyado/club", "c-1");
  const redeem = (refs: readonly InstrumentRef[]) =>
    made.ledger(name).redeem(made.scope, {
      customerId: "c-1",
      refs,
      till: { registerId: "till-1" },
      requestId: "r",
      deadline: Date.now() + 7_500,
    });
  return { ...made, name, redeem };
};

describe("after a redeem", () => {
  it("the index knows the ledger by the instrument, also when the index failed once", async () => {
    const { redeem, settled, index, name } = await world();
    index.faults.left = 1;
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    await settled();
    expect(await index.client().ofInstrument(check)).toEqual([name]);
  });

  it("the till has its answer whatever becomes of the index, and somebody is told", async () => {
    const { redeem, settled, index, logged } = await world();
    index.faults.left = 2;
    expect(await redeem([check])).toMatchObject({ kind: "redeemed" });
    await settled();
    expect(logged).toEqual([{ level: "error", event: "index_away", tenant: "acme" }]);
  });

  it("knows what is held without a clear answer, and nothing of what is not held", async () => {
    const { redeem, settled, index, register, name } = await world();
    await redeem([unknown]);
    register.faults.commit.push({ failure: { kind: "expired" }, applied: false });
    expect(await redeem([check])).toMatchObject({ kind: "failed" });
    await settled();
    expect(index.calls()).toBe(0);
    register.faults.commit.push({ failure: { kind: "timed_out" }, applied: true });
    expect(await redeem([check])).toMatchObject({ kind: "refused" });
    await settled();
    expect(await index.client().ofInstrument(check)).toEqual([name]);
  });
});

describe("an order without a customer", () => {
  it("is its owner's, in a ledger that has one", async () => {
    const { redeem, settled, ledger, name, scope } = await world();
    await redeem([check]);
    expect(await ledger(name).orderClosed(scope, { use })).toEqual({ noted: true });
    await settled();
    expect(await ledger(name).rows()).toMatchObject([{ state: "settled", order: "1/1/7" }]);
    const back = { order: "1/1/8", returnOf: "1/1/7", goods: [] };
    expect(await ledger(name).orderReturned(scope, { back })).toEqual({ noted: true });
  });

  it("is not noted in a ledger that nobody has used", async () => {
    const { ledger, name, scope } = await world();
    const back = { order: "1/1/8", returnOf: "1/1/7", goods: [] };
    expect(await ledger(name).orderClosed(scope, { use })).toEqual({ noted: false });
    expect(await ledger(name).orderReturned(scope, { back })).toEqual({ noted: false });
    expect(await ledger(name).rows()).toEqual([]);
  });
});
