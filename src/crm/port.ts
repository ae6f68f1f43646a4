import type { BonusCheck, InstrumentRef, Promotion } from "../model/instrument.ts";
import type { CardPart, Consent, Customer, Person, Section } from "../model/customer.ts";
import type { Money } from "../model/money.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Sale } from "../model/sale.ts";

/** What customers can be found by (contracts/sitoo.md 2.4). `value` is already normalised: E.164, lower-case e-mail. */
export type SearchBy = "mobile" | "email" | "personal_id" | "member_number" | "customer_id";
export type SearchKey = { readonly by: SearchBy; readonly value: string };
/** The keys that the gateway can keep an index of, for CRMs that cannot search by them. */
export type IndexedBy = Exclude<SearchBy, "customer_id">;

/** What goes with each call: until when an answer is of use, and who asks. */
export type CrmCall = {
  /** Epoch milliseconds; no upstream call may run beyond it. */
  readonly deadline: number;
  readonly requestId: string;
  /** `externalid` of the store, where the till named it. */
  readonly storeId?: string;
  /** Who works the till, where it says so. */
  readonly staffId?: string;
};

/** A customer as the CRM has them, with what a card derives from the same read. */
export type Profile = {
  readonly customer: Customer;
  readonly sections: readonly Section[];
  readonly voucherPasswords: readonly string[];
  /** Short text beside the name, such as the member level. */
  readonly statusText?: string;
  /** They must not buy. */
  readonly inactive?: true;
  readonly degraded: readonly CardPart[];
};

/**
 * A customer that a key led to. `profile` is there when the search answered with the whole customer,
 * as new as `get` would have them: an index of the CRM's that lags behind its reads names the id alone.
 */
export type Match = { readonly id: string; readonly profile?: Profile };

/** What a customer can redeem. A part that could not be read is in `degraded`, and its list is empty. */
export type Instruments = {
  readonly promotions: readonly Promotion[];
  readonly bonusChecks: readonly BonusCheck[];
  /** Sitoo voucher passwords that instruments open without being redeemable themselves. */
  readonly voucherPasswords: readonly string[];
  /** Instruments that a till can only show as text. */
  readonly sections: readonly Section[];
  readonly degraded: readonly CardPart[];
};

/** One line of the purchase history. Amounts in minor units; negative on a return. */
export type Purchase = {
  /** The receipt's stable id, when the gateway delivered it: proves that the order is Sitoo's. */
  readonly saleId?: string;
  readonly receiptNumber?: string;
  readonly at: string;
  readonly storeId?: string;
  readonly storeName?: string;
  readonly currency: string;
  readonly total: number;
  readonly items: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: string;
    readonly total: number;
  }[];
};

/** What the CRM says of one instrument, asked by the reconciler; it reads and never writes. */
export type InstrumentStatus =
  | { readonly state: "available" }
  | { readonly state: "redeemed"; readonly at?: string }
  | { readonly state: "expired" }
  /** Not the customer's, or not any more. */
  | { readonly state: "gone" };

/** `unclear` is no failure of the sale: it may be at the destination already. */
export type DeliveryResult =
  | { readonly kind: "delivered"; readonly note?: string }
  /** No later attempt can succeed; the reason is for a person. */
  | { readonly kind: "refused"; readonly reason: string; readonly field?: string }
  | {
      readonly kind: "retry";
      readonly failure: CrmFailure;
      /** Earlier the CRM would not yet show what it may have got. */
      readonly afterMs?: number;
    };

/** One step of a redemption that the gateway's ledger keeps, for the copy in a CRM that cannot redeem. */
export type MirroredUse = {
  /** Stable: told twice, it is one step. */
  readonly eventId: string;
  readonly ref: InstrumentRef;
  readonly what: "redeemed" | "settled" | "given_back";
  /** ISO 8601. */
  readonly at: string;
  /** What can still be redeemed, of an instrument that has a value. */
  readonly left?: Money;
  /** What the closed order used. */
  readonly used?: Money;
  readonly receiptNumber?: string;
  readonly storeId?: string;
};

/** A bonus check that a file brings to a customer. */
export type IssuedCheck = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly amount: Money;
  /** YYYY-MM-DD, the last day. */
  readonly validUntil?: string;
};

