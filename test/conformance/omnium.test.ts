import { afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { consent, customer, redeemResult, transaction } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  eventually,
  type Fault,
  foundOne,
  nextMobile,
  type Onboarded,
  refused,
  type SpiCall,
  unique,
  useGateway,
} from "./harness.ts";

const gateway = useGateway();
const omnium = () => gateway.omnium();

/** Seeded (sandbox/omnium/README.md). */
const omniumId = (memberNumber: string): string =>
  `e1000000-0000-4000-8000-${memberNumber.padStart(12, "0")}`;
const astrid = omniumId("10012");
const numbered = (prefix: string) => (n: number) =>
  `${prefix}000001-0000-4000-8000-${String(n).padStart(12, "0")}`;
const [voucherId, couponId] = [numbered("a2"), numbered("d2")];

const here: SpiCall = { register: "till-1", store: "200" };
const call = (
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  more: SpiCall = {},
  tenant?: Onboarded,
) => gateway.till(tenant, "omnium")(method, path, { ...here, ...more });
const search = (key_type: string, key: string, tenant?: Onboarded) =>
  call("GET", "/customers", { query: { key_type, key } }, tenant);
const card = async (id: string, tenant?: Onboarded) =>
  foundOne(await search("customer_id", id, tenant));
const named = z.looseObject({ customerId: z.string() });
const row = z.looseObject({
  fields: z.record(z.string(), z.unknown()),
  consentHistory: z.array(z.unknown()),
});
const stored = async (id: string) =>
  row.parse(await omnium().control("GET", `/customers/${id}`)).fields;
const voucherRow = z.looseObject({
  status: z.string(),
  history: z.array(z.looseObject({ to: z.string() })),
});
/** Each save of a voucher, as Omnium keeps it. */
const saves = async (id: string, name = "demo"): Promise<string[]> =>
  voucherRow
    .parse(await gateway.omnium(name).control("GET", `/vouchers/${id}`))
    .history.map(({ to }) => to);

/** A customer of their own, with vouchers. */
const member = async (vouchers = 1, change: object = {}) => {
  const email = `exempel-${unique()}@example.com`;
  const { customerId } = named.parse(
    await omnium().control("POST", "/customers", {
      email,
      firstName: "Prov",
      lastName: "Exempel",
      marketId: "SWE",
      ...change,
    }),
  );
  const ids: string[] = [];
  for (let n = 0; n < vouchers; n++) {
    const made = await omnium().control("POST", "/vouchers", { customerId, amount: "50" });
    ids.push(z.looseObject({ id: z.string() }).parse(made).id);
  }
  return { id: customerId, email, vouchers: ids };
};
const fault = (one: Fault, path: string, method?: string, times = 1) =>
  omnium().fault(one, { path, ...(method === undefined ? {} : { method }) }, times);

afterEach(() => omnium().clearFaults());

describe("a customer is found", () => {
  it.each([
    ["mobile", "070-174 06 05"],
    ["email", "Astrid@Example.com"],
    ["member_number", "10012"],
    ["personal_id", "189001019802"],
    ["customer_id", astrid],
  ])("by %s", async (by, key) => {
    expect(foundOne(await search(by, key)).customer_id).toBe(astrid);
  });

  it("by a key of nobody's, not at all", async () => {
    for (const [by, key] of [
      ["email", "nobody@example.com"],
      ["customer_id", "../../Orders"],
    ] as const)
      expect(accepted(await search(by, key), z.array(customer))).toEqual([]);
  });

  it("with tier, points, coupons, vouchers and what they open", async () => {
    const one = await card(astrid);
    expect(one.status).toMatchObject({ color: "green", text: "Gold" });
    expect(one.voucher_passwords.toSorted()).toEqual(["gold", "member", "staff"]);
    expect(one.bonus_checks.map(({ bonus_check_id }) => bonus_check_id)).toEqual(
      [1, 2, 3].map(voucherId),
    );
    expect(one.bonus_checks[0]).toMatchObject({ value: "50.00", currency: "SEK", redeemed: false });
    expect(one.promotions).toMatchObject([{ promotion_id: couponId(1) }]);
    const texts = JSON.stringify(one.sections);
    for (const text of ["Gold", "Skostorlek", "100.00 SEK", "A pair of socks"])
      expect(texts).toContain(text);
  });

  it("who may not buy, and says so, in red once tills take that", async () => {
    expect((await card(omniumId("10024"))).status).toEqual({ color: "green", text: "inactive" });
    const red = await gateway.onboard("red", { omnium: { spi: { confirmed: ["red"] } } });
    expect((await card(omniumId("10024"), red)).status).toEqual({ color: "red", text: "inactive" });
  });
});

