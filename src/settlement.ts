import type { Crm, CrmCall } from "./crm/port.ts";
import { crmIdFor } from "./orders/destinations.ts";
import type { InstrumentsSeen, InstrumentsTaken } from "./orders/journal_deps.ts";
import { resolveCustomer } from "./orders/resolve_customer.ts";
import { failed } from "./model/outcome.ts";
import type { LedgerObject } from "./redemption/ledger_client.ts";
import { orderUse } from "./redemption/order_use.ts";
import { ledgerName } from "./redemption/redeem_id.ts";
import type { StoredTenant } from "./tenants/stored_tenant.ts";
import type { Channel } from "./tenants/tenant.ts";

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
 * Tells the ledger of the customer which instruments a closed order used (design.md 6.7, 6.8).
 * The ledger keeps it before it answers, and bears repetition.
 */
export const settleInstruments = async (
  { tenant, account, sale, links, issued }: InstrumentsSeen,
  deps: SettlementDeps,
): Promise<InstrumentsTaken> => {
  const use = orderUse(sale, links);
  if (use === undefined) return { ok: true };
  if (deps.stored.accountsWithInstruments?.includes(account.accountId) !== true)
    await deps.noteInstrumentsSeen(account.accountId);

  const channels = [...tenant.channels.values()].filter(
    (channel, index, all) =>
      channel.till &&
      channel.market.account === account.id &&
      all.findIndex(
        (other) =>
          other.till &&
          other.market.account === account.id &&
          other.crmInstance === channel.crmInstance,
      ) === index,
  );
  let told = 0;
  for (const channel of channels) {
    const call: CrmCall = { deadline: deps.now() + callMs, requestId: `order-${use.order}` };
    // The ledger is named by the id as the CRM has it now: a merged customer has another.
    const found = await resolveCustomer(
      {
        customer: sale.customer,
        crmId: crmIdFor(tenant, account, channel, issued),
        missingCustomer: "skip",
      },
      {
        crm: deps.crm(channel),
        createCustomer: () => Promise.resolve(failed({ kind: "not_supported" })),
      },
      call,
    );
    if (found.kind === "retry")
      return { ok: false, detail: `customer not found out: ${found.failure.kind}` };
    if (found.kind !== "found") continue;
    const name = await ledgerName(tenant.name, channel.crmInstance, found.customerId);
    const { noted } = await deps
      .ledger(name)
      .orderClosed(
        { stored: deps.stored, channelId: channel.id },
        { customerId: found.customerId, use },
      );
    if (noted) told += 1;
  }
  if (told > 0) return { ok: true };
  const names = use.refs.map((ref) => `${ref.kind} ${ref.id}`).join(", ");
  return { ok: false, nobody: `the order used ${names}, and its customer cannot be found` };
};
