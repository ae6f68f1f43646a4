import { dayRange } from "../orders/day_range.ts";
import { marketOf, targetsOf } from "../orders/destinations.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import { type AdminApp, type AdminContext, refuse } from "./admin_app.ts";
import { backfillBody } from "./backfill_body.ts";
import { askWalks, type WalkDeps } from "./walk_routes.ts";

const wrongBody =
  "Send {from, to?, channel?, dryRun?} with days as YYYY-MM-DD; from lies behind, and not after to.";

/** The sites whose orders go anywhere, or to one channel. */
const sitesOf = (
  tenant: Tenant,
  channel: string | undefined,
): readonly SitooAccount[] | { readonly refusal: string } => {
  const { orders, channels, accounts } = tenant;
  if (orders.mode === "off") return { refusal: "orders.mode is off: orders are not read." };
  const wanted = orders.deliverTo.filter(
    ({ channel: id }) => channel === undefined || id === channel,
  );
  const sites = accounts.filter((account) =>
    wanted.some(({ channel: id }) => {
      const market = channels.get(id)?.market;
      return (
        market?.account === account.id &&
        targetsOf(tenant, account, market.currency).some((target) => target.channel.id === id)
      );
    }),
  );
  if (sites.length > 0) return sites;
  if (channel === undefined) return { refusal: "orders.deliver_to is empty: orders go nowhere." };
  return {
    refusal:
      wanted.length === 0
        ? `orders.deliver_to has no channel ${channel}.`
        : `The CRM of channel ${channel} gets the orders by another channel of orders.deliver_to.`,
  };
};

/** `/tenants/{t}/backfills`: history into the CRMs, begun, watched, stopped and resumed. */
export const addBackfillRoutes = (app: AdminApp, deps: WalkDeps): void => {
  const show = (c: AdminContext, id: string | undefined, accounts?: readonly SitooAccount[]) =>
    askWalks(
      c,
      deps,
      (walk, place) => walk.backfills(place, id),
      (all) =>
        id !== undefined && all.flat().length === 0
          ? refuse(c, 404, "There is no such backfill.")
          : c.json({ items: all.flat().toSorted((a, b) => b.startedAt - a.startedAt) }),
      accounts,
    );

  app.get("/tenants/:tenant/backfills", (c) => show(c, undefined));
  app.get("/tenants/:tenant/backfills/:id", (c) => show(c, c.req.param("id")));

  app.post("/tenants/:tenant/backfills", async (c) => {
    const { tenant } = c.get("found");
    const body = backfillBody.safeParse(await c.req.json().catch((): undefined => undefined));
    const now = Math.floor(deps.now() / 1_000);
    if (!body.success || body.data.from > (body.data.to ?? body.data.from))
      return refuse(c, 400, wrongBody);
    const { from, to, channel, dryRun = false } = body.data;
    const sites = sitesOf(tenant, channel);
    if ("refusal" in sites) return refuse(c, 400, sites.refusal);
    const zoneOf = (account: SitooAccount): string =>
      marketOf(tenant, account, undefined)?.timeZone ?? "UTC";
    if (sites.every((account) => dayRange(from, zoneOf(account)).from >= now))
      return refuse(c, 400, wrongBody);
    const id = crypto.randomUUID().slice(0, 8);
    return askWalks(
      c,
      deps,
      (walk, place) => {
        const own = sites.find(
          ({ accountId, siteId }) => accountId === place.account && siteId === place.site,
        );
        const zone = own === undefined ? "UTC" : zoneOf(own);
        // What is sold from now on is live.
        const end = Math.min(now, to === undefined ? now : dayRange(to, zone).to);
        const range = { from: dayRange(from, zone).from, to: end };
        const only = channel === undefined ? {} : { channel };
        return walk.startBackfill(place, { id, ...range, ...only, dryRun });
      },
      () => show(c, id, sites),
      sites,
    );
  });

  for (const verb of ["stop", "resume"] as const)
    app.post(`/tenants/:tenant/backfills/:id/${verb}`, (c) => {
      const id = c.req.param("id") ?? "";
      return askWalks(
        c,
        deps,
        (walk) => (verb === "stop" ? walk.stopBackfill(id) : walk.resumeBackfill(id)),
        () => show(c, id),
      );
    });
};
