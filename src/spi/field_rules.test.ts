import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Person } from "../model/customer.ts";
import type { FieldRules } from "../tenants/tenant.ts";
import { customerBody } from "./contract_requests.ts";
import { personWire } from "./customer_wire.ts";
import { missingFields, readChanges } from "./field_rules.ts";

const rules: FieldRules = {
  name: "editable",
  email: "readonly",
  mobile: "editable",
  invoice_address: "editable",
  accepts_email: "editable",
  accepts_sms: "readonly",
  consents: "editable",
};
const shown: Person = {
  nameFirst: "Astrid",
  nameLast: "Exempel",
  email: "astrid@example.com",
  mobile: "+46701740605",
  personalId: "189001019802",
  gender: "female",
  invoiceAddress: { address: "Exempelgatan 12", city: "Stockholm", zip: "111 22", countryId: "SE" },
  accepts: { email: true, sms: true },
  consents: ["terms"],
  memberNumber: "10012",
};
const read = (sent: object, before: Person = shown, given: FieldRules = rules) =>
  readChanges(customerBody.parse(sent), given, before, "SE");
const changes = (sent: object) => {
  const outcome = read(sent);
  return outcome.ok ? outcome.value : outcome.failure;
};

describe("what a till may write", () => {
  it("takes only what changes, in the CRM's form", () => {
    expect(changes({ name_first: " Astrid ", mobile: "070-174 06 10" })).toEqual({
      mobile: "+46701740610",
    });
  });
  it("ignores a readonly or unoffered field that is as shown or empty", () => {
    expect(
      changes({
        email: "ASTRID@example.com",
        personal_id: "189001019802",
        gender: "female",
        member_number: "",
      }),
    ).toEqual({});
  });
  it("refuses a readonly or unoffered field that differs, each by name", () => {
    expect(
      changes({ email: "other@example.com", personal_id: "189001029819", gender: "male" }),
    ).toEqual([
      { field: "email", message: "is read-only here" },
      { field: "personal_id", message: "is not offered here" },
      { field: "gender", message: "is not offered here" },
    ]);
  });
  it("tells all invalid fields at once", () => {
    expect(
      read(
        { mobile: "12", email: "x", birthday: "soon" },
        {},
        { mobile: "editable", email: "editable", birthday: "editable" },
      ),
    ).toMatchObject({
      ok: false,
      failure: [{ field: "email" }, { field: "mobile" }, { field: "birthday" }],
    });
  });
  it("clears a field only when the cashier sent it empty", () => {
    expect(changes({ name_last: "" })).toEqual({ nameLast: "" });
    expect(changes({ name_last: null })).toEqual({});
  });
  it("writes the parts of an address that changed", () => {
    expect(changes({ invoice_address: { city: "Uppsala", zip: "111 22" } })).toEqual({
      invoiceAddress: { city: "Uppsala" },
    });
  });
  it("splits a lone name", () => {
    expect(changes({ name: "Astrid Anna Exempel" })).toEqual({ nameLast: "Anna Exempel" });
  });
  it("revokes only through a present, editable list", () => {
    expect(changes({})).toEqual({});
    expect(changes({ consents: [] })).toEqual({ consents: [] });
    expect(changes({ accepts_communication: ["sms"] })).toEqual({ accepts: { email: false } });
    expect(changes({ accepts_communication: ["email"] })).toEqual([
      { field: "accepts_sms", message: "is read-only here" },
    ]);
  });
  it("reads the three booleans as the list", () => {
    expect(changes({ accepts_email: false, accepts_sms: true })).toEqual({
      accepts: { email: false },
    });
  });
});

const text = fc.stringMatching(/^[A-Za-zÅÄÖåäö]{1,12}$/);
const people = fc.record(
  {
    nameFirst: text,
    nameLast: text,
    mobile: fc.constantFrom("+46701740605", "+12025550123"),
    email: text.map((name) => `${name.length}x@example.com`),
    gender: fc.constantFrom("male" as const, "female" as const),
    birthday: fc.constantFrom("1986-05-15", "2001-12-31"),
    invoiceAddress: fc.record(
      {
        address: text,
        city: text,
        zip: fc.constantFrom("111 22", "0150"),
        countryId: fc.constantFrom("SE", "US"),
      },
      { requiredKeys: [] },
    ),
    accepts: fc.record({ email: fc.boolean(), sms: fc.boolean(), mail: fc.boolean() }),
    consents: fc.uniqueArray(text, { maxLength: 4 }),
    storeIdHome: fc.constantFrom("200", "300"),
    company: text,
  },
  { requiredKeys: [] },
);
const nothing: FieldRules = {};
const all = Object.fromEntries(
  [
    "name",
    "email",
    "mobile",
    "gender",
    "birthday",
    "invoice_address",
    "accepts_email",
    "accepts_sms",
    "accepts_mail",
    "consents",
    "store_id_home",
    "company",
  ].map((field) => [field, "editable"]),
) as FieldRules;

describe("a whole customer sent back", () => {
  it("changes nothing and is no fault, whatever the rules", () => {
    fc.assert(
      fc.property(people, (person) => {
        expect(read(personWire(person), person, nothing)).toEqual({ ok: true, value: {} });
      }),
    );
  });
  it("as a new customer keeps every field", () => {
    fc.assert(
      fc.property(people, (person) => {
        const outcome = read(personWire(person), {}, all);
        expect(outcome.ok).toBe(true);
        if (!outcome.ok) return;
        expect(personWire({ accepts: {}, consents: [], ...outcome.value })).toEqual(
          personWire({ accepts: {}, consents: [], ...person }),
        );
      }),
    );
  });
});

describe("required fields", () => {
  it("names each that is missing", () => {
    expect(
      missingFields({ nameFirst: "Astrid" }, ["name", "mobile", "accepts_email"]).map(
        (fault) => fault.field,
      ),
    ).toEqual(["name", "mobile", "accepts_email"]);
    expect(missingFields(shown, ["name", "mobile", "accepts_email", "invoice_address"])).toEqual(
      [],
    );
  });
});
