import { describe, expect, it } from "vitest";
import * as z from "zod";
import { redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  effectOf,
  eventually,
  nobody,
  refused,
  send,
  useGateway,
} from "./harness.ts";

const gateway = useGateway();

const tenant = gateway.command;
const done = async (args: readonly string[]): Promise<string> => {
  const ended = await tenant(args);
  expect([ended.code, ended.err], ended.out).toEqual([0, ""]);
  return ended.out;
};
const post = (path: string, body: unknown = {}) =>
  send(`${gateway.running().gateway.url}/admin/tenants${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${gateway.running().adminToken}` },
    body: JSON.stringify(body),
  });
const ask = (path: string) => gateway.admin(`/tenants${path}`);

const redemption = z.looseObject({
  redemption_id: z.string(),
  redeem_id: z.string(),
  kind: z.string(),
  instrument: z.string(),
  state: z.string(),
  order: z.string().optional(),
  receipt_number: z.string().optional(),
  started_at: z.iso.datetime(),
  committed_at: z.iso.datetime().optional(),
  settled_at: z.iso.datetime().optional(),
  steps: z.array(z.looseObject({ at: z.iso.datetime(), from: z.string(), to: z.string() })),
});
const redemptions = z.object({ redemptions: z.array(redemption) });
const reversed = z.object({
  redemptions: z.array(
    z.looseObject({ instrument: z.string(), outcome: z.string(), state: z.string() }),
  ),
});
const orders = z.object({
  items: z.array(
    z.looseObject({
      account: z.number(),
      site: z.number(),
      orderId: z.number(),
      trace: z
        .looseObject({
          state: z.string(),
          receipt: z.string().optional(),
          hops: z.array(z.unknown()),
        })
        .nullable(),
    }),
  ),
  notAsked: z.array(z.looseObject({ account: z.number(), detail: z.string() })),
});
const letters = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      orderId: z.number().optional(),
      replayedAt: z.number().optional(),
    }),
  ),
});

const redeem = async (
  id: string,
  vouchers: readonly string[],
  promotions: readonly string[] = [],
) =>
  accepted(
    await gateway.till()("POST", `/customers/${id}/redeem`, {
      register: "till-7",
      store: "200",
      body: { promotions, bonus_checks: vouchers },
    }),
    redeemResult,
  ).redeem_id;
const journalOf = async (orderId: number) => {
  const { items } = accepted(await ask(`/demo/orders?order=${orderId}`), orders);
  return items[0]?.trace ?? undefined;
};
const settledOrder = (orderId: number) =>
  eventually(async () => {
    const trace = await journalOf(orderId);
    return trace?.state === "settled" && trace;
  }, `journal of order ${orderId}`);
const customerOrders = z.object({
  items: z.array(
    z.looseObject({
      orderId: z.number(),
      deliveries: z.array(z.looseObject({ channel: z.string(), state: z.string() })),
      receipts: z.array(z.looseObject({ customer: z.string(), foundBy: z.string() })),
    }),
  ),
  more: z.boolean(),
});
const ordersOf = async (customer: string, below = "/demo") =>
  accepted(await ask(`${below}/customers/${customer}/orders`), customerOrders);
const knownOrders = (customer: string, count = 1) =>
  eventually(async () => {
    const { items } = await ordersOf(customer);
    return items.length >= count && items.map(({ orderId }) => orderId);
  }, `${count} orders of customer ${customer}`);
const openLetters = async () => accepted(await ask("/demo/dead-letters"), letters).items;

