import type { InstrumentsSeen, InstrumentsTaken } from "../orders/journal_deps.ts";
import type { JournalObject } from "../orders/journal_host.ts";
import { journalName } from "../orders/journal_name.ts";
import { settledState } from "../orders/settling.ts";
import type { OrderReturn } from "../redemption/order_use.ts";
import { notFoundOut, type Opened } from "./channels.ts";

export type ReturnDeps = {
  readonly journal: (name: string) => Pick<JournalObject, "show">;
  readonly now: () => number;
};

/** The event of a sale may be this much later here than that of its return: queues may overtake. */
const saleFollowsMs = 3_600_000;
const done: InstrumentsTaken = { ok: true };

/**
 * Goods of an earlier order came back. Its ledgers are known by the order, whatever customer the
 * return names; where they are not, the customer's is asked. The return waits until its sale has
 * been settled, so that one which overtakes it is not lost.
 */
export const bringBack = async (
  back: OrderReturn,
  channels: readonly Opened[],
  { tenant, sale, links: { returnOf } }: InstrumentsSeen,
  deps: ReturnDeps,
): Promise<InstrumentsTaken> => {
  if (returnOf === undefined) return done;
  const { account, site, orderId } = returnOf;
  // Asked before the index, which is written before the sale counts as settled.
  const state = settledState(
    await deps.journal(journalName(tenant.name, account, site, orderId)).show(orderId),
  );
  let told = 0;
  for (const { index, ledger, scope } of channels)
    for (const name of await index.ofOrder(back.returnOf)) {
      const { noted } = await ledger(name).orderReturned(scope, { back });
      if (noted) told += 1;
    }
  const mayFollow =
    state === "unknown" && told === 0 && deps.now() - Date.parse(sale.at) < saleFollowsMs;
  if (state === "waits" || mayFollow)
    return { ok: false, detail: "the sale that it returns is not settled yet" };
  if (told > 0) return done;
  let waits: InstrumentsTaken | undefined;
  for (const { customer, ledger, ledgerOf, scope } of channels) {
    const found = await customer();
    if (found.kind === "retry") waits = notFoundOut(found);
    if (found.kind !== "found") continue;
    const { customerId } = found;
    await ledger(await ledgerOf(customerId)).orderReturned(scope, { customerId, back });
  }
  return waits ?? done;
};