describe("a customer is added", () => {
  it("once however often the form is sent, and shown at once", async () => {
    const [email, mobile] = [`nils-${unique()}@example.com`, nextMobile()];
    const form = {
      name_first: "Nils",
      name_last: "Exempel",
      email,
      mobile,
      accepts_communication: ["email"],
      consents: ["PersonalOffers"],
      invoice_address: {
        address: "Storgatan 2",
        zip: "11122",
        city: "Stockholm",
        country_id: "SE",
      },
    };
    const made = accepted(await call("POST", "/customers", { body: form }), customer);
    expect(made).toMatchObject({ email, mobile, consents: ["PersonalOffers"] });
    const again = accepted(await call("POST", "/customers", { body: form }), customer);
    expect(again.customer_id).toBe(made.customer_id);
    // Omnium's own search does not know them yet.
    expect(foundOne(await search("email", email)).customer_id).toBe(made.customer_id);
    expect(foundOne(await search("mobile", mobile)).customer_id).toBe(made.customer_id);
    expect(await stored(made.customer_id)).toMatchObject({
      phone: mobile,
      storeIds: ["200"],
      marketId: "SWE",
      consents: expect.arrayContaining(
        ["EmailMarketing", "PersonalOffers"].map((type) =>
          expect.objectContaining({ type, status: true, source: "PoS" }),
        ),
      ) as object,
    });
  });

  it.each<[string, Fault]>([
    ["a time-out after it was stored", { type: "applied_then_hang", ms: 4_000 }],
    ["a 500 after it was stored", { type: "applied_then_status", status: 500 }],
    ["text instead of JSON", { type: "applied_then_garbage" }],
  ])("once, whatever becomes of the answer: %s", async (_, broken) => {
    await fault(broken, "/PrivateCustomers$", "POST");
    const email = `nils-${unique()}@example.com`;
    const body = { name_first: "Nils", name_last: "Exempel", email };
    const made = accepted(await call("POST", "/customers", { body }), customer);
    await omnium().control("POST", "/refresh");
    expect(foundOne(await search("email", email)).customer_id).toBe(made.customer_id);
  });

  it("not twice with one e-mail", async () => {
    const body = { name_first: "A", name_last: "B", email: "astrid@example.com" };
    refused(await call("POST", "/customers", { body }), 400);
  });

  it("with what Omnium will not take, told in words", async () => {
    await omnium().profile({ requireUniqueCustomerPhoneNumbers: true });
    const { id: _, ...rest } = await member(0, { phone: "+46701740629" });
    const body = {
      name_first: "A",
      name_last: "B",
      email: `x-${rest.email}`,
      mobile: "+46701740629",
    };
    refused(await call("POST", "/customers", { body }), 400);
    await omnium().profile({ requireUniqueCustomerPhoneNumbers: false });
  });
});

