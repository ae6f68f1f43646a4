import { describe, expect, it } from "vitest";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { Reassign, Reassigned } from "../orders/reassign.ts";
import { createAdminApp } from "./admin_app.ts";
import { addReassignRoute } from "./reassign_route.ts";

const ask = async (
  body: unknown,
  came: Reassigned | Error = { kind: "begun", channel: "club", receipts: [] },
  order = "90316/1/4711",
) => {
  const app = createAdminApp();
  const asked: (Reassign & { readonly journal: string })[] = [];
  const logged: object[] = [];
  app.use("*", (c, next) => {
    c.set("requestId", "r-1");
    c.set("found", {
      kind: "found",
      tenant: tenantWith([channel("club")]),
      stored: { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] },
    });
    return next();
  });
  addReassignRoute(app, {
    journal: (journal) => ({
      reassign: async (call) => {
        asked.push({ journal, ...call });
        if (came instanceof Error) throw came;
        return came;
      },
    }),
    log: (entry) => logged.push(entry),
  });
  const response = await app.request(`/tenants/acme/orders/${order}/reassign`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), asked, logged };
};
const right = { customer: "c-2", reason: "wrong card" };

describe("reassigning by the operations API", () => {
  it("asks the order's journal, once", async () => {
    const { status, text, asked } = await ask({ ...right, channel: "club", dry_run: true });
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { outcome: "begun", channel: "club", receipts: [] },
    ]);
    expect(asked).toEqual([
      {
        journal: "acme/90316/1/73",
        orderId: 4711,
        customer: "c-2",
        channel: "club",
        reason: "wrong card",
        dryRun: true,
        requestId: "r-1",
      },
    ]);
  });

  it.each([
    ["no JSON", "{"],
    ["no customer", { reason: "wrong card" }],
    ["an empty customer", { ...right, customer: " " }],
    ["no reason", { customer: "c-2" }],
    ["a reason that says nothing", { ...right, reason: "." }],
    ["a dry run that is no yes or no", { ...right, dry_run: "yes" }],
  ])("asks nobody with %s", async (_, body) => {
    const { status, asked } = await ask(body);
    expect([status, asked]).toEqual([400, []]);
  });

  it.each<[Reassigned | Error, number, string]>([
    [{ kind: "no_order" }, 404, "No event of this order has arrived."],
    [{ kind: "no_customer" }, 404, "The CRM has no customer with this id."],
    [
      { kind: "refused", why: "it is withheld: shadow" },
      400,
      "Not reassigned: it is withheld: shadow.",
    ],
    [
      { kind: "try_later", why: "the order is being read" },
      503,
      "Not now: the order is being read.",
    ],
    [new Error("c-2 is away"), 503, "Not now: the journal did not answer."],
  ])("says why not: %o", async (came, code, message) => {
    const { status, text, logged } = await ask(right, came);
    expect([status, JSON.parse(text).error_data.message]).toEqual([code, message]);
    expect(JSON.stringify(logged)).not.toContain("c-2");
  });

  it("knows no order by words", async () => {
    const { status, asked } = await ask(right, undefined, "90316/1/last");
    expect([status, asked]).toEqual([404, []]);
  });
});
