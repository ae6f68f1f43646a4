import { describe, expect, it } from "vitest";
import * as z from "zod";
import { consent, redeemResult, transaction } from "../../src/spi/contract_answers.ts";
import { bloomreachOf, type Bloomreach } from "../sandbox/bloomreach_calls.ts";
import {
  accepted,
  eventually,
  foundNobody,
  foundOne,
  nextMobile,
  type Onboarded,
  refused,
  type Spi,
  type TenantChange,
  unique,
  useGateway,
  voucherId,
  promotionId,
} from "./harness.ts";

const gateway = useGateway();

const demo = (): Spi => gateway.till(undefined, "bloomreach");
const vendor = (name = "demo"): Bloomreach => bloomreachOf(gateway.running().sandbox, name);
const find = (till: Spi, key_type: string, key: string) =>
  till("GET", "/customers", { query: { key_type, key } });

type World = { readonly tenant: Onboarded; readonly till: Spi; readonly crm: Bloomreach };
/** A tenant of its own, whose orders go to Bloomreach. */
const world = async (
  name: string,
  edit: TenantChange["edit"] = () => undefined,
): Promise<World> => {
  const tenant = await gateway.onboard(name, {
    bloomreach: {},
    edit: (document) => {
      document.orders = { mode: "live", deliver_to: [{ channel: "bloomreach" }] };
      edit(document);
    },
  });
  return { tenant, till: gateway.till(tenant, "bloomreach"), crm: vendor(name) };
};
const handlerOf = (document: Record<string, unknown>): Record<string, unknown> => {
  const { channels } = document.crm as { channels: { handler: Record<string, unknown> }[] };
  const found = channels.find(({ handler }) => "bloomreach" in handler)?.handler.bloomreach;
  return found as Record<string, unknown>;
};
const fresh = (change: object = {}) => {
  const mobile = nextMobile();
  return {
    name_first: "Nils",
    name_last: "Exempel",
    email: `Nils.${unique()}@Example.com`,
    mobile,
    ...change,
  };
};
const add = async (till: Spi, change: object = {}) => {
  const form = fresh(change);
  const reply = await till("POST", "/customers", { body: form, register: "till-1", store: "200" });
  expect(reply.status, reply.text).toBe(200);
  const made = reply.json as Record<string, unknown> & { customer_id: string };
  return { form, made, id: made.customer_id, hard: form.email.toLowerCase() };
};

