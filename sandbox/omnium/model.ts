import type { JsonObject } from "../json.ts";

/** Who wrote what, when and with which request: what an audit needs. `seq` is the number in the request log. */
export interface Write {
  at: string;
  seq: number;
  call: string;
  client: string;
}

export interface Customer {
  customerId: string;
  /** Members of OmniumPrivateCustomer as they were sent; the calculated ones are added when shown. */
  fields: JsonObject;
  created: string;
  modified: string;
  modifiedBy: string;
  consentHistory: { consent: JsonObject; seq: number }[];
  comments: JsonObject[];
  writes: Write[];
}

export interface ValidPoints {
  amount: string;
  created: string;
  expireDate: string;
  orderId: string | null;
}

export interface Member {
  customerId: string;
  storeId: string | null;
  memberSince: string;
  approved: string | null;
  consents: { approvedConsents: boolean; emailMarketing: boolean; smsMarketing: boolean };
  customerClubConsents: JsonObject[];
  interests: string[];
  /** Amounts are decimal text inside the sandbox and become JSON numbers only in an answer. */
  tierAmount: string;
  tierOrders: number;
  tierStart: string;
  balance: string;
  onHold: string;
  issued: string;
  validPoints: ValidPoints[];
  salesPersonId: string | null;
  properties: JsonObject[];
  writes: Write[];
}

export interface Voucher {
  id: string;
  voucherNumber: string | null;
  customerId: string | null;
  amount: string;
  currency: string | null;
  expiryDate: string | null;
  status: string | null;
  externalIds: JsonObject[] | null;
  created: string;
  modified: string;
  /** Every save, also one that changes nothing: two steps to Redeemed are a double redeem. */
  history: (Write & { from: string | null; to: string | null })[];
}

export interface Promotion {
  id: string;
  /** Members of OmniumPromotion; the coupons of many are in `additionalCoupons`. */
  fields: JsonObject;
  additionalCoupons: { couponCode: string; canOnlyBeUsedOnce: boolean; used: boolean }[];
}

/** A coupon code on an order whose workflow ran, every time. */
export interface CouponUse {
  key: string;
  couponCode: string;
  customerId: string | null;
  orderId: string;
  at: string;
  seq: number;
}

export interface Order {
  /** Own number of the row: the id is the vendor's, and may stand twice (posOrdersRepeat). */
  key: string;
  id: string;
  /** Members of OmniumOrder as they were sent, without the calculated ones. */
  fields: JsonObject;
  /** Status once the order is no longer Queued. */
  status: string;
  queuedUntil: number;
  workflow: "none" | "waiting" | "done";
  created: string;
  modified: string;
  completed: string | null;
  returns: JsonObject[];
  comments: JsonObject[];
  /** How the customer of the order was found; null as long as no workflow looked. */
  customerResolved: "customerId" | "externalId" | "email" | "phone" | "created" | "none" | null;
  heldPoints: string;
  earnedPoints: string;
  /** Set on orders that Omnium's Sitoo connector imported. */
  sitooOrderId: string | null;
  /** Before it the history calls do not show the order. */
  inHistoryFrom: number;
  seq: number;
}

/** One order in one write request, also a refused or dropped one. */
export interface Delivery extends Write {
  key: string;
  orderId: string | null;
  orderNumber: string | null;
  outcome: "created" | "duplicate" | "overwritten" | "dropped" | "refused";
  /** Another content than the delivery before with this id; null for a first one. */
  differs: boolean | null;
  payload: JsonObject;
}

export interface Token {
  token: string;
  clientId: string;
  issuedAt: string;
  expiresAt: number;
  seq: number;
}

export interface Scroll {
  id: string;
  kind: string;
  rows: JsonObject[];
  next: number;
  take: number;
  usedAt: number;
}

export interface Store {
  id: string;
  name: string;
  availableOnMarkets: string[];
  externalIds: string[];
  externalIdsList: { providerName: string; id: string }[];
  isWarehouse: boolean;
}
