import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { customer, redeemResult, transaction } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  eventually,
  foundNobody,
  foundOne,
  nextMobile,
  refused,
  type Fault,
  type Onboarded,
  type TenantChange,
  unique,
  useGateway,
} from "./harness.ts";

const gateway = useGateway();
const astrid = "910012";
const till = (tenant?: Onboarded) => gateway.till(tenant, "rule");
const find = (key_type: string, key: string, tenant?: Onboarded) =>
  till(tenant)("GET", "/customers", { query: { key_type, key }, register: "till-1", store: "200" });

const made = z.looseObject({ id: z.number() });
const state = z.looseObject({
  id: z.number(),
  email: z.string().nullable(),
  phoneNumber: z.string().nullable(),
  tags: z.array(z.string()),
  suppressions: z.array(z.looseObject({ messageType: z.string(), sourceType: z.string() })),
  fields: z.record(z.string(), z.unknown()),
});
const recordList = z.looseObject({
  items: z.array(
    z.looseObject({
      values: z.record(z.string(), z.unknown()),
      repeatOf: z.number().nullable(),
      writes: z.array(z.unknown()),
    }),
  ),
});

/** A subscriber of one test's own. */
const person = async (members: Readonly<Record<string, unknown>> = {}, name = "demo") => {
  const email = `regel-${unique()}@example.com`;
  const input = { email, phoneNumber: nextMobile(), tags: ["Sitoo"], ...members };
  const { id } = made.parse(await gateway.rule(name).control("POST", "/subscribers", input));
  return { id: String(id), email };
};
const stateOf = async (id: string, name = "demo") =>
  state.parse(await gateway.rule(name).control("GET", `/subscribers/${id}`));
const byEmail = async (email: string, name = "demo") => {
  const { subscribers } = z
    .looseObject({ subscribers: z.array(state) })
    .parse(await gateway.rule(name).control("GET", "/state"));
  const found = subscribers.filter((one) => one.email === email);
  expect(found.length).toBeLessThan(2);
  return found[0];
};
const recordsOf = async (id: string, name = "demo") =>
  recordList.parse(
    await gateway.rule(name).control("GET", `/records?subscriberId=${id}&group=Sitoo-Order`),
  ).items;
const checksOf = async (id: string): Promise<Record<string, unknown>[]> => {
  const value = (await stateOf(id)).fields["Sitoo-Contact.bonuschecks"];
  return z
    .array(z.record(z.string(), z.unknown()))
    .parse(typeof value === "string" ? JSON.parse(value) : value);
};
const check = (id: string, more: object = {}) => ({
  id,
  name: "Bonus 100",
  value: "100.00",
  currency: "SEK",
  valid_until: "2099-12-31",
  redeemed: false,
  date_redeemed: null,
  remaining: "100.00",
  campaign: "kept as it is",
  ...more,
});
/** Rule alone: an id on an order is of the CRM that the tills know first. */
const withOrders: TenantChange = {
  rule: {},
  edit: (document) => {
    const crm = document["crm"] as { channels: { id: string }[] };
    crm.channels = crm.channels.filter(({ id }) => id === "rule");
  },
  top: { orders: { mode: "live", deliver_to: [{ channel: "rule", missing_customer: "create" }] } },
};
const during = async <Value>(
  fault: Fault,
  match: { path?: string; method?: string },
  ask: () => Promise<Value>,
  times?: number,
): Promise<Value> => {
  await gateway.rule().fault(fault, match, times);
  try {
    return await ask();
  } finally {
    await gateway.rule().clearFaults();
  }
};

