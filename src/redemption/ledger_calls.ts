import type { Crm, IssuedCheck } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Instrument, InstrumentRef } from "../model/instrument.ts";
import type { Redemption } from "../tenants/tenant.ts";
import type { RedeemRefusal, Till } from "./machine/admission.ts";
import type { Balance } from "./machine/balance.ts";
import type { RedemptionState } from "./machine/machine.ts";

/** What a ledger is asked and what it answers: plain data, across the object's border too. */

/** The customer's CRM and the tenant's policy, as the caller of the object opened them. */
export type LedgerContext = {
  readonly crm: Crm;
  readonly policy: Redemption;
  readonly owner: {
    readonly tenant: string;
    readonly channelId: string;
    readonly customerId: string;
  };
  readonly ordersCarryIds: boolean;
  /** Closed orders are read and settle redemptions: an order that names nothing says something. */
  readonly ordersSettle: boolean;
};

/** Whether a Sitoo order names an instrument: `closed` has been handed to the order machine. */
export type SitooSays = "closed" | "open" | "none" | "no_answer";

export type RedeemCall = {
  readonly refs: readonly InstrumentRef[];
  /** By `instrumentKey`, decimal text: what the till takes off with a bonus check, where it says so. */
  readonly amounts?: Readonly<Record<string, string>>;
  readonly till: Till;
  readonly requestId: string;
  readonly deadline: number;
};

/** An instrument and whether it counts as redeemed now. */
export type RedeemedItem = InstrumentRef & { readonly redeemed: boolean };

export type RedeemResult =
  | { readonly kind: "redeemed"; readonly groupId: string; readonly items: readonly RedeemedItem[] }
  /** Nothing was done: the CRM knows the customer by this id, and so must the ledger. */
  | { readonly kind: "moved"; readonly customerId: string }
  | { readonly kind: "refused"; readonly refusal: RedeemRefusal }
  | { readonly kind: "failed"; readonly failure: CrmFailure };

export type UndoCall = {
  readonly refs?: readonly InstrumentRef[];
  readonly groupId?: string;
  readonly till: Till;
  readonly requestId: string;
};

export type UndoResult = {
  readonly kind: "undone";
  readonly groupId: string;
  readonly items: readonly RedeemedItem[];
};

/** The CRM has joined two customers: the ledger of this id holds what was here. */
export type Moved = { readonly kind: "moved"; readonly customerId: string };

/** What a card must know of the ledger. */
export type OverlayEntry = {
  readonly ref: InstrumentRef;
  readonly state: RedemptionState;
  readonly at: number;
  readonly snapshot?: Instrument;
  /** Of what the ledger keeps, for a CRM that cannot redeem: it stands for good. */
  readonly balance?: Balance;
};

/** New bonus checks of one customer, out of a file. */
export type IssueCall = {
  readonly checks: readonly IssuedCheck[];
  readonly requestId: string;
  readonly deadline: number;
};
export type IssueResult =
  | { readonly kind: "issued"; readonly added: number; readonly changed: number }
  | { readonly kind: "failed"; readonly failure: CrmFailure };

export type GiveBackCall = {
  readonly redemptionId: string;
  /** A person's words; never a customer's name. */
  readonly reason: string;
  readonly requestId: string;
};

export type GiveBackResult =
  /** `state`: reversed, reinstated or released when it is done; reversing while the CRM is still to confirm. */
  | { readonly kind: "given_back"; readonly state: RedemptionState }
  | { readonly kind: "not_found" }
  /** Given back already, used again since, or not known yet. */
  | { readonly kind: "not_possible"; readonly state: RedemptionState };
