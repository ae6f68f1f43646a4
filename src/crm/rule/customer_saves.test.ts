import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, Person } from "../../model/customer.ts";
import { createFields } from "./customer_bodies.ts";
import { aCall, fields, id, now, ruleOf, settings, subscriber, type Sent } from "./rule_fixture.ts";

const before: Customer = {
  id,
  email: "astrid@example.com",
  mobile: "+46701740605",
  nameFirst: "Astrid",
  accepts: { email: true, sms: false },
  consents: [],
};
const isNewborn = { created_at: "2030-01-31 09:59:59" };
const writes = (sent: readonly Sent[]) => sent.filter(({ method }) => method !== "GET");
const lines = (sent: readonly Sent[]) => sent.map(({ method, path }) => `${method} ${path}`);

describe("adding a customer", () => {
  const person: Person = {
    email: "new@example.com",
    mobile: "+46701740650",
    nameFirst: "Nils",
    accepts: { email: true },
  };

  it("writes groups and tags, overwrites nobody, and lets no channel open that was not accepted", async () => {
    const { crm, sent } = ruleOf(() => undefined);
    expect(await crm.create(person, aCall())).toMatchObject({ ok: true });
    const [made, quiet] = writes(sent);
    expect(made?.path).toBe("/v2/subscribers");
    expect(made?.body).toMatchObject({
      language: "sv",
      tags: ["Sitoo"],
      subscribers: { email: "new@example.com", phone_number: "+46701740650" },
    });
    for (const left of ["update_on_duplicate", "automation", "fields_clear", "sync_subscribers"])
      expect(made?.body).not.toHaveProperty(left);
    expect(quiet?.body).toEqual({
      subscribers: [{ id: Number(id) }],
      suppress_on: { campaign: ["text_message"] },
    });
  });

  it("never tells a choice as given that was not", () => {
    const choice = fc.option(fc.boolean(), { nil: undefined });
    fc.assert(
      fc.property(choice, choice, choice, (email, sms, mail) => {
        const given = Object.entries({ email, sms, mail }).filter(([, one]) => one !== undefined);
        const accepts = Object.fromEntries(given) as NonNullable<Person["accepts"]>;
        const all = createFields({ email: "a@example.com", accepts }, settings);
        for (const channel of ["email", "sms", "mail"] as const)
          expect(all.find(({ key }) => key.endsWith(`accepts_${channel}`))?.value).toBe(
            String(accepts[channel] === true),
          );
      }),
    );
  });

  it("needs one of the keys, and does not ask for what cannot be", async () => {
    const { crm, sent } = ruleOf(() => undefined);
    expect(await crm.create({ nameFirst: "No" }, aCall())).toMatchObject({
      failure: { kind: "invalid_fields" },
    });
    expect(sent).toEqual([]);
  });

  it("who is there already is told so", async () => {
    const { crm } = ruleOf(({ method }) =>
      method === "POST" ? { status: 409, json: { error: "DuplicateSubscriber" } } : undefined,
    );
    expect(await crm.create(person, aCall())).toMatchObject({
      failure: { kind: "already_member" },
    });
  });

  it("goes without a phone that Rule cannot use, once, and says so in the log", async () => {
    const { crm, sent, logged } = ruleOf(({ path, body }) =>
      path === "/v2/subscribers" && JSON.stringify(body).includes("phone_number")
        ? {
            status: 400,
            json: { error: "ValidationError", fields: { "subscribers.phone_number": ["bad"] } },
          }
        : undefined,
    );
    expect(await crm.create(person, aCall())).toMatchObject({ ok: true });
    expect(lines(writes(sent)).filter((one) => one === "POST /v2/subscribers")).toHaveLength(2);
    expect(logged.map(({ event }) => event)).toEqual(["rule_phone_refused"]);
    expect(JSON.stringify(logged)).not.toContain("+46");
  });

  it("of another fault is told by its field", async () => {
    const { crm } = ruleOf(({ method }) =>
      method === "POST"
        ? {
            status: 400,
            json: { error: "ValidationError", fields: { "subscribers.email": ["bad"] } },
          }
        : undefined,
    );
    expect(await crm.create(person, aCall())).toEqual({
      ok: false,
      failure: { kind: "invalid_fields", fields: [{ field: "email", message: "bad" }] },
    });
  });

  it("that could not be made quiet is no success", async () => {
    const { crm, sent, logged } = ruleOf(({ path }) =>
      path === "/v2/suppressions" ? { status: 500, json: {} } : undefined,
    );
    expect(await crm.create(person, aCall())).toMatchObject({ failure: { kind: "unreadable" } });
    expect(lines(sent).filter((one) => one === "POST /v2/suppressions")).toHaveLength(2);
    expect(logged.map(({ event }) => event)).toEqual(["rule_not_suppressed"]);
  });
});

