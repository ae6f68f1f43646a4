import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import { ASTRID, BERTIL, type Found, id, type OmniumCalls, omniumOf } from "./omnium_harness.ts";

// contracts/omnium.md §4, §11, §16.3 to §16.6.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): OmniumCalls {
  instance += 1;
  return omniumOf(sandbox, `customers-${instance}`);
}

interface Customer {
  customerId: string;
  firstName: string | null;
  email: string | null;
  phone: string | null;
  tags: string[];
  address: { line1: string | null; city?: string | null } | null;
  consents: { type: string; status: boolean }[];
  consentHistory: { type: string; status: boolean }[];
  externalIds: { providerName?: string; id?: string; source?: string; value?: string }[];
  properties: { key: string; value: string }[];
  discountCoupons: { id: string }[];
  isCustomerClubMember: boolean;
}
interface Counters {
  isModified: boolean;
  updatedCount: number;
  unchangedCount: number;
  notFoundCount: number;
  errorCount: number;
  errorMessage: string | null;
}

const readOf = async ({ omnium }: OmniumCalls, customerId: string): Promise<Customer> =>
  (await omnium("GET", `/PrivateCustomers/${encodeURIComponent(customerId)}`)).json<Customer>();
const searchOf = async ({ omnium }: OmniumCalls, body: unknown): Promise<Found<Customer>> =>
  (await omnium("POST", "/PrivateCustomers/Search", body)).json<Found<Customer>>();
const idsOf = async (calls: OmniumCalls, body: unknown): Promise<string[]> =>
  (await searchOf(calls, body)).result.map(({ customerId }) => customerId);

describe("create", () => {
  test("201 with the customer; a used id is 409", async () => {
    const calls = fresh();
    const body = { customerId: "n1", firstName: "New", phone: "+46701740699", marketId: "SWE" };
    const made = await calls.omnium("POST", "/PrivateCustomers", body);
    expect(made.status).toBe(201);
    expect(made.json()).toMatchObject({ ...body, fullName: "New", consents: [], email: null });
    expect((await calls.omnium("POST", "/PrivateCustomers", body)).status).toBe(409);
    // Another id makes a second person (published).
    const twin = await calls.omnium("POST", "/PrivateCustomers", { ...body, customerId: "n2" });
    expect(twin.status).toBe(201);
  });

  test("calculated members are not taken, null members are shown or not", async () => {
    const calls = fresh();
    const body = { customerId: "n1", fullName: "Nobody", created: "2001-01-01", modifiedBy: "me" };
    const made = (await calls.omnium("POST", "/PrivateCustomers", body)).json<{
      created: string;
    }>();
    expect(made).toMatchObject({ fullName: "", modifiedBy: "sandbox-omnium-client", gender: null });
    expect(Date.parse(made.created)).toBeGreaterThan(Date.parse("2020-01-01"));
    await calls.profile({ showNulls: false });
    expect(await readOf(calls, "n1")).not.toHaveProperty("gender");
  });

  test.each([
    [{ email: "nobody" }],
    [{ phone: "0701740605" }],
    [{ phone: "+46 70 174 06 05" }],
    [{ phone: " 46701740605" }],
    [{ phone: "+467017406" }],
    [{ birthDate: "12 April 1985" }],
    [{ marketId: "XXX" }],
    [{ consents: [{ type: "EmailMarketing", status: "yes" }] }],
    [{ addresses: Array.from({ length: 201 }, () => ({ line1: "A" })) }],
    [{ isLoyaltyMember: true }],
    [{ externalIds: [{ source: "VoyadoContactId", value: "1" }] }],
  ])("%j is 400", async (bad) => {
    const body = { customerId: "bad", ...bad };
    expect((await fresh().omnium("POST", "/PrivateCustomers", body)).status).toBe(400);
  });

  test("uniqueness and required consents are settings", async () => {
    const calls = fresh();
    const create = async (customerId: string, rest: object) =>
      (await calls.omnium("POST", "/PrivateCustomers", { customerId, ...rest })).status;
    expect(await create("a", { email: "astrid@example.com" })).toBe(201);
    await calls.profile({ requireUniqueCustomerEmails: true });
    expect(await create("b", { email: "astrid@example.com" })).toBe(400);
    expect(await create("b", { phone: "+46701740605" })).toBe(201);
    await calls.profile({ requireUniqueCustomerPhoneNumbers: true });
    expect(await create("c", { phone: "+46701740605" })).toBe(400);
    await calls.profile({ consentTypes: [{ type: "Terms", isRequired: true }] });
    expect(await create("d", { consents: [{ type: "Terms", status: false }] })).toBe(400);
    expect(await create("d", { consents: [{ type: "Terms", status: true }] })).toBe(201);
  });
});

