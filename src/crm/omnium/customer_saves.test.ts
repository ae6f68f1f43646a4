import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, Person } from "../../model/customer.ts";
import {
  call,
  customerBody,
  customerId,
  memberBody,
  now,
  type Sent,
  withOmnium,
} from "./omnium_fixture.ts";

const nils: Person = {
  nameFirst: "Nils",
  email: "nils@example.com",
  mobile: "+46701740650",
  invoiceAddress: { address: "Storgatan 2", zip: "11122", countryId: "se" },
};
const counters = (change: object = {}) => ({
  json: {
    isModified: true,
    totalCount: 1,
    updatedCount: 1,
    notFoundCount: 0,
    errorCount: 0,
    ...change,
  },
});
/** Takes what is made, and shows it. */
const register = () => {
  let made: object | undefined;
  return ({ method, path, body }: Sent) => {
    if (method === "POST" && path === "/PrivateCustomers") {
      made = { ...(body as object), created: new Date(now).toISOString() };
      return { status: 201, json: made };
    }
    return made === undefined ? { status: 404, text: "" } : { json: made };
  };
};
const bodyOf = (sent: readonly Sent[], path: string) =>
  sent.filter((one) => one.path === path).map(({ body }) => body);

describe("create", () => {
  it("sends what was typed, a new id, market and store, and no consent that nobody was asked for", async () => {
    const { crm, sent } = withOmnium(register());
    const made = await crm.create(
      { ...nils, accepts: { sms: false }, consents: ["Research"] },
      call,
    );
    const [body] = bodyOf(sent, "/PrivateCustomers") as [{ customerId: string }];
    expect(body).toEqual({
      customerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      marketId: "SWE",
      firstName: "Nils",
      email: "nils@example.com",
      phone: "+46701740650",
      address: { line1: "Storgatan 2", streetNumber: "", postalCode: "11122", countryCode: "SE" },
      storeIds: ["200"],
      consents: [
        { type: "SmsMarketing", status: false, date: "2030-01-31T10:00:00.000Z", source: "PoS" },
        { type: "Research", status: true, date: "2030-01-31T10:00:00.000Z", source: "PoS" },
      ],
    });
    expect(made).toMatchObject({ ok: true, value: { customer: { id: body.customerId } } });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["Email", "nils@example.com"],
    ["Phone", "46701740650"],
  ] as const)("CustomerIdField %s makes the id %s", async (customerIdField, id) => {
    const { crm, sent } = withOmnium(register(), { customerIdField });
    expect(await crm.create(nils, call)).toMatchObject({ value: { customer: { id } } });
    expect(bodyOf(sent, "/PrivateCustomers")).toMatchObject([{ customerId: id }]);
    const without = withOmnium(register(), { customerIdField });
    expect(await without.crm.create({ nameFirst: "Nils" }, call)).toMatchObject({
      failure: {
        kind: "invalid_fields",
        fields: [{ field: customerIdField === "Email" ? "email" : "mobile" }],
      },
    });
    expect(without.sent).toEqual([]);
  });

  it("takes the next number of the series", async () => {
    const make = register();
    const { crm, sent } = withOmnium(
      (one) => (one.path.endsWith("/GetNextCustomerNumber") ? { text: "20001" } : make(one)),
      { numberSeries: true },
    );
    expect(await crm.create(nils, call)).toMatchObject({
      value: { customer: { memberNumber: "20001" } },
    });
    expect(sent[0]?.query.get("marketId")).toBe("SWE");
  });

  it.each([
    ["an id that is taken", { status: 409, text: "" }, { kind: "already_member" }],
    [
      "a unique e-mail",
      { status: 400, json: { detail: "There is already a customer with this email." } },
      { kind: "already_member" },
    ],
    [
      "a bad phone, told in plain text",
      { status: 400, text: "Phone has the wrong length" },
      {
        kind: "invalid_fields",
        fields: [{ field: "mobile", message: "Phone has the wrong length" }],
      },
    ],
    ["a missing role", { status: 403, text: "" }, { kind: "set_up_fault" }],
  ] as const)("%s", async (_, answer, failure) => {
    expect(await withOmnium(() => answer).crm.create(nils, call)).toMatchObject({
      ok: false,
      failure,
    });
  });

  it.each([
    ["a time-out", { kind: "timed_out", sent: true }],
    ["a 500", { status: 500, text: "" }],
    ["a page", { text: "<html>" }],
  ] as const)("%s is looked into by the id, which is ours", async (_, answer) => {
    const make = register();
    const applied = withOmnium((one) => {
      const made = make(one);
      return one.method === "POST" ? answer : made;
    });
    expect(await applied.crm.create(nils, call)).toMatchObject({ ok: true });
    const lost = withOmnium((one) => (one.method === "POST" ? answer : { status: 404, text: "" }));
    expect(await lost.crm.create(nils, call)).toMatchObject({ ok: false });
    expect(lost.sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  it("joins the club with the consents and who sold it, and is made all the same where that fails", async () => {
    const make = register();
    const join = (answer: object) =>
      withOmnium(
        (one) => (one.path.includes("/CustomerClubMember/") ? (answer as { text: "" }) : make(one)),
        {
          joinClub: true,
        },
      );
    const joined = join({ json: memberBody() });
    const made = await joined.crm.create({ ...nils, accepts: { email: true } }, call);
    expect(made).toMatchObject({
      value: { statusText: "Gold", voucherPasswords: ["gold", "staff", "club"] },
    });
    expect(joined.sent[1]).toMatchObject({
      path: expect.stringMatching(/\/CustomerClubMember\/AddWithConsentList$/),
      body: [{ type: "EmailMarketing", status: true }],
    });
    expect(joined.sent[1]?.query.get("salesPersonId")).toBe("7");
    const failing = join({ status: 500, text: "" });
    expect(await failing.crm.create(nils, call)).toMatchObject({ ok: true });
    expect(failing.logged).toEqual([
      { event: "omnium_club_not_joined", fields: { failure: "unavailable", request_id: "r-1" } },
    ]);
  });
});

const before: Customer = {
  id: customerId,
  nameFirst: "Astrid",
  email: "astrid@example.com",
  mobile: "+46701740605",
  invoiceAddress: { address: "Exempelgatan 1", zip: "11122", city: "Stockholm", countryId: "SE" },
  accepts: { email: true, sms: false },
  consents: ["PersonalOffers"],
};
const holds = (patch: object = counters()) =>
  withOmnium(({ method, path }) => {
    if (method === "PATCH") return patch as { json: unknown };
    return path.endsWith("Member") ? { json: memberBody() } : { json: customerBody() };
  });

describe("update", () => {
  it("writes what differs, and keeps what else the address holds", async () => {
    const { crm, sent } = holds();
    const changes = {
      ...before,
      nameFirst: "Asta",
      invoiceAddress: { ...before.invoiceAddress, address: "Nygatan 5" },
    };
    expect(await crm.update(customerId, changes, before, call)).toMatchObject({ ok: true });
    expect(bodyOf(sent, "/PrivateCustomers/PatchPrivateCustomer")).toEqual([
      {
        customerId,
        firstName: "Asta",
        address: {
          line1: "Nygatan 5",
          line2: "lgh 3",
          streetNumber: "",
          postalCode: "11122",
          city: "Stockholm",
          countryCode: "se",
          name: null,
        },
      },
    ]);
    expect(sent.some(({ path }) => path.endsWith("/Consents"))).toBe(false);
  });

  it("writes each consent that changed by its own call", async () => {
    const { crm, sent } = holds();
    const changes = { accepts: { email: false, sms: false }, consents: ["Research"] };
    await crm.update(customerId, changes, before, call);
    expect(
      sent
        .filter(({ path }) => path.endsWith("/Consents"))
        .map(({ query }) => query.get("customerId")),
    ).toEqual([customerId, customerId, customerId]);
    expect(bodyOf(sent, "/PrivateCustomers/Consents")).toMatchObject([
      { type: "EmailMarketing", status: false, source: "PoS" },
      { type: "Research", status: true },
      { type: "PersonalOffers", status: false },
    ]);
    expect(sent.some(({ method }) => method === "PATCH")).toBe(false);
  });

  it("writes nothing where nothing differs", async () => {
    const { crm, sent } = holds();
    expect(await crm.update(customerId, { ...before }, before, call)).toMatchObject({ ok: true });
    expect(sent.every(({ method }) => method === "GET")).toBe(true);
  });

  it("clears a field, and a birthday with null", async () => {
    const { crm, sent } = holds();
    await crm.update(
      customerId,
      { mobile: "", birthday: "" },
      { ...before, birthday: "1985-04-12" },
      call,
    );
    expect(bodyOf(sent, "/PrivateCustomers/PatchPrivateCustomer")).toEqual([
      { customerId, phone: "", birthDate: null },
    ]);
  });

  it.each([
    [{ notFoundCount: 1 }, { kind: "customer_not_found" }],
    [
      { errorCount: 1, errorMessage: "Email is not valid." },
      { kind: "invalid_fields", fields: [{ field: "email" }] },
    ],
  ])("a 200 with %o has failed", async (change, failure) => {
    const { crm } = holds(counters(change));
    expect(await crm.update(customerId, { nameFirst: "A" }, before, call)).toMatchObject({
      failure,
    });
  });

  it("two writers: applies again, three times in all", async () => {
    const { crm, sent } = holds({ status: 409, text: "" });
    expect(await crm.update(customerId, { nameFirst: "A" }, before, call)).toMatchObject({
      ok: false,
    });
    expect(sent.filter(({ method }) => method === "PATCH")).toHaveLength(3);
  });

  it("does not change the field that is the customer's id", async () => {
    const { crm, sent } = withOmnium(() => counters(), { customerIdField: "Email" });
    expect(await crm.update(customerId, { email: "new@example.com" }, before, call)).toMatchObject({
      failure: { kind: "invalid_fields", fields: [{ field: "email" }] },
    });
    expect(sent).toEqual([]);
  });

  it("never says yes for a customer who did not", async () => {
    const choice = fc.option(fc.boolean(), { nil: undefined });
    const person = fc.record({
      email: choice,
      sms: choice,
      list: fc.option(fc.subarray(["Research", "PersonalOffers"]), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(person, person, async (is, was) => {
        const asPerson = ({ email, sms, list }: typeof is): Person => ({
          accepts: {
            ...(email === undefined ? {} : { email }),
            ...(sms === undefined ? {} : { sms }),
          },
          ...(list === undefined ? {} : { consents: list }),
        });
        const { crm, sent } = holds();
        await crm.update(customerId, asPerson(is), { ...asPerson(was), id: customerId }, call);
        const given = (
          bodyOf(sent, "/PrivateCustomers/Consents") as { type: string; status: boolean }[]
        )
          .filter(({ status }) => status)
          .map(({ type }) => type);
        const allowed = [
          ...(is.email === true ? ["EmailMarketing"] : []),
          ...(is.sms === true ? ["SmsMarketing"] : []),
          ...(is.list ?? []),
        ];
        expect(given.filter((type) => !allowed.includes(type))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