describe("editing a customer", () => {
  const update = async (
    changes: Person,
    respond: Parameters<typeof ruleOf>[0] = () => undefined,
    changed: Parameters<typeof ruleOf>[1] = {},
  ) => {
    const { crm, sent, logged } = ruleOf(respond, changed);
    const result = await crm.update(id, changes, before, aCall());
    return { result, sent: writes(sent), logged };
  };

  it("writes what differs, and an empty text where one was cleared", async () => {
    const { sent } = await update({
      email: "astrid@example.com",
      mobile: "+46701740651",
      nameFirst: "",
      invoiceAddress: { city: "Lund", countryId: "se" },
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.path).toBe(`/v2/subscribers/${id}`);
    expect(sent[0]?.body).toEqual({
      phone_number: "+46701740651",
      fields: [
        { key: "Sitoo-Contact.namefirst", value: "" },
        { key: "Sitoo-Address.invoice_city", value: "Lund" },
        { key: "Sitoo-Address.invoice_countryid", value: "SE" },
      ],
    });
  });

  it("of nothing writes nothing", async () => {
    expect((await update({ nameFirst: "Astrid" })).sent).toEqual([]);
  });

  it("under the account's own names", async () => {
    const { sent } = await update({ nameLast: "B" }, undefined, {
      fields: { namelast: "last_name" },
    });
    expect(sent[0]?.body).toEqual({ fields: [{ key: "Sitoo-Contact.last_name", value: "B" }] });
  });

  it("adds the tags that are missing, and only those", async () => {
    const { sent } = await update({ nameFirst: "B" }, undefined, {
      tagsOf: { ...settings.tagsOf, update: ["Edited"] },
    });
    expect(sent.at(-1)?.path).toBe(`/v2/subscribers/${id}/tags`);
    expect(sent.at(-1)?.body).toEqual({ tags: ["Edited"] });
  });

  it("refuses to take away what Rule has its customers by", async () => {
    const { result, sent } = await update({ email: "" });
    expect(result).toMatchObject({
      failure: { kind: "invalid_fields", fields: [{ field: "email" }] },
    });
    expect(sent).toEqual([]);
  });

  const suppressedBy = (source: string) =>
    subscriber({
      suppressed: [
        {
          dispatcher_type: "campaign",
          message_type: "text_message",
          suppressed_source_type: source,
        },
      ],
    });
  const reply = (source: string) => (sent: Sent) =>
    sent.method === "GET" && !sent.path.endsWith("/fields") ? suppressedBy(source) : undefined;

  it.each(["user", "spam", "admin"])(
    "leaves a no by %s, unless the tenant lets tills lift it",
    async (source) => {
      const yes: Person = { accepts: { email: true, sms: true } };
      const held = await update(yes, reply(source));
      expect(held.result).toMatchObject({
        failure: { kind: "invalid_fields", fields: [{ field: "accepts_sms" }] },
      });
      expect(held.sent).toEqual([]);
      const lifted = await update(yes, reply(source), { liftSuppressions: true });
      expect(lines(lifted.sent)).toEqual([
        `PUT /v2/subscribers/${id}`,
        `DELETE /v2/suppressions/${id}`,
      ]);
    },
  );

  it("lifts a no that came by the API, as ours does", async () => {
    const { result, sent } = await update({ accepts: { email: true, sms: true } }, reply("api"));
    expect(result.ok).toBe(true);
    expect(sent.at(-1)?.query.get("message_type")).toBe("text_message");
    expect(sent.at(-1)?.query.get("dispatcher_type")).toBe("campaign");
  });

  it("puts right what an add left open", async () => {
    const { sent } = await update({ nameFirst: "B" }, ({ method, path }) => {
      if (method !== "GET") return undefined;
      return path.endsWith("/fields")
        ? fields({ "Sitoo-Contact.accepts_email": "false" })
        : subscriber(isNewborn);
    });
    expect(sent.at(-1)?.body).toMatchObject({ suppress_on: { campaign: ["email"] } });
    expect(now).toBeGreaterThan(0);
  });

  it("keeps each consent where the tenant has it", async () => {
    const consents = [
      { id: "a", name: "A", preference: 7 },
      { id: "b", name: "B", tag: "Bee" },
      { id: "c", name: "C" },
    ];
    const { sent } = await update(
      { consents: ["a", "b", "c"] },
      ({ path }) => (path.endsWith("/preferences") ? { json: { preferences: [] } } : undefined),
      { consents },
    );
    expect(sent.map(({ body }) => body)).toEqual([
      { fields: [{ key: "Sitoo-Contact.acceptedconsents", value: "c" }] },
      { preferences: [{ preference_id: 7, is_opted_in: true }] },
      { tags: ["Bee"] },
    ]);
  });
});