describe("search and card", () => {
  it.each([
    ["email", "Astrid@Example.com"],
    ["mobile", "070-174 06 05"],
    ["member_number", "10012"],
  ])("finds by %s, through an ID type alone", async (by, key) => {
    const found = foundOne(await find(demo(), by, key));
    expect(found).toMatchObject({
      name_first: "Astrid",
      name_last: "Exempel",
      email: "astrid@example.com",
      mobile: "+46701740605",
      member_number: "10012",
      birthday: "1985-04-12",
      gender: "female",
      store_id_home: "200",
      invoice_address: { address: "Exempelgatan 12", zip: "111 22", city: "Stockholm" },
    });
    expect(found.customer_id).toMatch(/^b\.[\w-]+$/);
    expect(found.accepts_communication).toEqual(["email", "sms"]);
    expect(found.consents).toEqual([]);
  });

  it("shows instruments, what was worked out, and passwords that a segment opens", async () => {
    const found = foundOne(await find(demo(), "email", "astrid@example.com"));
    expect(
      found.bonus_checks.map(({ bonus_check_id, value, redeemed }) => [
        bonus_check_id,
        value,
        redeemed,
      ]),
    ).toEqual([
      [voucherId(1), "50.00", false],
      [voucherId(2), "100.00", false],
      [voucherId(3), "75.00", false],
      [voucherId(4), "50.00", true],
    ]);
    expect(found.promotions.map(({ promotion_id }) => promotion_id)).toContain(promotionId(1));
    expect(found.voucher_passwords).toEqual(expect.arrayContaining(["staff", "spring_member"]));
    expect(JSON.stringify(found.sections)).toContain("Gold");
  });

  it("is the same by its id, which names nobody, and 404 by another's", async () => {
    const found = foundOne(await find(demo(), "email", "bertil@example.com"));
    const again = await demo()("GET", `/customers/${found.customer_id}`);
    expect(again.json).toMatchObject({ customer_id: found.customer_id, name_first: "Bertil" });
    expect(
      atob(found.customer_id.slice(2).replaceAll("-", "+").replaceAll("_", "/")),
    ).not.toContain("bertil");
    for (const id of ["bertil@example.com", "b.AAAA", `${found.customer_id}A`, voucherId(1)])
      refused(await demo()("GET", `/customers/${id}`), 404);
  });

  it("shows the first of several numbers, and no address of a protected person", async () => {
    expect(foundOne(await find(demo(), "mobile", "+358457300009"))).toMatchObject({
      mobile: "+358457300001",
    });
    expect(foundOne(await find(demo(), "email", "ebba@example.com")).invoice_address).toBe(
      undefined,
    );
  });

  it.each(["404", "nulls"])(
    "finds nobody where an unknown customer is answered by %s",
    async (how) => {
      const { till, crm } = await world(`br-unknown-${how}`);
      await crm.profile({ unknownCustomer: how });
      foundNobody(await find(till, "email", "nobody@example.com"));
      foundNobody(await find(till, "mobile", "+46701740699"));
    },
  );

  it("finds by the gateway's own index where no ID type is mapped", async () => {
    const { till } = await world("br-index", (document) => {
      handlerOf(document).search = { email: "registered" };
    });
    foundNobody(await find(till, "mobile", "+46701740606"));
    foundOne(await find(till, "email", "bertil@example.com"));
    await eventually(async () => {
      const reply = await find(till, "mobile", "+46701740606");
      return Array.isArray(reply.json) && reply.json.length === 1;
    }, "found by the number that the card showed");
  });
});

describe("create", () => {
  it("writes IDs, properties and consents, and shows them before Bloomreach does", async () => {
    const { till, crm } = await world("br-create");
    const { id, hard, form, made } = await add(till, {
      birthday: "1990-05-15",
      accepts_communication: ["email"],
      consents: ["personal_offers"],
    });
    expect(made).toMatchObject({
      email: form.email,
      mobile: form.mobile,
      accepts_communication: ["email"],
    });
    // Its queue runs by a clock that has not moved.
    expect(
      (await crm.control("GET", `/customers/registered:${encodeURIComponent(hard)}`)).status,
    ).toBe(404);
    expect(foundOne(await find(till, "mobile", form.mobile)).customer_id).toBe(id);
    expect((await till("GET", `/customers/${id}`)).json).toMatchObject({ name_first: "Nils" });
    await crm.control("POST", "/flush");
    const view = await crm.view(hard);
    expect(view.ids).toMatchObject({ registered: hard, phone_id: [form.mobile] });
    expect(view.properties).toMatchObject({
      first_name: "Nils",
      last_name: "Exempel",
      phone: form.mobile,
      birth_date: Date.parse("1990-05-15") / 1000,
    });
    expect(view.consents).toMatchObject({
      newsletter: { valid: true, until: "unlimited" },
      personal_offers: { valid: true },
      sms_marketing: { valid: false },
    });
    const consents = await crm.events(`?customer=${encodeURIComponent(hard)}&type=consent`);
    expect(consents).toHaveLength(2);
  });

  it("applies a default of the file to what the form does not name, and to nothing else", async () => {
    const { till, crm } = await world("br-default", (document) => {
      handlerOf(document).consents = [
        { category: "newsletter", channel: "email", default: true },
        { category: "sms_marketing", channel: "sms" },
        { category: "personal_offers", default: true },
      ];
    });
    const silent = await add(till);
    const named = await add(till, { accepts_communication: [], consents: [] });
    await crm.control("POST", "/flush");
    expect((await crm.view(silent.hard)).consents).toMatchObject({
      newsletter: { valid: true },
      personal_offers: { valid: true },
    });
    expect(await crm.events(`?customer=${encodeURIComponent(named.hard)}`)).toEqual([]);
  });

  it("refuses who is there, and a form without the hard ID", async () => {
    refused(
      await demo()("POST", "/customers", {
        body: fresh({ email: "ASTRID@example.com" }),
        register: "t",
      }),
      400,
    );
    refused(
      await demo()("POST", "/customers", {
        body: { name_first: "A", name_last: "B" },
        register: "t",
      }),
      400,
    );
  });

  it("does not know whether a write arrived, and makes no second customer", async () => {
    const { till, crm } = await world("br-lost");
    await crm.control("POST", "/faults", {
      match: { path: "/batch" },
      fault: { type: "applied_then_status", status: 504 },
      times: 1,
    });
    const form = fresh();
    const body = { body: form, register: "till-1" };
    const first = await till("POST", "/customers", body);
    expect([503, 504]).toContain(first.status);
    refused(await till("POST", "/customers", body), 503);
    await crm.control("POST", "/flush");
    foundOne(await find(till, "email", form.email));
    expect(await crm.writes("?name=customers")).toHaveLength(1);
  });
});

