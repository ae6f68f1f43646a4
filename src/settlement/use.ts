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
  if (use.refs.length === 0) return { ok: true };
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
  { index, ledger, ledgerOf }: Opened,
): Promise<readonly LedgerFor[]> => {
  if (found.kind === "found") {
    const { customerId } = found;
    return [{ ledger: await ledgerOf(customerId), customerId, refs }];
  }
  const byLedger = new Map<string, InstrumentRef[]>();
  for (const ref of refs) {
    const name = await onlyOne(await index.ofInstrument(ref), ref, ledger);
    if (name !== undefined) byLedger.set(name, [...(byLedger.get(name) ?? []), ref]);
  }
  return [...byLedger].map(([name, own]) => ({ ledger: name, refs: own }));
};

/**
 * Several ledgers have had an instrument of this id: it is not one customer's alone, and the wrong
 * one must not lose theirs. Unless all point on to one use, as those of a merged customer do.
 */
const onlyOne = async (
  names: readonly string[],
  ref: InstrumentRef,
  open: Opened["ledger"],
): Promise<string | undefined> => {
  if (names.length < 2) return names[0];
  const key = instrumentKey(ref);
  const uses = await Promise.all(
    names.map(async (name) =>
      (await open(name).rows()).findLast((row) => instrumentKey(row.ref) === key),
    ),
  );
  return new Set(uses.map((row) => row?.redemptionId)).size === 1 ? names[0] : undefined;
};
