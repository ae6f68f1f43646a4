import { describe, expect, it } from "vitest";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { Profile } from "../port.ts";
import { call, contactBody, contactId, engage, type Answer } from "./engage_fixture.ts";

const profileOf = async (body: object, ...rest: unknown[]): Promise<Profile> => {
  const [settings, sections] = rest as [
    Parameters<typeof engage>[1],
    readonly SectionConfig[] | undefined,
  ];
  const { crm } = engage(() => ({ json: body }), settings, sections);
  const outcome = await crm.get(contactId, call);
  if (!outcome.ok) throw new Error(outcome.failure.kind);
  return outcome.value;
};

describe("reading a contact", () => {
  it("maps every field that the till knows", async () => {
    const { customer } = await profileOf(
      contactBody({
        socialSecurityNumber: "189001019802",
        gender: "Female",
        birthDay: "1985-04-12T00:00:00",
        street: "Exempelgatan 12",
        zipCode: "111 22",
        city: "Stockholm",
        countryCode: "se",
        currentStore: { id: 7, name: "City", externalId: "200" },
      }),
    );
    expect(customer).toEqual({
      id: contactId,
      memberNumber: "10012",
      email: "astrid@example.com",
      nameFirst: "Astrid",
      nameLast: "Exempel",
      mobile: "+46701740605",
      personalId: "189001019802",
      gender: "female",
      birthday: "1985-04-12",
      invoiceAddress: {
        address: "Exempelgatan 12",
        zip: "111 22",
        city: "Stockholm",
        countryId: "SE",
      },
      accepts: { email: true, sms: true, mail: false },
      consents: ["memberTerms"],
      storeIdHome: "200",
      createdAt: "2028-05-01T10:00:00Z",
      modifiedAt: "2029-05-01T10:00:00Z",
    });
  });

  it("reads the other spelling of preferences, and attributes beside `attributes`", async () => {
    const preferences = { AcceptsEmails: true, AcceptsPostals: true, AcceptsSms: false };
    const { customer } = await profileOf({ id: contactId, firstName: "Astrid", preferences });
    expect(customer).toMatchObject({
      nameFirst: "Astrid",
      accepts: { email: true, mail: true, sms: false },
    });
  });

  it("leaves out what Engage has empty, and gender Other", async () => {
    const { customer } = await profileOf(
      contactBody({ email: null, lastName: "", gender: "Other", mobilePhone: undefined }),
    );
    expect(customer).not.toHaveProperty("email");
    expect(customer).not.toHaveProperty("nameLast");
    expect(customer).not.toHaveProperty("gender");
    expect(customer).not.toHaveProperty("invoiceAddress");
  });

  it("shows no address of a protected identity, not even in a section", async () => {
    const sections = [
      {
        title: "Info",
        attributes: [
          { attribute: "city", title: "City" },
          { attribute: "shoeSize", title: "Shoes" },
        ],
      },
    ];
    const body = contactBody({
      street: "Hemliga gatan 5",
      city: "Lund",
      shoeSize: 38,
      secrecyMarked: true,
    });
    const profile = await profileOf(body, {}, sections);
    expect(profile.customer.protectedIdentity).toBe(true);
    expect(JSON.stringify(profile)).not.toMatch(/Lund|Hemliga/);
    expect(profile.sections).toEqual([{ title: "Info", values: [{ title: "Shoes", text: "38" }] }]);
  });

  it.each([
    ["strings", contactBody({ labels: ["staff"] })],
    ["objects", contactBody({ labels: [{ id: "1", name: "STAFF" }] })],
    ["a comma string", contactBody({ labels: "VIP, Staff" })],
    ["the root", contactBody({}, { labels: ["Staff"] })],
  ])("opens vouchers by label, in labels as %s", async (_form, body) => {
    expect((await profileOf(body)).voucherPasswords).toEqual(["member", "staff"]);
  });

  it("opens only the default vouchers without the label, and finds labels by a dotted path", async () => {
    expect((await profileOf(contactBody({ labels: ["VIP"] }))).voucherPasswords).toEqual([
      "member",
    ]);
    const body = contactBody({ crm: { tags: ["Staff"] } });
    expect((await profileOf(body, { labelsPath: "crm.tags" })).voucherPasswords).toContain("staff");
  });
});

