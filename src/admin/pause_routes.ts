import type { TenantAnswer } from "../tenants/cache.ts";
import { pausable, type Pause } from "../tenants/stored_tenant.ts";
import { type AdminApp, type AdminContext, jsonOf, refuse } from "./admin_app.ts";
import { pauseBody, resumeQuery } from "./pause_body.ts";

type PauseOf = { readonly what: readonly Pause["what"][]; readonly channel?: string };

export type PauseDeps = {
  readonly pauses: (tenant: string) => Promise<readonly Pause[]>;
  readonly pause: (tenant: string, pause: PauseOf) => Promise<void>;
  /** @returns how many pauses ended. */
  readonly resume: (tenant: string, pause: PauseOf) => Promise<number>;
  /** Has this isolate read what was just written. */
  readonly reread: (
    tenant: string,
    waitUntil: (work: Promise<unknown>) => void,
  ) => Promise<TenantAnswer>;
};

const pauseOf = ({
  what,
  channel,
}: {
  readonly what: Pause["what"] | "all";
  readonly channel?: string | undefined;
}): PauseOf => ({
  what: what === "all" ? pausable : [what],
  ...(channel === undefined ? {} : { channel }),
});

/** `/tenants/{t}/pauses`: holding redeems or orders back, and letting them go on. */
export const addPauseRoutes = (app: AdminApp, deps: PauseDeps): void => {
  const paused = async (c: AdminContext): Promise<{ readonly pauses: readonly Pause[] }> => ({
    pauses: await deps.pauses(c.get("found").tenant.name),
  });
  const reread = (c: AdminContext): Promise<TenantAnswer> =>
    deps.reread(c.get("found").tenant.name, (work) => c.executionCtx.waitUntil(work));

  app.get("/tenants/:tenant/pauses", async (c) => c.json(await paused(c)));

  app.post("/tenants/:tenant/pauses", async (c) => {
    const { tenant } = c.get("found");
    const body = pauseBody.safeParse(await jsonOf(c));
    if (!body.success)
      return refuse(c, 400, "Send {what: redeem, orders or all}, and for one channel {channel}.");
    if (body.data.channel !== undefined && !tenant.channels.has(body.data.channel))
      return refuse(c, 404, "There is no such channel.");
    await deps.pause(tenant.name, pauseOf(body.data));
    await reread(c);
    return c.json(await paused(c));
  });

  app.delete("/tenants/:tenant/pauses", async (c) => {
    // A channel that has left the tenant file may still be paused.
    const query = resumeQuery.safeParse(c.req.query());
    if (!query.success)
      return refuse(
        c,
        400,
        "Ask with ?what=redeem, orders or all, and ?channel=ID for one channel.",
      );
    const resumed = await deps.resume(c.get("found").tenant.name, pauseOf(query.data));
    await reread(c);
    return c.json({ resumed, ...(await paused(c)) });
  });
};
