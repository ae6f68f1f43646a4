import type { InstrumentsSeen, InstrumentsTaken } from "../orders/journal_deps.ts";
import { orderReturn, orderUse } from "../redemption/order_use.ts";
import { type ChannelDeps, openChannel, tillChannels } from "./channels.ts";
import { type OfferDeps, settleOffers } from "./offers.ts";
import { bringBack, type ReturnDeps } from "./returns.ts";
import { settleUse } from "./use.ts";

/** Where the order machine meets the redemption machine; neither knows the other. */
export type SettlementDeps = ChannelDeps &
  OfferDeps &
  ReturnDeps & {
    /** Remembers that this account's orders carry instrument ids. */
    readonly noteInstrumentsSeen: (accountId: number) => Promise<void>;
  };

const done: InstrumentsTaken = { ok: true };

/**
 * Tells the ledgers which instruments a closed order used, and what it gives back of an earlier
 * one (design.md 6.7, 6.8). A ledger keeps it before it answers, and bears repetition.
 */
export const settleInstruments = async (
  seen: InstrumentsSeen,
  deps: SettlementDeps,
): Promise<InstrumentsTaken> => {
  const { tenant, account, sale, links } = seen;
  const use = orderUse(sale, links);
  const channels = tillChannels(tenant, account).map((channel) => openChannel(seen, channel, deps));
  const gives = channels.some(({ channel }) => channel.redemption.onReturn === "reactivate");
  const back = gives ? orderReturn(sale, links) : undefined;
  const isFirst = deps.stored.accountsWithInstruments?.includes(account.accountId) !== true;
  if (use.refs.length > 0 && isFirst) await deps.noteInstrumentsSeen(account.accountId);

  const parts = [
    await settleUse(use, channels),
    await settleOffers(use, channels, seen, deps),
    back === undefined ? done : await bringBack(back, channels, seen, deps),
  ];
  // What waits is tried again as a whole; that nobody is found is said once nothing waits any more.
  return parts.find((one) => !one.ok && "detail" in one) ?? parts.find((one) => !one.ok) ?? done;
};
