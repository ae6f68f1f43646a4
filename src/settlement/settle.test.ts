import { describe, expect, it } from "vitest";
import { closedOrder, discountRow, product, totals } from "../../test/sample_orders.ts";
import { settlementWorld } from "../../test/settlement_world.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import { ledgerName } from "../redemption/redeem_id.ts";

type Wire = Readonly<Record<string, unknown>>;

const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
const check2: InstrumentRef = { kind: "bonus_check", id: "b-2" };
const nobody = (names: string) => ({
  ok: false,
  nobody: `the order used ${names}, and its customer cannot be found`,
});
const nothing = {
  order: "90316/1/7",
  receiptNumber: "R7",
  refs: [],
  bought: {},
  amounts: {},
  linked: [],
};
/** Its rows speak for the order. */
const noTotals = {
  moneytotal_net: undefined,
  moneytotal_vat: undefined,
  moneytotal_gross_all: undefined,
};
const notYet = { ok: false, detail: "the sale that it returns is not settled yet" };
const settled = { state: "settled", deliveries: [] } as const;
const hour = 3_600_000;

/** A sale just now that used the bonus checks, of whomever its `additionaldata` names. */
const sale = (orderid: number, checks: readonly InstrumentRef[], change: Wire = {}): Wire =>
  closedOrder({
    orderid,
    orderdate: Math.floor(Date.now() / 1000),
    orderitems: [
      product(),
      ...checks.map(({ id }) =>
        discountRow("-40.00", "-10.00", { additionaldata: { "crm-bonuscheckid": id } }),
      ),
    ],
    ...totals(
      String(160 - 40 * checks.length),
      String(40 - 10 * checks.length),
      String(200 - 50 * checks.length),
    ),
    ...change,
  });
/** The whole of a sale comes back. */
const refund = (orderid: number, of: number, change: Wire = {}): Wire =>
  closedOrder({
    orderid,
    creditorderid: of,
    orderdate: Math.floor(Date.now() / 1000),
    orderitems: [
      product({ quantity: -2, moneyitemtotal_net: "-160.00", moneyitemtotal_vat: "-40.00" }),
    ],
    ...totals("-160.00", "-40.00", "-200.00"),
    ...change,
  });
const of = (customerId: string): Wire => ({ additionaldata: { "crm-customerid": customerId } });

const world = async (...[change]: Parameters<typeof settlementWorld>) => {
  const made = settlementWorld(change);
  for (const ref of [check, check2]) made.register.put(ref);
  const states = async (customerId: string): Promise<readonly string[]> => {
    await made.settled();
    const rows = await (await made.ledgerOf(customerId)).rows();
    return rows.map((row) => `${row.ref.id} ${row.state} ${row.order ?? "-"}`);
  };
  return { ...made, states };
};

