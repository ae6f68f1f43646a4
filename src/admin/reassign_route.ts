import { unreachable } from "../model/outcome.ts";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import { type AdminApp, refuse } from "./admin_app.ts";
import { reassignBody } from "./reassign_body.ts";

export type ReassignDeps = {
  readonly journal: (name: string) => Pick<JournalObject, "reassign">;
  readonly log: (entry: Record<string, unknown>) => void;
};

const wrongBody =
  "Send {customer, reason} with the CRM's id of the customer and 3 to 200 characters, and where the order goes to several CRMs {channel}.";

/** `/tenants/{t}/orders/{account}/{site}/{order}/reassign`: a wrong or forgotten customer is put right. */
export const addReassignRoute = (app: AdminApp, deps: ReassignDeps): void => {
  app.post("/tenants/:tenant/orders/:account/:site/:order/reassign", async (c) => {
    const { tenant, ...path } = c.req.param();
    const [account, site, orderId] = [path.account, path.site, path.order].map(Number);
    const body = reassignBody.safeParse(await c.req.json().catch((): undefined => undefined));
    if (!body.success) return refuse(c, 400, wrongBody);
    const numbers = [account, site, orderId];
    if (
      account === undefined ||
      site === undefined ||
      orderId === undefined ||
      !numbers.every(Number.isSafeInteger)
    )
      return refuse(c, 404, "No event of this order has arrived.");
    const { customer, channel, reason, dry_run: dryRun = false } = body.data;
    const came = await deps
      .journal(journalName(tenant, account, site, orderId))
      .reassign({
        orderId,
        customer,
        ...(channel === undefined ? {} : { channel }),
        reason,
        dryRun,
        requestId: c.get("requestId"),
      })
      .catch((fault: unknown) => {
        const error = fault instanceof Error ? fault.name : "unknown";
        deps.log({ level: "error", event: "journal_away", tenant, operation: "reassign", error });
        return { kind: "try_later", why: "the journal did not answer" } as const;
      });
    switch (came.kind) {
      case "no_order":
        return refuse(c, 404, "No event of this order has arrived.");
      case "no_customer":
        return refuse(c, 404, "The CRM has no customer with this id.");
      case "refused":
        return refuse(c, 400, `Not reassigned: ${came.why}.`);
      case "try_later":
        return refuse(c, 503, `Not now: ${came.why}.`);
      case "planned":
      case "begun":
      case "already":
        return c.json({
          outcome: came.kind,
          channel: came.channel,
          receipts: came.receipts,
        });
      default:
        return unreachable(came);
    }
  });
};
