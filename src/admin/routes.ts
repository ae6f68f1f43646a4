import { unreachable } from "../model/outcome.ts";
import type { TenantAnswer } from "../tenants/cache.ts";
import type { StoredShape } from "../tenants/shapes.ts";
import { createAdminApp, refuse } from "./admin_app.ts";
import { addBackfillRoutes } from "./backfill_routes.ts";
import { addBonusCheckRoutes, type BonusCheckDeps } from "./bonus_check_routes.ts";
import { addCustomerOrderRoutes, type CustomerOrderDeps } from "./customer_order_routes.ts";
import { addDeadLetterRoutes, type DeadLetterDeps } from "./dead_letter_routes.ts";
import { addLaneRoutes, type LaneDeps } from "./lane_routes.ts";
import { addOrderRoutes, type OrderDeps } from "./order_routes.ts";
import { addPauseRoutes, type PauseDeps } from "./pause_routes.ts";
import { addProofRoutes, type ProofDeps } from "./proof_routes.ts";
import { addReassignRoute, type ReassignDeps } from "./reassign_route.ts";
import { addRedemptionRoutes, type RedemptionDeps } from "./redemption_routes.ts";
import { addWalkRoutes } from "./walk_routes.ts";

export type AdminDeps = BonusCheckDeps &
  CustomerOrderDeps &
  DeadLetterDeps &
  OrderDeps &
  LaneDeps &
  PauseDeps &
  ProofDeps &
  ReassignDeps &
  RedemptionDeps & {
    readonly mayOperate: (headers: Headers) => Promise<boolean>;
    readonly tenant: (
      name: string,
      waitUntil: (work: Promise<unknown>) => void,
    ) => Promise<TenantAnswer>;
    readonly shapes: (tenant: string) => Promise<readonly StoredShape[]>;
  };

/** The operations API (docs/admin.md). Answers hold ids and outcomes, never a person. */
export const adminRoutes = (deps: AdminDeps) => {
  const app = createAdminApp();

  app.use("*", async (c, next) => {
    if (await deps.mayOperate(c.req.raw.headers)) return next();
    c.header("WWW-Authenticate", 'Bearer realm="sitoo-crm-edge admin"');
    return refuse(c, 401, "Show ADMIN_TOKEN as a bearer token, or come through Cloudflare Access.");
  });
  app.use("/tenants/:tenant/*", async (c, next) => {
    const found = await deps.tenant(c.req.param("tenant"), (work) =>
      c.executionCtx.waitUntil(work),
    );
    switch (found.kind) {
      case "found":
        c.set("found", found);
        return next();
      case "unknown":
        return refuse(c, 404, "There is no such tenant; `npm run tenant -- list` names them.");
      case "unavailable":
        return refuse(c, 503, "The configuration cannot be read right now.");
      default:
        return unreachable(found);
    }
  });

  app.get("/tenants/:tenant/shapes", async (c) =>
    c.json({ items: await deps.shapes(c.req.param("tenant")) }),
  );
  addDeadLetterRoutes(app, deps);
  addOrderRoutes(app, deps);
  addCustomerOrderRoutes(app, deps);
  addLaneRoutes(app, deps);
  addPauseRoutes(app, deps);
  addReassignRoute(app, deps);
  addRedemptionRoutes(app, deps);
  addWalkRoutes(app, deps);
  addBackfillRoutes(app, deps);
  addProofRoutes(app, deps);
  addBonusCheckRoutes(app, deps);

  app.all("*", (c) => refuse(c, 404, "There is no such operation; see docs/admin.md."));
  return app;
};