describe("a till finds a customer in Rule", () => {
  it.each([
    ["mobile", "070-174 06 05"],
    ["email", "Astrid@Example.com"],
    ["member_number", "10012"],
    ["customer_id", astrid],
  ])("by %s", async (keyType, key) => {
    const card = foundOne(await find(keyType, key));
    expect(card).toMatchObject({
      customer_id: astrid,
      email: "astrid@example.com",
      name_first: "Astrid",
    });
  });

  it("by the exact value alone, and by no personal id", async () => {
    foundNobody(await find("email", "astri@example.com"));
    refused(await find("personal_id", "189001019802"), 400);
  });

  it("with bonus checks, a promotion by tag, consents, sections and voucher passwords", async () => {
    const card = foundOne(await find("customer_id", astrid));
    expect(card.bonus_checks.map((one) => [one.bonus_check_id, one.redeemed])).toEqual(
      expect.arrayContaining([
        ["BC-500001", false],
        ["BC-500003", false],
        ["BC-500004", true],
      ]),
    );
    // Over, and so not shown.
    expect(card.bonus_checks.map((one) => one.bonus_check_id)).not.toContain("BC-500005");
    expect(card.promotions.map((one) => one.promotion_id)).toEqual(["vip-10"]);
    expect(JSON.stringify(card)).toContain("VIP");
    expect(JSON.stringify(card)).toContain("staff");
  });

  it("asks Rule once for a number that nobody has, however often it is typed", async () => {
    const mobile = nextMobile();
    foundNobody(await find("mobile", mobile));
    for (let again = 0; again < 4; again += 1) foundNobody(await find("mobile", mobile));
    const asked = await gateway.rule().requests(encodeURIComponent(mobile));
    expect(asked.filter(({ status }) => status === 404)).toHaveLength(1);
  });

  it("who was added a moment after they were not found", async () => {
    const [mobile, email] = [nextMobile(), `ny-${unique()}@example.com`];
    foundNobody(await find("mobile", mobile));
    const body = { name_first: "Ny", name_last: "Kund", email, mobile };
    const added = accepted(await till()("POST", "/customers", { body }), customer);
    expect(foundOne(await find("mobile", mobile)).customer_id).toBe(added.customer_id);
    expect(foundOne(await find("email", email)).customer_id).toBe(added.customer_id);
  });
});

describe("a till adds and edits a customer", () => {
  it("into the groups, with its tags, and quiet where no yes was given", async () => {
    const [mobile, email] = [nextMobile(), `ny-${unique()}@example.com`];
    const body = {
      name_first: "Nils",
      name_last: "Exempel",
      email,
      mobile,
      accepts_communication: ["email"],
      consents: ["memberTerms"],
    };
    const added = accepted(await till()("POST", "/customers", { body }), customer);
    expect(added).toMatchObject({ name_first: "Nils", accepts_communication: ["email"] });
    const stored = await stateOf(added.customer_id);
    expect(stored).toMatchObject({ email, phoneNumber: mobile, tags: ["Sitoo"] });
    expect(stored.fields).toMatchObject({
      "Sitoo-Contact.namefirst": "Nils",
      "Sitoo-Contact.accepts_email": "true",
      "Sitoo-Contact.accepts_sms": "false",
    });
    expect(stored.suppressions.map(({ messageType }) => messageType)).toEqual(["text_message"]);
    expect(stored).toMatchObject({ preferences: [{ id: 1, isOptedIn: true }] });
  });

  it("and writes over nobody who has the e-mail already", async () => {
    const { id, email } = await person({ fields: { "Sitoo-Contact.namefirst": "Först" } });
    const body = { name_first: "Sist", email, mobile: nextMobile() };
    refused(await till()("POST", "/customers", { body }), 400);
    expect((await stateOf(id)).fields["Sitoo-Contact.namefirst"]).toBe("Först");
  });

  it("once, where the answer to the first try was lost", async () => {
    const body = { name_first: "En", email: `en-${unique()}@example.com`, mobile: nextMobile() };
    const lost: Fault = { type: "applied_then_status", status: 504 };
    const first = await during(lost, { method: "POST", path: "/v2/subscribers" }, () =>
      till()("POST", "/customers", { body }),
    );
    expect(first.status, first.text).toBeGreaterThanOrEqual(500);
    const again = await eventually(
      async () => {
        const reply = await till()("POST", "/customers", { body });
        return reply.status === 200 ? reply : undefined;
      },
      "the customer that the first try made",
      40_000,
    );
    const card = accepted(again, customer);
    expect(card.email).toBe(body.email);
    expect(await byEmail(body.email)).toBeDefined();
  }, 60_000);

  it("changes what was changed, and nothing else", async () => {
    const { id, email } = await person({
      fields: { "Sitoo-Contact.namefirst": "Anna", "Sitoo-Address.invoice_city": "Lund" },
    });
    const mobile = nextMobile();
    const body = { mobile, invoice_address: { address: "Gatan 1" }, birthday: "1990-02-03" };
    const card = accepted(await till()("PUT", `/customers/${id}`, { body }), customer);
    expect(card).toMatchObject({ email, mobile, birthday: "1990-02-03" });
    const stored = await stateOf(id);
    expect(stored.phoneNumber).toBe(mobile);
    expect(stored.fields).toMatchObject({
      "Sitoo-Contact.namefirst": "Anna",
      "Sitoo-Contact.birthday": "1990-02-03",
      "Sitoo-Address.invoice_city": "Lund",
      "Sitoo-Address.invoice_address": "Gatan 1",
    });
  });

  it("turns a no into a suppression, and a yes into none; but not over the customer's own no", async () => {
    const { id } = await person();
    const put = (accepts: string[]) =>
      till()("PUT", `/customers/${id}`, { body: { accepts_communication: accepts } });
    const types = async () =>
      (await stateOf(id)).suppressions.map(({ messageType }) => messageType).toSorted();
    expect(accepted(await put(["sms"]), customer).accepts_communication).toEqual(["sms"]);
    expect(await types()).toEqual(["email"]);
    expect(
      accepted(await put(["email", "sms"]), customer).accepts_communication?.toSorted(),
    ).toEqual(["email", "sms"]);
    expect(await types()).toEqual([]);
    // A card has shown that the write has arrived: from now on Rule's own word counts.
    foundOne(await find("customer_id", id));
    await gateway.rule().control("POST", "/suppress", {
      subscriberId: Number(id),
      messageTypes: ["email"],
      sourceType: "user",
    });
    refused(await put(["email", "sms"]), 400, /Rule|e-post|email/i);
    expect(await types()).toEqual(["email"]);
  });
});

