import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { InstrumentsTaken } from "../orders/journal_deps.ts";
import type { Resolved } from "../orders/resolve_customer.ts";
import type { OrderUse } from "../redemption/order_use.ts";
import { notFoundOut, type Opened } from "./channels.ts";

/** Brings what an order used to the ledgers; what no ledger takes is a person's matter. */
export const settleUse = async (
  use: OrderUse,
  channels: readonly Opened[],
): Promise<InstrumentsTaken> => {
  const taken = new Set<string>();
  let waits: InstrumentsTaken | undefined;
  for (const opened of channels) {
    const found = await opened.customer();
    if (found.kind === "retry") waits = notFoundOut(found);
    else
      for (const { ledger, customerId, refs } of await ledgersFor(use.refs, found, opened)) {
        const call = { use: { ...use, refs }, ...(customerId === undefined ? {} : { customerId }) };
        const { noted } = await opened.ledger(ledger).orderClosed(opened.scope, call);
        if (!noted) continue;
        // Before it counts as done: a return finds the ledger by the order, whoever it names.
        await opened.index.noteOrder(use.order, ledger);
        for (const ref of refs) taken.add(instrumentKey(ref));
      }
  }
  if (waits !== undefined) return waits;
  const left = use.refs.filter((ref) => !taken.has(instrumentKey(ref)));
  if (left.length === 0) return { ok: true };
  const names = left.map((ref) => `${ref.kind} ${ref.id}`).join(", ");
  return { ok: false, nobody: `the order used ${names}, and its customer cannot be found` };
};

type LedgerFor = {
  readonly ledger: string;
  /** Absent: whoever the ledger belongs to. */
  readonly customerId?: string;
  readonly refs: readonly InstrumentRef[];
};

/** The customer's ledger; where nobody is found, those that the index knows by the instruments. */
const ledgersFor = async (
  refs: readonly InstrumentRef[],
  found: Resolved,
  { index, ledgerOf }: Opened,
): Promise<readonly LedgerFor[]> => {
  if (found.kind === "found") {
    const { customerId } = found;
    return [{ ledger: await ledgerOf(customerId), customerId, refs }];
  }
  const byLedger = new Map<string, InstrumentRef[]>();
  for (const ref of refs) {
    const [ledger, ...others] = await index.ofInstrument(ref);
    // Several: the id is not one customer's alone, and the wrong one must not lose theirs.
    if (ledger !== undefined && others.length === 0)
      byLedger.set(ledger, [...(byLedger.get(ledger) ?? []), ref]);
  }
  return [...byLedger].map(([ledger, own]) => ({ ledger, refs: own }));
};
