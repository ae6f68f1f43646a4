import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  effectOf,
  eventually,
  foundNobody,
  foundOne,
  refused,
  unique,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();
let group: Onboarded;

/** One club over three countries on one CRM instance, another CRM in the fourth; a Sitoo account each. */
const countries = {
  SE: {
    channel: "club",
    account: 90316,
    locale: "sv-SE",
    currency: "SEK",
    zone: "Europe/Stockholm",
    store: "200",
  },
  NO: {
    channel: "club-no",
    account: 90317,
    locale: "nb-NO",
    currency: "NOK",
    zone: "Europe/Oslo",
    store: "400",
  },
  FI: {
    channel: "club-fi",
    account: 90318,
    locale: "fi-FI",
    currency: "EUR",
    zone: "Europe/Helsinki",
    store: "500",
  },
  US: {
    channel: "friends",
    account: 90319,
    locale: "en-US",
    currency: "USD",
    zone: "America/New_York",
    store: "600",
  },
} as const;
type Country = keyof typeof countries;
const club = ["SE", "NO", "FI"] as const satisfies readonly Country[];

const fields = { email: "editable", name: "editable", mobile: "editable" };
const voyadoAt = (instance: string) => ({
  api_url: `${gateway.running().sandbox.url}/voyado/${instance}/api/`,
  api_key: "sandbox-voyado-key",
});
const till = (country: Country) => gateway.till(group, countries[country].channel);
const voyado = () => gateway.voyado("club");
const omnium = () => gateway.omnium("friends");

beforeAll(async () => {
  group = await gateway.onboard("group", {
    edit: (document) => {
      document.sitoo = Object.entries(countries).map(([country, { account }]) => ({
        id: `shop-${country.toLowerCase()}`,
        api_url: `${gateway.running().sandbox.url}/sitoo/group-${country.toLowerCase()}/v2`,
        account_id: account,
        api_id: `${account}-1`,
        api_password: "sandbox-sitoo-password",
      }));
      delete document.market;
      document.markets = Object.fromEntries(
        Object.entries(countries).map(([country, { locale, currency, zone }]) => [
          country,
          { sitoo: `shop-${country.toLowerCase()}`, locale, currency, time_zone: zone },
        ]),
      );
      const client_settings = {
        search_types: ["mobile", "email", "member_number"],
        fields_add: fields,
        fields_edit: fields,
      };
      const handler = {
        voyado: { ...voyadoAt("club"), exchange_rates: { NOK: "0.98", EUR: "11.20" } },
      };
      document.crm = {
        channels: [
          { id: "club", market: "SE", title: "Club", client_settings, handler },
          { id: "club-no", extends: "club", market: "NO" },
          { id: "club-fi", extends: "club", market: "FI" },
          {
            id: "friends",
            market: "US",
            client_settings: { ...client_settings, search_types: ["mobile", "email"] },
            handler: {
              omnium: {
                api_url: `${gateway.running().sandbox.url}/omnium/friends`,
                client_id: "sandbox-omnium-client",
                client_secret: "sandbox-omnium-secret",
                market_id: "USA",
                send_orders: true,
                order_ids: "account_and_site",
              },
            },
          },
        ],
      };
      document.orders = { deliver_to: [{ channel: "club" }, { channel: "friends" }] };
    },
  });
});

const redeem = (country: Country, customer: string, body: object) =>
  till(country)("POST", `/customers/${customer}/redeem`, {
    body,
    store: countries[country].store,
    register: `till-${country}`,
  });

