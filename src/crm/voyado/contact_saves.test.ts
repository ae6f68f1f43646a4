import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, Person } from "../../model/customer.ts";
import { createBody, updateBody, type ContactBody } from "./contact_bodies.ts";
import { customerOf } from "./contact_mapping.ts";
import { parseContact } from "./contact_wire.ts";
import {
  call,
  contactBody,
  contactId,
  engage,
  market,
  now,
  settings,
  type Answer,
} from "./engage_fixture.ts";

const person: Person = {
  nameFirst: "Astrid",
  nameLast: "Exempel",
  email: "astrid@example.com",
  mobile: "+46701740605",
  gender: "female",
  invoiceAddress: { address: "Exempelgatan 12", zip: "111 22", city: "Stockholm" },
  accepts: { email: true, sms: false },
  consents: ["memberTerms"],
};
const made = (createdOn: string | undefined) =>
  contactBody(
    {},
    { meta: { contactType: "Member", ...(createdOn === undefined ? {} : { createdOn }) } },
  );
const justNow = new Date(now + 200).toISOString();

describe("creating a contact", () => {
  it("sends a flat body, and the origin in the query", async () => {
    const { crm, sent } = engage(() => ({ status: 201, json: made(justNow) }));
    expect(await crm.create(person, call)).toMatchObject({
      ok: true,
      value: { customer: { id: contactId } },
    });
    expect(sent[0]).toMatchObject({
      method: "POST",
      path: "/v3/contacts",
      rawQuery: "?source=POS&storeExternalId=200&createAsUnapproved=false",
    });
    expect(sent[0]?.body).toEqual({
      contactType: "Member",
      firstName: "Astrid",
      lastName: "Exempel",
      email: "astrid@example.com",
      mobilePhone: "+46701740605",
      gender: "Female",
      street: "Exempelgatan 12",
      zipCode: "111 22",
      city: "Stockholm",
      countryCode: "SE",
      language: "sv",
      preferences: { acceptsEmail: true, acceptsSms: false },
      consents: [{ id: "memberTerms", value: true, source: "POS" }],
    });
  });

  it("sends the origin in headers to v2", async () => {
    const { crm, sent } = engage(() => ({ status: 201, json: made(justNow) }), {
      versions: { create: "v2" },
    });
    await crm.create(person, call);
    expect(sent[0]).toMatchObject({ path: "/v2/contacts", rawQuery: "" });
    expect(sent[0]?.headers).toMatchObject({
      source: "POS",
      storeExternalId: "200",
      createAsUnapproved: "false",
    });
  });

  it("sends no empty field", async () => {
    const { crm, sent } = engage(() => ({ status: 201, json: made(justNow) }));
    await crm.create(
      { nameFirst: "Astrid", email: "", invoiceAddress: { city: "" } },
      { deadline: call.deadline, requestId: "r" },
    );
    expect(sent[0]?.body).toEqual({
      contactType: "Member",
      firstName: "Astrid",
      countryCode: "SE",
      language: "sv",
    });
    expect(sent[0]?.query.has("storeExternalId")).toBe(false);
  });

  const refusals: [string, Answer, object][] = [
    [
      "somebody has the key",
      { status: 409, json: { errorCode: "ApprovedContactWithKeyExists" } },
      { kind: "already_member" },
    ],
    ["a conflict without a code", { status: 409, text: "" }, { kind: "already_member" }],
    [
      "a create is under way",
      { status: 409, json: { errorCode: "ContactWithKeyIsBeingCreated" } },
      { kind: "being_created" },
    ],
    [
      "the answer is an older contact",
      { status: 201, json: made("2030-01-31T09:50:00Z") },
      { kind: "already_member" },
    ],
    ["no validation text", { status: 422, text: "nope" }, { kind: "invalid_fields", fields: [] }],
    [
      "no data",
      { status: 400, json: { errorCode: "NoData", message: "No data was sent." } },
      { kind: "invalid_fields", fields: [{ field: "", message: "No data was sent." }] },
    ],
    [
      "field errors",
      {
        status: 422,
        json: {
          errorCode: "ValidationError",
          validationErrors: [
            { errorDescription: "MobilePhone is not valid" },
            { errorDescription: "Shoe size is too small" },
          ],
        },
      },
      {
        kind: "invalid_fields",
        fields: [
          { field: "mobile", message: "MobilePhone is not valid" },
          { field: "", message: "Shoe size is too small" },
        ],
      },
    ],
    [
      "too many calls",
      { status: 429, json: {}, headers: { "retry-after": "3" } },
      { kind: "rate_limited", retryAfterMs: 3000 },
    ],
    ["silence", { kind: "timed_out", sent: true }, { kind: "timed_out" }],
  ];
  it.each(refusals)("is refused, each in its own way: %s", async (_name, answer, failure) => {
    const { crm, sent } = engage(() => answer);
    expect(await crm.create(person, call)).toEqual({ ok: false, failure });
    expect(sent).toHaveLength(1);
  });

  it("reads the contact when the answer is a bare id, and tells new from old", async () => {
    const idFirst = (createdOn: string | undefined) =>
      engage(({ method }) =>
        method === "POST" ? { json: contactId } : { json: made(createdOn) },
      ).crm.create(person, call);
    expect(await idFirst(justNow)).toMatchObject({ ok: true });
    expect(await idFirst("2029-12-24T10:00:00Z")).toEqual({
      ok: false,
      failure: { kind: "already_member" },
    });
    expect(await idFirst(undefined)).toEqual({ ok: false, failure: { kind: "already_member" } });
  });

  it("reads a time without offset as UTC or as the market's", async () => {
    const createdAt = (createdOn: string) =>
      engage(() => ({ status: 201, json: made(createdOn) })).crm.create(person, call);
    expect(await createdAt("2030-01-31T10:00:01")).toMatchObject({ ok: true });
    expect(await createdAt("2030-01-31T11:00:01.123")).toMatchObject({ ok: true });
    expect(await createdAt("2030-01-31T10:30:00")).toMatchObject({ ok: false });
  });

  it.each([
    [{ status: 201, text: "<html>" }],
    [{ status: 201, text: "" }],
    [{ kind: "answered", status: 201, headers: new Headers(), text: undefined } as const],
  ])("is unclear when a 2xx cannot be read: %j", async (answer) => {
    const { crm } = engage(() => answer);
    expect(await crm.create(person, call)).toMatchObject({
      ok: false,
      failure: { kind: "unreadable" },
    });
  });

  it("is unclear, not failed, when the new contact cannot be read back", async () => {
    const { crm } = engage(({ method }) =>
      method === "POST" ? { json: contactId } : { kind: "broken", sent: false, detail: "refused" },
    );
    expect(await crm.create(person, call)).toMatchObject({
      ok: false,
      failure: { kind: "unreadable" },
    });
  });
});

