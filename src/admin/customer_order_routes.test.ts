import { describe, expect, it } from "vitest";
import * as z from "zod";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { OrderLead } from "../orders/customer_index.ts";
import type { OrderTrace } from "../orders/journal_view.ts";
import { createAdminApp } from "./admin_app.ts";
import { addCustomerOrderRoutes } from "./customer_order_routes.ts";

const tenant = tenantWith([channel("club"), channel("mail")]);
const stored = { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] };

const traceOf = (orderId: number): OrderTrace => ({
  orderId,
  account: 90316,
  site: 1,
  state: "settled",
  note: "",
  receipt: `R${orderId}`,
  store: "200",
  currency: "SEK",
  total: 20000,
  soldAt: "2026-11-23T10:00:00",
  deliveries: [],
  updatedAt: 0,
  events: [],
  hops: [],
  receipts: [],
  payload: "{}",
});
const order = (id: number, day = 23): OrderLead => `2026-11-${day}T10:00:00 90316/1/${id}`;
const answered = z.object({
  items: z.array(z.looseObject({ orderId: z.number() })),
  more: z.boolean(),
});

/** @param indexed what the index of each CRM instance says, or how it fails. */
const ask = async (
  path: string,
  indexed: Readonly<Record<string, readonly OrderLead[] | Error>>,
  {
    show = (orderId: number): Promise<OrderTrace | undefined> => Promise.resolve(traceOf(orderId)),
  } = {},
) => {
  const app = createAdminApp();
  app.use("*", (c, next) => {
    c.set("found", { kind: "found", tenant, stored });
    return next();
  });
  let [atOnce, most] = [0, 0];
  const journals: string[] = [];
  const logged: object[] = [];
  addCustomerOrderRoutes(app, {
    customerIndex: (_tenant, crmInstance) => ({
      of: (_customer, limit) => {
        const said = indexed[crmInstance] ?? [];
        return said instanceof Error ? Promise.reject(said) : Promise.resolve(said.slice(0, limit));
      },
    }),
    journal: (name) => ({
      show: async (orderId) => {
        journals.push(name);
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setTimeout(resolve, 1));
        atOnce -= 1;
        return show(orderId);
      },
    }),
    log: (entry) => logged.push(entry),
  });
  const response = await app.request(`/tenants/acme${path}`);
  const text = await response.text();
  return {
    status: response.status,
    text,
    read: () => answered.parse(JSON.parse(text)),
    ids: () => answered.parse(JSON.parse(text)).items.map(({ orderId }) => orderId),
    journals,
    logged,
    most: () => most,
  };
};

const everywhere = "/customers/c-1/orders";

describe("orders of a customer", () => {
  it("are those of every CRM instance, newest first and each once, as their journals have them", async () => {
    const asked = await ask(everywhere, {
      "voyado/club": [order(64, 23), order(70, 22)],
      "voyado/mail": [order(6_400, 24), order(64, 23)],
    });
    expect(asked.ids()).toEqual([6_400, 64, 70]);
    const { items, ...rest } = asked.read();
    expect(rest).toEqual({ more: false });
    const { events: _e, hops: _h, payload: _p, ...shown } = traceOf(64);
    expect(items[1]).toEqual(shown);
    expect(asked.journals).toEqual(["acme/90316/1/100", "acme/90316/1/1", "acme/90316/1/1"]);
  });

  it("are those of one channel's CRM, where one is named", async () => {
    const indexed = { "voyado/club": [order(64)], "voyado/mail": [order(6_400)] };
    expect((await ask(`/channels/mail${everywhere}`, indexed)).ids()).toEqual([6_400]);
    expect((await ask(`/channels/other${everywhere}`, indexed)).status).toBe(404);
  });

  it("are the newest fifty, a few journals asked at once, and it is said that there are more", async () => {
    const many = Array.from({ length: 60 }, (_, index) => order(1_999 - index));
    const asked = await ask(everywhere, { "voyado/club": many });
    expect(asked.ids()).toEqual(Array.from({ length: 50 }, (_, index) => 1_999 - index));
    expect(asked.read().more).toBe(true);
    expect(asked.most()).toBe(4);
    expect((await ask(everywhere, { "voyado/club": many.slice(0, 50) })).read().more).toBe(false);
  });

  it("leave out what no journal keeps any more", async () => {
    const asked = await ask(
      everywhere,
      { "voyado/club": [order(2), order(1)] },
      { show: (orderId) => Promise.resolve(orderId === 1 ? undefined : traceOf(orderId)) },
    );
    expect(asked.ids()).toEqual([2]);
  });

  it("cannot be told while the index or a journal is away, and the log does not name the customer", async () => {
    const indexAway = await ask(everywhere, { "voyado/club": new Error("c-1 is away") });
    const journalAway = await ask(
      everywhere,
      { "voyado/club": [order(1)] },
      { show: () => Promise.reject(new Error("c-1 is away")) },
    );
    for (const { status, logged } of [indexAway, journalAway]) {
      expect(status).toBe(503);
      expect(logged).toEqual([
        { level: "error", event: "customer_orders_away", tenant: "acme", error: "Error" },
      ]);
    }
  });
});
