import { Hono } from "hono";
import type { StoredDeadLetter } from "../tenants/dead_letters.ts";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import type { OrderMessage } from "../orders/order_message.ts";
import { replayType } from "../orders/order_message.ts";
import type { LedgerObject } from "../redemption/ledger_client.ts";
import { ledgerName } from "../redemption/redeem_id.ts";
import type { TenantAnswer } from "../tenants/cache.ts";
import type { StoredShape } from "../tenants/shapes.ts";

export type AdminDeps = {
  readonly mayOperate: (headers: Headers) => Promise<boolean>;
  readonly tenant: (
    name: string,
    waitUntil: (work: Promise<unknown>) => void,
  ) => Promise<TenantAnswer>;
  readonly shapes: (tenant: string) => Promise<readonly StoredShape[]>;
  readonly deadLetters: (tenant: string) => Promise<readonly StoredDeadLetter[]>;
  readonly deadLetter: (tenant: string, id: string) => Promise<StoredDeadLetter | undefined>;
  readonly markReplayed: (tenant: string, id: string) => Promise<boolean>;
  readonly enqueue: (messages: readonly OrderMessage[]) => Promise<boolean>;
  readonly journal: (name: string) => JournalObject;
  readonly ledger: (name: string) => LedgerObject;
  readonly now: () => number;
};

/** The operations API (docs/admin.md). Answers hold ids and outcomes, never a person. */
export const adminRoutes = (deps: AdminDeps) => {
  const app = new Hono<{ Variables: { requestId: string } }>({ strict: false });
  const problem = (requestId: string, code: string, message: string) => ({
    request_id: requestId,
    error_code: code,
    error_data: { message },
  });

  app.use("*", async (c, next) => {
    if (await deps.mayOperate(c.req.raw.headers)) return next();
    c.header("WWW-Authenticate", 'Bearer realm="sitoo-crm-edge admin"');
    return c.json(
      problem(
        c.get("requestId"),
        "unauthorized",
        "Show ADMIN_TOKEN as a bearer token, or come through Cloudflare Access.",
      ),
      401,
    );
  });
  app.use("/tenants/:tenant/*", async (c, next) => {
    const found = await deps.tenant(c.req.param("tenant"), (work) =>
      c.executionCtx.waitUntil(work),
    );
    if (found.kind === "found") return next();
    return found.kind === "unknown"
      ? c.json(problem(c.get("requestId"), "not-found", "There is no such tenant."), 404)
      : c.json(
          problem(c.get("requestId"), "other", "The configuration cannot be read right now."),
          503,
        );
  });

  app.get("/tenants/:tenant/shapes", async (c) =>
    c.json({ items: await deps.shapes(c.req.param("tenant")) }),
  );

  app.get("/tenants/:tenant/dead-letters", async (c) =>
    c.json({ items: await deps.deadLetters(c.req.param("tenant")) }),
  );

  app.post("/tenants/:tenant/dead-letters/:id/replay", async (c) => {
    const { tenant, id } = c.req.param();
    const letter = await deps.deadLetter(tenant, id);
    const { account, site, orderId } = letter ?? {};
    if (
      letter === undefined ||
      account === undefined ||
      site === undefined ||
      orderId === undefined
    ) {
      const why =
        letter === undefined
          ? "There is no such dead letter."
          : "It names no order, so there is nothing to try again.";
      return c.json(problem(c.get("requestId"), "not-found", why), 404);
    }
    const at = deps.now();
    const message = {
      tenant,
      account,
      site,
      orderId,
      eventId: `replay-${id}-${at}`,
      type: replayType,
      at,
      receivedAt: at,
    };
    if (!(await deps.enqueue([message]))) {
      return c.json(
        problem(c.get("requestId"), "other", "It could not be queued. Try again."),
        503,
      );
    }
    await deps.markReplayed(tenant, id);
    return c.json({ replayed: id });
  });

  app.get("/tenants/:tenant/orders/:account/:site/:order", async (c) => {
    const { tenant, account, site, order } = c.req.param();
    const ids = [account, site, order].map(Number);
    const [accountId = Number.NaN, siteId = Number.NaN, orderId = Number.NaN] = ids;
    const trace = ids.every(Number.isSafeInteger)
      ? await deps.journal(journalName(tenant, accountId, siteId, orderId)).show(orderId)
      : undefined;
    return trace === undefined
      ? c.json(problem(c.get("requestId"), "not-found", "No event of this order has arrived."), 404)
      : c.json(trace);
  });

  app.get("/tenants/:tenant/channels/:channel/customers/:customer/redemptions", async (c) => {
    const { tenant, channel, customer } = c.req.param();
    const found = await deps.tenant(tenant, (work) => c.executionCtx.waitUntil(work));
    const known = found.kind === "found" ? found.tenant.channels.get(channel) : undefined;
    if (known === undefined)
      return c.json(problem(c.get("requestId"), "not-found", "There is no such channel."), 404);
    const ledger = deps.ledger(await ledgerName(tenant, known.crmInstance, customer));
    return c.json({ redemptions: await ledger.overlay(), trail: await ledger.trail() });
  });

  app.all("*", (c) =>
    c.json(
      problem(c.get("requestId"), "not-found", "There is no such operation; see docs/admin.md."),
      404,
    ),
  );
  return app;
};
