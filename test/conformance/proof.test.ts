import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  accepted,
  addCustomer,
  eventually,
  refused,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();

const proof = z.object({
  day: z.string(),
  state: z.enum(["running", "done"]),
  since: z.number(),
  items: z.array(
    z.object({
      account: z.number(),
      site: z.number(),
      day: z.string(),
      state: z.enum(["running", "done"]),
      orders: z.number(),
      remaining: z.number().nullable(),
      startedAt: z.number(),
      endedAt: z.number().nullable(),
      lastError: z.string().nullable(),
      counts: z.array(
        z.object({
          store: z.string(),
          currency: z.string(),
          destination: z.string(),
          outcome: z.string(),
          reason: z.string(),
          orders: z.number(),
          total: z.number(),
        }),
      ),
      differences: z.array(
        z.object({
          orderId: z.number(),
          destination: z.string(),
          outcome: z.string(),
          reason: z.string(),
          receipt: z.string(),
          store: z.string(),
          currency: z.string(),
          total: z.number().nullable(),
          delivered: z.number().nullable(),
          mend: z.string(),
        }),
      ),
    }),
  ),
});
const letters = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      reason: z.string(),
      payload: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** Yesterday in Stockholm, where the demo market is, and its noon. */
const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(Date.now());
const day = new Date(Date.parse(`${today}T00:00:00Z`) - 24 * 3_600_000).toISOString().slice(0, 10);
const noon = Date.parse(`${day}T11:00:00Z`) / 1_000;

const proofOf = async ({ name }: Onboarded, of = day) => {
  const answer = accepted(await gateway.admin(`/tenants/${name}/proof?day=${of}`), proof);
  expect(answer.state).toBe("done");
  const [one, ...more] = answer.items;
  if (one === undefined || more.length > 0) throw new Error("one site is expected");
  return one;
};
/** A proof shows no difference other than these, once everything has come to rest. */
const cameToRest = (tenant: Onboarded, orders: number) =>
  eventually(async () => {
    const one = await proofOf(tenant);
    const moving = one.counts.some(({ outcome }) => ["on_its_way", "missing"].includes(outcome));
    return one.orders === orders && !moving && one;
  }, "every order has come to rest");
const openLetters = async ({ name }: Onboarded) =>
  accepted(await gateway.admin(`/tenants/${name}/dead-letters`), letters).items;
const words = (counts: Awaited<ReturnType<typeof proofOf>>["counts"]) =>
  counts.map((one) =>
    [one.destination, one.store, one.currency, one.outcome, one.reason, one.orders, one.total].join(
      " ",
    ),
  );
const minor = (money: string): number => Math.round(Number(money) * 100);