describe("labels from an address of their own", () => {
  const labelsUrl = "/v3/contacts/{contactId}/labels";
  const withLabels = (labels: Answer) =>
    engage(({ path }) => (path.endsWith("/labels") ? labels : { json: contactBody() }), {
      labelsUrl,
    });

  it("are read side by side with the contact", async () => {
    let open = 0;
    let most = 0;
    const { crm } = engage(
      async ({ path }) => {
        most = Math.max(most, (open += 1));
        await Promise.resolve();
        open -= 1;
        return { json: path.endsWith("/labels") ? [{ name: "Staff" }] : contactBody() };
      },
      { labelsUrl },
    );
    expect(await crm.get(contactId, call)).toMatchObject({
      ok: true,
      value: { voucherPasswords: ["member", "staff"], degraded: [] },
    });
    expect(most).toBe(2);
  });

  it.each([
    [{ status: 500, text: "" }],
    [{ kind: "timed_out", sent: true } as const],
    [{ status: 200, text: "<html>" }],
    [{ status: 404, text: "" }],
  ])("degrade the card and do not fail it: %j", async (answer) => {
    const { crm, logged } = withLabels(answer);
    expect(await crm.get(contactId, call)).toMatchObject({
      ok: true,
      value: {
        customer: { nameFirst: "Astrid" },
        voucherPasswords: ["member"],
        degraded: ["labels"],
      },
    });
    expect(logged).toMatchObject([{ event: "crm_part_missing", fields: { part: "labels" } }]);
  });

  it("do not save a contact that is gone", async () => {
    const { crm } = engage(
      ({ path }) => (path.endsWith("/labels") ? { json: [] } : { status: 404, text: "" }),
      { labelsUrl },
    );
    expect(await crm.get(contactId, call)).toEqual({
      ok: false,
      failure: { kind: "customer_not_found" },
    });
  });
});

describe("sections", () => {
  const textOf = async (value: unknown, config: object = {}) => {
    const sections = [
      { title: "Membership", attributes: [{ attribute: "custom", title: "T", ...config }] },
    ];
    const profile = await profileOf(contactBody({ custom: value }), {}, sections);
    return profile.sections[0]?.values[0]?.text;
  };
  const texts = { displayTrue: "Yes", displayFalse: "No" };

  it.each([[null], [""], [[]], [false], [undefined]])(
    "shows display_false for %j",
    async (value) => {
      expect(await textOf(value, texts)).toBe("No");
    },
  );

  it.each([[0], ["x"], [true], [["a"]], [{ name: "City" }]])(
    "shows display_true for %j",
    async (value) => {
      expect(await textOf(value, texts)).toBe("Yes");
    },
  );

  it("shows the value itself without display texts", async () => {
    expect(await textOf(0)).toBe("0");
    expect(await textOf(1250.5)).toBe("1250.5");
    expect(await textOf(true)).toBe("Ja");
    expect(await textOf(false)).toBe("Nej");
    expect(await textOf(["a", { id: 1, name: "b" }])).toBe("a, b");
    expect(await textOf({ id: 1, name: "City" })).toBe("City");
    expect(await textOf("2030-01-31T23:30:00Z")).toBe("2030-02-01");
    expect(await textOf("2030-01-31")).toBe("2030-01-31");
    expect(await textOf("10012")).toBe("10012");
    expect(await textOf(null)).toBeUndefined();
  });

  it("reads dotted names, and names that have dots of their own", async () => {
    const attributes = ["currentStore.name", "nps.grade", "meta.contactType"].map((attribute) => ({
      attribute,
      title: attribute,
    }));
    const body = contactBody({ currentStore: { name: "City" }, "nps.grade": 9 });
    const profile = await profileOf(body, { statusAttribute: "nps.grade" }, [
      { title: "S", attributes },
    ]);
    expect(profile.sections[0]?.values.map(({ text }) => text)).toEqual(["City", "9", "Member"]);
    expect(profile.statusText).toBe("9");
  });
});