describe("a customer is edited", () => {
  it("in what was typed, and in nothing else", async () => {
    const { id } = await member(0, {
      address: {
        line1: "Gamla vägen",
        streetNumber: "3",
        line2: "c/o Prov",
        city: "Umeå",
        countryCode: "SE",
      },
      properties: [{ key: "ShoeSize", value: "44" }],
      tags: ["VIP"],
    });
    const body = { name_first: "Nya", invoice_address: { city: "Uppsala" } };
    const edited = accepted(await call("PUT", `/customers/${id}`, { body }), customer);
    expect(edited).toMatchObject({
      name_first: "Nya",
      invoice_address: { city: "Uppsala", address: "Gamla vägen 3" },
    });
    expect(await stored(id)).toMatchObject({
      lastName: "Exempel",
      address: { line1: "Gamla vägen", streetNumber: "3", line2: "c/o Prov", city: "Uppsala" },
      properties: [{ key: "ShoeSize", value: "44" }],
      tags: ["VIP"],
    });
  });

  it("in consents: given, withdrawn, and none that nobody touched", async () => {
    const offered = accepted(await call("GET", "/consents"), z.array(consent));
    expect(offered).toMatchObject([
      { consent_id: "PersonalOffers", name: "Personliga erbjudanden" },
    ]);
    const { id } = await member(0);
    const save = async (body: object) =>
      accepted(await call("PUT", `/customers/${id}`, { body }), customer);
    await save({ name_first: "Ny" });
    expect(await stored(id)).not.toHaveProperty("consents");
    await save({ consents: ["PersonalOffers"], accepts_communication: ["sms"] });
    await save({ consents: [] });
    expect((await stored(id)).consents).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ type: "SmsMarketing", status: true }),
        expect.objectContaining({ type: "PersonalOffers", status: false }),
      ]) as object,
    );
  });

  it("after a 429 that says when", async () => {
    const { id } = await member(0);
    await fault(
      { type: "status", status: 429, headers: { "retry-after": "1" } },
      "/PatchPrivateCustomer",
    );
    accepted(await call("PUT", `/customers/${id}`, { body: { name_first: "Sen" } }), customer);
    await fault(
      { type: "status", status: 429, headers: { "retry-after": "60" } },
      "/PatchPrivateCustomer",
    );
    refused(await call("PUT", `/customers/${id}`, { body: { name_first: "Senare" } }), 503);
  });
});

describe("instruments", () => {
  const redeem = (id: string, body: object, from = here) =>
    call("POST", `/customers/${id}/redeem`, { ...from, body });
  const undo = (id: string, body: object) => call("DELETE", `/customers/${id}/redeem`, { body });

  it("a voucher: redeemed once, shown as used, given back, redeemed again", async () => {
    const { id, vouchers } = await member();
    const [voucher = ""] = vouchers;
    accepted(await redeem(id, { bonus_checks: vouchers }), redeemResult);
    accepted(await redeem(id, { bonus_checks: vouchers }), redeemResult);
    expect(await saves(voucher)).toEqual(["Redeemed"]);
    refused(
      await redeem(id, { bonus_checks: vouchers }, { register: "till-2", store: "300" }),
      400,
    );
    expect((await card(id)).bonus_checks).toMatchObject([
      { bonus_check_id: voucher, redeemed: true },
    ]);
    expect((await undo(id, { bonus_checks: vouchers })).status).toBe(200);
    expect((await undo(id, { bonus_checks: vouchers })).status).toBe(200);
    expect(await saves(voucher)).toEqual(["Redeemed", "Available"]);
    const other = { register: "till-3", store: "200" };
    accepted(await redeem(id, { bonus_checks: vouchers }, other), redeemResult);
    expect(await saves(voucher)).toEqual(["Redeemed", "Available", "Redeemed"]);
  });

  it("of forty tills at once one has it", async () => {
    const { id, vouchers } = await member();
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        redeem(id, { bonus_checks: vouchers }, { register: `t-${n}`, store: "200" }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await saves(vouchers[0] ?? "")).toEqual(["Redeemed"]);
  });

  it.each(["Redeemed", "Applied"])(
    "a voucher that Omnium calls %s is not redeemed",
    async (status) => {
      const { id, vouchers } = await member();
      await omnium().patch("vouchers", vouchers[0] ?? "", { status });
      const reply = await redeem(id, { bonus_checks: vouchers });
      expect([400, 404]).toContain(reply.status);
      expect(await saves(vouchers[0] ?? "")).toEqual([]);
    },
  );

  it("a redeem without a clear answer is looked into, and saved once", async () => {
    const { id, vouchers } = await member();
    await fault({ type: "applied_then_hang", ms: 4_000 }, "/Vouchers", "PUT");
    expect((await redeem(id, { bonus_checks: vouchers })).status).toBe(504);
    await eventually(async () => {
      const reply = await redeem(id, { bonus_checks: vouchers });
      return reply.status === 200;
    }, "the same till's repeat");
    expect(await saves(vouchers[0] ?? "")).toEqual(["Redeemed"]);
  });

  it("a coupon is kept by the ledger: used once, hidden, given back", async () => {
    const bertil = omniumId("10013");
    const promotions = [couponId(7)];
    accepted(await redeem(bertil, { promotions }), redeemResult);
    refused(await redeem(bertil, { promotions }, { register: "till-2", store: "300" }), 400);
    expect((await card(bertil)).promotions).toMatchObject([
      { promotion_id: couponId(7), redeemed: true },
    ]);
    expect((await undo(bertil, { promotions })).status).toBe(200);
    expect((await card(bertil)).promotions).toMatchObject([{ redeemed: false }]);
  });

  it("vouchers that cannot be read leave the rest of the card", async () => {
    await fault({ type: "status", status: 403 }, "/Vouchers/Search", "POST", 5);
    const one = await card(astrid);
    expect(one.bonus_checks).toEqual([]);
    expect(one.promotions).toHaveLength(1);
  });
});

