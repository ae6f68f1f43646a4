import type { Crm } from "../crm/port.ts";
import { failed } from "../model/outcome.ts";
import { crmIdFor } from "../orders/destinations.ts";
import type { InstrumentsSeen, InstrumentsTaken } from "../orders/journal_deps.ts";
import { resolveCustomer, type Resolved } from "../orders/resolve_customer.ts";
import type { LedgerObject } from "../redemption/ledger_client.ts";
import type { LedgerIndex } from "../redemption/ledger_index_client.ts";
import { ledgerName } from "../redemption/redeem_id.ts";
import type { StoredTenant } from "../tenants/stored_tenant.ts";
import type { Channel, SitooAccount, Tenant } from "../tenants/tenant.ts";

export type ChannelDeps = {
  readonly crm: (channel: Channel) => Crm;
  readonly ledger: (name: string) => LedgerObject;
  readonly ledgerIndex: (tenant: string, crmInstance: string) => LedgerIndex;
  readonly stored: StoredTenant;
  readonly now: () => number;
};

const callMs = 10_000;

/** The till channels of an account, one for each CRM instance. */
export const tillChannels = (tenant: Tenant, account: SitooAccount): readonly Channel[] => {
  const tills = [...tenant.channels.values()].filter(
    (channel) => channel.till && channel.market.account === account.id,
  );
  return tills.filter(
    (channel, index) =>
      tills.findIndex((other) => other.crmInstance === channel.crmInstance) === index,
  );
};

/** One CRM instance, as far as an order has to do with it. */
export const openChannel = (
  { tenant, account, sale, issued }: InstrumentsSeen,
  channel: Channel,
  deps: ChannelDeps,
) => {
  let found: Promise<Resolved> | undefined;
  const crm = deps.crm(channel);
  const crmId = crmIdFor(tenant, account, channel, issued);
  const scope = { stored: deps.stored, channelId: channel.id };
  const ledgerOf = (customerId: string) => ledgerName(tenant.name, channel.crmInstance, customerId);
  const resolve = async (): Promise<Resolved> => {
    const resolved = await resolveCustomer(
      { customer: sale.customer, crmId, missingCustomer: "skip" },
      { crm, createCustomer: () => Promise.resolve(failed({ kind: "not_supported" })) },
      { deadline: deps.now() + callMs, requestId: `order-${sale.id}` },
    );
    const isJoined =
      resolved.kind === "found" &&
      resolved.by === "customer_id" &&
      crmId !== undefined &&
      crmId !== resolved.customerId;
    // What the till redeemed under the old id must be where the order settles it.
    if (isJoined) await deps.ledger(await ledgerOf(crmId)).moveTo(scope, resolved.customerId);
    return resolved;
  };
  return {
    channel,
    crm,
    scope,
    index: deps.ledgerIndex(tenant.name, channel.crmInstance),
    ledger: deps.ledger,
    ledgerOf,
    /** Looked for once, and only when somebody wants to know. By the id that the CRM has now. */
    customer: (): Promise<Resolved> => (found ??= resolve()),
  };
};
export type Opened = ReturnType<typeof openChannel>;

export const notFoundOut = (found: Extract<Resolved, { kind: "retry" }>): InstrumentsTaken => ({
  ok: false,
  detail: `customer not found out: ${found.failure.kind}`,
});
