import type { LedgerObject } from "../redemption/ledger_client.ts";
import type { RedemptionRow } from "../redemption/machine/redemption_row.ts";
import { ledgerName, readRedeemId, signRedeemId } from "../redemption/redeem_id.ts";
import type { Found } from "../tenants/cache.ts";
import { type AdminApp, type AdminContext, jsonOf, refuse } from "./admin_app.ts";
import { instancesOf, noChannel } from "./crm_instances.ts";
import { redemptionView, type RedemptionView } from "./redemption_view.ts";
import { reverseBody, reverseOneBody } from "./reverse_body.ts";

export type RedemptionDeps = {
  readonly ledger: (name: string) => LedgerObject;
  /** The current key and those it replaced. */
  readonly signingKeys: () => Promise<readonly [CryptoKey, ...CryptoKey[]]>;
  readonly log: (entry: Record<string, unknown>) => void;
};

const wrongBody =
  "Send {reason} of 3 to 200 characters, and for one instrument of several {instrument: {kind, id}}.";
const notIssued = "No till of this tenant was answered with this redeem_id.";

/** `/tenants/{t}/…/redemptions`: what became of them, and giving them back by hand. */
export const addRedemptionRoutes = (app: AdminApp, deps: RedemptionDeps): void => {
  const viewsOf = async (
    tenant: string,
    name: string,
    wanted: (row: RedemptionRow) => boolean = () => true,
  ): Promise<readonly RedemptionView[]> => {
    const ledger = deps.ledger(name);
    const [rows, trail, [key]] = await Promise.all([
      ledger.rows(),
      ledger.trail(),
      deps.signingKeys(),
    ]);
    return Promise.all(
      rows.filter(wanted).map(async (row) => {
        const id = { ledgerName: name, groupId: row.groupId };
        return redemptionView(row, await signRedeemId(key, tenant, id), trail);
      }),
    );
  };

  /** The host opens the ledger's own channel; the scope carries the tenant to it. */
  const giveBack = async (
    { stored, tenant }: Found,
    name: string,
    row: RedemptionRow,
    call: { readonly reason: string; readonly requestId: string },
  ) => {
    const channelId = tenant.channels.keys().next().value ?? "";
    const result = await deps
      .ledger(name)
      .giveBack({ stored, channelId }, { redemptionId: row.redemptionId, ...call });
    return {
      redemption_id: row.redemptionId,
      kind: row.ref.kind,
      instrument: row.ref.id,
      outcome: result.kind,
      // Gone between the two calls: as it was last seen.
      state: result.kind === "not_found" ? row.state : result.state,
    };
  };

  const withLedger = async (
    c: AdminContext,
    operation: "trace" | "reverse",
    work: () => Promise<Response>,
  ): Promise<Response> => {
    try {
      return await work();
    } catch (fault) {
      const error = fault instanceof Error ? fault.name : "unknown";
      const tenant = c.get("found").tenant.name;
      deps.log({ level: "error", event: "ledger_away", tenant, operation, error });
      return refuse(
        c,
        503,
        operation === "trace"
          ? "The ledger did not answer. Try again."
          : "The ledger did not answer, and what it did is not known. Look at the redemption, then try again.",
      );
    }
  };

  app.get("/tenants/:tenant/customers/:customer/redemptions", (c) =>
    withLedger(c, "trace", async () => {
      const { tenant, customer } = c.req.param();
      const lists = await Promise.all(
        instancesOf(c.get("found")).map(async ({ id, crmInstance }) => {
          const views = await viewsOf(tenant, await ledgerName(tenant, crmInstance, customer));
          return views.map((view) => ({ channel: id, ...view }));
        }),
      );
      return c.json({ redemptions: lists.flat() });
    }),
  );

  app.get("/tenants/:tenant/channels/:channel/customers/:customer/redemptions", (c) =>
    withLedger(c, "trace", async () => {
      const { tenant, channel, customer } = c.req.param();
      const known = c.get("found").tenant.channels.get(channel);
      if (known === undefined) return refuse(c, 404, noChannel);
      const name = await ledgerName(tenant, known.crmInstance, customer);
      return c.json({ redemptions: await viewsOf(tenant, name) });
    }),
  );

  app.get("/tenants/:tenant/redemptions/:redeem_id", (c) =>
    withLedger(c, "trace", async () => {
      const { tenant, redeem_id } = c.req.param();
      const id = await readRedeemId(await deps.signingKeys(), tenant, redeem_id);
      if (id === undefined) return refuse(c, 404, notIssued);
      const isOfGroup = (row: RedemptionRow): boolean => row.groupId === id.groupId;
      const redemptions = await viewsOf(tenant, id.ledgerName, isOfGroup);
      return redemptions.length === 0
        ? refuse(c, 404, "Nothing of it is left in the ledger.")
        : c.json({ redemptions });
    }),
  );

  app.post("/tenants/:tenant/redemptions/:redeem_id/reverse", (c) =>
    withLedger(c, "reverse", async () => {
      const { tenant, redeem_id } = c.req.param();
      const body = reverseBody.safeParse(await jsonOf(c));
      if (!body.success) return refuse(c, 400, wrongBody);
      const { reason, instrument } = body.data;
      const id = await readRedeemId(await deps.signingKeys(), tenant, redeem_id);
      if (id === undefined) return refuse(c, 404, notIssued);
      const rows = (await deps.ledger(id.ledgerName).rows()).filter(
        ({ groupId, ref }) =>
          groupId === id.groupId &&
          (instrument === undefined || (ref.kind === instrument.kind && ref.id === instrument.id)),
      );
      if (rows.length === 0) return refuse(c, 404, "It holds no such instrument.");
      const call = { reason, requestId: c.get("requestId") };
      const redemptions = rows.map((row) => giveBack(c.get("found"), id.ledgerName, row, call));
      return c.json({ redemptions: await Promise.all(redemptions) });
    }),
  );

  app.post(
    "/tenants/:tenant/channels/:channel/customers/:customer/redemptions/:redemption_id/reverse",
    (c) =>
      withLedger(c, "reverse", async () => {
        const { tenant, channel, customer, redemption_id } = c.req.param();
        const body = reverseOneBody.safeParse(await jsonOf(c));
        if (!body.success) return refuse(c, 400, wrongBody);
        const known = c.get("found").tenant.channels.get(channel);
        if (known === undefined) return refuse(c, 404, noChannel);
        const name = await ledgerName(tenant, known.crmInstance, customer);
        const rows = await deps.ledger(name).rows();
        const row = rows.find(({ redemptionId }) => redemptionId === redemption_id);
        if (row === undefined) return refuse(c, 404, "This customer has no such redemption.");
        const call = { ...body.data, requestId: c.get("requestId") };
        return c.json({ redemptions: [await giveBack(c.get("found"), name, row, call)] });
      }),
  );
};
