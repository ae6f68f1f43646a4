import { describe, expect, it } from "vitest";
import * as z from "zod";
import { customer } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  astrid,
  eventually,
  foundNobody,
  foundOne,
  hedda,
  nobody,
  refused,
  unique,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();

type Document = Record<string, unknown>;

/** A tenant whose only CRM is an Ometria of its own name. */
const onboard = (
  name: string,
  settings: {
    readonly till?: boolean;
    readonly handler?: Document;
    readonly destination?: Document;
  } = {},
): Promise<Onboarded> =>
  gateway.onboard(name, {
    edit: (document) => {
      const { channels } = document.crm as { channels: Document[] };
      const { client_settings } = channels[0] ?? {};
      const form = {
        name: "editable",
        email: "editable",
        mobile: "editable",
        member_number: "editable",
        invoice_address: "editable",
        accepts_communication: "editable",
        consents: "editable",
      };
      const till = {
        title: "Demo",
        client_settings: {
          ...(client_settings as Document),
          fields_add: form,
          fields_edit: form,
          sections: [
            { title: "Club", attributes: [{ attribute: "stats.orders", title: "Orders" }] },
          ],
        },
      };
      channels.splice(0, 1, {
        id: "ometria",
        till: settings.till ?? false,
        ...(settings.till === true ? till : {}),
        handler: {
          ometria: {
            api_url: `${gateway.sandboxUrl()}/ometria/${name}/v2`,
            api_key: "sandbox-ometria-key",
            transactional_api_key: "sandbox-ometria-mail-key",
            ...settings.handler,
          },
        },
      });
      document.orders = {
        deliver_to: [
          { channel: "ometria", anonymous: "deliver", namespace: "pos", ...settings.destination },
        ],
      };
    },
  });

