import type { InstrumentRef } from "../model/instrument.ts";
import { unreachable } from "../model/outcome.ts";
import type { LedgerContext, SitooSays } from "./ledger_calls.ts";
import type { RedemptionRow } from "./machine/redemption_row.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import type { RedemptionEvent } from "./machine/machine.ts";

/** So long the order machine has for an order that was handed to it. */
const orderSettlesMs = 10 * 60_000;
const parkedAgainMs = 24 * 3_600_000;

/** What becomes of a redemption that no order has named in its time (design.md 6.7). */
export const createOrderWaits = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  readonly askSitoo: (
    owner: LedgerContext["owner"],
    ref: InstrumentRef,
    since: number,
    /** Orders that other uses of the instrument belong to. */
    known: readonly string[],
  ) => Promise<SitooSays>;
  readonly apply: (row: RedemptionRow, event: RedemptionEvent, detail?: string) => void;
  /** The next look by the back-off. */
  readonly postpone: (row: RedemptionRow) => void;
  readonly waitFor: (row: RedemptionRow, ms: number) => void;
}) => {
  const { store, now, apply, postpone, waitFor } = deps;

  const asks = (row: RedemptionRow, context: LedgerContext): Promise<SitooSays> =>
    deps
      .askSitoo(
        context.owner,
        row.ref,
        row.startedAt,
        store.ofInstrument(row.ref).flatMap(({ order }) => order ?? []),
      )
      .catch(() => "no_answer" as const);

  /** The time of a reservation is over: its cart may be parked, paid while the till was offline, or left. */
  const afterReservation = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    const says = context.ordersSettle ? await asks(row, context) : "none";
    switch (says) {
      case "none":
        return apply(row, { type: "expired" }, "no order names it");
      case "open":
        return waitFor(row, context.policy.reservationTtlMs);
      case "closed":
        return waitFor(row, orderSettlesMs);
      case "no_answer":
        return postpone(row);
      default:
        return unreachable(says);
    }
  };

  /** Redeemed two days ago, and no closed order has named it. */
  const afterUnclaimed = async (row: RedemptionRow, context: LedgerContext): Promise<void> => {
    // Where orders do not carry instrument ids, that none names it says nothing.
    const isTelling = context.ordersSettle && context.ordersCarryIds;
    const says = isTelling ? await asks(row, context) : "none";
    switch (says) {
      case "open":
        return waitFor(row, parkedAgainMs);
      case "closed":
        return waitFor(row, orderSettlesMs);
      case "no_answer":
        return postpone(row);
      case "none": {
        const policy = isTelling ? context.policy.onUnclaimed : "keep";
        if (policy === "reverse") return apply(row, { type: "given_back" }, "no order claimed it");
        return store.transaction(() => {
          store.noteClaimChecked(row.redemptionId);
          if (policy === "flag") store.outbox.put(row.redemptionId, "unclaimed", now());
        });
      }
      default:
        return unreachable(says);
    }
  };

  return { afterReservation, afterUnclaimed };
};