describe("CustomerIdField", () => {
  test("null: the id is the caller's; Email: the id is the e-mail, of those who are there as well", async () => {
    const calls = fresh();
    await calls.profile({ customerIdField: "Email" });
    expect((await readOf(calls, "astrid@example.com")).firstName).toBe("Astrid");
    expect((await calls.omnium("GET", `/PrivateCustomers/${ASTRID}`)).status).toBe(404);
    const create = (body: unknown) => calls.omnium("POST", "/PrivateCustomers", body);
    const email = "new@example.com";
    expect((await create({ customerId: crypto.randomUUID(), email })).status).toBe(400);
    expect((await create({ customerId: email })).status).toBe(400);
    expect((await create({ customerId: email, email })).status).toBe(201);
    expect((await create({ customerId: email, email })).status).toBe(409);
    // The voucher and the orders went along.
    const vouchers = await calls.omnium("POST", "/Vouchers/Search", {
      customerIds: ["astrid@example.com"],
    });
    expect(vouchers.json<Found<unknown>>().totalHits).toBe(7);
    const orders = await calls.omnium(
      "GET",
      "/Orders/GetOrdersForCustomer?customerId=astrid%40example.com",
    );
    expect(orders.json<Found<unknown>>().totalHits).toBe(7);
  });

  test("a tenant may put its own id in place of the one that was sent", async () => {
    const calls = fresh();
    await calls.profile({ customerIdField: "Email", customerIdMismatch: "replace" });
    const body = { customerId: "mine", email: "new@example.com" };
    const made = await calls.omnium("POST", "/PrivateCustomers", body);
    expect(made.json<Customer>().customerId).toBe("new@example.com");
    expect((await calls.omnium("GET", "/PrivateCustomers/mine")).status).toBe(404);
  });

  test("Phone: without the plus sign; two with one number cannot both have it", async () => {
    const calls = fresh();
    await calls.profile({ customerIdField: "Phone" });
    expect((await readOf(calls, "46701740605")).firstName).toBe("Astrid");
    expect((await readOf(calls, "46701740607")).firstName).toBe("Cecilia");
    expect((await readOf(calls, id("10015"))).firstName).toBe("David");
    const phone = "+46701740699";
    const create = (customerId: string) =>
      calls.omnium("POST", "/PrivateCustomers", { customerId, phone });
    expect((await create("+46701740699")).status).toBe(400);
    expect((await create("46701740699")).status).toBe(201);
    await calls.profile({ phoneIdPlus: true });
    expect((await readOf(calls, "+46701740605")).firstName).toBe("Astrid");
    await calls.profile({ plusInPath: false });
    expect((await calls.omnium("GET", "/PrivateCustomers/%2B46701740605")).status).toBe(404);
  });
});

describe("phone format", () => {
  test.each([
    [{ removeCountryCode: true }, "701740605", "+4740000001"],
    [
      { usePlusInCountryCode: false, useZeroZeroInCountryCode: true },
      "0046701740605",
      "004740000001",
    ],
  ])("%j: stored and searched as %s", async (phoneFormat, phone, other) => {
    const calls = fresh();
    await calls.profile({ phoneFormat });
    expect((await readOf(calls, ASTRID)).phone).toBe(phone);
    expect((await readOf(calls, id("10020"))).phone).toBe(other);
    expect(await idsOf(calls, { phone })).toEqual([ASTRID]);
    expect(await idsOf(calls, { phone: "+46701740605" })).toEqual([]);
    const body = { customerId: "n", phone: "+46701740605" };
    const made = await calls.omnium("POST", "/PrivateCustomers", body);
    expect(made.json<Customer>().phone).toBe(phone);
  });

  test("without RequireCountryCode the default code is put before a national number", async () => {
    const calls = fresh();
    await calls.profile({ phoneFormat: { requireCountryCode: false } });
    const body = { customerId: "n", phone: "0701740605" };
    const made = await calls.omnium("POST", "/PrivateCustomers", body);
    expect(made.json<Customer>().phone).toBe("+46701740605");
  });
});