describe("a redemption is found", () => {
  it("by the customer, by the till's redeem_id, and with the order that used it", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const [voucher = ""] = member.vouchers;
    const redeemId = await redeem(member.id, member.vouchers);
    const byCustomer = `/demo/channels/voyado/customers/${member.id}/redemptions`;
    const before = accepted(await ask(byCustomer), redemptions);
    expect(before.redemptions).toMatchObject([
      {
        redeem_id: redeemId,
        kind: "bonus_check",
        instrument: voucher,
        state: "committed",
        store: "200",
        register: "till-7",
        steps: [{ to: "committing" }, { to: "committed", register: "till-7" }],
      },
    ]);

    const sale = await gateway
      .sitoo()
      .sell({ customerId: member.id, items: [{ sku: "A1" }], bonusCheckIds: [voucher] });
    await gateway.events(sale.events);
    const used = await eventually(async () => {
      const [one] = accepted(await ask(`/demo/redemptions/${redeemId}`), redemptions).redemptions;
      return one?.state === "settled" && one;
    }, "the redemption settled");
    expect(used).toMatchObject({
      redemption_id: before.redemptions[0]?.redemption_id,
      order: `90316/1/${sale.order.orderid}`,
      receipt_number: expect.stringMatching(/\w/),
    });
    expect(Date.parse(used.settled_at ?? "")).toBeGreaterThanOrEqual(Date.parse(used.started_at));
    const everywhere = accepted(await ask(`/demo/customers/${member.id}/redemptions`), redemptions);
    expect(everywhere.redemptions).toEqual([{ channel: "voyado", ...used }]);
    // Neither the person nor what the card said of the voucher.
    expect(JSON.stringify(everywhere)).not.toMatch(/exempel|@|snapshot|expires/i);
  });

  it("by nobody else: a forged redeem_id, another tenant's, an unknown channel are 404", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const redeemId = await redeem(member.id, member.vouchers);
    await gateway.onboard("acme");
    const forged = `${redeemId.slice(0, -2)}${redeemId.endsWith("AA") ? "BB" : "AA"}`;
    for (const path of [
      `/demo/redemptions/${forged}`,
      `/acme/redemptions/${redeemId}`,
      "/demo/redemptions/nonsense",
      `/demo/channels/other/customers/${member.id}/redemptions`,
    ])
      refused(await ask(path), 404);
    refused(await post(`/acme/redemptions/${redeemId}/reverse`, { reason: "not theirs" }), 404);
    expect((await effectOf(gateway.voyado(), member.vouchers[0] ?? "")).reactivated).toBe(0);
    const { redemptions: none } = accepted(
      await ask(`/demo/channels/voyado/customers/${nobody}/redemptions`),
      redemptions,
    );
    expect(none).toEqual([]);
  });
});

describe("a customer's orders", () => {
  it("are found by the CRM's id, newest first, however the customer was found, across a restart", async () => {
    const member = await addCustomer(gateway.voyado());
    const byId = await gateway.sitoo().sell({ customerId: member.id, items: [{ sku: "A1" }] });
    await gateway.events(byId.events);
    await knownOrders(member.id);
    const byMail = await gateway.sitoo().sell({ email: member.email, items: [{ sku: "J2" }] });
    const ofNobody = await gateway.sitoo().sell({ items: [{ sku: "J2" }] });
    await gateway.events([...byMail.events, ...ofNobody.events]);
    const ids = [byMail.order.orderid, byId.order.orderid];
    expect(await knownOrders(member.id, 2)).toEqual(ids);

    await gateway.restart();
    const found = await ordersOf(member.id);
    expect(found).toMatchObject({
      items: [
        {
          account: 90316,
          site: 1,
          orderId: ids[0],
          state: "settled",
          receipt: expect.stringMatching(/\w/),
          soldAt: expect.stringMatching(/^\d{4}-/),
          // The demo's orders go to Ometria, too.
          deliveries: [
            { channel: "ometria", state: "delivered" },
            { channel: "voyado", state: "delivered" },
          ],
          receipts: [
            { channel: "ometria", customer: "" },
            {
              channel: "voyado",
              customer: `…${member.id.slice(-4)}`,
              foundBy: expect.stringMatching(/^customer by /),
            },
          ],
        },
        {
          orderId: ids[1],
          receipts: [{ channel: "ometria" }, { foundBy: "customer by customer id" }],
        },
      ],
      more: false,
    });
    expect((await ordersOf(member.id, "/demo/channels/voyado")).items).toEqual(found.items);
    expect(JSON.stringify(found)).not.toMatch(/exempel|@|payload|hops/i);
    expect(JSON.stringify(found)).not.toContain(member.id);
    refused(await ask(`/demo/channels/other/customers/${member.id}/orders`), 404);
    expect((await ordersOf(nobody)).items).toEqual([]);

    const out = (await tenant(["trace", "demo", "--customer", member.id])).out;
    const lines = out.split("\n").filter((line) => !/ ometria +/.test(line));
    expect(lines[1]).toMatch(new RegExp(`^90316/1/${ids[0]} .*voyado +delivered +customer by`));
    expect(lines[2]).toMatch(new RegExp(`^90316/1/${ids[1]} .*voyado +delivered +customer by`));
    const [name = ""] = lines[1]?.split(" ") ?? [];
    expect(await done(["trace", "demo", "--order", name])).toContain(`order ${ids[0]}, `);
  });

  it("are another's as well once a person has given one away, and of another tenant none", async () => {
    const wrong = await addCustomer(gateway.voyado());
    const right = await addCustomer(gateway.voyado());
    const sale = await gateway.sitoo().sell({ customerId: wrong.id, items: [{ sku: "A1" }] });
    const { orderid } = sale.order;
    await gateway.events(sale.events);
    await knownOrders(wrong.id);
    const order = ["--channel", "voyado", "--order", String(orderid)];
    await done(["reassign", "demo", ...order, "--to", right.id, "--json"]);
    expect(await knownOrders(right.id)).toEqual([orderid]);
    expect(await knownOrders(wrong.id)).toEqual([orderid]);
    const { out } = await tenant(["trace", "demo", "--customer", wrong.id]);
    expect(out).toContain(`by hand: …${right.id.slice(-4)}`);
    await gateway.onboard("acme-orders");
    expect((await ordersOf(right.id, "/acme-orders")).items).toEqual([]);
  });
});

