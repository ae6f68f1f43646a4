import type { InstrumentRef } from "../model/instrument.ts";
import { findUse } from "../orders/find_use.ts";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import { replayType } from "../orders/order_message.ts";
import { orderName } from "../redemption/order_use.ts";
import type { SitooSays } from "../redemption/ledger_calls.ts";
import { createSitoo } from "../sitoo/client.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { Upstream } from "../upstream/answer.ts";

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
  known: readonly string[],
): Promise<SitooSays> => {
  const channel = tenant.channels.get(channelId);
  const account = tenant.accounts.find(({ id }) => id === channel?.market.account);
  if (account === undefined) return "no_answer";
  const at = deps.now();
  const { accountId, siteId } = account;
  const others = new Set(known);
  const isKnown = (orderId: number): boolean =>
    others.has(orderName({ account: accountId, site: siteId, orderId }));
  const sitoo = createSitoo(account, deps.upstream);
  const found = await findUse(sitoo, ref, since, at + askMs, isKnown);
  if (found.kind !== "closed") return found.kind;
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