describe("tokens", () => {
  it("serve many calls, and are renewed once after a 401", async () => {
    const mark = await omnium().mark();
    await omnium().control("POST", "/tokens/expire");
    await Promise.all(Array.from({ length: 8 }, () => card(astrid)));
    await Promise.all(Array.from({ length: 8 }, () => card(astrid)));
    const tokens = await omnium().requests("/Token", mark);
    expect(tokens.length).toBeGreaterThan(0);
    // One for each isolate that had an old one; waiting ones take the same.
    expect(tokens.length).toBeLessThanOrEqual(2);
    expect(JSON.stringify(gateway.running().logs)).not.toContain("sandbox-omnium-secret");
  });

  it("a fault of set-up is told as one", async () => {
    const wrong = await gateway.onboard("wrong-secret", {
      omnium: { handler: { omnium: { client_secret: "wrong" } } },
    });
    refused(await search("email", "astrid@example.com", wrong), 502);
  });
});

describe("orders", () => {
  let tenant: Onboarded;
  beforeAll(async () => {
    tenant = await gateway.onboard("omnium-orders", {
      omnium: { handler: { omnium: { send_orders: true } } },
      edit: (document) => {
        const crm = document.crm as { channels: { id: string }[] };
        crm.channels = crm.channels.filter(({ id }) => id === "omnium");
        document.orders = {
          mode: "live",
          deliver_to: [{ channel: "omnium", anonymous: "deliver" }],
        };
      },
    });
  });
  const world = () => ({
    crm: gateway.omnium("omnium-orders"),
    pos: gateway.sitoo("omnium-orders"),
  });
  const orderRow = z.looseObject({
    status: z.string(),
    fields: z.record(z.string(), z.unknown()),
    returns: z.array(z.looseObject({ rmaNumber: z.string().nullable(), total: z.number() })),
  });
  const inOmnium = async (orderId: number) =>
    z
      .object({ items: z.array(orderRow) })
      .parse(await world().crm.control("GET", `/orders/sitoo-1-${orderId}`)).items;
  const sell = async (sale: Readonly<Record<string, unknown>>) => {
    const sold = await world().pos.sell(sale);
    await gateway.events(sold.events, tenant);
    return sold.order.orderid;
  };

  it("go there once, whatever becomes of the answer, and come back with the customer", async () => {
    await world().crm.fault(
      { type: "applied_then_status", status: 500 },
      { path: "/PosOrders" },
      1,
    );
    const orderId = await sell({
      customerId: astrid,
      items: [
        { sku: "A1", discount: "100.00" },
        { sku: "S3", quantity: 3 },
      ],
    });
    await eventually(async () => (await inOmnium(orderId)).length > 0, "the order");
    await eventually(async () => {
      const reply = await gateway.admin(`/tenants/omnium-orders/orders?order=${orderId}`);
      return reply.text.includes("delivered");
    }, "its delivery");
    const orders = await inOmnium(orderId);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      status: "Completed",
      fields: {
        customerId: astrid,
        orderType: "Pos",
        marketId: "SWE",
        storeId: "200",
        isReadOnly: true,
      },
    });
    const history = accepted(
      await call(
        "GET",
        `/customers/${astrid}/transactions`,
        { query: { start: "0", num: "5" } },
        tenant,
      ),
      z.array(transaction),
    );
    expect(history[0]).toMatchObject({ order_id: orderId, currency: "SEK" });
  });

  it("that come back, in part, go to the sale", async () => {
    const orderId = await sell({ customerId: astrid, items: [{ sku: "S3", quantity: 3 }] });
    await eventually(async () => (await inOmnium(orderId)).length > 0, "the sale");
    await sell({ refundOf: orderId, items: [{ sku: "S3", quantity: 1 }] });
    const returned = await eventually(async () => {
      const [order] = await inOmnium(orderId);
      return order !== undefined && order.returns.length > 0 && order;
    }, "the return");
    expect(returned).toMatchObject({ status: "PartiallyReturned" });
  });

  it("of nobody go there without a customer", async () => {
    const orderId = await sell({ items: [{ sku: "A1" }] });
    const orders = await eventually(async () => {
      const found = await inOmnium(orderId);
      return found.length > 0 && found;
    }, "the order");
    expect(orders[0]?.fields["customerId"] ?? null).toBeNull();
  });
});