const stateSchema = z.looseObject({
  contacts: z.array(
    z.looseObject({
      id: z.string(),
      collection: z.string(),
      profileId: z.string().nullable(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
  orders: z.array(
    z.looseObject({
      id: z.string(),
      profileId: z.string().nullable(),
      totalsOff: z.string(),
      unknownProducts: z.array(z.string()),
      fields: z.record(z.string(), z.unknown()),
      deliveries: z.array(z.looseObject({ differs: z.boolean() })),
    }),
  ),
  events: z.array(z.looseObject({ eventType: z.string(), profileId: z.string().nullable() })),
  errors: z.array(z.unknown()),
  mails: z.array(
    z.looseObject({ delivered: z.boolean(), blank: z.array(z.string()), body: z.looseObject({}) }),
  ),
});
const ometriaState = async (name: string) => {
  const { control } = gateway.ometria(name);
  await control("POST", "/process");
  return stateSchema.parse(await control("GET", "/state"));
};
const unlimited = (name: string) =>
  gateway.ometria(name).profile({ pushPerSecond: 0, dataPerSecond: 0, transactionalPerSecond: 0 });

const orderIn = (name: string, orderId: number, when: (order: Document) => boolean = () => true) =>
  eventually(async () => {
    const { orders } = await ometriaState(name);
    const found = orders.find(({ id }) => id === `pos-${orderId}`);
    return found !== undefined && when(found.fields) ? found : undefined;
  }, `order ${orderId} in Ometria`);

describe("orders of a channel without tills", () => {
  it("arrive whole, are nobody's or their buyer's, and add up; so does what comes back", async () => {
    const name = `om-orders-${unique()}`;
    const tenant = await onboard(name);
    await unlimited(name);
    const email = "frans@example.com";
    const sale = await gateway.sitoo(name).sell({
      storeId: "200",
      email,
      items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }],
    });
    const { orderid: orderId } = sale.order;
    await gateway.events([...sale.events, ...sale.events], tenant);
    const order = await orderIn(name, orderId);
    expect(order).toMatchObject({
      totalsOff: "0",
      unknownProducts: [],
      fields: {
        status: "complete",
        is_valid: true,
        channel: "store",
        store: "200",
        currency: "SEK",
        grand_total: Number(sale.order.moneytotal_gross_all),
        customer: { email },
        lineitems: [{ product_id: "A1" }, { product_id: "S3", quantity: 2 }],
      },
    });
    expect(order.profileId).not.toBeNull();
    const before = await ometriaState(name);
    const contact = before.contacts.find(({ fields }) => fields["email"] === email);
    expect(contact).toMatchObject({ collection: "sitoo_pos", profileId: order.profileId });
    expect(contact?.fields).not.toHaveProperty("marketing_optin");
    expect(contact?.id).not.toContain("frans");

    const anonymous = await gateway.sitoo(name).sell({ storeId: "200", items: [{ sku: "A1" }] });
    await gateway.events(anonymous.events, tenant);
    expect(await orderIn(name, anonymous.order.orderid)).toMatchObject({ profileId: null });

    for (const [quantity, status, valid] of [
      [1, "partially_refunded", true],
      [1, "partially_refunded", true],
    ] as const) {
      const back = await gateway
        .sitoo(name)
        .sell({ refundOf: orderId, items: [{ sku: "S3", quantity }] });
      await gateway.events([...back.events, ...back.events], tenant);
      await orderIn(name, orderId, ({ properties }) =>
        String((properties as Document)["returns"]).includes(`pos-${back.order.orderid}`),
      );
      const { orders } = await ometriaState(name);
      expect(orders.find(({ id }) => id === `pos-${orderId}`)?.fields).toMatchObject({
        status,
        is_valid: valid,
      });
      expect(orders.some(({ id }) => id === `pos-${back.order.orderid}`)).toBe(false);
    }
    const rest = await gateway.sitoo(name).sell({ refundOf: orderId, items: [{ sku: "A1" }] });
    await gateway.events(rest.events, tenant);
    const refunded = await orderIn(name, orderId, ({ status }) => status === "refunded");
    expect(refunded.fields).toMatchObject({
      is_valid: false,
      lineitems: [{ quantity_refunded: 1 }, { quantity_refunded: 2 }],
    });
    expect((await ometriaState(name)).errors).toEqual([]);
  }, 90_000);

  it("are told again whole when they change, and cancelled when Sitoo cancels them", async () => {
    const name = `om-changes-${unique()}`;
    const tenant = await onboard(name);
    await unlimited(name);
    const { order, events } = await gateway
      .sitoo(name)
      .sell({ storeId: "200", items: [{ sku: "A1" }] });
    const { orderid: orderId } = order;
    const happens = async (event_id: string, change: object, data: object = {}) => {
      await gateway.sitoo(name).control("PATCH", `/orders/${orderId}`, change);
      const again = events.map((event) => ({
        ...event,
        event_id,
        data: { eshop_id: 1, order_id: orderId, order_event_type: "update", ...data },
      }));
      await gateway.events(again, tenant);
    };
    await gateway.events(events, tenant);
    expect(await orderIn(name, orderId)).toMatchObject({ profileId: null });
    await happens("changed", { email: "frans@example.com" });
    const changed = await orderIn(name, orderId, (fields) => "customer" in fields);
    expect(changed.fields).toMatchObject({
      customer: { email: "frans@example.com" },
      grand_total: Number(order.moneytotal_gross_all),
    });
    await happens("cancelled", { orderstateid: 20 }, { order_state_changed: "cancelled" });
    const cancelled = await orderIn(name, orderId, ({ status }) => status === "cancelled");
    expect(cancelled.fields).toMatchObject({
      is_valid: false,
      grand_total: Number(order.moneytotal_gross_all),
    });
  }, 60_000);

  it("of history come by a backfill, many to a push, and welcome nobody", async () => {
    const name = `om-history-${unique()}`;
    const today = new Date().toISOString().slice(0, 10);
    const tenant = await onboard(name, { destination: { opt_in_contacts: true } });
    await unlimited(name);
    const at = Math.floor(Date.now() / 1_000) - 5 * 86_400;
    const { order } = await gateway.sitoo(name).sell({
      storeId: "200",
      email: "frans@example.com",
      items: [{ sku: "A1" }],
      at,
    });
    const copies = Array.from({ length: 39 }, (_, n) => ({
      ...order,
      orderid: order.orderid + 1 + n,
    }));
    await gateway.sitoo(name).control("POST", "/orders", copies);
    const from = new Date((at - 86_400) * 1_000).toISOString().slice(0, 10);
    await gateway.adminPost(`/tenants/${tenant.name}/backfills`, {
      from,
      to: today,
      channel: "ometria",
    });
    const state = await eventually(
      async () => {
        const seen = await ometriaState(name);
        return (
          [order, ...copies].every(({ orderid }) =>
            seen.orders.some(({ id }) => id === `pos-${orderid}`),
          ) && seen
        );
      },
      "forty orders",
      40_000,
    );
    const pushes = (await gateway.ometria(name).requests("/push")).filter(
      ({ method }) => method === "POST",
    );
    expect(pushes.length).toBeLessThan(60);
    expect(
      state.contacts.some(
        ({ id, fields }) => id.startsWith("buyer-") && "marketing_optin" in fields,
      ),
    ).toBe(false);
    expect(state.errors).toEqual([]);
  }, 60_000);

  it("opt their buyers in where the file says so, with the time on the same contact", async () => {
    const name = `om-optin-${unique()}`;
    const tenant = await onboard(name, { destination: { opt_in_contacts: true } });
    await unlimited(name);
    const email = "ny@example.com";
    const sale = await gateway.sitoo(name).sell({ storeId: "200", email, items: [{ sku: "A1" }] });
    await gateway.events(sale.events, tenant);
    await orderIn(name, sale.order.orderid);
    const { contacts } = await ometriaState(name);
    expect(contacts.find(({ fields }) => fields["email"] === email)?.fields).toMatchObject({
      marketing_optin: "EXPLICITLY_OPTEDIN",
      timestamp_subscribed: expect.any(String) as unknown,
    });
  }, 40_000);

  it("take what staff mail as a transactional mail, once", async () => {
    const name = `om-mail-${unique()}`;
    const tenant = await onboard(name, {
      destination: {
        receipt: {
          from_name: "Acme",
          from_email: "hi@acme.example",
          subject: "Your receipt",
          stream: "receipts",
          template_id: 12,
        },
      },
    });
    await unlimited(name);
    const sale = await gateway.sitoo(name).sell({
      storeId: "200",
      email: "frans@example.com",
      items: [{ sku: "A1" }],
    });
    const mail = sale.events.map((event) => ({
      ...event,
      event_id: `mail-${sale.order.orderid}`,
      data: { eshop_id: 1, order_id: sale.order.orderid, order_event_type: "email-receipt" },
    }));
    await gateway.events([...sale.events, ...mail, ...mail], tenant);
    const sent = await eventually(async () => {
      const { mails } = await ometriaState(name);
      return mails.length > 0 && mails;
    }, "a mail");
    expect(sent).toMatchObject([
      {
        delivered: true,
        body: {
          stream: "receipts",
          template_id: 12,
          subject: "Your receipt",
          from: { name: "Acme", email: "hi@acme.example" },
          to: { email: "frans@example.com" },
          data: { details: { orderID: `pos-${sale.order.orderid}` } },
        },
      },
    ]);
  }, 40_000);

  it("come again after 429, 5xx and an answer that never came, and are one order", async () => {
    const name = `om-faults-${unique()}`;
    const tenant = await onboard(name);
    await unlimited(name);
    for (const fault of [
      { type: "status", status: 429 },
      { type: "status", status: 503 },
      { type: "applied_then_status", status: 504 },
    ] as const) {
      await gateway.ometria(name).fault(fault, { path: "/push" }, 1);
      const sale = await gateway.sitoo(name).sell({ storeId: "200", items: [{ sku: "A1" }] });
      await gateway.events(sale.events, tenant);
      const order = await orderIn(name, sale.order.orderid);
      expect(order.deliveries.every(({ differs }) => !differs)).toBe(true);
    }
  }, 90_000);

  it("become dead letters when Ometria finds fault with them afterwards, and can be replayed", async () => {
    const name = `om-late-${unique()}`;
    const tenant = await onboard(name);
    await unlimited(name);
    await gateway.ometria(name).control("POST", "/refusals", { type: "order", times: 1 });
    const sale = await gateway.sitoo(name).sell({ storeId: "200", items: [{ sku: "A1" }] });
    const { orderid: orderId } = sale.order;
    await gateway.events(sale.events, tenant);
    await eventually(async () => {
      const { errors } = await ometriaState(name);
      return errors.length > 0;
    }, "a push error");
    await gateway.scheduled("*/15 * * * *");
    const letters = () =>
      gateway
        .admin(`/tenants/${name}/dead-letters`)
        .then(
          ({ json }) =>
            z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) }).parse(json).items,
        );
    const [letter, ...more] = await eventually(async () => {
      const found = await letters();
      return found.length > 0 && found;
    }, "a dead letter");
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ kind: "refused_late", orderId, destination: "ometria" });
    await gateway.adminPost(`/tenants/${name}/dead-letters/${letter?.id}/replay`);
    await orderIn(name, orderId);
    // It is still among the newest errors, and is no letter again.
    await gateway.scheduled("*/15 * * * *");
    expect(await letters()).toEqual([]);
  }, 60_000);
});

