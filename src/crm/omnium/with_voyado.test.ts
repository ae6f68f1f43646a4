import { describe, expect, it } from "vitest";
import type { Sale } from "../../model/sale.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { CrmCall } from "../port.ts";
import {
  contactBody,
  contactId,
  settings as voyadoSettings,
  voucherId,
} from "../voyado/engage_fixture.ts";
import {
  type Answer,
  answering,
  call,
  customerBody,
  customerId,
  found,
  market,
  memberBody,
  now,
  type Sent,
  settings,
} from "./omnium_fixture.ts";
import { newSession } from "./session.ts";
import { createOmniumWithVoyado } from "./with_voyado.ts";

const voyado: VoyadoSettings = { ...voyadoSettings, apiUrl: "https://engage.example.com/api" };
const missing: Answer = { status: 404, text: "" };

/** Both, each a function; what was sent is noted with whose it was. */
const pair = (
  omnium: (one: Sent) => Answer | undefined,
  engage: (one: Sent) => Answer | undefined = () => undefined,
) => {
  const sent: string[] = [];
  const bodies: Record<string, unknown> = {};
  const respond = (who: string, answer: (one: Sent) => Answer | undefined) => (one: Sent) => {
    if (one.path === "/Token") return { json: { accessToken: "t" } };
    sent.push(`${who} ${one.method} ${one.path}`);
    bodies[`${who} ${one.method} ${one.path}`] = one.body;
    return answer(one) ?? missing;
  };
  const [toOmnium, toEngage] = [
    answering(respond("omnium", omnium)),
    answering(respond("engage", engage)),
  ];
  const crm = createOmniumWithVoyado(
    { settings: { ...settings, voyado }, sections: [], market, voyado },
    (request) => (request.url.startsWith(voyado.apiUrl) ? toEngage : toOmnium)(request),
    () => undefined,
    () => now,
    newSession(() => now),
  );
  return { crm, sent, bodies };
};
const register =
  (
    customer: object = customerBody({
      externalIds: [{ providerName: "VoyadoContactId", id: contactId }],
    }),
  ) =>
  ({ method, path }: Sent): Answer | undefined => {
    if (path === `/PrivateCustomers/${customerId}`) return { json: customer };
    if (path.endsWith("/CustomerClubMember")) return { json: memberBody() };
    return method === "PATCH" ? { json: { updatedCount: 1 } } : undefined;
  };
const contacts = ({ method, path }: Sent): Answer | undefined => {
  if (path === "/v3/contacts/id") return { json: contactId };
  if (path === `/v3/contacts/${contactId}` || method === "PATCH") return { json: contactBody() };
  return path.startsWith("/v3/reward-vouchers/") ? { text: "" } : undefined;
};

describe("a customer of both", () => {
  it("is Omnium's person with Voyado's consents and passwords", async () => {
    const { crm } = pair(register(), contacts);
    expect(await crm.get(customerId, call)).toMatchObject({
      ok: true,
      value: {
        customer: {
          id: customerId,
          nameFirst: "Astrid",
          accepts: { email: true, mail: false, sms: true },
          consents: ["memberTerms"],
        },
        voucherPasswords: ["staff", "gold", "club", "member"],
        statusText: "Gold",
      },
    });
  });

  it("without a link is looked for in Voyado, and without a contact has said nothing", async () => {
    const unlinked = register(customerBody({ externalIds: [] }));
    const byPhone = pair(unlinked, contacts);
    expect(await byPhone.crm.get(customerId, call)).toMatchObject({
      value: { customer: { consents: ["memberTerms"] } },
    });
    expect(byPhone.sent).toContain("engage GET /v3/contacts/id");
    const alone = pair(unlinked);
    expect(await alone.crm.get(customerId, call)).toMatchObject({
      value: { customer: { consents: [], accepts: {} } },
    });
    expect(await alone.crm.instruments(customerId, call)).toMatchObject({
      value: { bonusChecks: [] },
    });
    const ref = { kind: "bonus_check", id: voucherId } as const;
    expect(await alone.crm.commit(customerId, ref, call)).toMatchObject({
      failure: { kind: "instrument_not_found" },
    });
  });

  it("is not shown where Voyado is down: a form without consents would withdraw them", async () => {
    const { crm } = pair(register(), () => ({ status: 503, text: "" }));
    expect(await crm.get(customerId, call)).toMatchObject({ failure: { kind: "unavailable" } });
  });

  it("is redeemed for in Voyado", async () => {
    const { crm, sent } = pair(register(), contacts);
    const ref = { kind: "bonus_check", id: voucherId } as const;
    expect(await crm.commit(customerId, ref, call)).toMatchObject({ ok: true });
    expect(sent.at(-1)).toBe(`engage POST /v3/reward-vouchers/${voucherId}/redeem`);
    expect(crm.capabilities).toMatchObject({
      commit: { promotion: true, bonus_check: true },
      lookupBy: ["mobile", "personal_id"],
    });
  });

  it("is edited in each by what is each one's", async () => {
    const { crm, bodies } = pair(register(), contacts);
    const before = {
      id: customerId,
      nameFirst: "Astrid",
      consents: ["memberTerms"],
      accepts: { sms: true },
    };
    const changes = { nameFirst: "Asta", consents: [], accepts: { sms: true } };
    expect(await crm.update(customerId, changes, before, call)).toMatchObject({ ok: true });
    expect(bodies["omnium PATCH /PrivateCustomers/PatchPrivateCustomer"]).toEqual({
      customerId,
      firstName: "Asta",
    });
    expect(bodies[`engage PATCH /v3/contacts/${contactId}`]).toEqual({
      consents: [{ id: "memberTerms", value: false, source: "POS" }],
    });
    expect(Object.keys(bodies)).not.toContain("omnium POST /PrivateCustomers/Consents");
  });

  it("is made once, though the first attempt got no further than Voyado", async () => {
    const made: unknown[] = [];
    const { crm, sent } = pair(({ method, path, body }) => {
      if (method === "POST" && path === "/PrivateCustomers") {
        made.push(body);
        return made.length === 1 ? { status: 403, text: "" } : { status: 201, json: body };
      }
      return path.startsWith("/PrivateCustomers/") && !path.endsWith("Member")
        ? { json: made.at(-1) }
        : undefined;
    }, contacts);
    const person = { email: "astrid@example.com", consents: ["offers"] };
    expect(await crm.create(person, call)).toMatchObject({ ok: false });
    expect(await crm.create(person, call)).toMatchObject({ ok: true });
    expect(made).toMatchObject(
      [1, 2].map(() => ({ externalIds: [{ providerName: "VoyadoContactId", id: contactId }] })),
    );
    expect(made[0]).not.toHaveProperty("consents");
    expect(sent).not.toContain("engage POST /v3/contacts");
  });
});