describe("a person gives back", () => {
  it("one instrument of a till's answer, with the reason in the trail, and the card shows it free", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}, {}] });
    const [first = "", second = ""] = member.vouchers;
    const redeemId = await redeem(member.id, member.vouchers);
    const reply = await post(`/demo/redemptions/${redeemId}/reverse`, {
      reason: "The till lost the sale.",
      instrument: { kind: "bonus_check", id: first },
    });
    const request = reply.headers.get("x-request-id");
    expect(accepted(reply, reversed).redemptions).toMatchObject([
      { instrument: first, outcome: "given_back", state: "reversed" },
    ]);
    expect(await effectOf(gateway.voyado(), first)).toEqual({ redeemed: 1, reactivated: 1 });
    expect(await effectOf(gateway.voyado(), second)).toEqual({ redeemed: 1, reactivated: 0 });
    const { redemptions: list } = accepted(await ask(`/demo/redemptions/${redeemId}`), redemptions);
    expect(new Map(list.map(({ instrument, state }) => [instrument, state]))).toEqual(
      new Map([
        [first, "reversed"],
        [second, "committed"],
      ]),
    );
    expect(list.find(({ instrument }) => instrument === first)?.steps).toContainEqual(
      expect.objectContaining({ detail: "The till lost the sale.", request_id: request }),
    );
    // The same again changes nothing, and says so.
    const again = await post(`/demo/redemptions/${redeemId}/reverse`, { reason: "again" });
    const outcomes = accepted(again, reversed).redemptions;
    expect(outcomes).toContainEqual(
      expect.objectContaining({ instrument: first, outcome: "not_possible", state: "reversed" }),
    );
    expect(outcomes).toContainEqual(
      expect.objectContaining({ instrument: second, outcome: "given_back" }),
    );
    expect(await effectOf(gateway.voyado(), first)).toEqual({ redeemed: 1, reactivated: 1 });
  });

  it("one redemption of a customer by its own id", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const [voucher = ""] = member.vouchers;
    await redeem(member.id, member.vouchers);
    const path = `/demo/channels/voyado/customers/${member.id}/redemptions`;
    const [one] = accepted(await ask(path), redemptions).redemptions;
    const answer = await post(`${path}/${one?.redemption_id}/reverse`, {
      reason: "wrong customer",
    });
    expect(accepted(answer, reversed).redemptions).toMatchObject([{ outcome: "given_back" }]);
    expect(await effectOf(gateway.voyado(), voucher)).toEqual({ redeemed: 1, reactivated: 1 });
    refused(await post(`${path}/none/reverse`, { reason: "no such one" }), 404);
  });

  it("not without a reason, and not what the answer does not hold", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const redeemId = await redeem(member.id, member.vouchers);
    const path = `/demo/redemptions/${redeemId}/reverse`;
    for (const body of [{}, { reason: "  a " }, { reason: "x".repeat(201) }, "text", null])
      refused(await post(path, body), 400);
    const other = { kind: "promotion", id: member.vouchers[0] };
    refused(await post(path, { reason: "the wrong kind", instrument: other }), 404);
    expect((await effectOf(gateway.voyado(), member.vouchers[0] ?? "")).reactivated).toBe(0);
  });
});