describe("a till whose CRM is Ometria", () => {
  const handler = {
    member_number_property: "member_number",
    status_property: "bonus_level",
    consents: [{ id: "memberTerms", name: "Terms" }],
    voucher_passwords_default: ["member"],
    voucher_passwords_from_tags: [{ tag: "staff", voucher_passwords: ["staff"] }],
    promotions_from_tags: [{ tag: "vip", id: "vip-10", name: "VIP", offer: { cart_percent: 10 } }],
    mirror_redemptions: true,
  };

  it("finds by e-mail, then by phone and member number, edits, and shows what it wrote at once", async () => {
    const name = `om-till-${unique()}`;
    const tenant = await onboard(name, { till: true, handler });
    await unlimited(name);
    const till = gateway.till(tenant, "ometria");
    const by = (key_type: string, key: string) =>
      till("GET", "/customers", { query: { key_type, key } });
    const card = foundOne(await by("email", "Astrid@example.com"));
    expect(card).toMatchObject({
      customer_id: astrid,
      name_first: "Astrid",
      mobile: "+46701740605",
      member_number: "10012",
      consents: ["memberTerms"],
      promotions: [{ promotion_id: "vip-10" }],
      sections: [{ title: "Club" }],
    });
    expect([...(card.voucher_passwords ?? [])].toSorted()).toEqual(["member", "staff"]);
    foundNobody(await by("email", "nobody@example.com"));
    expect(foundOne(await by("mobile", "070-174 06 05")).customer_id).toBe(astrid);
    expect(foundOne(await by("member_number", "10012")).customer_id).toBe(astrid);
    // The web shop has an account of the same address; the till's is meant.
    expect(foundOne(await by("email", "hedda@example.net")).customer_id).toBe(hedda);
    // Out in the web shop is out, whatever the till once wrote.
    expect(
      foundOne(await by("email", "nora@example.net")).accepts_communication ?? [],
    ).not.toContain("email");
    // Known by the newsletter alone: has a contact of ours from the first edit on.
    const greta = foundOne(await by("email", "greta@example.net"));
    const path = `/customers/${greta.customer_id}`;
    accepted(await till("PUT", path, { body: { mobile: "0701740618" } }), customer);
    expect(foundOne(await by("mobile", "0701740618")).customer_id).toBe(greta.customer_id);
    const { contacts, errors } = await ometriaState(name);
    expect(errors).toEqual([]);
    const [own, web] = ["sitoo_pos", "default"].map((collection) =>
      contacts.find(
        (one) => one.collection === collection && one.fields["email"] === "greta@example.net",
      ),
    );
    expect(own?.profileId).toBe(web?.profileId);
    refused(await till("GET", `/customers/${nobody}`), 404);
  }, 60_000);

  it("adds a customer once, who is found at once; what was not ticked is not given", async () => {
    const name = `om-create-${unique()}`;
    const tenant = await onboard(name, { till: true, handler });
    await unlimited(name);
    const till = gateway.till(tenant, "ometria");
    const body = {
      name_first: "Nils",
      name_last: "Exempel",
      email: "nils@example.com",
      mobile: "0701740650",
      accepts_communication: ["sms"],
      consents: ["memberTerms"],
    };
    const made = accepted(await till("POST", "/customers", { body }), customer);
    const again = accepted(await till("POST", "/customers", { body }), customer);
    expect(again.customer_id).toBe(made.customer_id);
    for (const [key_type, key] of [
      ["mobile", "0701740650"],
      ["email", "nils@example.com"],
    ] as const)
      expect(
        foundOne(await till("GET", "/customers", { query: { key_type, key } })).customer_id,
      ).toBe(made.customer_id);
    const { contacts, errors } = await ometriaState(name);
    expect(errors).toEqual([]);
    const own = contacts.filter(({ fields }) => fields["email"] === "nils@example.com");
    expect(own).toHaveLength(1);
    expect(own[0]?.fields).toMatchObject({
      customer_id: made.customer_id,
      phone_number: "+46701740650",
      marketing_optin: "NOT_SPECIFIED",
      channels: { sms: { allow_marketing: true } },
      properties: { consent_memberTerms: true },
    });
    accepted(
      await till("PUT", `/customers/${made.customer_id}`, {
        body: { accepts_communication: ["sms", "email"] },
      }),
      customer,
    );
    const after = (await ometriaState(name)).contacts.find(({ id }) => id === made.customer_id);
    expect(after?.fields).toMatchObject({
      marketing_optin: "EXPLICITLY_OPTEDIN",
      timestamp_subscribed: expect.any(String) as unknown,
      properties: { consent_memberTerms: true },
    });
  }, 60_000);

  it("redeems in the ledger alone, and gives back; Ometria is told by events", async () => {
    const name = `om-redeem-${unique()}`;
    const tenant = await onboard(name, { till: true, handler });
    await unlimited(name);
    const till = gateway.till(tenant, "ometria");
    const items = { promotions: ["vip-10"], bonus_checks: [] };
    const redeem = (register: string) =>
      till("POST", `/customers/${astrid}/redeem`, { body: items, register, store: "200" });
    expect((await redeem("till-1")).status).toBe(200);
    refused(await redeem("till-2"), 400);
    const undone = await till("DELETE", `/customers/${astrid}/redeem`, {
      body: items,
      register: "till-1",
      store: "200",
    });
    expect(undone.status).toBe(200);
    const events = await eventually(async () => {
      const { events: told } = await ometriaState(name);
      return told.length > 1 && told;
    }, "two events");
    expect(events.map(({ eventType }) => eventType).toSorted()).toEqual([
      "promotion_redeemed",
      "promotion_reversed",
    ]);
    expect(events.every(({ profileId }) => profileId !== null)).toBe(true);
  }, 60_000);

  it("says that the CRM is away, and never that nobody has the key", async () => {
    const name = `om-away-${unique()}`;
    const tenant = await onboard(name, { till: true, handler });
    await unlimited(name);
    const till = gateway.till(tenant, "ometria");
    for (const [status, shown] of [
      [503, 503],
      [403, 502],
    ] as const) {
      await gateway.ometria(name).fault({ type: "status", status }, { path: "/profiles" }, 1);
      const reply = await till("GET", "/customers", {
        query: { key_type: "email", key: "astrid@example.com" },
      });
      expect([status, reply.status >= 500 ? "away" : reply.status]).toEqual([status, "away"]);
      expect(shown).toBeGreaterThan(500);
    }
  }, 40_000);
});