const foreign = `VoyadoContactId:${contactId}`;
const ofOrder: CrmCall = { deadline: now + 20_000, requestId: "o-1" };
const sale: Sale = {
  id: "sitoo-90316-1-1",
  order: { account: 90316, site: 1, orderId: 1 },
  receiptNumber: "1",
  at: "2030-01-31T11:00:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: {},
  lines: [],
  linesTotal: 0,
  grandTotal: 0,
  payments: [],
  instruments: [],
};

describe("whom Voyado's tills mean", () => {
  it("is found by the external id, and by no other provider's", async () => {
    const linked = (providerName: string) =>
      pair((one) =>
        one.path === "/PrivateCustomers/Search"
          ? found(customerBody({ externalIds: [{ providerName, id: contactId }] }))
          : register()(one),
      );
    expect(await linked("VoyadoContactId").crm.get(foreign, ofOrder)).toMatchObject({
      value: { customer: { id: customerId } },
    });
    expect(await linked("Other").crm.get(foreign, ofOrder)).toMatchObject({
      failure: { kind: "customer_not_found" },
    });
  });

  it("is found by the contact's phone or e-mail", async () => {
    const { crm, sent } = pair((one) => {
      if (one.path !== "/PrivateCustomers/Search")
        return register(customerBody({ externalIds: [] }))(one);
      return (one.body as { email?: string }).email === undefined ? found() : found(customerBody());
    }, contacts);
    expect(await crm.get(foreign, ofOrder)).toMatchObject({
      value: { customer: { id: customerId } },
    });
    expect(sent.slice(0, 3)).toEqual([
      "omnium POST /PrivateCustomers/Search",
      `omnium GET /PrivateCustomers/${contactId}`,
      `engage GET /v3/contacts/${contactId}`,
    ]);
  });

  it("is made with the order by the contact's id, so that a second order makes nobody else", async () => {
    const made = new Map<string, unknown>();
    const { crm, bodies } = pair(({ method, path, body }) => {
      if (path === "/PrivateCustomers/Search") return found();
      if (method === "POST" && path === "/PrivateCustomers") {
        const { customerId: id } = body as { customerId: string };
        if (made.has(id)) return { status: 409, text: "" };
        made.set(id, body);
        return { status: 201, json: body };
      }
      const held = made.get(path.slice("/PrivateCustomers/".length));
      if (held !== undefined) return { json: held };
      return path === "/Orders/PosOrders" ? { status: 201, json: {} } : undefined;
    }, contacts);
    const line = {
      kind: "purchase",
      sku: "A1",
      name: "A",
      quantity: "1",
      paid: 100,
      tax: 20,
      taxPercent: "25",
      discount: 0,
      instruments: [],
    } as const;
    expect(await crm.get(foreign, ofOrder)).toMatchObject({ value: { customer: { id: foreign } } });
    for (const _ of [1, 2])
      expect(
        await crm.deliver([{ sale: { ...sale, lines: [line] }, customerId: foreign }], ofOrder),
      ).toEqual([{ kind: "delivered" }]);
    expect([...made.keys()]).toEqual([contactId]);
    expect(made.get(contactId)).toMatchObject({
      email: "astrid@example.com",
      externalIds: [{ providerName: "VoyadoContactId", id: contactId }],
    });
    expect(bodies["omnium PUT /Orders/PosOrders"]).toMatchObject({ customerId: contactId });
  });
});