describe("the proof of a day", () => {
  let tenant: Onboarded;
  let customer: string;
  let delivered = 0;
  beforeAll(async () => {
    // Harbour, store 300, is not live yet.
    tenant = await gateway.onboard("proof", { top: { orders: { live_stores: ["200"] } } });
    customer = (await addCustomer(gateway.voyado("proof"))).id;
  });
  const sell = async (sale: Readonly<Record<string, unknown>>) => {
    const { order, events } = await gateway.sitoo("proof").sell({ at: noon, ...sale });
    const { additionaldata } = z
      .looseObject({ additionaldata: z.record(z.string(), z.string()) })
      .parse(order);
    return { ...order, events, receipt: additionaldata["pos-receiptid"] ?? "" };
  };

  it("is equal when everything has arrived: discounts, returns, cash that is rounded, nobody's orders", async () => {
    const sales = [
      await sell({ customerId: customer, items: [{ sku: "A1" }, { sku: "C5", quantity: 3 }] }),
      await sell({ customerId: customer, items: [{ sku: "T4" }], orderDiscount: "33.33" }),
      await sell({
        customerId: customer,
        items: [{ sku: "X1", price: "19.40", vat: 25 }],
        payment: "cash",
      }),
    ];
    const [first] = sales;
    const back = await sell({
      refundOf: first?.orderid,
      items: [{ sku: "C5", quantity: 1 }],
      customerId: customer,
    });
    const anonymous = await sell({ items: [{ sku: "S3" }] });
    await sell({ items: [{ sku: "S3" }], state: "parked" });
    await gateway.events(
      [...sales, back, anonymous].flatMap(({ events }) => events),
      tenant,
    );
    const one = await cameToRest(tenant, 5);
    // Cash is paid in whole kronor; the receipt has what the goods cost.
    delivered =
      [...sales, back].reduce(
        (sum, { moneytotal_gross_all }) => sum + minor(moneytotal_gross_all),
        0,
      ) + 40;
    const nobodys = minor(anonymous.moneytotal_gross_all);
    expect(words(one.counts)).toEqual([
      ` 200 SEK in_sitoo  5 ${delivered + nobodys}`,
      `voyado 200 SEK delivered  4 ${delivered}`,
      `voyado 200 SEK no_customer anonymous 1 ${nobodys}`,
    ]);
    expect(one.differences).toEqual([]);
    const told = await gateway.command(["proof", "proof", "--day", day]);
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toContain("5 closed orders in Sitoo, nothing is missing");
  });

  it("lists what was refused, what no event told of, and what the tenant file withholds, each with what mends it", async () => {
    await gateway
      .voyado("proof")
      .fault({ type: "status", status: 400 }, { path: "/receipts", method: "POST" }, 1);
    const refusedOne = await sell({ customerId: customer, items: [{ sku: "J2" }] });
    await gateway.events(refusedOne.events, tenant);
    await eventually(async () => (await openLetters(tenant)).length === 1, "the dead letter");
    const lost = await sell({ customerId: customer, items: [{ sku: "T4" }] });
    const withheld = await sell({ customerId: customer, items: [{ sku: "T4" }], storeId: "300" });
    await gateway.events(withheld.events, tenant);
    const one = await eventually(async () => {
      const found = await proofOf(tenant);
      return found.counts.some(({ outcome }) => outcome === "withheld") && found;
    }, "the withheld order");

    const [letter] = await openLetters(tenant);
    const command = (rest: string): string => `npm run tenant -- ${rest}`;
    expect(one.differences).toMatchObject([
      {
        orderId: refusedOne.orderid,
        outcome: "refused",
        receipt: refusedOne.receipt,
        destination: "voyado",
        mend: command(`dead-letters proof --replay ${letter?.id}`),
      },
      {
        orderId: lost.orderid,
        outcome: "missing",
        receipt: lost.receipt,
        total: minor(lost.moneytotal_gross_all),
        mend: command(`backfill proof --from ${day} --to ${day} --channel voyado`),
      },
      {
        orderId: withheld.orderid,
        outcome: "withheld",
        reason: "store is not live",
        store: "300",
        mend: expect.stringContaining("the tenant file (store is not live), then"),
      },
    ]);
    expect(words(one.counts)).toContain(
      `voyado 300 SEK withheld store is not live 1 ${minor(withheld.moneytotal_gross_all)}`,
    );
    const told = await gateway.command(["proof", "proof", "--day", day]);
    expect(told.code).toBe(1);
    expect(told.out).toContain("8 closed orders in Sitoo, 2 to look at");
    expect(told.out).toMatch(new RegExp(`^${lost.receipt} .* missing `, "m"));
    const json = await gateway.command(["proof", "proof", "--day", day, "--json"]);
    expect(proof.parse(JSON.parse(json.out)).items[0]?.differences).toHaveLength(3);
  });

  it("at night is one dead letter, which goes when what it tells of is mended by its own commands", async () => {
    await gateway.scheduled("17 3 * * *");
    const letter = await eventually(
      async () => (await openLetters(tenant)).find(({ kind }) => kind === "proof_differs"),
      "the night's dead letter",
    );
    expect(letter).toMatchObject({
      account: 90316,
      site: 1,
      payload: { day, orders: 8, refused: 1, missing: 1 },
    });
    await gateway.scheduled("17 3 * * *");
    const { differences } = await proofOf(tenant);
    for (const { outcome, mend } of differences)
      if (outcome !== "withheld")
        expect(
          await gateway.command(mend.replace("npm run tenant -- ", "").split(" ")),
        ).toMatchObject({ code: 0 });
    const mended = await cameToRest(tenant, 8);
    expect(mended.differences.map(({ outcome }) => outcome)).toEqual(["withheld"]);
    expect(mended.counts.find((one) => one.outcome === "delivered")?.orders).toBe(6);
    expect((await openLetters(tenant)).filter(({ kind }) => kind === "proof_differs")).toEqual([]);
  });

  it("is asked for by a day that there is", async () => {
    for (const query of ["", "?day=today", "?day=2026-02-30"])
      refused(await gateway.admin(`/tenants/proof/proof${query}`), 400);
    expect(await gateway.command(["proof", "proof", "--day", "today"])).toMatchObject({ code: 2 });
    expect(await gateway.command(["proof", "proof"])).toMatchObject({ code: 2 });
  });

  it("goes on where Sitoo was away, and names nobody", async () => {
    const sitoo = gateway.sitoo("proof");
    await sitoo.fault(
      { type: "status", status: 429, headers: { "Retry-After": "1" } },
      { path: "/orders.json" },
      1,
    );
    expect((await proofOf(tenant)).orders).toBe(8);
    const asked = (await sitoo.requests("orderstate")).at(-1);
    expect(String(asked?.query["fields"])).not.toMatch(/name|email|phone/);
  });
});