describe("full replace versus patch", () => {
  test("Update drops what is not sent: consents, coupons, external ids", async () => {
    const calls = fresh();
    const before = await readOf(calls, ASTRID);
    expect(before.discountCoupons).toHaveLength(6);
    const sent = { customerId: ASTRID, firstName: "Astrid", email: "new@example.com" };
    const answer = await calls.omnium("POST", "/PrivateCustomers/Update", sent);
    expect(answer.json()).toMatchObject({
      email: "new@example.com",
      phone: null,
      consents: [],
      discountCoupons: [],
      externalIds: [],
      isCustomerClubMember: false,
    });
    const unknown = { customerId: "nobody" };
    expect((await calls.omnium("POST", "/PrivateCustomers/Update", unknown)).status).toBe(404);
    // A whole customer, as it was read, changes nothing.
    const bertil = await readOf(calls, BERTIL);
    const same = await calls.omnium("POST", "/PrivateCustomers/Update", bertil);
    expect({ ...same.json<object>(), modified: 0, modifiedBy: 0 }).toEqual({
      ...bertil,
      modified: 0,
      modifiedBy: 0,
    });
  });

  test("PATCH keeps what is not sent and counts", async () => {
    const calls = fresh();
    const patch = async (body: unknown): Promise<Counters> =>
      (
        await calls.omnium("PATCH", "/PrivateCustomers/PatchPrivateCustomer", body)
      ).json<Counters>();
    const change = { customerId: ASTRID, firstName: "Asta" };
    expect(await patch(change)).toEqual({
      isModified: true,
      totalCount: 1,
      updatedCount: 1,
      unchangedCount: 0,
      notFoundCount: 0,
      errorCount: 0,
      errorMessage: null,
    });
    expect(await patch(change)).toMatchObject({ isModified: false, unchangedCount: 1 });
    const after = await readOf(calls, ASTRID);
    expect(after).toMatchObject({ firstName: "Asta", email: "astrid@example.com" });
    expect(after.discountCoupons).toHaveLength(6);
    expect(await patch({ customerId: "nobody" })).toMatchObject({ notFoundCount: 1 });
    expect(await patch({ customerId: ASTRID, phone: "070" })).toMatchObject({ errorCount: 1 });
    await calls.profile({ patchFailure: "status" });
    const status = async (body: unknown) =>
      (await calls.omnium("PATCH", "/PrivateCustomers/PatchPrivateCustomer", body)).status;
    expect(await status({ customerId: "nobody" })).toBe(404);
    expect(await status({ customerId: ASTRID, phone: "070" })).toBe(400);
    // discountCoupons is not in the patch model (published).
    expect(await status({ customerId: ASTRID, discountCoupons: [] })).toBe(400);
  });

  test("lists, address and null in a PATCH are the tenant's; properties merge by their own switches", async () => {
    const calls = fresh();
    const patch = (body: object) =>
      calls.omnium("PATCH", "/PrivateCustomers/PatchPrivateCustomer", {
        customerId: ASTRID,
        ...body,
      });
    await patch({ address: { line1: "Storgatan 1", streetNumber: "" }, firstName: null });
    const replaced = await readOf(calls, ASTRID);
    expect(replaced.address).toEqual({ line1: "Storgatan 1", streetNumber: "" });
    expect(replaced.firstName).toBe("Astrid");
    await patch({ properties: [{ key: "ShoeSize", value: "39" }] });
    const keys = (await readOf(calls, ASTRID)).properties;
    expect(keys).toContainEqual({ key: "ShoeSize", value: "39" });
    expect(keys).toContainEqual({ key: "IsVip", value: "true" });
    await patch({ propertiesRemovalConditions: [{ key: "IsVip" }] });
    expect((await readOf(calls, ASTRID)).properties).not.toContainEqual({
      key: "IsVip",
      value: "true",
    });
    await patch({ keepExistingCustomProperties: false, properties: [] });
    expect((await readOf(calls, ASTRID)).properties).toEqual([]);
    await patch({ externalIds: [{ providerName: "Other", id: "1" }] });
    expect((await readOf(calls, ASTRID)).externalIds).toEqual([{ providerName: "Other", id: "1" }]);

    await calls.profile({ patchLists: "merge", patchAddress: "merge", patchNull: "clear" });
    await patch({ externalIds: [{ providerName: "Third", id: "3" }], firstName: null });
    await patch({ address: { city: "Lund" }, tags: ["A"] });
    expect(await readOf(calls, ASTRID)).toMatchObject({
      externalIds: [
        { providerName: "Other", id: "1" },
        { providerName: "Third", id: "3" },
      ],
      firstName: null,
      address: { line1: "Storgatan 1", city: "Lund" },
      tags: ["A"],
    });
  });

  test("batches: at most 100, AddMany leaves who is there, AddOrUpdateMany replaces", async () => {
    const calls = fresh();
    const rows = [{ customerId: ASTRID }, { customerId: "new" }, { customerId: "bad", phone: "1" }];
    const added = (await calls.omnium("POST", "/PrivateCustomers/AddMany", rows)).json<Counters>();
    expect(added).toMatchObject({ updatedCount: 1, unchangedCount: 1, errorCount: 1 });
    expect((await readOf(calls, ASTRID)).firstName).toBe("Astrid");
    await calls.omnium("PUT", "/PrivateCustomers/AddOrUpdateMany", rows.slice(0, 1));
    expect((await readOf(calls, ASTRID)).firstName).toBeNull();
    const many = Array.from({ length: 101 }, (_, index) => ({ customerId: `m${index}` }));
    expect((await calls.omnium("POST", "/PrivateCustomers/AddMany", many)).status).toBe(400);
    expect((await calls.omnium("GET", "/PrivateCustomers/m0")).status).toBe(404);
  });
});