describe("a closed order", () => {
  it("settles what its customer redeemed, and the index knows the ledger by the order", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    expect(await w.settle(sale(7, [check], of("c-1")))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
    expect(await w.index.client().ofOrder("90316/1/7")).toHaveLength(1);
    expect(w.accountsSeen).toEqual([90316]);
  });

  it.each<[string, Wire]>([
    ["names nobody", {}],
    ["names somebody whom the CRM does not know", of("gone")],
    ["has a phone that several share", { phone: "+46701740607" }],
  ])("that %s settles in the ledger that redeemed", async (_, change) => {
    const w = await world();
    w.people.set("mobile:+46701740607", { kind: "several_matches", ids: ["c-1", "c-2"] });
    await w.redeem("c-1", [check]);
    await w.settled();
    expect(await w.settle(sale(7, [check], change))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
  });

  it("of nobody that used what no ledger knows is a person's matter, which names just that", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    await w.settled();
    expect(await w.settle(sale(7, [check, check2]))).toEqual(nobody("bonus_check b-2"));
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
  });

  it("of nobody touches no ledger where two customers have had an instrument of that id", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    w.register.put(check);
    await w.redeem("c-2", [check]);
    await w.settled();
    expect(await w.settle(sale(7, [check]))).toEqual(nobody("bonus_check b-1"));
    expect(await w.states("c-1")).toEqual(["b-1 committed -"]);
    expect(await w.states("c-2")).toEqual(["b-1 committed -"]);
  });

  it("of nobody finds the one ledger that those of a merged customer point on to", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    await w.settled();
    await (await w.ledgerOf("c-1")).moveTo(w.scope, "c-2");
    const name = await ledgerName("acme", "voyado/club", "c-2");
    await w.index.client().noteInstruments([check], name);
    expect(await w.settle(sale(7, [check]))).toEqual({ ok: true });
    expect(await w.states("c-2")).toEqual(["b-1 settled 90316/1/7"]);
  });

  it("that names the old id of a merged customer settles what was redeemed under it", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    await w.settled();
    w.joined.set("c-1", "c-2");
    expect(await w.settle(sale(7, [check], of("c-1")))).toEqual({ ok: true });
    expect(await w.states("c-2")).toEqual(["b-1 settled 90316/1/7"]);
    expect(w.register.uses(check)).toBe(1);
  });

  it("of nobody is not settled by a ledger that belongs to nobody", async () => {
    const w = await world();
    await w.index.client().noteInstruments([check], "ledger");
    expect(await w.settle(sale(7, [check]))).toEqual(nobody("bonus_check b-1"));
  });

  it("told again changes nothing", async () => {
    const w = await world();
    await w.redeem("c-1", [check]);
    await w.settled();
    for (const order of [sale(7, [check]), sale(7, [check]), sale(7, [check], of("c-1"))])
      expect(await w.settle(order)).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
    expect(w.register.uses(check)).toBe(1);
  });

  it("waits while the CRM cannot say whose it is", async () => {
    const w = await world();
    w.people.set("mobile:+46701740605", { kind: "timed_out" });
    const order = sale(7, [check], { phone: "+46701740605" });
    expect(await w.settle(order)).toEqual({
      ok: false,
      detail: "customer not found out: timed_out",
    });
    w.people.set("mobile:+46701740605", "c-1");
    expect(await w.settle(order)).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
  });

  it("does not count as done before the index knows it", async () => {
    const w = await world();
    w.index.faults.left = 1;
    await expect(w.settle(sale(7, [check], of("c-1")))).rejects.toThrow("away");
    expect(await w.settle(sale(7, [check], of("c-1")))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
    expect(await w.index.client().ofOrder("90316/1/7")).toHaveLength(1);
  });
});

