import { describe, expect, it } from "vitest";
import { orderWire } from "../sitoo/order_wire.ts";
import type { SitooAnswer } from "../sitoo/sitoo_answer.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import { createAdminApp } from "./admin_app.ts";
import { addOrderRoutes } from "./order_routes.ts";

const tenant = tenantWith([channel("club")]);
const stored = { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] };
const [main] = tenant.accounts;
if (main === undefined) throw new Error("the tenant has an account");
const second = { ...main, id: "norway", accountId: 90317 };

const order = (orderid: number, receipt?: string) =>
  orderWire.parse({
    orderid,
    email: "kund@example.com",
    additionaldata: receipt === undefined ? {} : { "pos-receiptid": receipt },
  });
type Orders = { items: ReturnType<typeof order>[]; totalCount: number; unreadable: number };
const found = (items: Orders["items"]): SitooAnswer<Orders> => ({
  kind: "found",
  value: { items, totalCount: items.length, unreadable: 0 },
});

/** @param answers what Sitoo says, by account. */
const ask = async (
  path: string,
  answers: Readonly<Record<number, SitooAnswer<Orders>>> = {},
  show: () => Promise<undefined> = () => Promise.resolve(undefined),
) => {
  const app = createAdminApp();
  app.use("*", (c, next) => {
    c.set("found", {
      kind: "found",
      tenant: { ...tenant, accounts: [main, second] },
      stored,
    });
    return next();
  });
  const opened: string[] = [];
  addOrderRoutes(app, {
    journal: (name) => {
      opened.push(name);
      return { show };
    },
    sitoo: ({ accountId }) => ({
      orders: () => Promise.resolve(answers[accountId] ?? { kind: "gone" }),
    }),
    now: () => 0,
  });
  const response = await app.request(`/tenants/acme${path}`);
  return { status: response.status, body: await response.text(), opened };
};

describe("an order by its receipt", () => {
  it("is looked for in every account", async () => {
    const { body, opened } = await ask("/orders?receipt=R7", {
      90316: found([order(70, "R7")]),
      90317: found([order(6_400, "R7")]),
    });
    expect(JSON.parse(body)).toEqual({
      items: [
        { account: 90316, site: 1, orderId: 70, trace: null },
        { account: 90317, site: 1, orderId: 6_400, trace: null },
      ],
      notAsked: [],
    });
    expect(opened).toEqual(["acme/90316/1/1", "acme/90317/1/100"]);
    expect(body).not.toContain("kund@");
  });

  it("is not another receipt's, should Sitoo ignore the filter", async () => {
    const { body } = await ask("/orders?receipt=R7", {
      90316: found([order(70, "R6"), order(71, "R7"), order(72, "R8")]),
    });
    expect(JSON.parse(body)).toMatchObject({ items: [{ orderId: 71 }] });
  });

  it("is told of one account while another cannot be asked", async () => {
    const { body } = await ask("/orders?receipt=R7", {
      90316: { kind: "set_up_fault", detail: "Sitoo answered 401" },
      90317: found([order(6_400, "R7")]),
    });
    expect(JSON.parse(body)).toMatchObject({
      items: [{ account: 90317 }],
      notAsked: [{ account: 90316, site: 1, detail: "Sitoo answered 401" }],
    });
  });
});

describe("an order whose journal is away", () => {
  it.each(["/orders?receipt=R7", "/orders?order=70", "/orders/90316/1/70"])(
    "is not said to be unknown: %s",
    async (path) => {
      const { status, body } = await ask(path, { 90316: found([order(70, "R7")]) }, () =>
        Promise.reject(new Error("the object is gone")),
      );
      expect(status).toBe(503);
      expect(body).toMatch(/did not answer. Try again/);
    },
  );
});