describe("an order is found", () => {
  it("by its id in any account, and by its receipt as Sitoo knows it", async () => {
    const sale = await gateway
      .sitoo()
      .sell({ email: "kvitto-kund@example.com", items: [{ sku: "S3" }] });
    await gateway.events(sale.events);
    const { orderid } = sale.order;
    const trace = await settledOrder(orderid);
    const receipt = trace.receipt ?? "";
    expect(receipt).not.toBe("");
    const found = await ask(`/demo/orders?receipt=${encodeURIComponent(receipt)}`);
    expect(accepted(found, orders)).toMatchObject({
      items: [{ account: 90316, site: 1, orderId: orderid, trace: { receipt } }],
      notAsked: [],
    });
    expect(found.text).not.toContain("kvitto-kund");
    for (const path of ["/demo/orders?receipt=no-such-receipt", "/demo/orders?order=999999999"])
      expect(accepted(await ask(path), orders)).toEqual({ items: [], notAsked: [] });
    for (const path of ["/demo/orders", "/demo/orders?order=abc", "/demo/orders?receipt="])
      refused(await ask(path), 400);
  });

  it("by its receipt also when no event of it has arrived", async () => {
    const sale = await gateway.sitoo().sell({ items: [{ sku: "S3" }] });
    const { additionaldata } = z
      .looseObject({ additionaldata: z.record(z.string(), z.string()) })
      .parse(sale.order);
    const receipt = additionaldata["pos-receiptid"] ?? "";
    const found = accepted(await ask(`/demo/orders?receipt=${receipt}`), orders);
    expect(found.items).toMatchObject([{ orderId: sale.order.orderid, trace: null }]);
    const { code, out } = await tenant(["trace", "demo", "--receipt", receipt]);
    expect([code, out]).toEqual([0, expect.stringContaining("no event of it has arrived")]);
  });

  it("and where Sitoo cannot be asked, that is said", async () => {
    await gateway.sitoo().fault({ type: "status", status: 503 }, { path: "/orders.json" }, 1);
    const { items, notAsked } = accepted(await ask("/demo/orders?receipt=R1"), orders);
    expect([items, notAsked]).toEqual([
      [],
      [expect.objectContaining({ account: 90316, detail: "Sitoo answered 503" })],
    ]);
  });
});