describe("a return, by `on_return: reactivate`,", () => {
  const sold = async () => {
    const w = await world({ onReturn: "reactivate" });
    await w.redeem("c-1", [check]);
    await w.settled();
    expect(await w.settle(sale(7, [check], of("c-1")))).toEqual({ ok: true });
    await w.settled();
    w.traces.set(7, settled);
    return w;
  };
  const givenBack = ["b-1 reversed 90316/1/7"];

  it.each<[string, Wire]>([
    ["without a customer", {}],
    ["that names another one", of("c-2")],
    ["that names its own", of("c-1")],
  ])("%s gives back what its sale used, however often it is told", async (_, change) => {
    const w = await sold();
    for (let times = 0; times < 2; times++) {
      expect(await w.settle(refund(8, 7, change))).toEqual({ ok: true });
      expect(await w.states("c-1")).toEqual(givenBack);
    }
    expect(w.register.uses(check)).toBe(0);
  });

  it("does not need its customer, nor a journal that remembers the sale", async () => {
    const w = await sold();
    w.traces.delete(7);
    w.people.set("mobile:+46701740605", { kind: "timed_out" });
    expect(await w.settle(refund(8, 7, { phone: "+46701740605" }))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(givenBack);
  });

  it("gives back in the half of an exchange that refunds", async () => {
    const w = await sold();
    const halves = [
      refund(8, 7, { additionaldata: { "pos-refundsales-orderid": "9" } }),
      sale(9, [], { additionaldata: { "pos-refund-orderid": "8" } }),
    ];
    for (const half of halves) expect(await w.settle(half)).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(givenBack);
  });

  it("that overtakes its sale waits for it", async () => {
    const w = await world({ onReturn: "reactivate" });
    await w.redeem("c-1", [check]);
    await w.settled();
    expect(await w.settle(refund(8, 7))).toEqual(notYet);
    w.traces.set(7, { ...settled, state: "open" });
    expect(await w.settle(refund(8, 7))).toEqual(notYet);
    expect(await w.settle(sale(7, [check]))).toEqual({ ok: true });
    w.traces.set(7, settled);
    expect(await w.settle(refund(8, 7))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(givenBack);
  });

  it("waits as long as a ledger of its sale may still be missing", async () => {
    const w = await sold();
    const row = { channel: "(redemption)", reason: "", attempt: 1, changedSince: false };
    const times = { nextAt: undefined, deliveredAt: undefined };
    for (const state of ["pending", "delivering"] as const) {
      w.traces.set(7, { ...settled, deliveries: [{ ...row, ...times, state }] });
      expect(await w.settle(refund(8, 7))).toEqual(notYet);
    }
    w.traces.set(7, { ...settled, deliveries: [{ ...row, ...times, state: "refused" }] });
    expect(await w.settle(refund(8, 7))).toEqual({ ok: true });
  });

  it("of a sale that nobody knows asks its customer's ledger, after an hour", async () => {
    const w = await world({ onReturn: "reactivate" });
    const ago = (ms: number) => ({ orderdate: Math.floor((Date.now() - ms) / 1000) });
    await w.redeem("c-1", [check]);
    expect(await w.settle(refund(8, 7, { ...of("c-1"), ...ago(hour - 60_000) }))).toEqual(notYet);
    expect(await w.settle(refund(8, 7, { ...of("c-1"), ...ago(hour + 60_000) }))).toEqual({
      ok: true,
    });
    expect(await w.settle(refund(8, 7, ago(hour + 60_000)))).toEqual({ ok: true });
    w.people.set("mobile:+46701740605", { kind: "timed_out" });
    expect(
      await w.settle(refund(8, 7, { phone: "+46701740605", ...ago(hour + 60_000) })),
    ).toMatchObject({ detail: "customer not found out: timed_out" });
  });

  it("finds a sale of which the index knows nothing, or no ledger, by its customer", async () => {
    const w = await sold();
    w.index.shards.clear();
    await w.index.client().noteOrder("90316/1/7", "ledger");
    expect(await w.settle(refund(8, 7, of("c-1")))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(givenBack);
  });

  it("and a use in one order: what waits is tried again, what nobody has used is told after", async () => {
    const w = await world({ onReturn: "reactivate" });
    const both = closedOrder({
      orderid: 8,
      creditorderid: 7,
      orderdate: Math.floor(Date.now() / 1000),
      orderitems: [
        product({ quantity: -2, moneyitemtotal_net: "-160.00", moneyitemtotal_vat: "-40.00" }),
        product({ sku: "B2" }),
        discountRow("-40.00", "-10.00", { additionaldata: { "crm-bonuscheckid": "b-2" } }),
      ],
      ...totals("-40.00", "-10.00", "-50.00"),
      phone: "+46701740605",
    });
    expect(await w.settle(both)).toEqual(notYet);
    w.traces.set(7, settled);
    w.searched.length = 0;
    expect(await w.settle(both)).toEqual(nobody("bonus_check b-2"));
    expect(w.searched).toEqual(["+46701740605"]);
  });
});

describe("a Sitoo voucher on a closed order", () => {
  const withVoucher = (orderid: number, change: Wire = {}): Wire =>
    sale(orderid, [], {
      orderitems: [product(), discountRow("-40.00", "-10.00", { voucherid: 4 })],
      ...totals("120.00", "30.00", "150.00"),
      ...of("c-1"),
      ...change,
    });
  const spring = async (...ids: readonly string[]) => {
    const w = await world({ onReturn: "reactivate" });
    w.passwords.set(4, { kind: "known", password: "spring" });
    const refs = ids.map((id, index) =>
      w.register.offer(id, "spring", new Date(Date.now() + (index + 1) * hour).toISOString()),
    );
    return { ...w, refs, uses: () => refs.map((ref) => w.register.uses(ref)) };
  };

  it("uses the promotion whose password it is, the first to expire, once however often it is told", async () => {
    const w = await spring("p-1", "p-2");
    w.register.offer("p-0", "summer", new Date(Date.now() + 60_000).toISOString());
    for (let times = 0; times < 3; times++) {
      expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
      expect(await w.states("c-1")).toEqual(["p-1 settled 90316/1/7"]);
    }
    expect(w.uses()).toEqual([1, 0]);
    expect(await w.index.client().ofOrder("90316/1/7")).toHaveLength(1);
    expect(w.accountsSeen).toEqual([]);
    const [row] = await (await w.ledgerOf("c-1")).rows();
    expect(row?.snapshot).toMatchObject({ offer: { type: "voucher", password: "spring" } });
  });

  it("is found by its return, which makes the offer good again, and used from our copy", async () => {
    const w = await spring("p-1");
    await w.settle(withVoucher(7));
    await w.settled();
    w.traces.set(7, settled);
    expect(await w.settle(refund(8, 7))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["p-1 reinstated 90316/1/7"]);
    expect(await w.settle(withVoucher(9))).toEqual({ ok: true });
    expect((await w.states("c-1")).at(-1)).toBe("p-1 settled 90316/1/9");
    expect(w.uses()).toEqual([1]);
  });

  it("is told again until the index knows the order", async () => {
    const w = await spring("p-1", "p-2");
    w.index.faults.left = 1;
    await expect(w.settle(withVoucher(7))).rejects.toThrow("away");
    await w.settled();
    expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["p-1 settled 90316/1/7"]);
    expect(await w.index.client().ofOrder("90316/1/7")).toHaveLength(1);
  });

  it("of a second order uses the next promotion, and then one twice: that is lost", async () => {
    const w = await spring("p-1", "p-2");
    for (const order of [7, 8, 9]) expect(await w.settle(withVoucher(order))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual([
      "p-1 settled 90316/1/7",
      "p-2 settled 90316/1/8",
      "p-1 lost 90316/1/9",
    ]);
  });

  it("leaves nothing behind where no promotion has its password, or it has none", async () => {
    const w = await spring();
    expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
    w.broken.areUsed = true;
    w.register.offer("p-1", "spring");
    expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
    w.broken.areUsed = false;
    w.passwords.set(4, { kind: "known" });
    w.register.calls.length = 0;
    w.people.set("mobile:+46701740605", { kind: "timed_out" });
    const notSearched = { phone: "+46701740605", additionaldata: {} };
    for (const order of [withVoucher(7), withVoucher(7, notSearched)])
      expect(await w.settle(order)).toEqual({ ok: true });
    expect(w.register.calls).toEqual([]);
    expect(await w.states("c-1")).toEqual([]);
    expect(w.index.calls()).toBe(0);
    expect(await (await w.ledgerOf("c-1")).orderClosed(w.scope, { use: nothing })).toEqual({
      noted: false,
    });
  });

  it("reads no promotions without a voucher, and none for a password that its customer has anyway", async () => {
    const w = await spring("p-1");
    await w.settle(sale(7, [], of("c-1")));
    w.own.push("spring");
    await w.settle(withVoucher(7));
    expect(w.register.calls).toEqual([]);
    expect(w.uses()).toEqual([0]);
  });

  it("of nobody, or in a CRM without such offers, means nothing", async () => {
    const w = await spring("p-1");
    expect(await w.settle(withVoucher(7, { additionaldata: {} }))).toEqual({ ok: true });
    w.capabilities.offersByPassword = false;
    w.passwords.set(4, { kind: "retry", detail: "not asked" });
    expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
    expect(w.uses()).toEqual([0]);
  });

  it("waits for Sitoo and for the CRM, and what the order names does not wait with it", async () => {
    const w = await spring("p-1");
    const order = withVoucher(7, {
      orderitems: [
        product(),
        discountRow("-40.00", "-10.00", { voucherid: 4 }),
        discountRow("-16.00", "-4.00", { additionaldata: { "crm-bonuscheckid": "b-1" } }),
      ],
      ...totals("104.00", "26.00", "130.00"),
    });
    w.passwords.set(4, { kind: "retry", detail: "Sitoo answered 500" });
    expect(await w.settle(order)).toEqual({ ok: false, detail: "Sitoo answered 500" });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
    w.passwords.set(4, { kind: "known", password: "spring" });
    const unread = { ok: false, detail: "the customer's promotions cannot be read" };
    w.broken.failure = { kind: "timed_out" };
    expect(await w.settle(order)).toEqual(unread);
    delete w.broken.failure;
    w.broken.degraded = ["promotions"];
    expect(await w.settle(order)).toEqual(unread);
    w.broken.failure = { kind: "customer_not_found" };
    expect(await w.settle(order)).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7"]);
    delete w.broken.failure;
    w.broken.degraded = ["bonus_checks"];
    expect(await w.settle(order)).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["b-1 settled 90316/1/7", "p-1 settled 90316/1/7"]);
    w.people.set("mobile:+46701740605", { kind: "timed_out" });
    const unknown = { phone: "+46701740605", additionaldata: {} };
    expect(await w.settle(withVoucher(8, unknown))).toMatchObject({ ok: false });
  });

  it("settles what a till redeemed of it, although the order does not name that", async () => {
    const w = await spring("p-1", "p-2");
    const [, second] = w.refs;
    await w.redeem("c-1", second === undefined ? [] : [second]);
    expect(await w.settle(withVoucher(7))).toEqual({ ok: true });
    expect(await w.states("c-1")).toEqual(["p-2 settled 90316/1/7"]);
    expect(w.uses()).toEqual([0, 1]);
  });

  it.each<[string, Wire, object]>([
    [
      "two vouchers of one password together",
      discountRow("-40.00", "-2.40", { vatvalue: "6.00", voucherid: 5 }),
      { bought: ["A1", "B6"], amount: 9240 },
    ],
    [
      "one whose row does not say what it took off",
      discountRow("0.00", "0.00", { vatvalue: "6.00", voucherid: 5 }),
      { bought: ["A1", "B6"], amount: undefined },
    ],
    [
      "one on the whole order",
      discountRow("-40.00", "-4.80", { vatvalue: "12.00", voucherid: 5 }),
      { bought: ["A1", "B6", "C5"], amount: 9480 },
    ],
  ])("says what it bought and took off: %s", async (_, second, expected) => {
    const w = await spring("p-1", "p-2");
    w.passwords.set(5, { kind: "known", password: "spring" });
    const goods = (sku: string, percent: string, vat: string): Wire =>
      product({ sku, vatvalue: percent, moneyitemtotal_vat: vat });
    const orderitems = [
      goods("A1", "25.00", "40.00"),
      discountRow("-40.00", "-10.00", { voucherid: 4 }),
      goods("C5", "12.00", "19.20"),
      goods("B6", "6.00", "9.60"),
      second,
    ];
    await w.settle(sale(7, [], { orderitems, ...noTotals, ...of("c-1") }));
    const [row] = await (await w.ledgerOf("c-1")).rows();
    const bought = row?.bought.map(({ sku }) => sku).toSorted();
    expect({ bought, amount: row?.amount }).toEqual(expected);
    expect(await w.states("c-1")).toEqual(["p-1 settled 90316/1/7"]);
  });
});

it("a return asks nobody by `on_return: keep`", async () => {
  const w = await world();
  expect(await w.settle(refund(8, 7))).toEqual({ ok: true });
  expect(w.index.calls()).toBe(0);
});
