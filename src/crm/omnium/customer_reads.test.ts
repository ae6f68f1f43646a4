import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  call,
  customerBody,
  customerId,
  found,
  memberBody,
  settings,
  withOmnium,
} from "./omnium_fixture.ts";
import { readPhone, storedPhone } from "./phones.ts";
import type { Omnium } from "./client.ts";

const card = (customer: object = customerBody(), member: object | null = memberBody()) =>
  withOmnium(
    ({ path }) => {
      if (!path.endsWith("/CustomerClubMember")) return { json: customer };
      return member === null ? { status: 404, text: "" } : { json: member };
    },
    { personalIdProperty: "PersonalId", mailConsentType: "PostalMarketing" },
    {
      sections: [
        {
          title: "Klubb",
          attributes: [
            { attribute: "club.summary.currentBalance", title: "Poäng" },
            { attribute: "club.tier.name", title: "Nivå" },
            { attribute: "ShoeSize", title: "Skostorlek" },
            { attribute: "club.nothing.there", title: "Inget" },
          ],
        },
      ],
    },
  );

describe("a customer", () => {
  it("is read with tier, points, properties and passwords", async () => {
    const { crm, sent } = card();
    const profile = await crm.get(customerId, call);
    expect(profile).toEqual({
      ok: true,
      value: {
        customer: {
          id: customerId,
          memberNumber: "10012",
          email: "astrid@example.com",
          nameFirst: "Astrid",
          nameLast: "Exempel",
          mobile: "+46701740605",
          gender: "female",
          birthday: "1985-04-12",
          invoiceAddress: {
            address: "Exempelgatan 1",
            zip: "11122",
            city: "Stockholm",
            countryId: "SE",
          },
          accepts: { email: true, sms: false },
          consents: ["PersonalOffers"],
          storeIdHome: "200",
          createdAt: "2028-05-01T10:00:00Z",
          modifiedAt: "2029-05-01T10:00:00Z",
        },
        sections: [
          {
            title: "Klubb",
            values: [
              { title: "Poäng", text: "120" },
              { title: "Nivå", text: "Gold" },
              { title: "Skostorlek", text: "38" },
            ],
          },
        ],
        voucherPasswords: ["staff", "gold", "club"],
        statusText: "Gold",
        degraded: [],
      },
    });
    expect(sent.map(({ path }) => path)).toEqual([
      `/PrivateCustomers/${customerId}`,
      `/PrivateCustomers/${customerId}/CustomerClubMember`,
    ]);
  });

  it("is read without a club, and with next to nothing", async () => {
    const bare = card({ customerId, firstName: null, consents: null, tags: [1, "VIP"] }, null);
    expect(await bare.crm.get(customerId, call)).toMatchObject({
      value: { customer: { id: customerId, accepts: {}, consents: [] }, voucherPasswords: [] },
    });
  });

  it("is shown without tier where the club cannot be read", async () => {
    const { crm, logged } = withOmnium(({ path }) =>
      path.endsWith("/CustomerClubMember") ? { status: 403, text: "" } : { json: customerBody() },
    );
    expect(await crm.get(customerId, call)).toMatchObject({ value: { degraded: ["labels"] } });
    expect(logged).toEqual([
      {
        event: "crm_part_missing",
        fields: { part: "labels", failure: "set_up_fault", request_id: "r-1" },
      },
    ]);
  });

  it("may not buy", async () => {
    const { crm } = card(customerBody({ isInactive: true }));
    expect(await crm.get(customerId, call)).toMatchObject({
      value: { statusText: "inactive", inactive: true },
    });
  });

  it.each(["..", ".", ""])("%j is nobody, and is not asked for", async (id) => {
    const { crm, sent } = card();
    expect(await crm.get(id, call)).toEqual({ ok: false, failure: { kind: "customer_not_found" } });
    expect(sent).toEqual([]);
  });

  it("an id with a plus sign is one segment", async () => {
    const { crm, sent } = card();
    await crm.get("+46/7", call);
    expect(sent[0]?.path).toBe("/PrivateCustomers/%2B46%2F7");
  });
});

describe("a search", () => {
  it.each([
    [{ by: "mobile", value: "+46701740605" }, { phone: "+46701740605" }],
    [{ by: "email", value: "astrid@example.com" }, { email: "astrid@example.com" }],
    [{ by: "member_number", value: "10012" }, { customerNumbers: ["10012"] }],
    [{ by: "personal_id", value: "19" }, { properties: [{ key: "PersonalId", value: "19" }] }],
  ] as const)("by %o", async (key, filter) => {
    const { crm, sent } = withOmnium(() => found(customerBody()), {
      personalIdProperty: "PersonalId",
    });
    expect(await crm.search(key, call)).toEqual({ ok: true, value: { id: customerId } });
    expect(sent[0]?.body).toEqual({ ...filter, page: 0, take: 10, isFacetsDisabled: true });
  });

  it("finds nobody, or several", async () => {
    const key = { by: "email", value: "a@example.com" } as const;
    expect(await withOmnium(() => found()).crm.search(key, call)).toEqual({
      ok: true,
      value: undefined,
    });
    const two = withOmnium(() => found(customerBody(), customerBody({ customerId: "c2" })));
    expect(await two.crm.search(key, call)).toEqual({
      ok: false,
      failure: { kind: "several_matches", ids: [customerId, "c2"] },
    });
  });

  it("by personal id finds nobody where no property holds it", async () => {
    const { crm, sent } = withOmnium(() => found(customerBody()));
    expect(await crm.search({ by: "personal_id", value: "19" }, call)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(sent).toEqual([]);
    expect(crm.capabilities.searchBy).not.toContain("personal_id");
  });
});

describe("phones", () => {
  const omnium = (phoneFormat: "e164" | "no_prefix" | "double_zero", country = "SE") =>
    ({ settings: { ...settings, phoneFormat }, market: { country } }) as Omnium;

  it.each([
    ["e164", "+46701740605", "+46701740605"],
    ["no_prefix", "+46701740605", "701740605"],
    ["no_prefix", "+4741234567", "+4741234567"],
    ["double_zero", "+46701740605", "0046701740605"],
  ] as const)("%s: %s is stored as %s", (format, e164, stored) => {
    expect(storedPhone(e164, omnium(format))).toBe(stored);
  });

  it("come back as they went, in each format and country", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("e164", "no_prefix", "double_zero"),
        fc.constantFrom("SE", "NO", "US"),
        fc.constantFrom("+46701740605", "+4741234567", "+358401234567", "+12125550123"),
        (format, country, e164) => {
          const there = omnium(format, country);
          expect(readPhone(storedPhone(e164, there), there)).toBe(e164);
        },
      ),
    );
  });
});
