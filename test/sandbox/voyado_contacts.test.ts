import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Calls, callsOf, type Sandbox, startSandbox } from "./harness.ts";

// contracts/voyado.md §16: the rule in brackets is the clause that a test covers.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Every test has an instance of its own. */
function fresh(): Calls {
  instance += 1;
  return callsOf(sandbox, `contacts-${instance}`);
}

interface ErrorBody {
  errorCode: string;
  messageDetails?: { multipleMatchesFound: string[] };
  validationErrors?: { errorDescription: string }[];
  requestId: string;
}
interface ContactBody {
  id: string;
  attributes: Record<string, unknown>;
  meta: {
    contactType: string;
    approved: boolean;
    createdOn: string;
    recruitedByStore: { externalId: string } | null;
  };
  preferences: Record<string, boolean>;
  consents: { id: string; value: boolean }[];
  labels?: unknown;
}

describe("gate (§16.1)", () => {
  const path = "/api/v3/contacts/count";

  test("no User-Agent is 400", async () => {
    // Node and Miniflare both send one by themselves; an empty header is what gets through to the Worker as none.
    expect((await fresh().voyado("GET", path, undefined, { "user-agent": "" })).status).toBe(400);
  });

  test("no key and a wrong key are 401", async () => {
    const calls = fresh();
    expect((await calls.voyado("GET", path, undefined, { apikey: undefined })).status).toBe(401);
    expect((await calls.voyado("GET", path, undefined, { apikey: "wrong" })).status).toBe(401);
    expect(
      (await calls.voyado("GET", path, undefined, { apikey: "sandbox-voyado-orders-key" })).status,
    ).toBe(200);
  });

  test("no Content-Type is 500, on GET as well", async () => {
    const answer = await fresh().voyado("GET", path, undefined, { "content-type": undefined });
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({ message: "An error has occurred." });
  });

  test("more than 200 a second per key is 429 without Retry-After; another key is not touched", async () => {
    const calls = fresh();
    await calls.controlVoyado("POST", "/profile", { rateLimitPerSecond: 20 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => calls.voyado("GET", path)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBeNull();
    expect(
      (await calls.voyado("GET", path, undefined, { apikey: "sandbox-voyado-orders-key" })).status,
    ).toBe(200);
    expect(
      (await fresh().controlVoyado("GET", "/profile")).json<{ rateLimitPerSecond: number }>()
        .rateLimitPerSecond,
    ).toBe(200);
  });

  test("an unknown path is 404, a wrong verb 405", async () => {
    const calls = fresh();
    expect((await calls.voyado("GET", "/api/v3/contacts/1/transactions/2")).status).toBe(404);
    expect((await calls.voyado("PUT", "/api/v3/contacts")).status).toBe(405);
  });
});

describe("contacts/id (§16.2)", () => {
  test("answers a quoted GUID for every key", async () => {
    const calls = fresh();
    const queries = [
      "email=ASTRID@example.com",
      "mobilePhone=%2B46701740605",
      "socialSecurityNumber=19900101-9802",
      "socialSecurityNumber=189001019802",
      "customKey=10012",
    ];
    const answers = await Promise.all(
      queries.map((query) => calls.voyado("GET", `/api/v3/contacts/id?${query}`)),
    );
    // Ten digits guess the century that makes the person below 100: 1990, and nobody was born then.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200, 200]);
    expect(answers[0]?.text).toBe(JSON.stringify(ASTRID));
    expect((await calls.voyado("GET", "/api/v2/contacts/id?email=astrid@example.com")).text).toBe(
      JSON.stringify(ASTRID),
    );
  });

  test.each([
    ["email=nobody", 400, "InvalidEmailAddress"],
    ["mobilePhone=0701740605", 400, "InvalidPhoneNumber"],
    ["mobilePhone=+46701740605", 400, "InvalidPhoneNumber"],
    ["socialSecurityNumber=189001019803", 400, "InvalidSocialSecurityNumber"],
    ["", 400, "InvalidSearchQuery"],
    ["email=astrid@example.com&customKey=10012", 400, "InvalidSearchQuery"],
    ["email=astrid@example.com&contactType=Nobody", 400, "InvalidContactType"],
    ["email=nobody@example.com", 404, "ContactNotFound"],
    ["email=astrid@example.com&contactType=Contact", 404, "ContactNotFound"],
    ["mobilePhone=%2B46701740607", 409, "MultipleMatches"],
  ])("%s is %i %s", async (query, status, errorCode) => {
    const answer = await fresh().voyado("GET", `/api/v3/contacts/id?${query}`);
    expect(answer.status).toBe(status);
    expect(answer.json<ErrorBody>()).toMatchObject({ errorCode, requestId: expect.any(String) });
  });

  test("MultipleMatches names the contacts; the contact type can settle it", async () => {
    const calls = fresh();
    const many = (
      await calls.voyado("GET", "/api/v3/contacts/id?mobilePhone=%2B46701740607")
    ).json<ErrorBody>();
    expect(many.messageDetails?.multipleMatchesFound).toHaveLength(2);
    expect(
      (await calls.voyado("GET", "/api/v3/contacts/id?mobilePhone=%2B46701740610")).status,
    ).toBe(409);
    expect(
      (
        await calls.voyado(
          "GET",
          "/api/v3/contacts/id?mobilePhone=%2B46701740610&contactType=member",
        )
      ).status,
    ).toBe(200);
  });

  test("any follows its order and stops at the first kind the value is valid as", async () => {
    const calls = fresh();
    // +4740000009 is a valid phone, so the member number of the same spelling is never tried.
    await calls.controlVoyado("POST", "/contacts", {
      attributes: { firstName: "Odd", email: "odd@example.com", memberNumber: "+4740000009" },
    });
    expect((await calls.voyado("GET", "/api/v3/contacts/id?customKey=%2B4740000009")).status).toBe(
      200,
    );
    expect((await calls.voyado("GET", "/api/v3/contacts/id?any=%2B4740000009")).status).toBe(404);
    expect((await calls.voyado("GET", "/api/v3/contacts/id?any=10012")).status).toBe(200);
  });

  test("customKey is memberNumber or externalId by profile (§16.4)", async () => {
    const calls = fresh();
    await calls.controlVoyado("POST", "/profile", { customKey: "externalId" });
    expect((await calls.voyado("GET", "/api/v3/contacts/id?customKey=10012")).status).toBe(404);
    expect((await calls.voyado("GET", "/api/v3/contacts/id?customKey=CUST-10012")).status).toBe(
      200,
    );
  });
});

describe("reading", () => {
  test("ids that are no GUID are 400, unknown ones 404", async () => {
    const calls = fresh();
    const bad = await calls.voyado("GET", "/api/v3/contacts/10012");
    expect([bad.status, bad.json<ErrorBody>().errorCode]).toEqual([400, "InvalidContactId"]);
    expect(
      (await calls.voyado("GET", "/api/v3/contacts/0badcafe-0000-4000-8000-000000000000")).status,
    ).toBe(404);
  });

  test("preference spelling, labels and their place follow the profile (§16.4)", async () => {
    const calls = fresh();
    const read = async (): Promise<ContactBody> =>
      (await calls.voyado("GET", `/api/v3/contacts/${ASTRID}`)).json<ContactBody>();
    expect((await read()).preferences).toEqual({
      acceptsEmail: true,
      acceptsPostal: false,
      acceptsSms: true,
    });
    expect((await read()).attributes["labels"]).toEqual(["Staff"]);
    await calls.controlVoyado("POST", "/profile", {
      preferenceSpelling: "AcceptsEmails",
      labelsPlace: "root",
      labelsShape: "objects",
    });
    expect((await read()).preferences).toEqual({
      AcceptsEmails: true,
      AcceptsPostals: false,
      AcceptsSms: true,
    });
    expect((await read()).labels).toEqual([{ id: "label-staff", name: "Staff" }]);
    await calls.controlVoyado("POST", "/profile", {
      labelsUrl: "/api/v3/contacts/{contactId}/labels",
      labelsShape: "csv",
    });
    expect((await read()).labels).toBeUndefined();
    expect((await calls.voyado("GET", `/api/v3/contacts/${ASTRID}/labels`)).json()).toBe("Staff");
  });

  test("the overview is a snapshot until the clock moves (§16.5)", async () => {
    const calls = fresh();
    const overview = async () =>
      (await calls.voyado("GET", `/api/v3/contactoverview?contactId=${ASTRID}`)).json<
        ContactBody & { bonusChecks: unknown[]; promotions: unknown[] }
      >();
    const before = await overview();
    expect([before.bonusChecks.length, before.promotions.length]).toEqual([3, 5]);
    expect(before.attributes).not.toHaveProperty("bonusPoints");
    await calls.voyado("PATCH", `/api/v3/contacts/${ASTRID}`, { city: "Uppsala" });
    expect((await overview()).attributes["city"]).toBe("Stockholm");
    expect(
      (await calls.voyado("GET", `/api/v3/contacts/${ASTRID}`)).json<ContactBody>().attributes[
        "city"
      ],
    ).toBe("Uppsala");
    await calls.controlVoyado("POST", "/clock", { advanceMs: 3_600_000 });
    expect((await overview()).attributes["city"]).toBe("Uppsala");
    expect(
      (
        await calls.voyado("GET", "/api/v3/contactoverview?email=astrid@example.com")
      ).json<ErrorBody>().errorCode,
    ).toBe("InvalidContactType");
    expect(
      (
        await calls.voyado(
          "GET",
          "/api/v2/contactoverview?email=astrid@example.com&contactType=member",
        )
      ).json<ContactBody>().attributes["bonusPoints"],
    ).toBe(1250);
  });

  test("count is a bare integer, cached 20 minutes", async () => {
    const calls = fresh();
    expect((await calls.voyado("GET", "/api/v2/contacts/count")).text).toBe("12");
    await calls.controlVoyado("POST", "/contacts", { attributes: { firstName: "New" } });
    expect((await calls.voyado("GET", "/api/v2/contacts/count")).text).toBe("12");
    await calls.controlVoyado("POST", "/clock", { advanceMs: 20 * 60_000 });
    expect((await calls.voyado("GET", "/api/v2/contacts/count")).text).toBe("13");
  });

  test("stores, consents, member status", async () => {
    const calls = fresh();
    const stores = (await calls.voyado("GET", "/api/v3/stores")).json<{ externalId: string }[]>();
    expect(stores.map(({ externalId }) => externalId)).toEqual(
      expect.arrayContaining(["200", "300", "400", "500", "600"]),
    );
    expect(stores.map(({ externalId }) => externalId)).not.toContain("900");
    const [terms] = (await calls.voyado("GET", "/api/v3/consents")).json<
      { id: string; metaData: { displayText: Record<string, string> } }[]
    >();
    expect(terms?.metaData.displayText).toHaveProperty("sv-SE");
    expect((await calls.voyado("POST", "/api/v3/stores", { name: "No id" })).status).toBe(400);
    expect(
      (await calls.voyado("GET", "/api/v2/memberstatus?query=memberNumber:10012")).json(),
    ).toMatchObject({
      data: { contactId: ASTRID },
    });
  });
});

describe("person lookup", () => {
  const path = "/api/v2/personlookup/getpersonlookup";

  test("by personal number and by phone, off by profile (§16.4)", async () => {
    const calls = fresh();
    expect(
      (
        await calls.voyado("GET", `${path}?socialSecurityNumber=189001049817&countryCode=SE`)
      ).json(),
    ).toMatchObject({ firstName: "Ivar", searchKey: "SocialSecurityNumber" });
    expect((await calls.voyado("GET", `${path}?phoneNumber=%2B46701740620`)).json()).toMatchObject({
      lastName: "Register",
      searchKey: "MobilePhone",
    });
    expect((await calls.voyado("GET", `${path}?phoneNumber=%2B46701740699`)).status).toBe(404);
    await calls.controlVoyado("POST", "/profile", { dnbUnknown: "204" });
    expect((await calls.voyado("GET", `${path}?phoneNumber=%2B46701740699`)).status).toBe(204);
    await calls.controlVoyado("POST", "/profile", { dnb: false });
    expect((await calls.voyado("GET", `${path}?phoneNumber=%2B46701740620`)).status).toBe(404);
  });

  test("a protected identity is marked in status, and the address is there to be hidden", async () => {
    expect(
      (await fresh().voyado("GET", `${path}?socialSecurityNumber=189001059808`)).json(),
    ).toMatchObject({
      status: "ProtectedIdentity",
      street: "Gömda vägen 1",
    });
  });
});

describe("create (§16.3)", () => {
  const body = {
    contactType: "Member",
    firstName: "Tove",
    email: "tove@example.com",
    mobilePhone: "+46701740640",
    countryCode: "SE",
  };

  test("201 with the contact; v3 reads the query and ignores the old headers", async () => {
    const calls = fresh();
    const made = await calls.voyado(
      "POST",
      "/api/v3/contacts?source=POS&storeExternalId=300&createAsUnapproved=true",
      body,
      { storeExternalId: "200", createAsUnapproved: "false" },
    );
    expect(made.status).toBe(201);
    const contact = made.json<ContactBody>();
    expect(contact.meta).toMatchObject({
      contactType: "Member",
      approved: false,
      sourceType: "POS",
      recruitedByStore: { externalId: "300" },
    });
    expect(contact.attributes["memberNumber"]).toMatch(/^\d+$/);
    expect((await calls.voyado("GET", "/api/v3/contacts/id?email=tove@example.com")).json()).toBe(
      contact.id,
    );
    const second = await calls.voyado(
      "POST",
      "/api/v2/contacts?storeExternalId=300",
      { ...body, email: "tove2@example.com" },
      { storeExternalId: "200", source: "POS" },
    );
    expect(second.json<ContactBody>().meta.recruitedByStore?.externalId).toBe("200");
  });

  test("nothing, an unknown type, broken fields and an unknown store are refused and nothing is made", async () => {
    const calls = fresh();
    expect((await calls.voyado("POST", "/api/v3/contacts", {})).json<ErrorBody>().errorCode).toBe(
      "NoData",
    );
    expect(
      (await calls.voyado("POST", "/api/v3/contacts", { ...body, contactType: "Nobody" })).status,
    ).toBe(400);
    const broken = await calls.voyado("POST", "/api/v3/contacts?storeExternalId=999", {
      ...body,
      mobilePhone: "070-1740640",
      gender: "male",
      consents: [{ id: "unknown", value: true }],
    });
    expect(broken.status).toBe(422);
    expect(broken.json<ErrorBody>().validationErrors).toHaveLength(4);
    expect((await calls.voyado("POST", "/api/v3/contacts", { attributes: body })).status).toBe(422);
    expect((await calls.voyado("GET", "/api/v3/contacts/id?email=tove@example.com")).status).toBe(
      404,
    );
  });

  test("a key in use is 409, or the GUID by profile; the phone may repeat (§16.2, §16.4)", async () => {
    const calls = fresh();
    const taken = { ...body, email: "astrid@example.com" };
    expect((await calls.voyado("POST", "/api/v3/contacts", taken)).json<ErrorBody>()).toMatchObject(
      {
        errorCode: "ApprovedContactWithKeyExists",
      },
    );
    expect(
      (await calls.voyado("POST", "/api/v3/contacts", { ...body, mobilePhone: "+46701740605" }))
        .status,
    ).toBe(201);
    await calls.controlVoyado("POST", "/profile", { createConflict: "guid" });
    expect((await calls.voyado("POST", "/api/v3/contacts", taken)).text).toBe(
      JSON.stringify(ASTRID),
    );
  });

  test("of many parallel creates with one key exactly one makes a contact", async () => {
    const calls = fresh();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => calls.voyado("POST", "/api/v3/contacts", body)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
  });

  test("a contact under creation is invisible and its key answers ContactWithKeyIsBeingCreated", async () => {
    const calls = fresh();
    await calls.controlVoyado("POST", "/profile", { beingCreatedMs: 60_000 });
    expect((await calls.voyado("POST", "/api/v3/contacts", body)).status).toBe(201);
    expect((await calls.voyado("POST", "/api/v3/contacts", body)).json<ErrorBody>().errorCode).toBe(
      "ContactWithKeyIsBeingCreated",
    );
    expect((await calls.voyado("GET", "/api/v3/contacts/id?email=tove@example.com")).status).toBe(
      404,
    );
    await calls.controlVoyado("POST", "/clock", { advanceMs: 60_000 });
    expect((await calls.voyado("GET", "/api/v3/contacts/id?email=tove@example.com")).status).toBe(
      200,
    );
  });
});

describe("update (§16.3)", () => {
  test("PATCH drops unknown fields and contactType, null overwrites, consents never unset", async () => {
    const calls = fresh();
    const patch = {
      city: null,
      nonsense: 1,
      memberNumber: "1",
      contactType: "Contact",
      isVip: false,
      consents: [
        { id: "personalOffers", value: true },
        { id: "memberTerms", value: null },
      ],
    };
    const contact = (
      await calls.voyado("PATCH", `/api/v3/contacts/${ASTRID}`, patch)
    ).json<ContactBody>();
    expect(contact.attributes).toMatchObject({
      city: null,
      memberNumber: "10012",
      isVip: false,
      firstName: "Astrid",
    });
    expect(contact.attributes).not.toHaveProperty("nonsense");
    expect(contact.meta.contactType).toBe("Member");
    expect(Object.fromEntries(contact.consents.map(({ id, value }) => [id, value]))).toEqual({
      memberTerms: true,
      personalOffers: true,
    });
  });

  test("preferences merge; v2 updates with POST; a taken key is refused", async () => {
    const calls = fresh();
    const contact = (
      await calls.voyado("POST", `/api/v2/contacts/${ASTRID}`, {
        preferences: { acceptsSms: false },
      })
    ).json<ContactBody>();
    expect(contact.preferences).toEqual({
      acceptsEmail: true,
      acceptsPostal: false,
      acceptsSms: false,
    });
    expect(
      (await calls.voyado("PATCH", `/api/v3/contacts/${ASTRID}`, { email: "bertil@example.com" }))
        .status,
    ).toBe(409);
    expect(
      (await calls.voyado("PATCH", `/api/v3/contacts/${ASTRID}`, { email: "nonsense" })).status,
    ).toBe(422);
  });

  test("only updateContactType changes the type; the preference call approves", async () => {
    const calls = fresh();
    const frans = "66666666-6666-4666-8666-666666666666";
    expect(
      (
        await calls.voyado(
          "POST",
          `/api/v3/contacts/${frans}/updateContactType?contactTypeId=contact`,
        )
      ).json<ContactBody>().meta.contactType,
    ).toBe("Contact");
    expect(
      (
        await calls.voyado(
          "POST",
          `/api/v3/contacts/${frans}/updateContactType?contactTypeId=Nobody`,
        )
      ).status,
    ).toBe(400);
    expect(
      (await calls.voyado("POST", `/api/v2/contacts/${frans}/promoteToMember`)).json<ContactBody>()
        .meta.contactType,
    ).toBe("Member");
    expect(
      (
        await calls.voyado("POST", `/api/v2/contacts/${frans}/preferences/acceptsEmail`, {
          value: true,
        })
      ).json<ContactBody>().meta.approved,
    ).toBe(true);
  });
});
