import { describe, expect, it } from "vitest";
import {
  absent,
  call,
  holding,
  listingBody,
  now,
  ometria,
  ourId,
  profileBody,
  profileId,
  taken,
} from "./ometria_fixture.ts";

const at = new Date(now).toISOString();

describe("a search", () => {
  it("by e-mail finds the till's own contact, with what the profile adds", async () => {
    const { crm, sent } = ometria(holding());
    const found = await crm.search({ by: "email", value: "astrid@example.com" }, call);
    expect(found).toMatchObject({
      ok: true,
      value: {
        id: ourId,
        profile: {
          statusText: "Gold",
          voucherPasswords: ["member", "staff"],
          customer: {
            id: ourId,
            nameFirst: "Astrid",
            mobile: "+46701740605",
            memberNumber: "10012",
            gender: "female",
            birthday: "1985-04-12",
            storeIdHome: "200",
            invoiceAddress: { city: "Lund", countryId: "SE" },
            accepts: { email: true, sms: true, mail: false },
            consents: ["terms"],
          },
        },
      },
    });
    expect(sent.map(({ path }) => path)).toEqual([
      "/profiles?email=astrid%40example.com",
      `/contacts/sitoo_pos/${ourId}`,
    ]);
    expect(sent[0]?.headers).toMatchObject({ "X-Ometria-Auth": "push-key" });
    // The card's offers come of the same read.
    expect(await crm.instruments(ourId, call)).toMatchObject({
      ok: true,
      value: { promotions: [{ id: "vip-10", redeemed: false }], bonusChecks: [] },
    });
    expect(sent).toHaveLength(2);
  });

  it("knows a profile that no till has written to by the profile's id", async () => {
    const { crm } = ometria(holding(undefined, profileBody({ customer_id: null })));
    expect(await crm.search({ by: "email", value: "a@example.com" }, call)).toMatchObject({
      value: { id: profileId, profile: { customer: { nameFirst: "A" } } },
    });
  });

  it("prefers the till's contact to a web shop's of the same address, and never guesses between two", async () => {
    const web = profileBody({ id: "web-profile", customer_id: "web-1" });
    const both = (listing: object | undefined) =>
      ometria((sent) =>
        sent.path.startsWith("/profiles?")
          ? { json: [web, profileBody()] }
          : holding(listing)(sent),
      ).crm;
    const key = { by: "email", value: "astrid@example.com" } as const;
    expect(await both(listingBody()).search(key, call)).toMatchObject({ value: { id: ourId } });
    expect(await both({ id: "another" }).search(key, call)).toEqual({
      ok: false,
      failure: { kind: "several_matches", ids: ["web-profile", profileId] },
    });
  });

  it.each<[string, Parameters<typeof ometria>[0]]>([
    ["an empty list", () => ({ json: [] })],
    ["404", () => absent],
  ])("takes %s for nobody", async (_, respond) => {
    const { crm } = ometria(respond);
    const found = await crm.search({ by: "email", value: "x@example.com" }, call);
    expect(found).toEqual({ ok: true, value: undefined });
  });

  it.each([
    [429, { kind: "rate_limited" }],
    [403, { kind: "set_up_fault", detail: "ometria GET /profiles?email=: HTTP 403" }],
    [503, { kind: "unavailable", sent: true, detail: "ometria GET /profiles?email=: HTTP 503" }],
  ])("that is answered %i is no answer that nobody has the key", async (status, failure) => {
    const { crm } = ometria(() => ({ status, json: { message: "x" } }));
    expect(await crm.search({ by: "email", value: "x@example.com" }, call)).toEqual({
      ok: false,
      failure,
    });
  });
});

describe("a card", () => {
  it("shows who left elsewhere as left, whatever the till once wrote", async () => {
    const { crm } = ometria(
      holding(listingBody(), profileBody({ marketing_optin: "EXPLICITLY_OPTEDOUT" })),
    );
    expect(await crm.get(ourId, call)).toMatchObject({
      value: { customer: { accepts: { email: false } } },
    });
  });

  it("is not shown where the profile cannot be read, which says who has left", async () => {
    const { crm } = ometria((sent) =>
      sent.path.startsWith("/profiles/") ? { status: 500, text: "" } : holding()(sent),
    );
    expect(await crm.get(ourId, call)).toMatchObject({ failure: { kind: "unavailable" } });
  });

  it("shows neither an unspecified choice nor a protected address", async () => {
    const { crm } = ometria(
      holding(
        listingBody({ channels: undefined, properties: { secrecy_marked: true, city: "Lund" } }),
        profileBody({ marketing_optin: "NOT_SPECIFIED", properties: {} }),
      ),
    );
    const read = await crm.get(ourId, call);
    expect(read).toMatchObject({ value: { customer: { accepts: {}, protectedIdentity: true } } });
    expect(JSON.stringify(read)).not.toContain("Lund");
  });

  it("shows attributes, tags and sums of the profile in sections", async () => {
    const attributes = ["level", "vip", "stats.orders", "none"].map((attribute) => ({
      attribute,
      title: attribute,
    }));
    const { crm } = ometria(holding(), { sections: [{ title: "Club", attributes }] });
    expect(await crm.get(ourId, call)).toMatchObject({
      value: {
        sections: [{ title: "Club", values: [{ text: "Gold" }, { text: "Ja" }, { text: "3" }] }],
      },
    });
  });
});