describe("update", () => {
  it("writes what differs, adds a number to those there, and reads nothing back", async () => {
    const { till, crm } = await world("br-update");
    const before = foundOne(await find(till, "email", "aino@example.com"));
    const mobile = nextMobile();
    const reply = await till("PUT", `/customers/${before.customer_id}`, {
      body: { ...before, name_first: "Ainu", mobile },
    });
    expect(reply.json).toMatchObject({ name_first: "Ainu", mobile });
    const [write, ...others] = await crm.writes();
    expect(others).toEqual([]);
    expect(write?.data).toMatchObject({
      customer_ids: { registered: "aino@example.com", phone_id: mobile },
      properties: { first_name: "Ainu", phone: mobile },
    });
    expect(Object.keys(write?.data.properties as object)).toHaveLength(2);
    expect((await till("GET", `/customers/${before.customer_id}`)).json).toMatchObject({ mobile });
    await crm.control("POST", "/flush");
    expect((await crm.view("aino@example.com")).ids.phone_id).toEqual([
      "+358457300001",
      "+358457300009",
      mobile,
    ]);
  });

  it("adds to a list of numbers in a property, too", async () => {
    const { till, crm } = await world("br-phones");
    await crm.control("PATCH", "/customers/bertil%40example.com", {
      properties: { phone: ["+46701740606", "+46701740699"] },
    });
    const before = foundOne(await find(till, "email", "bertil@example.com"));
    expect(before.mobile).toBe("+46701740606");
    const mobile = nextMobile();
    await till("PUT", `/customers/${before.customer_id}`, { body: { mobile } });
    await crm.control("POST", "/flush");
    expect((await crm.view("bertil@example.com")).properties.phone).toEqual([
      "+46701740606",
      "+46701740699",
      mobile,
    ]);
  });

  it("sends a consent when it changes and only then, whole", async () => {
    const { till, crm } = await world("br-consents");
    const before = foundOne(await find(till, "email", "astrid@example.com"));
    const put = (body: object) => till("PUT", `/customers/${before.customer_id}`, { body });
    await put({ accepts_communication: ["email", "sms"], consents: [] });
    expect(await crm.writes()).toEqual([]);
    await put({ accepts_communication: ["sms"], consents: ["personal_offers"] });
    await put({ accepts_communication: ["sms"], consents: ["personal_offers"] });
    await crm.control("POST", "/flush");
    const written = await crm.writes("?name=customers/events");
    expect(written.map(({ data }) => data.properties)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "reject", category: "newsletter" }),
        expect.objectContaining({
          action: "accept",
          category: "personal_offers",
          valid_until: "unlimited",
        }),
      ]),
    );
    expect(written).toHaveLength(2);
    expect((await crm.view("astrid@example.com")).consents).toMatchObject({
      newsletter: { valid: false },
      sms_marketing: { valid: true },
      personal_offers: { valid: true },
    });
  });

  it("keeps the e-mail address that is the hard ID", async () => {
    const { customer_id: id } = foundOne(await find(demo(), "email", "astrid@example.com"));
    refused(await demo()("PUT", `/customers/${id}`, { body: { email: "other@example.com" } }), 400);
  });

  it("lists the consents with names and defaults", async () => {
    expect(accepted(await demo()("GET", "/consents"), z.array(consent))).toEqual([
      { consent_id: "personal_offers", name: "Personal offers", description: "", value: false },
    ]);
  });
});

