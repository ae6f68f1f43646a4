import { beforeAll, describe, expect, it } from "vitest";
import {
  addCustomer,
  astrid,
  foundNobody,
  foundOne,
  hedda,
  promotionId,
  refused,
  useGateway,
  voucherId,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();
const search = (key_type: string, key: string, tenant?: Onboarded) =>
  gateway.till(tenant)("GET", "/customers", { query: { key_type, key }, store: "200" });

describe("a customer is found", () => {
  it.each([
    ["mobile", "+46701740605"],
    ["mobile", "070-174 06 05"],
    ["mobile", "0046701740605"],
    ["email", "astrid@example.com"],
    ["email", "  ASTRID@Example.com "],
    ["personal_id", "189001019802"],
    ["personal_id", "18900101-9802"],
    ["member_number", "10012"],
    ["member_number", "CLUB0010012"],
    ["customer_id", astrid],
    ["MOBILE", "+46701740605"],
  ])("by %s %s", async (keyType, key) => {
    expect(foundOne(await search(keyType, key)).customer_id).toBe(astrid);
  });

  it("with the query in the other order, without any till header, and with a trailing slash", async () => {
    const till = gateway.till();
    const query = { key: "10012", key_type: "member_number" };
    expect(foundOne(await till("GET", "/customers", { query })).customer_id).toBe(astrid);
    expect(foundOne(await till("GET", "/customers/", { query })).customer_id).toBe(astrid);
  });

  it("with till headers that are percent-encoded, broken, or of tomorrow", async () => {
    const reply = await gateway.till()("GET", "/customers", {
      query: { key: "10012", key_type: "member_number", eshop_id: "1", shiny: "yes" },
      headers: {
        "Store-ID": "%C3%85re%20200",
        "Staff-ID": "100%",
        "Register-ID": "%7B1%7D",
        "Request-ID": "abc",
        "X-New": "1",
      },
    });
    expect(foundOne(reply).customer_id).toBe(astrid);
  });
});

describe("the card", () => {
  it("holds what the CRM knows, in the SPI's words and with nothing that is only assumed", async () => {
    const card = foundOne(await search("member_number", "10012"));
    expect(card).toMatchObject({
      customer_id: astrid,
      member_number: "10012",
      email: "astrid@example.com",
      name_first: "Astrid",
      name_last: "Exempel",
      mobile: "+46701740605",
      personal_id: "189001019802",
      gender: "female",
      birthday: "1985-04-12",
      invoice_address: {
        address: "Exempelgatan 12",
        zip: "111 22",
        city: "Stockholm",
        country_id: "SE",
      },
      accepts_communication: ["email", "sms"],
      consents: ["memberTerms"],
      status: { color: "green", text: "Gold" },
      store_id_home: "200",
      promotions: [
        {
          promotion_id: promotionId(1),
          redeemed: false,
          promotion_type: { type: "cart_percent", value_int: 10 },
        },
      ],
    });
    expect(card.promotions).toHaveLength(1);
    expect(card.voucher_passwords.toSorted()).toEqual(["member", "spring_member", "staff"]);
  });

  it("shows bonus checks that can be used, in whole units and never in minor ones", async () => {
    const { bonus_checks: checks } = foundOne(await search("member_number", "10012"));
    expect(
      checks
        .map(({ bonus_check_id, value, value_int, currency, redeemed }) => [
          bonus_check_id,
          value,
          value_int,
          currency,
          redeemed,
        ])
        .toSorted(([one], [other]) => String(one).localeCompare(String(other))),
    ).toEqual([
      [voucherId(1), "50.00", 50, "SEK", false],
      [voucherId(2), "100.00", 100, "SEK", false],
      [voucherId(3), "75.00", 75, "SEK", false],
    ]);
    for (const check of checks)
      expect(Date.parse(check.date_expires ?? "")).toBeGreaterThan(Date.now());
  });

  it("leaves out value_int where the value has decimals", async () => {
    const { email, vouchers } = await addCustomer(gateway.voyado(), {
      vouchers: [{ value: { amount: "12.50", currency: "SEK" } }],
    });
    const card = foundOne(await search("email", email));
    expect(card.bonus_checks).toMatchObject([{ bonus_check_id: vouchers[0], value: "12.50" }]);
    expect(card.bonus_checks[0]).not.toHaveProperty("value_int");
  });

  it("has the configured sections, and offers that the till cannot apply as text", async () => {
    const { sections } = foundOne(await search("member_number", "10012"));
    expect(sections[0]).toEqual({
      title: "Medlemskap",
      values: [
        { title: "Poäng", text: "1250", type: "text" },
        { title: "VIP", text: "Ja", type: "text" },
      ],
    });
    const offers = sections.find(({ title }) => title === "Demo Club");
    expect(offers?.values.map(({ title }) => title).toSorted()).toEqual([
      "100 kr off your purchase",
      "A cup of coffee",
    ]);
  });

  it("shows display_false for a missing attribute, and 0 as data", async () => {
    const { email } = await addCustomer(gateway.voyado(), { contact: { points: 0 } });
    const { sections } = foundOne(await search("email", email));
    expect(sections[0]?.values).toContainEqual({ title: "VIP", text: "Nej", type: "text" });
    expect(sections[0]?.values).toContainEqual({ title: "Poäng", text: "0", type: "text" });
  });

  it("shows no address of a protected identity", async () => {
    const reply = await search("email", "ebba@example.com");
    expect(foundOne(reply)).not.toHaveProperty("invoice_address");
    expect(reply.text).not.toMatch(/Hemliga|222 22|Lund/);
  });

  it("leaves out what is unknown: a gender that the SPI has no word for, a person with a first name alone", async () => {
    expect(foundOne(await search("email", "hedda@example.net"))).not.toHaveProperty("gender");
    const kim = foundOne(await search("email", "kim@example.org"));
    expect(kim.name_first).toBe("Kim");
    expect(kim).not.toHaveProperty("name_last");
    expect(kim).toMatchObject({ promotions: [], bonus_checks: [] });
  });

  it("shows assumed promotion types once the tenant's tills are known to take them", async () => {
    const tenant = await gateway.onboard("confirmed", {
      channel: { spi: { confirmed: ["cart_amount", "voucher", "manual"] } },
    });
    const { promotions, sections } = foundOne(await search("member_number", "10012", tenant));
    expect(promotions.map(({ promotion_type }) => promotion_type)).toEqual(
      expect.arrayContaining([
        { type: "cart_percent", value_int: 10 },
        { type: "cart_amount", value: "100.00" },
        { type: "voucher", value_text: "spring_member" },
        { type: "manual", value_text: "Give the customer a cup of coffee" },
      ]),
    );
    expect(sections.map(({ title }) => title)).not.toContain("Demo Club");
  });

  it("shows money in the market's currency, and hides what has no value in it", async () => {
    const tenant = await gateway.onboard("norway", {
      market: { country: "NO", locale: "nb-NO", currency: "NOK", time_zone: "Europe/Oslo" },
      voyado: { currency_code: "NOK", locale: "nb-NO" },
    });
    const { bonus_checks: checks } = foundOne(await search("member_number", "10012", tenant));
    expect(checks.map(({ value, currency }) => [value, currency])).toEqual([["52.00", "NOK"]]);
  });

  it.each([
    { preferenceSpelling: "AcceptsEmails" },
    { itemsCase: "Items" },
    { labelsShape: "objects" },
    { labelsShape: "csv", labelsPlace: "root" },
  ])("is the same however the CRM's tenant spells it: %j", async (profile) => {
    const voyado = gateway.voyado();
    const usual = foundOne(await search("member_number", "10012"));
    await voyado.profile(profile);
    try {
      expect(foundOne(await search("member_number", "10012"))).toEqual(usual);
    } finally {
      await voyado.profile({
        preferenceSpelling: "acceptsEmail",
        itemsCase: "items",
        labelsShape: "strings",
        labelsPlace: "attributes",
      });
    }
  });
});

describe("nobody matches: 200 and an empty array, never 404", () => {
  it.each([
    ["mobile", "+46701740699"],
    ["email", "nobody@example.com"],
    ["personal_id", "189012319829"],
    ["member_number", "99999"],
    ["customer_id", "00000000-0000-4000-8000-00000000dead"],
  ])("%s %s", async (keyType, key) => foundNobody(await search(keyType, key)));

  it.each([
    ["mobile", "12"],
    ["mobile", "not a phone"],
    ["mobile", "9".repeat(300)],
    ["email", "astrid"],
    ["email", "a@b"],
    ["email", "astrid @example.com"],
    ["personal_id", "abc"],
    ["personal_id", "'; DROP TABLE contacts; --"],
    ["member_number", "../../consents"],
    ["member_number", "10012?x=1&any=astrid@example.com"],
    ["customer_id", "../../../api/v3/consents"],
    ["customer_id", "not-a-guid"],
  ])("a key that cannot be of its type: %s %j", async (keyType, key) =>
    foundNobody(await search(keyType, key)),
  );

  it("a key that can be nobody's is not even asked for", async () => {
    const mark = await gateway.voyado().mark();
    await search("mobile", "not a phone");
    await search("customer_id", "../consents");
    expect(await gateway.voyado().requests("", mark)).toEqual([]);
  });
});

describe("a search that says too little", () => {
  it.each([
    [{ key: "10012" }, /key_type/],
    [{ key: "10012", key_type: "" }, /key_type/],
    [{ key: "10012", key_type: "shoe_size" }, /key_type/],
    [{ key_type: "email" }, /\bkey\b/],
    [{ key_type: "email", key: "" }, /\bkey\b/],
    [{ key_type: "email", key: "   " }, /\bkey\b/],
    [{}, /key_type/],
  ])("%j is 400 and names the field", async (query, field) => {
    refused(await gateway.till()("GET", "/customers", { query }), 400, field);
  });

  it("by a type that the tenant does not offer is 400, and so is an empty one", async () => {
    const tenant = await gateway.onboard("members-only", {
      channel: { client_settings: { search_types: ["member_number"] } },
    });
    refused(await search("mobile", "+46701740605", tenant), 400, /key_type/);
    expect(foundOne(await search("member_number", "10012", tenant)).customer_id).toBe(astrid);
  });
});

describe("several people share a key", () => {
  let newest: Onboarded;
  beforeAll(async () => {
    newest = await gateway.onboard("newest", { channel: { on_multiple: "newest" } });
  });

  it("and the till is told to ask for another key", async () => {
    refused(await search("mobile", "+46701740607"), 400, /flera kunder/i);
  });

  it("and the tenant wants the one changed last", async () => {
    // Cecilia is older than David by her seed.
    expect(foundOne(await search("mobile", "+46701740607", newest)).name_first).toBe("David");
    await gateway.voyado("newest").patch("contacts", "33333333-3333-4333-8333-333333333333", {
      modifiedOn: new Date().toISOString(),
    });
    expect(foundOne(await search("mobile", "+46701740607", newest)).name_first).toBe("Cecilia");
  });

  it("but only one is of the tills' contact type", async () => {
    expect(foundOne(await search("mobile", "+46701740610")).customer_id).toBe(hedda);
  });
});