describe("search", () => {
  test("sees a write after the lag, by the instance's clock; a read sees it at once", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 60_000 });
    const phone = "+46701740699";
    await calls.omnium("POST", "/PrivateCustomers", { customerId: "late", phone });
    await calls.omnium("PATCH", "/PrivateCustomers/PatchPrivateCustomer", {
      customerId: ASTRID,
      email: "later@example.com",
    });
    await calls.omnium("DELETE", `/PrivateCustomers/${BERTIL}`);
    expect((await readOf(calls, "late")).phone).toBe(phone);
    expect(await idsOf(calls, { phone })).toEqual([]);
    // Not only hidden: as it was.
    expect((await searchOf(calls, { email: "astrid@example.com" })).result[0]?.email).toBe(
      "astrid@example.com",
    );
    expect(await idsOf(calls, { email: "bertil@example.com" })).toEqual([BERTIL]);
    await calls.control("POST", "/clock", { advanceMs: 60_000 });
    expect(await idsOf(calls, { phone })).toEqual(["late"]);
    expect(await idsOf(calls, { email: "astrid@example.com" })).toEqual([]);
    expect(await idsOf(calls, { email: "later@example.com" })).toEqual([ASTRID]);
    expect(await idsOf(calls, { email: "bertil@example.com" })).toEqual([]);
  });

  test("the default lag is half a second, and a test may end it", async () => {
    const calls = fresh();
    const profile = await calls.control("GET", "/profile");
    expect(profile.json<{ searchLagMs: number }>().searchLagMs).toBe(500);
    await calls.profile({ searchLagMs: 60_000 });
    await calls.omnium("POST", "/PrivateCustomers", { customerId: "late", tags: ["new"] });
    const waiting = async () =>
      (await calls.control("GET", "/counts")).json<{ notYetSearchable: number }>().notYetSearchable;
    expect(await waiting()).toBe(1);
    await calls.control("POST", "/refresh");
    expect(await waiting()).toBe(0);
    expect(await idsOf(calls, { tags: ["new"] })).toEqual(["late"]);
  });

  test.each([
    [{ email: "astrid@example.com" }, ["10012"]],
    [{ email: "Astrid@example.com" }, []],
    [{ phone: "+46701740607" }, ["10014", "10015"]],
    [{ phone: "46701740607" }, []],
    [{ customerNumbers: ["10013"] }, ["10013"]],
    [{ externalIds: ["11111111-1111-4111-8111-111111111111"] }, ["10012"]],
    [{ query: "exempel astrid" }, ["10012"]],
    [{ query: "Helsinki" }, ["10021"]],
    [{ isInactive: true }, ["10024"]],
    [{ isCustomerClubMember: false }, ["10018", "10024"]],
    [{ marketIds: ["NOR", "FIN"] }, ["10020", "10021"]],
    [{ customerGroups: ["Staff"], excludedTags: ["VIP"] }, ["10012"]],
    [{ storeIds: ["600"] }, ["10022"]],
    [{ consentTypes: ["PersonalOffers"] }, ["10019"]],
    [{ properties: [{ key: "PersonalId", value: "189001019802" }] }, ["10012"]],
    [{ taxId: "189001019802" }, []],
    [{ storeGroupId: "A" }, []],
  ])("%j finds %j", async (body, numbers) => {
    expect(await idsOf(fresh(), body)).toEqual(numbers.map(id));
  });

  test("taxId looks where the tenant has it", async () => {
    const calls = fresh();
    await calls.profile({ taxIdProperty: "PersonalId" });
    expect(await idsOf(calls, { taxId: "189001019802" })).toEqual([ASTRID]);
  });

  test("external ids are found whoever gave them", async () => {
    const calls = fresh();
    await calls.control("PATCH", `/customers/${BERTIL}`, {
      externalIds: [{ providerName: "WebShop", id: "11111111-1111-4111-8111-111111111111" }],
    });
    const { result } = await searchOf(calls, {
      externalIds: ["11111111-1111-4111-8111-111111111111"],
    });
    expect(result.map(({ externalIds }) => externalIds[0]?.providerName)).toEqual([
      "VoyadoContactId",
      "WebShop",
    ]);
    await calls.profile({ externalIdShape: "source" });
    expect((await readOf(calls, ASTRID)).externalIds).toEqual([
      { source: "VoyadoContactId", value: "11111111-1111-4111-8111-111111111111" },
    ]);
  });

  test("pages from 0; take above 100, take * page above 10 000 and an unknown order are 400", async () => {
    const calls = fresh();
    const page = async (number: number) =>
      searchOf(calls, { take: 5, page: number, sortOrder: "CreatedDescending" });
    const [first, second] = [await page(0), await page(1)];
    expect(first).toMatchObject({ totalHits: 13, facets: [], isValid: true });
    expect(first.result[0]?.firstName).toBe("Kim");
    expect(first.result).toHaveLength(5);
    expect(second.result[0]?.customerId).not.toBe(first.result[0]?.customerId);
    const status = async (body: unknown) =>
      (await calls.omnium("POST", "/PrivateCustomers/Search", body)).status;
    expect(await status({ take: 101 })).toBe(400);
    expect(await status({ take: 100, page: 101 })).toBe(400);
    expect(await status({ take: 100, page: 100 })).toBe(200);
    expect(await status({ page: -1 })).toBe(400);
    expect(await status({ sortOrder: "Newest" })).toBe(400);
  });

  test("a scroll is a snapshot, goes on by the newest id only, and lapses", async () => {
    const calls = fresh();
    const start = (await calls.omnium("POST", "/PrivateCustomers/Scroll", { take: 10 })).json<
      Found<Customer>
    >();
    await calls.control("POST", "/customers", { customerId: "later" });
    const on = (scrollId: string | null) =>
      calls.omnium("GET", `/PrivateCustomers/Scroll/${scrollId}`);
    const next = (await on(start.scrollId)).json<Found<Customer>>();
    expect(next.result).toHaveLength(3);
    expect((await on(start.scrollId)).status).toBe(404);
    const end = (await on(next.scrollId)).json<Found<Customer>>();
    expect(end.result).toEqual([]);
    await calls.control("POST", "/clock", { advanceMs: 301_000 });
    expect((await on(end.scrollId)).status).toBe(404);
  });

  test("by phone and store: both must fit", async () => {
    const calls = fresh();
    const status = async (phone: string, store: string) =>
      (
        await calls.omnium(
          "GET",
          `/PrivateCustomers/GetCustomerByPhoneAndStore?phoneNumber=${encodeURIComponent(phone)}&storeId=${store}`,
        )
      ).status;
    expect(await status("+46701740605", "200")).toBe(200);
    expect(await status("+46701740605", "300")).toBe(404);
    expect(await status("", "200")).toBe(400);
  });
});

