import type { WalkObject } from "../orders/walk/walk_host.ts";
import type { WalkPlace } from "../orders/walk/walk_name.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import { type AdminApp, type AdminContext, refuse } from "./admin_app.ts";

export type WalkDeps = {
  readonly walk: (place: WalkPlace) => WalkObject;
  readonly now: () => number;
  readonly log: (entry: Record<string, unknown>) => void;
};

export const placeOf = ({ name }: Tenant, { accountId, siteId }: SitooAccount): WalkPlace => ({
  tenant: name,
  account: accountId,
  site: siteId,
});

/** Asks the walk of each site of a tenant; 503 when one of them does not answer. */
export const askWalks = async <Answer>(
  c: AdminContext,
  deps: WalkDeps,
  ask: (walk: WalkObject, place: WalkPlace) => Promise<Answer>,
  answer: (all: readonly Answer[]) => Response | Promise<Response>,
  accounts: readonly SitooAccount[] = c.get("found").tenant.accounts,
): Promise<Response> => {
  const { tenant } = c.get("found");
  const asked = accounts.map((account) => {
    const place = placeOf(tenant, account);
    return ask(deps.walk(place), place);
  });
  let all: readonly Answer[];
  try {
    all = await Promise.all(asked);
  } catch (fault) {
    const error = fault instanceof Error ? fault.name : "unknown";
    deps.log({
      level: "error",
      event: "walk_away",
      tenant: tenant.name,
      operation: "admin",
      error,
    });
    return refuse(
      c,
      503,
      "A walk did not answer, and it may have begun what was asked. Look, then try again.",
    );
  }
  return answer(all);
};

/** `/tenants/{t}/walks`: how far the catch-up is. */
export const addWalkRoutes = (app: AdminApp, deps: WalkDeps): void => {
  app.get("/tenants/:tenant/walks", (c) =>
    askWalks(
      c,
      deps,
      (walk, place) => walk.status(place),
      (items) => c.json({ items }),
    ),
  );
  app.post("/tenants/:tenant/walks/run", (c) =>
    askWalks(
      c,
      deps,
      async (walk, place) => {
        await walk.runNow(place);
        return walk.status(place);
      },
      (items) => c.json({ items }),
    ),
  );
};