/** What differs between CRMs, for the floors above that must know. */
export type Capabilities = {
  /** What `search` can be asked. */
  readonly searchBy: readonly SearchBy[];
  /**
   * Keys that `search` cannot be asked and `get` shows: the gateway finds customers by an index of
   * its own, which knows whom it has seen. Empty: nothing is noted, and nothing is read.
   */
  readonly indexedBy: readonly IndexedBy[];
  readonly lookupBy: readonly ("mobile" | "personal_id")[];
  /** False: the CRM has no such call. The ledger keeps the use, and the CRM gets a mirror of it. */
  readonly commit: { readonly [Kind in InstrumentRef["kind"]]: boolean };
  readonly reverse: { readonly [Kind in InstrumentRef["kind"]]: boolean };
  /** A repeated delivery does no harm: the CRM drops it, or the adapter looks for it before it sends. */
  readonly deliveryIdempotent: boolean;
  /** A sale that is delivered again with other contents takes the place of the first. */
  readonly takesChanges: boolean;
  /** Sales that one `deliver` brings in one call. */
  readonly deliveryBatch: number;
  /** Calls a second, and calls at once, that orders may make beside the tills. */
  readonly deliveryRate: number;
  readonly deliveryConcurrency: number;
  /**
   * For how long after `create` and `update` the CRM may still show what was before, or nobody: the
   * gateway lays over it what was written. 0: it reads its own writes.
   */
  readonly writesShowWithinMs: number;
  /** Takes a sale of nobody. */
  readonly anonymousSales: boolean;
  /** A delivered sale can be undone by delivering it turned round, under another id. */
  readonly takesBack: boolean;
  /**
   * Finds the customer of a sale itself, by the id and the e-mail on it, and makes one of what is new:
   * nobody is searched for, read or added before.
   */
  readonly findsCustomers?: true;
  /** Checks what it has received later: `refusedLate` tells what came of it. */
  readonly refusesLate?: true;
  /** Bonus checks come out of files: `issueChecks` is there. */
  readonly issuesChecks?: true;
  /** Promotions may be offers that a Sitoo voucher password opens; a closed order names the voucher alone. */
  readonly offersByPassword: boolean;
};

/** Without a customer's id the sale is nobody's, or the CRM finds out by itself whose it is. */
export type SaleToDeliver = {
  readonly sale: Sale;
  readonly customerId: string | undefined;
  /** The CRM has it already, with other contents. */
  readonly again?: boolean;
};

/** Something that was sent, received, and found to be wrong afterwards. */
export type LateRefusal = {
  /** The CRM's kind of record, and its id. */
  readonly record: string;
  readonly id: string;
  /** Sitoo's, of an order. */
  readonly orderId?: number;
  readonly reason: string;
  readonly field?: string;
  /** ISO 8601. */
  readonly at: string;
};

export type CrmOutcome<Value> = Promise<Outcome<Value, CrmFailure>>;

/**
 * What every adapter can do. Nothing in here throws for what a CRM may answer,
 * and nothing repeats a write: whoever calls decides what a repeat would do.
 */
export type Crm = {
  readonly capabilities: Capabilities;
  /** `undefined`: nobody has the key. */
  search(key: SearchKey, call: CrmCall): CrmOutcome<Match | undefined>;
  /** Reads an outside person register; `undefined`: unknown there, or a protected identity. */
  lookup(key: SearchKey, call: CrmCall): CrmOutcome<Person | undefined>;
  get(customerId: string, call: CrmCall): CrmOutcome<Profile>;
  /**
   * Makes a customer without searching first; callers go through the index shard of the key.
   * Where the CRM cannot show them yet, the profile is made of what was sent.
   */
  create(person: Person, call: CrmCall): CrmOutcome<Profile>;
  /**
   * Writes only what is in `changes`; a field that is "" was cleared by the cashier. `before` holds
   * what was written a moment ago, too. The profile may be from before the write where the CRM's is.
   */
  update(customerId: string, changes: Person, before: Customer, call: CrmCall): CrmOutcome<Profile>;
  /** Newest first. `more` tells that the CRM holds further entries. */
  purchases(
    customerId: string,
    page: { readonly start: number; readonly num: number },
    call: CrmCall,
  ): CrmOutcome<{ readonly items: readonly Purchase[]; readonly totalCount: number }>;
  consents(call: CrmCall): CrmOutcome<readonly Consent[]>;
  instruments(customerId: string, call: CrmCall): CrmOutcome<Instruments>;
  commit(
    customerId: string,
    ref: InstrumentRef,
    call: CrmCall,
  ): CrmOutcome<{ readonly at?: string }>;
  reverse(customerId: string, ref: InstrumentRef, call: CrmCall): CrmOutcome<Record<never, never>>;
  status(customerId: string, ref: InstrumentRef, call: CrmCall): CrmOutcome<InstrumentStatus>;
  /** Only of a CRM that cannot redeem. Steps of one instrument come in their order; a repeat must be harmless. */
  readonly mirror?: (
    customerId: string,
    use: MirroredUse,
    call: CrmCall,
  ) => CrmOutcome<Record<never, never>>;
  /**
   * Only where `issuesChecks`. By id: a repeat adds nothing, and what is used stays used.
   */
  readonly issueChecks?: (
    customerId: string,
    checks: readonly IssuedCheck[],
    call: CrmCall,
  ) => CrmOutcome<{ readonly added: number; readonly changed: number }>;
  /** One result per sale, in their order. */
  deliver(sales: readonly SaleToDeliver[], call: CrmCall): Promise<readonly DeliveryResult[]>;
  /** Only of a CRM that `refusesLate`: what it still tells of, newest first; asked again it tells the same. */
  readonly refusedLate?: (call: CrmCall) => CrmOutcome<readonly LateRefusal[]>;
  /**
   * Only of a CRM that mails receipts: sends the one of a sale to an address, as the destination's `receipt`
   * block says (`Channel.delivery`). Nothing makes a repeat harmless, so what has perhaps been sent must be
   * told as such, by a failure that may have acted (model/crm_failure.ts); it is never sent again by itself.
   */
  readonly mailReceipt?: (sale: Sale, address: string, call: CrmCall) => Promise<DeliveryResult>;
};
