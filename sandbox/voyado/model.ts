import type { JsonObject } from "../json.ts";

export interface StoreRef {
  id: string;
  name: string;
  externalId: string;
}

export interface ContactConsent {
  id: string;
  value: boolean;
  date: string;
  source: string | null;
  comment: string | null;
}

export interface Preferences {
  acceptsEmail: boolean;
  acceptsPostal: boolean;
  acceptsSms: boolean;
}

export interface Contact {
  id: string;
  /** Flat, as Engage stores them; computed ones (age, points) are added when shown. */
  attributes: JsonObject;
  contactType: string;
  createdOn: string;
  modifiedOn: string;
  sourceType: string;
  approved: boolean;
  store: StoreRef | null;
  createdInStore: StoreRef | null;
  preferences: Preferences;
  consents: ContactConsent[];
  labels: string[];
  audiences: string[];
  points: number;
  /** Epoch ms before which no search finds the contact: its creation is still under way. 0 for all others. */
  visibleFrom: number;
}

/** Amounts are decimal text inside the sandbox and become JSON numbers only in an answer. */
export interface Money {
  amount: string;
  currency: string;
}

export interface HistoryEntry {
  action: "redeem" | "reactivate";
  at: string;
  /** Number of the request in the request log. */
  seq: number;
}

export interface Voucher {
  id: string;
  contactId: string;
  voucherNumber: string;
  name: string;
  value: Money;
  localValues: Money[];
  points: number;
  expiresOn: string | null;
  redeemedOn: string | null;
  reactivations: number;
  history: HistoryEntry[];
}

export interface RedemptionChannel {
  type: "POS" | "ECOM" | "OTHER";
  valueType: "PERCENT" | "MONEY" | "EXTERNALOFFER" | "MANUAL" | "SWIPE";
  /** PERCENT: integer; MONEY: {amount, currency}; the others: text (contracts/voyado.md §5). */
  value: number | string | Money;
  localValues: Money[];
  instruction: string | null;
}

/** One contact's own assignment of a promotion template. */
export interface Promotion {
  id: string;
  contactId: string;
  promotionId: string;
  externalId: string | null;
  name: string;
  heading: string | null;
  description: string | null;
  expiresOn: string | null;
  redeemedOn: string | null;
  imageUrl: string | null;
  link: string | null;
  redemptionChannels: RedemptionChannel[];
  history: HistoryEntry[];
}

export interface Receipt {
  uniqueReceiptId: string;
  contactId: string;
  receivedAt: string;
  /** Epoch ms from which it is imported and shows in the history. */
  availableAt: number;
  imported: boolean;
  payload: JsonObject;
  /** Repeats that were dropped without a word; `differs` when a repeat had other content. */
  repeats: { at: string; seq: number; differs: boolean }[];
}

export interface PointTransaction {
  id: string;
  contactId: string;
  amount: number;
  type: string;
  description: string;
  transactionDate: string;
}

export interface Store {
  id: string;
  name: string;
  externalId: string;
  type: string;
  city: string | null;
  countryCode: string | null;
  street: string | null;
  zipCode: string | null;
  timeZone: string | null;
  active: boolean;
}

export interface ConsentDefinition {
  id: string;
  name: string;
  metaData: { [part in "conditionText" | "displayText" | "linkText"]: Record<string, string> };
}

/** A person in the outside register (Dun & Bradstreet), not a contact. */
export interface RegisterPerson {
  socialSecurityNumber: string;
  countryCode: string;
  answer: JsonObject;
  phoneNumbers: string[];
}