describe("the commands", () => {
  it("trace an order by id and by receipt, a redemption by customer and by redeem_id", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const [voucher = ""] = member.vouchers;
    const redeemId = await redeem(member.id, member.vouchers);
    const sale = await gateway.sitoo().sell({
      customerId: member.id,
      email: member.email,
      items: [{ sku: "A1" }],
      bonusCheckIds: [voucher],
    });
    await gateway.events(sale.events);
    const { orderid } = sale.order;
    const { receipt = "" } = await settledOrder(orderid);

    const byId = await done(["trace", "demo", "--order", String(orderid)]);
    expect(byId).toContain(`order ${orderid}, account 90316, site 1: settled`);
    expect(byId).toContain(`receipt ${receipt}`);
    expect(byId).toMatch(/^voyado +delivered/m);
    expect(byId).toMatch(/read_order +sale/);
    expect(await done(["trace", "demo", "--order", `90316/1/${orderid}`])).toBe(byId);
    expect(await done(["trace", "demo", "--receipt", receipt])).toBe(byId);

    await eventually(
      async () =>
        accepted(await ask(`/demo/redemptions/${redeemId}`), redemptions).redemptions[0]?.state ===
        "settled",
      "the redemption settled",
    );
    await knownOrders(member.id);
    const byRedemption = await done(["trace", "demo", "--redemption", redeemId]);
    expect(byRedemption).toContain(`bonus check ${voucher}: settled`);
    expect(byRedemption).toContain(`order 90316/1/${orderid}`);
    const byCustomer = await done(["trace", "demo", "--customer", member.id]);
    expect(byCustomer).toContain(`redeem_id ${redeemId}`);
    expect(byCustomer).toMatch(new RegExp(`^90316/1/${orderid} +${receipt} `, "m"));
    const args = ["trace", "demo", "--customer", member.id, "--channel", "voyado", "--json"];
    const json = await done(args);
    expect(redemptions.parse(JSON.parse(json)).redemptions).toMatchObject([
      { redeem_id: redeemId, state: "settled" },
    ]);
    for (const text of [byId, byRedemption, byCustomer, json])
      expect(text).not.toMatch(/exempel|@example/i);
  });

  it("give back what was redeemed, once, and end with 1 when there is nothing left to give", async () => {
    const member = await addCustomer(gateway.voyado(), { vouchers: [{}], promotions: [{}] });
    const [voucher = ""] = member.vouchers;
    const redeemId = await redeem(member.id, member.vouchers, member.promotions);
    const command = ["redemptions", "demo", "--reverse", redeemId, "--reason", "Kassan stannade"];
    const reverse = (...more: readonly string[]) => tenant([...command, ...more]);
    expect(await reverse("--instrument", `bonus_check:${voucher}`)).toEqual({
      code: 0,
      out: `bonus check ${voucher}: given back, now reversed\n`,
      err: "",
    });
    expect(await effectOf(gateway.voyado(), voucher)).toEqual({ redeemed: 1, reactivated: 1 });
    const second = await reverse("--json");
    expect(second.code).toBe(1);
    const { redemptions: told } = reversed.parse(JSON.parse(second.out));
    expect(new Map(told.map(({ instrument, outcome }) => [instrument, outcome]))).toEqual(
      new Map([
        [voucher, "not_possible"],
        [member.promotions[0] ?? "", "given_back"],
      ]),
    );
    expect(await effectOf(gateway.voyado(), voucher)).toEqual({ redeemed: 1, reactivated: 1 });
  });

  it("list a dead letter, and bring its order when it is replayed", async () => {
    const refusedSale = async () => {
      const member = await addCustomer(gateway.voyado());
      await gateway
        .voyado()
        .fault({ type: "status", status: 422 }, { path: "/receipts", method: "POST" });
      const sale = await gateway.sitoo().sell({ customerId: member.id, items: [{ sku: "S3" }] });
      await gateway.events(sale.events);
      const letter = await eventually(
        async () => (await openLetters()).find(({ orderId }) => orderId === sale.order.orderid),
        "a dead letter",
      );
      await gateway.voyado().clearFaults();
      return { orderId: sale.order.orderid, letter };
    };
    const brought = (orderId: number) =>
      eventually(
        async () =>
          (await gateway.voyado().state()).receipts.some(
            ({ uniqueReceiptId }) => uniqueReceiptId === `sitoo-90316-1-${orderId}`,
          ),
        `receipt of order ${orderId}`,
      );

    const one = await refusedSale();
    const listed = await done(["dead-letters", "demo"]);
    expect(listed).toMatch(new RegExp(`${one.letter.id} .*refused +90316/1/${one.orderId}`));
    await done(["dead-letters", "demo", "--replay", one.letter.id]);
    await brought(one.orderId);

    const two = await refusedSale();
    // What names no order waits for a person, whatever is replayed.
    await gateway.events(["nonsense"]);
    const all = z
      .object({ replayed: z.array(z.string()) })
      .parse(JSON.parse(await done(["dead-letters", "demo", "--all", "--json"])));
    expect(all.replayed).toContain(two.letter.id);
    await brought(two.orderId);
    const open = await openLetters();
    expect(open.map(({ kind }) => kind)).toContain("event_unreadable");
    expect(open.map(({ id }) => id)).not.toContain(two.letter.id);
    const { items } = accepted(await ask("/demo/dead-letters?replayed=1"), letters);
    expect(items.find(({ id }) => id === one.letter.id)?.replayedAt).toBeGreaterThan(0);
    const unreadable = open.find(({ kind }) => kind === "event_unreadable")?.id ?? "";
    const nothing = await tenant(["dead-letters", "demo", "--replay", unreadable]);
    expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining("names no order") });
  });

  it("end with 1 for what is not there", async () => {
    for (const [args, message] of [
      [["trace", "demo", "--order", "999999999"], "no event of this order has arrived"],
      [["trace", "demo", "--receipt", "none"], "Sitoo has no order with this receipt number"],
      [["trace", "demo", "--redemption", "none"], "No till of this tenant"],
      [["trace", "nobody", "--order", "1"], "There is no such tenant"],
      [["dead-letters", "demo", "--replay", "none"], "There is no such dead letter"],
    ] as const) {
      const { code, out, err } = await tenant(args);
      expect([args, code, out]).toEqual([args, 1, ""]);
      expect(err).toContain(message);
    }
  });

  it("find the gateway by the environment with --remote, and show no token", async () => {
    const { gateway: server, adminToken } = gateway.running();
    const remote = { GATEWAY_URL: `${server.url}/`, ADMIN_TOKEN: adminToken };
    const args = ["trace", "demo", "--customer", nobody, "--json", "--remote"];
    expect((await tenant(args, remote)).code).toBe(0);
    const wrong = await tenant(args, { ...remote, ADMIN_TOKEN: "x".repeat(40) });
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("does not accept")]);
    expect(wrong.err).not.toContain("xxxx");
  });
});
