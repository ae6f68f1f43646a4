import type { Capabilities } from "../crm/port.ts";
import { laneName, laneOf } from "../orders/destinations.ts";
import type { LaneObject } from "../orders/lane_host.ts";
import { pausedSince } from "../tenants/pauses.ts";
import type { Channel } from "../tenants/tenant.ts";
import { type AdminApp, refuse } from "./admin_app.ts";

export type LaneDeps = {
  readonly lane: (name: string) => LaneObject;
  readonly capabilities: (channel: Channel) => Capabilities;
};

/** `/tenants/{t}/lanes`: how orders get on with each destination. */
export const addLaneRoutes = (app: AdminApp, deps: LaneDeps): void => {
  app.get("/tenants/:tenant/lanes", async (c) => {
    const { tenant, stored } = c.get("found");
    const items = tenant.orders.deliverTo.flatMap(({ channel: id }) => {
      const channel = tenant.channels.get(id);
      const target = channel === undefined ? undefined : laneOf(tenant, channel);
      if (channel === undefined || target === undefined) return [];
      const pace = deps.capabilities(target.channel);
      const paused = pausedSince(stored, id, "orders");
      return [
        deps
          .lane(laneName(tenant, channel))
          .show()
          .then((view) => ({
            channel: id,
            // Channels of one CRM instance share a lane.
            lane: target.channel.id,
            rate: target.destination.rate ?? pace.deliveryRate,
            concurrency: pace.deliveryConcurrency,
            ...view,
            ...(paused === undefined ? {} : { pausedSince: paused }),
          })),
      ];
    });
    try {
      return c.json({ items: await Promise.all(items) });
    } catch {
      return refuse(c, 503, "A lane did not answer. Try again.");
    }
  });
};
