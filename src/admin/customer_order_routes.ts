import type { CustomerIndex } from "../orders/customer_index_client.ts";
import { errorName } from "../orders/delivery_work.ts";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import type { OrderTrace } from "../orders/journal_view.ts";
import { eachOf } from "../orders/few_at_once.ts";
import type { Channel } from "../tenants/tenant.ts";
import { type AdminApp, type AdminContext, refuse } from "./admin_app.ts";
import { instancesOf, noChannel } from "./crm_instances.ts";

export type CustomerOrderDeps = {
  readonly customerIndex: (tenant: string, crmInstance: string) => Pick<CustomerIndex, "of">;
  readonly journal: (name: string) => Pick<JournalObject, "show">;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** Each is one more journal to ask, and a person reads the list. */
const most = 50;

/** An order as it stands, without its steps: `orders/{account}/{site}/{order}` has them. */
type CustomerOrder = Omit<OrderTrace, "events" | "hops" | "payload">;

/** `/tenants/{t}/…/customers/{id}/orders`: the orders that are or were a customer's, newest first. */
export const addCustomerOrderRoutes = (app: AdminApp, deps: CustomerOrderDeps): void => {
  const ordersOf = async (tenant: string, customer: string, channels: readonly Channel[]) => {
    const leads = await Promise.all(
      // One more than is shown tells whether that is all.
      channels.map(({ crmInstance }) =>
        deps.customerIndex(tenant, crmInstance).of(customer, most + 1),
      ),
    );
    const places = new Set(
      leads
        .flat()
        .toSorted()
        .toReversed()
        .map((lead) => lead.slice(lead.indexOf(" ") + 1)),
    );
    const found = new Map<string, CustomerOrder>();
    const shown = [...places].slice(0, most);
    await eachOf(shown, async (place) => {
      const [account = 0, site = 0, orderId = 0] = place.split("/").map(Number);
      const trace = await deps.journal(journalName(tenant, account, site, orderId)).show(orderId);
      // What is kept there no more the index will soon have forgotten, too.
      if (trace === undefined) return;
      const { events: _events, hops: _hops, payload: _payload, ...order } = trace;
      found.set(place, order);
    });
    return {
      items: shown.flatMap((place) => found.get(place) ?? []),
      more: places.size > most,
    };
  };

  const answer = async (c: AdminContext, customer: string, channels: readonly Channel[]) => {
    const { name: tenant } = c.get("found").tenant;
    try {
      return c.json(await ordersOf(tenant, customer, channels));
    } catch (fault) {
      const error = errorName(fault);
      deps.log({ level: "error", event: "customer_orders_away", tenant, error });
      return refuse(c, 503, "The index of customers or a journal did not answer. Try again.");
    }
  };

  app.get("/tenants/:tenant/customers/:customer/orders", (c) =>
    answer(c, c.req.param("customer"), instancesOf(c.get("found"))),
  );

  app.get("/tenants/:tenant/channels/:channel/customers/:customer/orders", async (c) => {
    const { channel, customer } = c.req.param();
    const known = c.get("found").tenant.channels.get(channel);
    return known === undefined ? refuse(c, 404, noChannel) : answer(c, customer, [known]);
  });
};