/** Seeded in both: the same people, each linked by VoyadoContactId. */
const [astridInVoyado, bertilInVoyado] = [
  "11111111-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
];
const voyadoBlock = () => ({
  api_url: `${gateway.running().sandbox.url}/voyado/pair/api/`,
  api_key: "sandbox-voyado-key",
  sections: [
    { title: "Klubb", attributes: [{ attribute: "bonusPoints", title: "Poäng i Voyado" }] },
  ],
});

describe("Voyado through Omnium", () => {
  let pair: Onboarded;
  beforeAll(async () => {
    pair = await gateway.onboard("pair", {
      omnium: { handler: { omnium: { voyado: voyadoBlock() } } },
      edit: (document) => {
        const crm = document.crm as { channels: { id: string }[] };
        crm.channels = crm.channels.filter(({ id }) => id === "omnium");
        delete document.orders;
      },
    });
  });
  const vouchersOfVoyado = async () => (await gateway.voyado("pair").state()).vouchers;

  it("shows Omnium's person with Voyado's points, instruments and consents", async () => {
    const one = foundOne(await search("mobile", "0701740605", pair));
    expect(one.customer_id).toBe(astrid);
    expect(one.bonus_checks.length).toBeGreaterThan(0);
    expect(
      one.bonus_checks.every(({ bonus_check_id }) => bonus_check_id.startsWith("a0000001")),
    ).toBe(true);
    expect(JSON.stringify(one.sections)).toContain("Poäng i Voyado");
    const offered = accepted(await call("GET", "/consents", {}, pair), z.array(consent));
    expect(offered.map(({ consent_id }) => consent_id)).toContain("memberTerms");
  });

  it("redeems and gives back in Voyado", async () => {
    const [check] = (await card(astrid, pair)).bonus_checks;
    const bonus_checks = [check?.bonus_check_id ?? ""];
    accepted(
      await call("POST", `/customers/${astrid}/redeem`, { body: { bonus_checks } }, pair),
      redeemResult,
    );
    expect(
      (await call("DELETE", `/customers/${astrid}/redeem`, { body: { bonus_checks } }, pair))
        .status,
    ).toBe(200);
    const voucher = (await vouchersOfVoyado()).find(({ id }) => id === bonus_checks[0]);
    expect(voucher?.history.map(({ action }) => action)).toEqual(["redeem", "reactivate"]);
  });

  it("writes persons to Omnium, consents to Voyado, and links whom it makes", async () => {
    const body = {
      name_first: "Nils",
      name_last: "Exempel",
      email: `nils-${unique()}@example.com`,
      consents: ["personalOffers"],
    };
    const made = accepted(await call("POST", "/customers", { body }, pair), customer);
    const contacts = (await gateway.voyado("pair").state()).contacts.filter(
      ({ attributes }) => attributes["email"] === body.email,
    );
    expect(contacts).toHaveLength(1);
    const held = row.parse(
      await gateway.omnium("pair").control("GET", `/customers/${made.customer_id}`),
    );
    expect(held.fields).toMatchObject({
      email: body.email,
      externalIds: [{ providerName: "VoyadoContactId", id: contacts[0]?.id }],
    });
    expect(made.consents).toEqual(["personalOffers"]);
    const edited = accepted(
      await call(
        "PUT",
        `/customers/${made.customer_id}`,
        { body: { name_first: "Nisse", consents: [] } },
        pair,
      ),
      customer,
    );
    expect(edited).toMatchObject({ name_first: "Nisse", consents: [] });
  });
});