describe("a bonus check", () => {
  const redeem = (
    id: string,
    checks: readonly unknown[],
    method: "POST" | "DELETE" = "POST",
    register = "till-1",
  ) =>
    till()(method, `/customers/${id}/redeem`, {
      body: { bonus_checks: checks },
      register,
      store: "200",
    });

  it("is used at the till, told to Rule with its day and what is left, and given back", async () => {
    const [one, other] = [`A-${unique()}`, `B-${unique()}`];
    const { id } = await person({
      fields: { "Sitoo-Contact.bonuschecks": [check(one), check(other)] },
    });
    const result = accepted(await redeem(id, [one]), redeemResult);
    expect(result.bonus_checks).toEqual([{ bonus_check_id: one, redeemed: true }]);
    const card = foundOne(await find("customer_id", id));
    expect(card.bonus_checks.find((each) => each.bonus_check_id === one)?.redeemed).toBe(true);
    const used = await eventually(async () => {
      const [first] = await checksOf(id);
      return first?.["redeemed"] === true ? first : undefined;
    }, "the mirror of the use");
    expect(used).toMatchObject({ remaining: "0.00", campaign: "kept as it is" });
    expect(used["date_redeemed"]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect((await checksOf(id))[1]).toEqual(check(other));
    refused(await redeem(id, [one], "POST", "till-2"), 400);

    accepted(await redeem(id, [one], "DELETE"), redeemResult);
    await eventually(async () => {
      const [first] = await checksOf(id);
      return first?.["redeemed"] === false && first["remaining"] === "100.00";
    }, "the mirror of the undo");
    expect((await checksOf(id))[0]).toEqual(check(one));
  });

  it("that was used in part keeps what is left", async () => {
    const one = `C-${unique()}`;
    const { id } = await person({ fields: { "Sitoo-Contact.bonuschecks": [check(one)] } });
    accepted(await redeem(id, [{ bonus_check_id: one, amount: "30.00" }]), redeemResult);
    await eventually(async () => (await checksOf(id))[0]?.["remaining"] === "70.00", "the rest");
    expect((await checksOf(id))[0]).toMatchObject({ redeemed: false });
  });

  it("of two at once, both reach Rule: the one field is written one after the other", async () => {
    const ids = [`D-${unique()}`, `E-${unique()}`, `F-${unique()}`];
    const { id } = await person({
      fields: { "Sitoo-Contact.bonuschecks": ids.map((one) => check(one)) },
    });
    accepted(await redeem(id, ids), redeemResult);
    await eventually(
      async () => (await checksOf(id)).every((one) => one["redeemed"] === true),
      "all three",
    );
  });

  it("reaches Rule late, and once, where Rule was away", async () => {
    const one = `G-${unique()}`;
    const { id } = await person({ fields: { "Sitoo-Contact.bonuschecks": [check(one)] } });
    await gateway.rule().fault({ type: "status", status: 503 }, { method: "PUT", path: id }, 1);
    accepted(await redeem(id, [one]), redeemResult);
    await eventually(async () => (await checksOf(id))[0]?.["redeemed"] === true, "it", 60_000);
    await gateway.rule().clearFaults();
  }, 70_000);

  it("that nobody can read hides itself alone", async () => {
    const one = `H-${unique()}`;
    const { id } = await person({
      fields: { "Sitoo-Contact.bonuschecks": [{ id: "X", value: "plenty" }, check(one)] },
    });
    const card = foundOne(await find("customer_id", id));
    expect(card.bonus_checks.map((each) => each.bonus_check_id)).toEqual([one]);
  });
});

describe("a file of bonus checks", () => {
  const imported = z.looseObject({
    written: z.number(),
    unchanged: z.number(),
    would_write: z.number(),
    not_found: z.number(),
    wrong: z.array(z.looseObject({ row: z.number(), why: z.string() })),
  });
  const bring = async (text: string, ...options: string[]) => {
    const file = join(gateway.running().stateDir, `checks-${unique()}.txt`);
    await writeFile(file, text);
    const ended = await gateway.command([
      "import-bonus-checks",
      "demo",
      file,
      "--json",
      ...options,
    ]);
    expect(ended.out, ended.err).toMatch(/^\{/);
    return { code: ended.code, ...imported.parse(JSON.parse(ended.out)) };
  };

  it("brings them to their customers, once, and says which lines it could not", async () => {
    const mobile = nextMobile();
    const [first, second] = [await person(), await person({ phoneNumber: mobile })];
    const ids = [`I-${unique()}`, `I-${unique()}`];
    const text = [
      "email\tmobile\tid\tvalue\tname\tvalid_until",
      `${first.email}\t\t${ids[0]}\t100,00\tHundred\t2099-12-31`,
      `\t${mobile.replace("+46", "0")}\t${ids[1]}\t50\tFifty\t`,
      "nobody@example.com\t\tI-0\t50\t\t",
      `${first.email}\t\tI-1\tplenty\t\t`,
    ].join("\n");
    expect(await bring(text, "--dry-run")).toMatchObject({ would_write: 2, not_found: 1, code: 1 });
    expect(foundOne(await find("customer_id", first.id)).bonus_checks).toEqual([]);

    const came = await bring(text);
    expect(came).toMatchObject({ written: 2, not_found: 1, code: 1 });
    expect(came.wrong).toEqual([
      { row: 4, why: "not found" },
      { row: 5, why: "value is no amount above nothing" },
    ]);
    const [card, other] = [
      foundOne(await find("customer_id", first.id)),
      foundOne(await find("customer_id", second.id)),
    ];
    expect(card.bonus_checks).toMatchObject([{ bonus_check_id: ids[0], value: "100.00" }]);
    expect(other.bonus_checks).toMatchObject([{ bonus_check_id: ids[1], value: "50.00" }]);
    expect(await bring(text)).toMatchObject({ written: 0, unchanged: 2 });
  });

  it("revives nothing that was used", async () => {
    const { id, email } = await person();
    const one = `J-${unique()}`;
    const text = `email\tid\tvalue\n${email}\t${one}\t100`;
    await bring(text);
    const redeemed = await till()("POST", `/customers/${id}/redeem`, {
      body: { bonus_checks: [one] },
      register: "till-1",
    });
    accepted(redeemed, redeemResult);
    await eventually(async () => (await checksOf(id))[0]?.["redeemed"] === true, "the mirror");
    await bring(text.replace("100", "200"));
    expect((await checksOf(id))[0]).toMatchObject({ redeemed: true, remaining: "0.00" });
    const again = await till()("POST", `/customers/${id}/redeem`, {
      body: { bonus_checks: [one] },
      register: "till-2",
    });
    refused(again, 400);
  });

  it("is for a CRM that keeps them in a file's way", async () => {
    const file = join(gateway.running().stateDir, "other.csv");
    await writeFile(file, "email,id,value\na@example.com,1,5");
    const ended = await gateway.command([
      "import-bonus-checks",
      "demo",
      file,
      "--channel",
      "voyado",
    ]);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/not brought by a file/);
  });
});

describe("an order", () => {
  it("becomes one record with tags, however often its event comes; a return is one of its own", async () => {
    const name = "rule-orders";
    const tenant = await gateway.onboard(name, withOrders);
    const { id } = await person({}, name);
    const sell = (sale: object) =>
      gateway.sitoo(name).sell({ storeId: "200", customerId: id, ...sale });
    const sale = await sell({ items: [{ sku: "A1" }] });
    for (let times = 0; times < 3; times += 1) await gateway.events(sale.events, tenant);
    const [record] = await eventually(async () => {
      const list = await recordsOf(id, name);
      return list.length > 0 ? list : undefined;
    }, "the record");
    expect(record?.values).toMatchObject({
      Number: String(sale.order.orderid),
      SaleId: `sitoo-90316-1-${sale.order.orderid}`,
      Total: sale.order.moneytotal_gross_all,
      Currency: "SEK",
      Status: "completed",
      StoreId: "200",
      StoreName: "City",
    });
    await eventually(
      async () => (await stateOf(id, name)).tags.includes("SitooOrder"),
      "the tag of an order",
    );
    const back = await sell({ refundOf: sale.order.orderid });
    await gateway.events(back.events, tenant);
    const list = await eventually(async () => {
      const found = await recordsOf(id, name);
      return found.length === 2 ? found : undefined;
    }, "the return");
    const refund = list.find(({ values }) => values["Status"] === "refunded");
    expect(refund?.values["Total"]).toBe(`-${sale.order.moneytotal_gross_all}`);
    expect(list.every(({ repeatOf }) => repeatOf === null)).toBe(true);

    const history = accepted(
      await till(tenant)("GET", `/customers/${id}/transactions`),
      z.array(transaction),
    );
    expect(history.map(({ order_id }) => order_id)).toEqual(
      expect.arrayContaining([sale.order.orderid, back.order.orderid]),
    );
  });

  it("is written once where the answer to the first write was lost", async () => {
    const name = "rule-lost";
    const tenant = await gateway.onboard(name, withOrders);
    const { id } = await person({}, name);
    await gateway
      .rule(name)
      .fault(
        { type: "applied_then_status", status: 504 },
        { method: "POST", path: "/custom-field-data/" },
        1,
      );
    const sale = await gateway.sitoo(name).sell({ customerId: id, items: [{ sku: "J2" }] });
    await gateway.events(sale.events, tenant);
    await eventually(
      async () => (await stateOf(id, name)).tags.includes("SitooOrder"),
      "the second try's end",
      60_000,
    );
    const list = await recordsOf(id, name);
    expect(list).toHaveLength(1);
    expect(list[0]?.repeatOf).toBeNull();
  }, 80_000);

  it("brings the web shop's purchases beside it on the card", async () => {
    const history = accepted(
      await till()("GET", `/customers/${astrid}/transactions`, { query: { num: "20" } }),
      z.array(transaction),
    );
    expect(history.map(({ receipt_id }) => receipt_id)).toEqual(
      expect.arrayContaining(["WEB-2001", "OLD-0001"]),
    );
    const times = history.map(({ date }) => Date.parse(date));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  it("of somebody unknown adds them, asked for no marketing", async () => {
    const name = "rule-new";
    const tenant = await gateway.onboard(name, withOrders);
    const email = `order-${unique()}@example.com`;
    const sale = await gateway
      .sitoo(name)
      .sell({ email, phone: nextMobile(), nameFirst: "Ola", items: [{ sku: "S3" }] });
    await gateway.events(sale.events, tenant);
    const found = await eventually(() => byEmail(email, name), "the subscriber");
    await eventually(
      async () => (await stateOf(String(found.id), name)).suppressions.length === 2,
      "its suppressions",
    );
    await eventually(async () => (await recordsOf(String(found.id), name)).length === 1, "order");
  });
});

describe("a till hears what is wrong with Rule", () => {
  const faults: readonly (readonly [string, Fault, number])[] = [
    ["500", { type: "status", status: 500, body: { error: "UnexpectedError" } }, 503],
    [
      "a 200 that holds an error",
      { type: "status", status: 200, body: { error: "UnexpectedError" } },
      503,
    ],
    ["a key that is wrong", { type: "status", status: 401, body: { error: "NotAuthorized" } }, 502],
    ["an answer that is no JSON", { type: "garbage" }, 502],
  ];
  it.each(faults)("%s", async (_name, fault, status) => {
    const reply = await during(fault, { path: "/v2/" }, () => find("customer_id", astrid));
    refused(reply, status);
  });

  it("429 with Stockholm's wall clock, and does not call again before it is over", async () => {
    const name = "rule-busy";
    const tenant = await gateway.onboard(name, { rule: {} });
    await gateway.rule(name).profile({ v2RateHeaders: true });
    await gateway.rule(name).control("POST", "/limits", { blockForMs: 60_000 });
    refused(await find("customer_id", astrid, tenant), 503);
    const mark = await gateway.rule(name).mark();
    refused(await find("customer_id", astrid, tenant), 503);
    expect(await gateway.rule(name).requests("/", mark)).toEqual([]);
  });
});
