import type { Crm } from "./crm/port.ts";
import type { InstrumentRef } from "./model/instrument.ts";
import { crmIdFor } from "./orders/destinations.ts";
import { findUse } from "./orders/find_use.ts";
import type { InstrumentsSeen, InstrumentsTaken } from "./orders/journal_deps.ts";
import type { JournalObject } from "./orders/journal_host.ts";
import { journalName } from "./orders/journal_name.ts";
import { replayType } from "./orders/order_message.ts";
import { resolveCustomer, type Resolved } from "./orders/resolve_customer.ts";
import { failed } from "./model/outcome.ts";
import type { SitooSays } from "./redemption/ledger_calls.ts";
import type { LedgerObject } from "./redemption/ledger_client.ts";
import { orderReturn, orderUse } from "./redemption/order_use.ts";
import { ledgerName } from "./redemption/redeem_id.ts";
import { createSitoo } from "./sitoo/client.ts";
import type { StoredTenant } from "./tenants/stored_tenant.ts";
import type { Channel, SitooAccount, Tenant } from "./tenants/tenant.ts";
import type { Upstream } from "./upstream/answer.ts";

/** Where the order machine meets the redemption machine; neither knows the other. */
export type SettlementDeps = {
  readonly crm: (channel: Channel) => Crm;
  readonly ledger: (name: string) => LedgerObject;
  readonly stored: StoredTenant;
  readonly now: () => number;
  /** Remembers that this account's orders carry instrument ids. */
  readonly noteInstrumentsSeen: (accountId: number) => Promise<void>;
};

const callMs = 10_000;

/**
 * Tells the ledger of the customer which instruments a closed order used, and what it gives back
 * of an earlier one (design.md 6.7, 6.8). The ledger keeps it before it answers, and bears repetition.
 */
export const settleInstruments = async (
  seen: InstrumentsSeen,
  deps: SettlementDeps,
): Promise<InstrumentsTaken> => {
  const { tenant, account, sale, links } = seen;
  const use = orderUse(sale, links);
  const channels = channelsOf(tenant, account);
  const gives = channels.some((channel) => channel.redemption.onReturn === "reactivate");
  const back = gives ? orderReturn(sale, links) : undefined;
  if (
    use !== undefined &&
    deps.stored.accountsWithInstruments?.includes(account.accountId) !== true
  )
    await deps.noteInstrumentsSeen(account.accountId);
  if (use === undefined && back === undefined) return { ok: true };

  let told = 0;
  for (const channel of channels) {
    const found = await customerOf(seen, channel, deps);
    if (found.kind === "retry")
      return { ok: false, detail: `customer not found out: ${found.failure.kind}` };
    if (found.kind !== "found") continue;
    const { customerId } = found;
    const ledger = deps.ledger(await ledgerName(tenant.name, channel.crmInstance, customerId));
    const scope = { stored: deps.stored, channelId: channel.id };
    if (use !== undefined && (await ledger.orderClosed(scope, { customerId, use })).noted)
      told += 1;
    if (back !== undefined) await ledger.orderReturned(scope, { customerId, back });
  }
  if (use === undefined || told > 0) return { ok: true };
  const names = use.refs.map((ref) => `${ref.kind} ${ref.id}`).join(", ");
  return {
    ok: false,
    nobody: `the order used ${names}, and its customer cannot be found`,
  };
};

/** The till channels of an account, one for each CRM instance. */
const channelsOf = (tenant: Tenant, account: SitooAccount): readonly Channel[] => {
  const tills = [...tenant.channels.values()].filter(
    (channel) => channel.till && channel.market.account === account.id,
  );
  return tills.filter(
    (channel, index) =>
      tills.findIndex((other) => other.crmInstance === channel.crmInstance) === index,
  );
};

/** By the id as the CRM has it now: a merged customer has another ledger. */
const customerOf = (
  { tenant, account, sale, issued }: InstrumentsSeen,
  channel: Channel,
  deps: SettlementDeps,
): Promise<Resolved> =>
  resolveCustomer(
    {
      customer: sale.customer,
      crmId: crmIdFor(tenant, account, channel, issued),
      missingCustomer: "skip",
    },
    {
      crm: deps.crm(channel),
      createCustomer: () => Promise.resolve(failed({ kind: "not_supported" })),
    },
    { deadline: deps.now() + callMs, requestId: `order-${sale.id}` },
  );

const askMs = 20_000;

/**
 * Asks Sitoo whether an order names an instrument (design.md 6.7). A closed one that no event
 * has brought goes to its journal, which delivers it and settles the redemption.
 */
export const askSitoo = async (
  deps: {
    readonly upstream: Upstream;
    readonly journal: (name: string) => JournalObject;
    readonly now: () => number;
  },
  tenant: Tenant,
  channelId: string,
  ref: InstrumentRef,
  since: number,
): Promise<SitooSays> => {
  const channel = tenant.channels.get(channelId);
  const account = tenant.accounts.find(({ id }) => id === channel?.market.account);
  if (account === undefined) return "no_answer";
  const at = deps.now();
  const found = await findUse(createSitoo(account, deps.upstream), ref, since, at + askMs);
  if (found.kind !== "closed") return found.kind;
  const { accountId, siteId } = account;
  const name = journalName(tenant.name, accountId, siteId, found.orderId);
  await deps.journal(name).note([
    {
      tenant: tenant.name,
      account: accountId,
      site: siteId,
      orderId: found.orderId,
      eventId: `asked-${found.orderId}-${at}`,
      type: replayType,
      stateChanged: "closed",
      at,
      receivedAt: at,
    },
  ]);
  return "closed";
};