describe("tills on Voyado, orders to Omnium", () => {
  let direct: Onboarded;
  const [crm, loyalty] = [() => gateway.omnium("direct"), () => gateway.voyado("direct")];
  beforeAll(async () => {
    direct = await gateway.onboard("direct", {
      omnium: {
        till: false,
        handler: {
          omnium: {
            send_orders: true,
            voyado: {
              api_url: `${gateway.running().sandbox.url}/voyado/direct/api/`,
              api_key: "sandbox-voyado-key",
            },
          },
        },
      },
      top: {
        orders: { mode: "live", deliver_to: [{ channel: "omnium", missing_customer: "create" }] },
      },
    });
  });
  const customerOf = async (sale: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const sold = await gateway.sitoo("direct").sell({ items: [{ sku: "A1" }], ...sale });
    await gateway.events(sold.events, direct);
    return eventually(async () => {
      const { items } = z
        .object({ items: z.array(z.looseObject({ fields: z.record(z.string(), z.unknown()) })) })
        .parse(await crm().control("GET", `/orders/sitoo-1-${sold.order.orderid}`));
      return items[0] !== undefined && String(items[0].fields["customerId"]);
    }, "the order");
  };

  it("1: by the external id", async () => {
    expect(await customerOf({ customerId: bertilInVoyado })).toBe(omniumId("10013"));
  });

  it("2, 3: by the contact's phone or e-mail", async () => {
    await crm().patch("customers", astrid, { externalIds: [] });
    expect(await customerOf({ customerId: astridInVoyado })).toBe(astrid);
  });

  it("4: made, once for two orders at once", async () => {
    const { id } = await loyalty().add("contacts", {
      attributes: { firstName: "Ny", lastName: "Kund", email: `ny-${unique()}@example.com` },
    });
    const both = await Promise.all([
      customerOf({ customerId: id }),
      customerOf({ customerId: id }),
    ]);
    expect(both).toEqual([id, id]);
    const held = row.parse(await crm().control("GET", `/customers/${id}`));
    expect(held.fields["externalIds"]).toEqual([{ providerName: "VoyadoContactId", id }]);
  });
});

it("tills on Sitoo's own register: an order's customer is found by phone, or made", async () => {
  const own = await gateway.onboard("own-register", {
    omnium: { till: false, handler: { omnium: { send_orders: true } } },
    edit: (document) => {
      const crm = document.crm as { channels: { id: string }[] };
      crm.channels = crm.channels.filter(({ id }) => id === "omnium");
      document.orders = {
        mode: "live",
        deliver_to: [{ channel: "omnium", missing_customer: "create" }],
      };
    },
  });
  const buyerOf = async (sale: object) => {
    const sold = await gateway.sitoo("own-register").sell({ items: [{ sku: "A1" }], ...sale });
    await gateway.events(sold.events, own);
    const { fields } = await eventually(async () => {
      const { items } = z
        .object({ items: z.array(z.looseObject({ fields: z.record(z.string(), z.unknown()) })) })
        .parse(
          await gateway
            .omnium("own-register")
            .control("GET", `/orders/sitoo-1-${sold.order.orderid}`),
        );
      return items[0] ?? false;
    }, "the order");
    return String(fields["customerId"]);
  };
  expect(await buyerOf({ phone: "070-174 06 05" })).toBe(astrid);
  const email = `ny-${unique()}@example.com`;
  const made = await buyerOf({ email, nameFirst: "Ny" });
  const held = row.parse(await gateway.omnium("own-register").control("GET", `/customers/${made}`));
  expect(held.fields).toMatchObject({ email, firstName: "Ny" });
  expect(held.fields["consents"] ?? []).toEqual([]);
  refused(await call("GET", "/customers", { query: { key_type: "email", key: email } }, own), 404);
});

it("what Omnium's own connector brought can be refunded", async () => {
  const imported = { orderId: 77_001, customerId: astrid, items: [{ sku: "A1", price: 100 }] };
  await omnium().control("POST", "/import-order", imported);
  const entries = accepted(
    await call("GET", `/customers/${astrid}/transactions`, { query: { start: "0", num: "50" } }),
    z.array(transaction),
  );
  expect(entries).toContainEqual(expect.objectContaining({ order_id: 77_001, eshop_id: 1 }));
  expect(entries.some(({ total }) => Number(total) !== 0)).toBe(true);
});