describe("consents", () => {
  test("a POST changes one type, keeps the others, and leaves a row in the history each time", async () => {
    const calls = fresh();
    const post = (body: unknown, who = ASTRID) =>
      calls.omnium("POST", `/PrivateCustomers/Consents?customerId=${who}`, body);
    const off = { type: "SmsMarketing", status: false, source: "PoS" };
    expect((await post(off)).status).toBe(200);
    await post(off);
    await post({ type: "Anything", status: true });
    const { consents, consentHistory } = await readOf(calls, ASTRID);
    expect(consents.map(({ type, status }) => [type, status])).toEqual([
      ["EmailMarketing", true],
      ["PostalMarketing", false],
      ["PersonalOffers", false],
      ["SmsMarketing", false],
      ["Anything", true],
    ]);
    expect(consentHistory.map(({ type }) => type)).toEqual([
      "SmsMarketing",
      "SmsMarketing",
      "Anything",
    ]);
    const listed = await calls.omnium("GET", `/PrivateCustomers/Consents/${ASTRID}`);
    expect(listed.json()).toEqual(consents);
    expect((await post({ type: "SmsMarketing" })).status).toBe(400);
    expect((await post(off, "nobody")).status).toBe(404);
    expect((await calls.omnium("POST", "/PrivateCustomers/Consents", off)).status).toBe(400);
    await calls.profile({ consentHistory: "changes" });
    await post(off);
    expect((await readOf(calls, ASTRID)).consentHistory).toHaveLength(3);
  });
});