describe("a redeem that the ledger keeps", () => {
  it("shows as used, is told to Bloomreach, and is given back", async () => {
    const { till, crm } = await world("br-redeem");
    const { customer_id: id } = foundOne(await find(till, "email", "astrid@example.com"));
    const use = {
      body: { bonus_checks: [voucherId(1)], promotions: [promotionId(1)] },
      register: "till-1",
      store: "200",
    };
    accepted(await till("POST", `/customers/${id}/redeem`, use), redeemResult);
    refused(await till("POST", `/customers/${id}/redeem`, { ...use, register: "till-2" }), 400);
    const shown = async () => {
      const card = foundOne(await find(till, "email", "astrid@example.com"));
      return [
        card.bonus_checks.find((one) => one.bonus_check_id === voucherId(1))?.redeemed,
        card.promotions.find((one) => one.promotion_id === promotionId(1))?.redeemed,
      ];
    };
    expect(await shown()).toEqual([true, true]);
    const told = (type: string) =>
      eventually(async () => {
        await crm.control("POST", "/flush");
        const events = await crm.events(`?type=${type}`);
        return events.length > 0 && events;
      }, type);
    expect((await told("bonus_check_redeemed"))[0]?.properties).toMatchObject({
      bonus_check_id: voucherId(1),
    });
    expect((await told("promotion_redeemed"))[0]?.properties).toMatchObject({
      promotion_id: promotionId(1),
    });
    await till("DELETE", `/customers/${id}/redeem`, use);
    await told("bonus_check_reversed");
    await told("promotion_reversed");
    expect(await shown()).toEqual([false, false]);
    expect(await crm.events("?type=bonus_check_redeemed")).toHaveLength(1);
  });
});

const sell = async ({ tenant }: World, sale: object) => {
  const sold = await gateway.sitoo(tenant.name).sell({ storeId: "200", ...sale });
  expect((await gateway.events(sold.events, tenant)).status).toBe(200);
  return { ...sold.order, events: sold.events };
};
const arrived = (crm: Bloomreach, type: string, count: number) =>
  eventually(async () => {
    await crm.control("POST", "/flush");
    const events = await crm.events(`?type=${type}`);
    // The seeds have purchases of their own.
    const ours = events.filter(({ properties }) => "sale_id" in properties);
    return ours.length >= count && ours;
  }, `${count} ${type}`);