describe("a club over three countries", () => {
  it("knows its member in each of them, and the fourth country's CRM does not", async () => {
    const member = await addCustomer(voyado());
    const search = (country: Country) =>
      till(country)("GET", "/customers", { query: { key_type: "email", key: member.email } });
    for (const country of club) expect(foundOne(await search(country)).customer_id).toBe(member.id);
    foundNobody(await search("US"));
  });

  it("lets a voucher be used in one of them, however close the others come", async () => {
    for (let round = 0; round < 5; round += 1) {
      const member = await addCustomer(voyado(), { vouchers: [{}] });
      const [voucher = ""] = member.vouchers;
      const replies = await Promise.all(
        club.map((country) => redeem(country, member.id, { bonus_checks: [voucher] })),
      );
      const won = replies.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(accepted(won[0] ?? never(), redeemResult).bonus_checks?.[0]?.redeemed).toBe(true);
      for (const [index, reply] of replies.entries())
        if (reply.status !== 200) refused(reply, 400, inUse[club[index] ?? "SE"]);
      expect(await effectOf(voyado(), voucher)).toEqual({ redeemed: 1, reactivated: 0 });
    }
  });

  it("shows in the others what one of them has used, and takes it back only there", async () => {
    const member = await addCustomer(voyado(), { promotions: [{}] });
    const [promotion = ""] = member.promotions;
    accepted(await redeem("NO", member.id, { promotions: [promotion] }), redeemResult);
    const shown = async (country: Country) =>
      foundOne(
        await till(country)("GET", "/customers", {
          query: { key_type: "email", key: member.email },
        }),
      ).promotions?.find(({ promotion_id }) => promotion_id === promotion)?.redeemed;
    for (const country of club) expect(await shown(country)).toBe(true);
    refused(await redeem("FI", member.id, { promotions: [promotion] }), 400, inUse.FI);
    // A till of another country has nothing to give back.
    const undo = (country: Country) =>
      till(country)("DELETE", `/customers/${member.id}/redeem`, {
        body: { promotions: [promotion] },
        register: `till-${country}`,
      });
    await undo("SE");
    expect(await shown("SE")).toBe(true);
    await undo("NO");
    expect(await shown("SE")).toBe(false);
  });

  it("gets the orders of its three countries in their own currencies, and the fourth CRM its own", async () => {
    const receipts = z.object({
      receipts: z.array(
        z.looseObject({
          uniqueReceiptId: z.string(),
          contactId: z.string(),
          payload: z.looseObject({ currency: z.string(), storeExternalId: z.string() }),
        }),
      ),
    });
    const orders = z.object({
      items: z.array(z.looseObject({ fields: z.record(z.string(), z.unknown()) })),
    });
    const receiptOf = async (id: string) =>
      receipts
        .parse(await voyado().state())
        .receipts.find(({ uniqueReceiptId }) => uniqueReceiptId === id);
    const orderOf = async (id: string) =>
      orders.parse(await omnium().control("GET", `/orders/${id}`)).items[0]?.fields;
    const sell = async (country: Country, customerId: string) => {
      const { account, store } = countries[country];
      const sale = { storeId: store, accountId: account, customerId, items: [{ sku: "T4" }] };
      const sold = await gateway.sitoo(`group-${country.toLowerCase()}`).sell(sale);
      expect((await gateway.events(sold.events, group)).status).toBe(200);
      return `sitoo-${account}-1-${sold.order.orderid}`;
    };
    for (const country of club) {
      const member = await addCustomer(voyado());
      const id = await sell(country, member.id);
      const found = await eventually(() => receiptOf(id), `the receipt of ${country}`);
      expect(found.contactId).toBe(member.id);
      const { currency, store } = countries[country];
      expect(found.payload).toMatchObject({ currency, storeExternalId: store });
      expect(await orderOf(id)).toBeUndefined();
    }
    const friend = z.looseObject({ customerId: z.string() }).parse(
      await omnium().control("POST", "/customers", {
        email: `friend-${unique()}@example.com`,
        marketId: "USA",
      }),
    );
    const id = await sell("US", friend.customerId);
    const order = await eventually(() => orderOf(id), "the order in the fourth country's CRM");
    expect(order).toMatchObject({ customerId: friend.customerId });
    expect(await receiptOf(id)).toBeUndefined();
  });
});

/** What a cashier of each country reads. */
const inUse: Readonly<Record<Country, RegExp>> = {
  SE: /används just nu|Redan använd/,
  NO: /brukes akkurat nå|Allerede brukt/i,
  FI: /käytetään juuri nyt|on jo käytetty/i,
  US: /being used|Already used/,
};

const never = (): never => {
  throw new Error("nobody won");
};
