import { describe, expect, it } from "vitest";
import { aCall, fields, id, nobody, now, ruleOf, subscriber } from "./rule_fixture.ts";

const astrid = { by: "email", value: "astrid@example.com" } as const;

describe("a search", () => {
  it.each([
    ["mobile", "+46701740605", "phone_number"],
    ["email", "astrid@example.com", "email"],
    ["member_number", "10012", "custom_identifier"],
  ] as const)("by %s asks for the exact value, encoded", async (by, value, identifiedBy) => {
    const { crm, sent } = ruleOf(() => undefined);
    const found = await crm.search({ by, value }, aCall());
    expect(found).toMatchObject({ ok: true, value: { id, profile: { customer: { id } } } });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v2/subscribers/${value}`,
      `GET /v2/subscriber/${id}/fields`,
    ]);
    expect(sent[0]?.query.get("identified_by")).toBe(identifiedBy);
    expect(sent[0]?.url).not.toMatch(/\/\+46|rule-key/);
    expect(sent[0]?.headers["Authorization"]).toBe("Bearer rule-key");
    expect(sent[0]?.query.get("source")).toBe("sitoo-gateway");
  });

  it("that misses costs one 404, until half a minute is over", async () => {
    let at = now;
    const { crm, sent } = ruleOf(() => nobody, {}, { now: () => at });
    const look = () => crm.search(astrid, { ...aCall(), deadline: at + 8_000 });
    for (let times = 0; times < 5; times += 1)
      expect(await look()).toEqual({ ok: true, value: undefined });
    expect(sent).toHaveLength(1);
    at += 30_001;
    await look();
    expect(sent).toHaveLength(2);
  });

  it("asks again for a key that was given to somebody", async () => {
    let isThere = false;
    const { crm, sent } = ruleOf(({ method }) => {
      if (method === "POST") isThere = true;
      return isThere ? undefined : nobody;
    });
    await crm.search(astrid, aCall());
    await crm.create({ email: astrid.value, accepts: { email: true, sms: true } }, aCall());
    expect(await crm.search(astrid, aCall())).toMatchObject({ ok: true, value: { id } });
    expect(sent.filter(({ path }) => path.includes("@"))).toHaveLength(2);
  });

  it("takes a refused kind of key for nobody", async () => {
    const { crm } = ruleOf(() => ({ status: 400, json: { error: "ValidationError" } }));
    expect(await crm.search({ by: "member_number", value: "1" }, aCall())).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it("never asks by personal id, nor for an id that is no number", async () => {
    const { crm, sent } = ruleOf(() => undefined);
    expect(await crm.search({ by: "personal_id", value: "189001019802" }, aCall())).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await crm.search({ by: "customer_id", value: "../x" }, aCall())).toEqual({
      ok: true,
      value: undefined,
    });
    expect(sent).toEqual([]);
  });

  it("stops short of the error ceiling", async () => {
    const { crm, session } = ruleOf(() => undefined);
    session.errors = { percent: 45, at: now };
    expect(await crm.search(astrid, aCall())).toMatchObject({
      ok: false,
      failure: { kind: "rate_limited" },
    });
    session.errors = { percent: 45, at: now - 61_000 };
    expect(await crm.search(astrid, aCall())).toMatchObject({ ok: true });
  });
});

describe("a customer", () => {
  const get = async (values: Readonly<Record<string, unknown>>, members: object = {}) => {
    const { crm } = ruleOf(
      ({ path }) => (path.endsWith("/fields") ? fields(values) : subscriber(members)),
      {
        voucherPasswordsDefault: ["member"],
        voucherPasswordsFromTags: [{ group: "vip", voucherPasswords: ["vip"] }],
        statusField: "Sitoo-Contact.level",
        consents: [
          { id: "terms", name: "Terms" },
          { id: "tagged", name: "By tag", tag: "Yes" },
        ],
      },
      { sections: [{ title: "More", attributes: [{ attribute: "tags", title: "Tags" }] }] },
    );
    const found = await crm.get(id, aCall());
    if (!found.ok) throw new Error(JSON.stringify(found));
    return found.value;
  };

  it("is made of subscriber and fields", async () => {
    const profile = await get(
      {
        "Sitoo-Contact.namefirst": " Astrid ",
        "Sitoo-Contact.gender": "Female",
        "Sitoo-Contact.birthday": "1990-01-01",
        "Sitoo-Contact.acceptedconsents": "terms, other",
        "Sitoo-Contact.accepts_mail": "true",
        "Sitoo-Contact.level": "Gold",
        "Sitoo-Address.invoice_city": "Lund",
        "Sitoo-Address.invoice_countryid": "se",
      },
      { tags: [{ name: "VIP" }, { name: "Yes" }] },
    );
    expect(profile).toMatchObject({
      customer: {
        id,
        memberNumber: "10012",
        email: "astrid@example.com",
        mobile: "+46701740605",
        nameFirst: "Astrid",
        gender: "female",
        birthday: "1990-01-01",
        invoiceAddress: { city: "Lund", countryId: "SE" },
        accepts: { email: true, sms: true, mail: true },
        consents: ["terms", "tagged"],
        createdAt: "2028-05-01T10:00:00+00:00",
      },
      statusText: "Gold",
      voucherPasswords: ["member", "vip"],
      sections: [{ title: "More", values: [{ title: "Tags", text: "VIP, Yes" }] }],
    });
  });

  it("shows without what people wrote in another form", async () => {
    const { customer } = await get({
      "Sitoo-Contact.birthday": "1 januari",
      "Sitoo-Contact.gender": { odd: true },
      "Sitoo-Contact.personalid": "189001019802",
      "Sitoo-Address.invoice_countryid": "Sverige",
    });
    expect(customer).not.toHaveProperty("birthday");
    expect(customer).not.toHaveProperty("gender");
    expect(customer).not.toHaveProperty("invoiceAddress");
    // Off by default.
    expect(customer).not.toHaveProperty("personalId");
  });

  const suppressed = (message_type: string, dispatcher_type = "campaign") => ({
    suppressed: [{ id: 1, dispatcher_type, message_type, suppressed_source_type: "user" }],
  });
  it.each([
    ["nothing said", {}, {}, { email: true, sms: true }],
    ["a suppression", {}, suppressed("email"), { email: false, sms: true }],
    [
      "a suppression of transactions",
      {},
      suppressed("email", "transactional"),
      { email: true, sms: true },
    ],
    ["an opt-in that was never confirmed", {}, { opted_in: false }, { email: false, sms: false }],
    [
      "a no that was taken back in Rule",
      { "Sitoo-Contact.accepts_email": "false" },
      {},
      { email: true, sms: true },
    ],
    [
      "a no of a moment ago whose suppression failed",
      { "Sitoo-Contact.accepts_email": "false" },
      { created_at: "2030-01-31 09:59:00" },
      { email: false, sms: true },
    ],
    [
      "no phone",
      { "Sitoo-Contact.accepts_sms": "true" },
      { phone_number: null },
      { email: true, sms: true },
    ],
    ["no phone and no word of it", {}, { phone_number: null }, { email: true }],
  ])("accepts by %s", async (_name, values, members, accepts) => {
    expect((await get(values, members)).customer.accepts).toEqual(accepts);
  });

  it("that is gone, and one without fields, are told apart", async () => {
    const gone = ruleOf(() => nobody);
    expect(await gone.crm.get(id, aCall())).toMatchObject({
      failure: { kind: "customer_not_found" },
    });
    const broken = ruleOf(({ path }) =>
      path.endsWith("/fields") ? { status: 500, json: { error: "UnexpectedError" } } : undefined,
    );
    expect(await broken.crm.get(id, aCall())).toMatchObject({ failure: { kind: "unavailable" } });
  });

  it("is read once for a card, and anew for the next call", async () => {
    const { crm, sent } = ruleOf(() => undefined);
    const call = aCall();
    await crm.get(id, call);
    await crm.instruments(id, call);
    expect(sent).toHaveLength(2);
    await crm.instruments(id, aCall());
    expect(sent).toHaveLength(4);
  });
});