describe("orders", () => {
  it("come as purchase and items, a return as a refund, each once", async () => {
    const here = await world("br-orders");
    const { crm, till, tenant } = here;
    const { customer_id: customerId } = foundOne(await find(till, "email", "bertil@example.com"));
    const sold = await sell(here, {
      customerId,
      items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }],
    });
    const [purchase] = await arrived(crm, "purchase", 1);
    expect(purchase?.properties).toMatchObject({
      purchase_id: String(sold.orderid),
      purchase_status: "success",
      purchase_source_type: "store",
      purchase_source_name: "200",
      total_price: Number(sold.moneytotal_gross_all),
      local_currency: "SEK",
      total_quantity: 3,
    });
    const items = await arrived(crm, "purchase_item", 2);
    expect(new Map(items.map(({ properties }) => [properties.sku, properties.quantity]))).toEqual(
      new Map([
        ["A1", 1],
        ["S3", 2],
      ]),
    );
    const back = await sell(here, { refundOf: sold.orderid, items: [{ sku: "A1" }], customerId });
    const both = await arrived(crm, "purchase", 2);
    expect(both.at(-1)?.properties).toMatchObject({
      purchase_id: String(back.orderid),
      purchase_status: "refund",
      total_price: Math.abs(Number(back.moneytotal_gross_all)),
    });
    // Sitoo tells of an order more than once.
    expect((await gateway.events(sold.events, tenant)).status).toBe(200);
    const history = accepted(
      await till("GET", `/customers/${customerId}/transactions`, { query: { num: "2" } }),
      z.array(transaction),
    );
    expect(history.map(({ order_id, total }) => [order_id, total])).toEqual([
      [back.orderid, back.moneytotal_gross_all],
      [sold.orderid, sold.moneytotal_gross_all],
    ]);
    expect((await crm.writes()).every(({ repeats }) => repeats === 0)).toBe(true);
  });

  it("make a customer who is not there", async () => {
    const here = await world("br-made");
    const email = `order-${unique()}@example.com`;
    await sell(here, { email, items: [{ sku: "T4" }] });
    await arrived(here.crm, "purchase", 1);
    expect((await here.crm.view(email)).ids.registered).toBe(email);
  });

  it("come once where an answer was lost", async () => {
    const here = await world("br-repeat", (document) => {
      handlerOf(document).writes_show_within = "3s";
    });
    const { crm } = here;
    await crm.control("POST", "/faults", {
      match: { path: "/batch" },
      fault: { type: "applied_then_status", status: 502 },
      times: 1,
    });
    await sell(here, { email: "bertil@example.com", items: [{ sku: "T4" }] });
    await arrived(crm, "purchase", 1);
    await eventually(
      async () => {
        const reads = await crm.control("GET", "/requests?path=/data/v2");
        const { items } = reads.json<{ items: { path: string }[] }>();
        return items.filter(({ path }) => path.endsWith("/customers/events")).length === 2;
      },
      "looked for before it is sent again",
      40_000,
    );
    expect(await crm.writes("?name=customers/events")).toHaveLength(2);
  }, 60_000);

  it.each([429, 500])(
    "wait and come after a %i",
    async (status) => {
      const here = await world(`br-busy-${status}`);
      await here.crm.control("POST", "/faults", {
        match: { path: "/batch" },
        fault: { type: "status", status },
        times: 1,
      });
      await sell(here, { email: "bertil@example.com", items: [{ sku: "T4" }] });
      await eventually(
        async () => {
          await here.crm.control("POST", "/flush");
          return (await here.crm.events("?type=purchase")).some(
            ({ properties }) => "sale_id" in properties,
          );
        },
        "delivered after a wait",
        60_000,
      );
    },
    90_000,
  );
});

describe("faults at a till", () => {
  it.each([
    [429, 503],
    [500, 503],
    [401, 502],
  ])("a %i is told as %i", async (status, told) => {
    const { till, crm } = await world(`br-fault-${status}`);
    await crm.control("POST", "/faults", {
      match: { path: "/attributes" },
      fault: { type: "status", status },
    });
    refused(await find(till, "email", "astrid@example.com"), told);
  });

  it("a key that may do nothing is a fault of set-up", async () => {
    const { till } = await world("br-bare", (document) => {
      handlerOf(document).key_id = "sandbox-bloomreach-bare-key";
    });
    const { customer_id: id } = foundOne(await find(till, "email", "astrid@example.com"));
    refused(await till("PUT", `/customers/${id}`, { body: { name_first: "A" } }), 502);
    refused(await till("GET", `/customers/${id}/transactions`), 502);
  });
});