const before = (): Customer => {
  const contact = parseContact(contactBody({ city: "Lund" }));
  if (contact === undefined) throw new Error("no contact");
  return customerOf(contact, market);
};

describe("updating a contact", () => {
  it("writes only what changed", async () => {
    const { crm, sent } = engage(() => ({ json: contactBody({ lastName: "Provsson" }) }));
    const changes = {
      ...before(),
      nameLast: "Provsson",
      mobile: "",
      accepts: { email: true, sms: false },
      consents: ["offers"],
    };
    const answer = await crm.update(contactId, changes, before(), call);
    expect(answer).toMatchObject({ ok: true, value: { customer: { nameLast: "Provsson" } } });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: "PATCH", path: `/v3/contacts/${contactId}` });
    expect(sent[0]?.body).toEqual({
      lastName: "Provsson",
      mobilePhone: "",
      preferences: { acceptsSms: false },
      consents: [
        { id: "offers", value: true, source: "POS" },
        { id: "memberTerms", value: false, source: "POS" },
      ],
    });
  });

  it("only reads when nothing changed, or an empty field was empty before", async () => {
    const { crm, sent } = engage(() => ({ json: contactBody() }));
    const changes = {
      ...before(),
      personalId: "",
      memberNumber: "99",
      invoiceAddress: { address: "" },
    };
    expect(await crm.update(contactId, changes, before(), call)).toMatchObject({ ok: true });
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("reads the contact back when the answer has no body, and posts to v2", async () => {
    const { crm, sent } = engage(
      ({ method }) => (method === "POST" ? { text: "" } : { json: contactBody() }),
      { versions: { update: "v2" } },
    );
    expect(await crm.update(contactId, { nameFirst: "Ada" }, before(), call)).toMatchObject({
      ok: true,
    });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /v2/contacts/${contactId}`,
      `GET /v3/contacts/${contactId}`,
    ]);
  });

  it.each([
    [{ status: 404, json: { errorCode: "ContactNotFound" } }, "customer_not_found"],
    [{ status: 409, json: { errorCode: "ApprovedContactWithKeyExists" } }, "already_member"],
    [{ status: 422, json: {} }, "invalid_fields"],
    [{ status: 200, text: "<html>" }, "unreadable"],
    [{ status: 503, text: "" }, "unavailable"],
  ])("%j is %s", async (answer, kind) => {
    const { crm } = engage(() => answer);
    expect(await crm.update(contactId, { nameFirst: "Ada" }, before(), call)).toMatchObject({
      ok: false,
      failure: { kind },
    });
  });
});

/** What Engage does with a flat body: fields overwrite, preferences and consents merge. */
const applied = (id: string, held: object, body: ContactBody): object => {
  const contact = held as {
    attributes?: object;
    preferences?: object;
    consents?: { id: string }[];
  };
  const { preferences, consents, contactType: _type, ...attributes } = body;
  const sent = Array.isArray(consents) ? (consents as { id: string }[]) : [];
  const kept = (contact.consents ?? []).filter((old) => !sent.some((one) => one.id === old.id));
  return {
    id,
    attributes: { ...contact.attributes, ...attributes },
    preferences: {
      ...contact.preferences,
      ...(preferences as object | undefined),
    },
    consents: [...kept, ...sent],
  };
};

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.trim() || "x");
const choice = fc.option(fc.boolean(), { nil: undefined });
const personArbitrary: fc.Arbitrary<Person> = fc
  .record(
    {
      email: word,
      nameFirst: word,
      nameLast: word,
      mobile: word,
      personalId: word,
      gender: fc.constantFrom("male", "female"),
      birthday: fc.constantFrom("1985-04-12", "2001-12-31"),
      invoiceAddress: fc.record(
        { address: word, zip: word, city: word, countryId: fc.constantFrom("SE", "NO") },
        { requiredKeys: [] },
      ),
      accepts: fc.record({ email: choice, sms: choice, mail: choice }, { requiredKeys: [] }),
      consents: fc.uniqueArray(fc.constantFrom("terms", "offers", "partners")),
    },
    { requiredKeys: ["consents"] },
  )
  .map((typed) => JSON.parse(JSON.stringify(typed)) as Person);

const readBack = (body: object): Customer => {
  const contact = parseContact(body);
  if (contact === undefined) throw new Error("no contact");
  return customerOf(contact, market);
};

/** A person as a customer shows them: consents in any order, empty objects away. */
const shared = ({ invoiceAddress, accepts, consents, ...rest }: Person) => {
  const { id: _id, ...fields } = rest as Customer;
  return {
    ...fields,
    invoiceAddress: Object.keys(invoiceAddress ?? {}).length === 0 ? undefined : invoiceAddress,
    accepts: accepts ?? {},
    consents: new Set(consents),
  };
};

describe("mapping there and back", () => {
  it("keeps every field that both sides have, through create", () => {
    fc.assert(
      fc.property(personArbitrary, (typed) => {
        const stored = applied(contactId, {}, createBody(typed, settings, market));
        const countryId = typed.invoiceAddress?.countryId ?? market.country;
        expect(shared(readBack(stored))).toEqual(
          shared({ ...typed, invoiceAddress: { ...typed.invoiceAddress, countryId } }),
        );
      }),
    );
  });

  it("brings any contact to what the till typed, and leaves alone what it did not mention", () => {
    fc.assert(
      fc.property(personArbitrary, personArbitrary, (first, typed) => {
        const stored = applied(contactId, {}, createBody(first, settings, market));
        const shown = readBack(stored);
        const updated = readBack(applied(contactId, stored, updateBody(typed, shown, settings)));
        expect(shared(updated)).toEqual(
          shared({
            ...shown,
            ...typed,
            invoiceAddress: { ...shown.invoiceAddress, ...typed.invoiceAddress },
            accepts: { ...shown.accepts, ...typed.accepts },
          }),
        );
        // Sending the same again has nothing to write.
        expect(updateBody(typed, updated, settings)).toEqual({});
      }),
    );
  });
});
