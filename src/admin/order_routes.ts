import * as z from "zod/mini";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import type { OrderTrace } from "../orders/journal_view.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import { type AdminApp, type AdminContext, refuse } from "./admin_app.ts";

export type OrderDeps = {
  readonly journal: (name: string) => Pick<JournalObject, "show">;
  readonly sitoo: (account: SitooAccount) => Pick<SitooClient, "orders">;
  readonly now: () => number;
};

/** Sitoo's own numbers. */
type Place = { readonly account: number; readonly site: number; readonly orderId: number };

type Lookup = {
  readonly places: readonly Place[];
  /** Accounts that could not be asked, and why. */
  readonly notAsked: readonly {
    readonly account: number;
    readonly site: number;
    readonly detail: string;
  }[];
};

const askMs = 10_000;
/** A receipt number is one order's; more come only from registers that count alike. */
const ordersOfReceipt = 20;

const question = z.union([
  z.object({ receipt: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)) }),
  z.object({ order: z.string().check(z.regex(/^[1-9]\d{0,14}$/)) }),
]);

/** The journal does not know receipt numbers by heart, Sitoo does. */
const askSitoo = async (tenant: Tenant, receipt: string, deps: OrderDeps): Promise<Lookup> => {
  const deadline = deps.now() + askMs;
  const asked = await Promise.all(
    tenant.accounts.map(async (account): Promise<Lookup> => {
      const place = { account: account.accountId, site: account.siteId };
      const answer = await deps
        .sitoo(account)
        .orders({ receiptId: receipt, num: ordersOfReceipt }, deadline);
      if (answer.kind === "gone") return { places: [], notAsked: [] };
      if (answer.kind !== "found")
        return { places: [], notAsked: [{ ...place, detail: answer.detail }] };
      // Sitoo leaves out a filter that it does not know, and then answers every order.
      const orders = answer.value.items.filter(
        ({ additionaldata }) => (additionaldata["pos-receiptid"] ?? receipt) === receipt,
      );
      return {
        places: orders.map(({ orderid }) => ({ ...place, orderId: orderid })),
        notAsked: [],
      };
    }),
  );
  return {
    places: asked.flatMap(({ places }) => places),
    notAsked: asked.flatMap(({ notAsked }) => notAsked),
  };
};

/** `/tenants/{t}/orders`: one order's journal, by its id or by its receipt. */
export const addOrderRoutes = (app: AdminApp, deps: OrderDeps): void => {
  const traceOf = (
    tenant: string,
    { account, site, orderId }: Place,
  ): Promise<OrderTrace | undefined> =>
    deps.journal(journalName(tenant, account, site, orderId)).show(orderId);

  /** A journal that is away is no order that nobody knows. */
  const shown = async <Answer>(c: AdminContext, answer: Promise<Answer>) => {
    try {
      return { ok: true, answer: await answer } as const;
    } catch {
      const response = refuse(c, 503, "A journal of the orders did not answer. Try again.");
      return { ok: false, response } as const;
    }
  };

  app.get("/tenants/:tenant/orders", async (c) => {
    const { tenant } = c.get("found");
    const asked = question.safeParse(c.req.query());
    if (!asked.success)
      return refuse(c, 400, "Ask by ?receipt=NUMBER, or by ?order=ID with Sitoo's order id.");
    if ("receipt" in asked.data) {
      const { places, notAsked } = await askSitoo(tenant, asked.data.receipt, deps);
      const items = places.map(async (place) => ({
        ...place,
        trace: (await traceOf(tenant.name, place)) ?? null,
      }));
      const all = await shown(c, Promise.all(items));
      return all.ok ? c.json({ items: all.answer, notAsked }) : all.response;
    }
    const orderId = Number(asked.data.order);
    const items = tenant.accounts.map(async ({ accountId, siteId }) => {
      const place = { account: accountId, site: siteId, orderId };
      const trace = await traceOf(tenant.name, place);
      return trace === undefined ? [] : [{ ...place, trace }];
    });
    const all = await shown(c, Promise.all(items));
    return all.ok ? c.json({ items: all.answer.flat(), notAsked: [] }) : all.response;
  });

  app.get("/tenants/:tenant/orders/:account/:site/:order", async (c) => {
    const { tenant, ...path } = c.req.param();
    const place = {
      account: Number(path.account),
      site: Number(path.site),
      orderId: Number(path.order),
    };
    const known = Object.values(place).every(Number.isSafeInteger);
    const trace = await shown(c, known ? traceOf(tenant, place) : Promise.resolve(undefined));
    if (!trace.ok) return trace.response;
    return trace.answer === undefined
      ? refuse(c, 404, "No event of this order has arrived.")
      : c.json(trace.answer);
  });
};
