import type { InstrumentRef } from "../model/instrument.ts";
import type { Till } from "./machine/admission.ts";
import type { OverlayEntry, RedeemResult, UndoResult } from "./ledger_calls.ts";

/** The ledgers of one channel's customers, as the surfaces use them. */
export type Redemptions = {
  /** What holds the customer's instruments; undefined when the ledger did not answer in time. */
  overlay(customerId: string): Promise<readonly OverlayEntry[] | undefined>;
  /** The CRM has joined the customer `from` with `to`: what is held under the old id moves, behind the answer. */
  moveTo(from: string, to: string): void;
  redeem(call: {
    readonly customerId: string;
    readonly refs: readonly InstrumentRef[];
    /** By `instrumentKey`, decimal text: what the till takes off with a bonus check, where it says so. */
    readonly amounts?: Readonly<Record<string, string>>;
    readonly till: Till;
    readonly requestId: string;
    readonly deadline: number;
  }): Promise<{
    readonly result: Exclude<RedeemResult, { kind: "moved" }>;
    readonly redeemId?: string;
  }>;
  undo(call: {
    readonly customerId?: string;
    readonly refs?: readonly InstrumentRef[];
    readonly redeemId?: string;
    /** Answers `not_known` instead of leaving a marker in a ledger that holds nothing. */
    readonly onlyIfKnown?: boolean;
    readonly till: Till;
    readonly requestId: string;
  }): Promise<{
    readonly result: UndoResult | { readonly kind: "not_known" } | { readonly kind: "ledger_away" };
    readonly redeemId?: string;
  }>;
};