describe("a new customer", () => {
  it("gets an id that says nothing of the person; what was not ticked is not specified", async () => {
    const { crm, pushed } = ometria(() => taken);
    const made = await crm.create(
      {
        nameFirst: "Nils",
        email: "nils@example.com",
        mobile: "+46701740650",
        accepts: { email: false, sms: true },
        consents: ["terms"],
      },
      call,
    );
    const [contact, ...more] = pushed();
    expect(more).toEqual([]);
    expect(contact).toEqual({
      "@type": "contact",
      "@collection": "sitoo_pos",
      "@merge": true,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      customer_id: contact?.["id"],
      firstname: "Nils",
      email: "nils@example.com",
      phone_number: "+46701740650",
      store_ids: ["200"],
      timestamp_acquired: at,
      marketing_optin: "NOT_SPECIFIED",
      channels: { sms: { allow_marketing: true, dt_updated_marketing: at } },
      properties: { consent_terms: true },
    });
    expect(made).toMatchObject({
      ok: true,
      value: { customer: { id: contact?.["id"], nameFirst: "Nils" } },
    });
  });

  it("who ticked e-mail has choice and time on one contact, by force where the file says so", async () => {
    const { crm, pushed } = ometria(() => taken, { settings: { forceOptin: true } });
    await crm.create({ email: "nils@example.com", accepts: { email: true } }, call);
    expect(pushed()).toMatchObject([
      { marketing_optin: "EXPLICITLY_OPTEDIN", timestamp_subscribed: at, "@force_optin": true },
    ]);
  });

  it("is asked once more by SMS where the account has double opt-in", async () => {
    const { crm, pushed } = ometria(() => taken, { settings: { smsMode: "double" } });
    await crm.create({ mobile: "+46701740650", accepts: { sms: true } }, call);
    expect(pushed()[1]).toEqual({
      "@type": "contact",
      "@collection": "optin:sms",
      "@merge": true,
      id: pushed()[0]?.["id"],
      customer_id: pushed()[0]?.["id"],
      phone_number: "+46701740650",
      channels: { sms: { allow_marketing: true, dt_updated_marketing: at } },
    });
  });

  it.each<[string, Parameters<typeof ometria>[0], object]>([
    ["rejected", () => ({ json: { accepted: 0, rejected: 1 } }), { kind: "refused" }],
    [
      "refused",
      () => ({ status: 400, text: "nils@example.com is bad" }),
      { kind: "refused", detail: "ometria POST /push: HTTP 400 … is bad" },
    ],
    ["without an answer", () => ({ kind: "timed_out", sent: true }), { kind: "timed_out" }],
    ["answered by a web page", () => ({ text: "<html>" }), { kind: "unreadable" }],
  ])("that is %s is not made", async (_, respond, failure) => {
    const { crm } = ometria(respond);
    expect(await crm.create({ email: "nils@example.com" }, call)).toMatchObject({
      ok: false,
      failure,
    });
  });
});

describe("an edit", () => {
  const before = {
    id: ourId,
    email: "astrid@example.com",
    nameFirst: "Astrid",
    accepts: { email: true, sms: true, mail: false },
    consents: ["terms"],
  };

  it("writes what changed, and whole what `@merge` may not reach into", async () => {
    const { crm, pushed } = ometria(holding());
    await crm.update(
      ourId,
      { nameFirst: "Asta", mobile: "", accepts: { sms: false }, consents: ["terms", "offers"] },
      before,
      call,
    );
    expect(pushed()).toEqual([
      {
        "@type": "contact",
        "@collection": "sitoo_pos",
        "@merge": true,
        id: ourId,
        customer_id: ourId,
        firstname: "Asta",
        channels: {
          sms: { allow_marketing: false, allow_transactional: true, dt_updated_marketing: at },
        },
        properties: {
          member_number: "10012",
          accepts_mail: false,
          city: "Lund",
          consent_terms: true,
          consent_offers: true,
        },
      },
    ]);
  });

  it("opts out who unticks, and nobody whose choice was never known", async () => {
    const { crm, pushed } = ometria(holding());
    await crm.update(ourId, { accepts: { email: false } }, before, call);
    await crm.update(
      ourId,
      { accepts: { email: false } },
      { ...before, accepts: {} },
      { ...call, requestId: "r-2" },
    );
    expect(pushed()).toMatchObject([
      { marketing_optin: "EXPLICITLY_OPTEDOUT", timestamp_unsubscribed: at },
      { id: ourId },
    ]);
    expect(pushed()[1]).not.toHaveProperty("marketing_optin");
  });

  it("of a profile that no till has written to makes a contact that joins it", async () => {
    const { crm, pushed } = ometria(holding(undefined, profileBody({ customer_id: "web-1" })));
    await crm.update(profileId, { mobile: "+46701740618" }, { ...before, id: profileId }, call);
    expect(pushed()).toMatchObject([
      {
        id: profileId,
        customer_id: "web-1",
        email: "astrid@example.com",
        phone_number: "+46701740618",
      },
    ]);
  });

  it("of nobody is not written", async () => {
    const { crm, pushed } = ometria(() => absent);
    expect(await crm.update(ourId, { nameFirst: "X" }, before, call)).toEqual({
      ok: false,
      failure: { kind: "customer_not_found" },
    });
    expect(pushed()).toEqual([]);
  });
});