describe("privacy", () => {
  test("a merge is a GET that writes: moves orders, vouchers and points, once", async () => {
    const calls = fresh();
    const merge = () =>
      calls.omnium(
        "GET",
        `/CustomerPrivacy/ChangePrivateCustomerId?fromCustomerId=${ASTRID}&toCustomerId=${BERTIL}`,
      );
    expect((await merge()).json<Customer>().customerId).toBe(BERTIL);
    expect((await calls.omnium("GET", `/PrivateCustomers/${ASTRID}`)).status).toBe(404);
    const orders = await calls.omnium("GET", `/Orders/GetOrdersForCustomer?customerId=${BERTIL}`);
    expect(orders.json<Found<unknown>>().totalHits).toBe(8);
    const member = await calls.omnium("GET", `/PrivateCustomers/${BERTIL}/CustomerClubMember`);
    expect(member.json<{ summary: object }>().summary).toMatchObject({ currentBalance: 1290 });
    expect((await merge()).status).toBe(404);
    const batch = Array.from({ length: 51 }, () => ({ fromCustomerId: "a", toCustomerId: "b" }));
    const path = "/CustomerPrivacy/ChangePrivateCustomerIdBatch";
    expect((await calls.omnium("POST", path, batch)).status).toBe(400);
  });

  test("anonymised: the person goes, the orders stay without one; deleted twice is 404", async () => {
    const calls = fresh();
    const all = await calls.omnium("GET", `/PrivateCustomers/Information/${ASTRID}`);
    expect(all.json<{ orders: unknown[] }>().orders).toHaveLength(7);
    const path = `/PrivateCustomers/Anonymize?id=${ASTRID}`;
    expect((await calls.omnium("DELETE", path)).status).toBe(204);
    expect((await calls.omnium("DELETE", path)).status).toBe(404);
    expect((await calls.omnium("GET", "/Orders/10001")).json()).toMatchObject({
      customerId: null,
      netTotal: 0,
    });
    expect((await calls.omnium("DELETE", `/PrivateCustomers/${BERTIL}`)).status).toBe(204);
    expect((await calls.omnium("DELETE", `/PrivateCustomers/${BERTIL}`)).status).toBe(404);
  });
});

describe("numbers", () => {
  test("the next number rises, and is a setting; a number may be changed and stand twice", async () => {
    const calls = fresh();
    const next = () => calls.omnium("GET", "/PrivateCustomers/GetNextCustomerNumber?marketId=SWE");
    expect((await next()).json()).toBe("20001");
    expect((await next()).json()).toBe("20002");
    const path = `/PrivateCustomers/UpdateCustomerNumber?customerId=${BERTIL}&customerNumber=10012`;
    expect((await calls.omnium("POST", path)).status).toBe(200);
    expect(await readOf(calls, BERTIL)).toMatchObject({ customerNumber: "10012" });
    await calls.profile({ customerNumbers: false });
    expect((await next()).status).toBe(400);
  });
});

describe("audit", () => {
  test("every write with its request's number; one row is kept per person", async () => {
    const calls = fresh();
    await calls.omnium("POST", "/PrivateCustomers", { customerId: "n" });
    await calls.omnium("PATCH", "/PrivateCustomers/PatchPrivateCustomer", {
      customerId: "n",
      firstName: "N",
    });
    const row = (await calls.control("GET", "/customers/n")).json<{
      writes: { seq: number; call: string; client: string }[];
    }>();
    expect(row.writes).toMatchObject([
      { call: "POST /api/PrivateCustomers", client: "sandbox-omnium-client" },
      { call: "PATCH /api/PrivateCustomers/PatchPrivateCustomer" },
    ]);
    const log = (await calls.control("GET", "/requests")).json<{ items: { seq: number }[] }>();
    expect(row.writes.map(({ seq }) => seq)).toEqual(log.items.slice(1).map(({ seq }) => seq));
    expect((await calls.control("GET", "/counts")).json()).toMatchObject({
      customers: 14,
      members: 11,
      vouchers: 13,
      orders: 12,
    });
  });
});
