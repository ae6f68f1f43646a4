import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, Person } from "../../model/customer.ts";
import { firstChoices } from "./consents.ts";
import {
  call,
  commandsIn,
  holding,
  idOf,
  notThere,
  now,
  project,
  type Sent,
  settings,
} from "./project_fixture.ts";

const astrid = {
  "ids.registered": "astrid@example.com",
  "ids.phone_id": ["+46701740605", "+46701740606"],
  "properties.first_name": "Astrid",
  "properties.phone": "070-174 06 05",
  "properties.birth_date": Date.parse("1985-04-12") / 1000,
  "properties.card": 10012,
  "properties.city": "Lund",
  "consent.newsletter": true,
  "consent.offers": false,
};
const shown: Customer = {
  id: "",
  email: "astrid@example.com",
  nameFirst: "Astrid",
  mobile: "+46701740605",
  birthday: "1985-04-12",
  memberNumber: "10012",
  invoiceAddress: { city: "Lund" },
  accepts: { email: true },
  consents: [],
};
const absent = (sent: Sent) =>
  sent.path === "/data/v2/customers/attributes" ? notThere : holding({})(sent);
const nils: Person = { nameFirst: "Nils", email: " Nils@Example.com", mobile: "+46701740650" };

describe("a customer as read", () => {
  it("is mapped by the table, asked in one call", async () => {
    const { crm, sent } = project(holding(astrid));
    const id = await idOf("astrid@example.com");
    expect(await crm.get(id, call)).toMatchObject({
      ok: true,
      value: { customer: { ...shown, id } },
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body["customer_ids"]).toEqual({ registered: "astrid@example.com" });
  });
  it("shows the first of several numbers where the ID is what is read", async () => {
    const fields = { ...settings.fields, mobile: ["ids.phone_id"] };
    const { crm } = project(holding(astrid), { fields });
    const found = await crm.search({ by: "mobile", value: "+46701740606" }, call);
    expect(found).toMatchObject({ value: { profile: { customer: { mobile: "+46701740605" } } } });
  });
  it("has no choice in what may not be read", async () => {
    const { crm, logged } = project((sent) => {
      const answer = holding(astrid)(sent) as { json: { results: object[] } };
      const results = answer.json.results.map((one, at) =>
        (sent.body["attributes"] as { type: string }[])[at]?.type === "consent"
          ? { success: false, error: "No permission" }
          : one,
      );
      return { json: { success: true, results } };
    });
    const profile = await crm.get(await idOf("astrid@example.com"), call);
    expect(profile.ok && profile.value.customer.accepts).toEqual({});
    expect(logged).toContainEqual({ event: "crm_attributes_denied", count: 2, request_id: "r-1" });
  });
  it("is nobody under an id that was not made here", async () => {
    const { crm, sent } = project(holding(astrid));
    for (const id of ["astrid@example.com", "b.AAAA"])
      expect(await crm.get(id, call)).toEqual({
        ok: false,
        failure: { kind: "customer_not_found" },
      });
    expect(sent).toEqual([]);
  });
});

describe("a new customer", () => {
  it("is written under lower-case IDs, and shown as sent", async () => {
    const { crm, sent } = project(absent);
    const made = await crm.create({ ...nils, accepts: { email: true }, consents: [] }, call);
    expect(made).toMatchObject({
      ok: true,
      value: {
        customer: {
          id: await idOf("nils@example.com"),
          nameFirst: "Nils",
          accepts: { email: true },
        },
      },
    });
    const [update, consent, ...more] = commandsIn(sent);
    expect(more).toEqual([]);
    expect(update).toMatchObject({
      name: "customers",
      data: {
        customer_ids: { registered: "nils@example.com", phone_id: "+46701740650" },
        properties: { first_name: "Nils", phone: "+46701740650" },
        update_timestamp: now / 1000,
      },
    });
    expect(consent).toMatchObject({
      name: "customers/events",
      data: {
        event_type: "consent",
        customer_ids: { registered: "nils@example.com" },
        timestamp: now / 1000,
        properties: {
          action: "accept",
          category: "newsletter",
          valid_until: "unlimited",
          timestamp: now / 1000,
        },
      },
    });
  });
  it("is refused where somebody has the hard ID: a write would change them", async () => {
    const { crm, sent } = project(holding(astrid));
    expect(await crm.create({ email: "Astrid@example.com" }, call)).toEqual({
      ok: false,
      failure: { kind: "already_member" },
    });
    expect(commandsIn(sent)).toEqual([]);
  });
  it("needs the hard ID, and a property", async () => {
    const { crm, sent } = project(absent);
    expect(await crm.create({ nameFirst: "Nils" }, call)).toEqual({
      ok: false,
      failure: { kind: "invalid_fields", fields: [{ field: "email", message: "is required" }] },
    });
    await crm.create({ email: "kim@example.org" }, call);
    expect(commandsIn(sent)[0]?.data.properties).toEqual({ sitoo_pos: true });
  });
  it("gives no consent that is not asked for", () => {
    fc.assert(
      fc.property(
        fc.record({
          accepts: fc.option(fc.record({ email: fc.boolean() })),
          consents: fc.option(fc.subarray(["offers", "other"])),
        }),
        fc.boolean(),
        fc.boolean(),
        ({ accepts, consents }, newsletter, offers) => {
          const person = {
            ...(accepts === null ? {} : { accepts }),
            ...(consents === null ? {} : { consents }),
          };
          const [first, second] = settings.consents;
          if (first === undefined || second === undefined) throw new Error("two consents");
          const both = [
            { ...first, default: newsletter },
            { ...second, default: offers },
          ];
          const given = firstChoices(person, { ...settings, consents: both }).map(
            ({ consent }) => consent.category,
          );
          expect(given.includes("newsletter")).toBe(accepts === null ? newsletter : accepts.email);
          expect(given.includes("offers")).toBe(
            consents === null ? offers : consents.includes("offers"),
          );
        },
      ),
    );
  });
});

describe("a change", () => {
  const change = async (changes: Person, table: object = astrid, changed = {}) => {
    const { crm, sent, logged } = project(holding({ ...table }), changed);
    const outcome = await crm.update(await idOf("astrid@example.com"), changes, shown, call);
    return { outcome, commands: commandsIn(sent), sent, logged };
  };
  it("of nothing writes nothing", async () => {
    expect((await change({ ...shown })).commands).toEqual([]);
  });
  it("writes what differs, after it has read and not before", async () => {
    const { commands, sent } = await change({
      nameFirst: "Asta",
      birthday: "1986-01-02",
      invoiceAddress: { city: "" },
    });
    expect(commands.map(({ data }) => data.properties)).toEqual([
      { first_name: "Asta", birth_date: Date.parse("1986-01-02") / 1000, city: "" },
    ]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/data/v2/customers/attributes",
      "/track/v2/batch",
    ]);
  });
  it("of a number is added to a list, and takes the place of a single one", async () => {
    const mobile = "+46701740699";
    const plain = await change({ mobile });
    expect(plain.commands[0]?.data).toMatchObject({
      customer_ids: { registered: "astrid@example.com", phone_id: mobile },
      properties: { phone: mobile },
    });
    const listed = await change({ mobile }, { ...astrid, "properties.phone": ["+46701740605"] });
    expect(listed.commands[0]?.data.properties).toEqual({ phone: ["+46701740605", mobile] });
  });
  it("warns where an ID was somebody else's, naming nobody", async () => {
    const { crm, logged } = project((sent) =>
      holding(
        "phone_id" in ((sent.body["customer_ids"] as object) ?? {})
          ? { "ids.registered": "david@example.org" }
          : astrid,
      )(sent),
    );
    await crm.update(await idOf("astrid@example.com"), { mobile: "+46701740607" }, shown, call);
    expect(logged).toContainEqual({
      event: "crm_id_moves",
      id_type: "phone_id",
      request_id: "r-1",
    });
    expect(JSON.stringify(logged)).not.toMatch(/david|4670/);
  });
  it("of the hard ID, or of what Bloomreach has no place for, is refused", async () => {
    for (const [changes, field] of [
      [{ email: "other@example.com" }, "email"],
      [{ accepts: { sms: true } }, "accepts_sms"],
      [{ consents: ["unknown"] }, "consents"],
    ] as const)
      expect(await change(changes)).toMatchObject({
        commands: [],
        outcome: { ok: false, failure: { kind: "invalid_fields", fields: [{ field }] } },
      });
    const idOnly = { fields: { ...settings.fields, mobile: ["ids.phone_id"] } };
    expect(await change({ mobile: "" }, astrid, idOnly)).toMatchObject({ outcome: { ok: false } });
    expect((await change({ mobile: "" })).commands[0]?.data.properties).toEqual({ phone: "" });
  });
  it("of a consent is sent whole, once, as the other one where a scenario asks", async () => {
    const { commands } = await change({ accepts: { email: false }, consents: ["offers"] });
    expect(commands.map(({ data }) => [data["event_type"], data.properties["action"]])).toEqual([
      ["consent", "reject"],
      ["consent", "accept"],
    ]);
    const consents = settings.consents.map((one) => ({ ...one, optIn: "double_opt_in" as const }));
    const asked = await change({ accepts: { email: false }, consents: ["offers"] }, astrid, {
      consents,
    });
    expect(asked.commands.map(({ data }) => data["event_type"])).toEqual([
      "consent",
      "double_opt_in",
    ]);
  });
  it("is not done where one command is refused", async () => {
    const { crm } = project((sent) =>
      sent.path === "/track/v2/batch"
        ? {
            json: {
              success: true,
              results: [
                { success: false, errors: ["Not authorized to update customer properties"] },
              ],
            },
          }
        : holding(astrid)(sent),
    );
    expect(
      await crm.update(await idOf("astrid@example.com"), { nameFirst: "A" }, shown, call),
    ).toMatchObject({
      ok: false,
      failure: { kind: "set_up_fault" },
    });
  });
});
