import type { Handler } from "./handler.ts";

/**
 * A tenant as the running gateway sees it: parsed, inherited values merged, secrets in clear.
 * Lives in memory only. What is stored is the document (document.ts), with secrets encrypted.
 */
export type Tenant = {
  readonly name: string;
  readonly version: number;
  readonly accounts: readonly SitooAccount[];
  /** Those of the file, in its order; a channel holds its own. */
  readonly markets: readonly Market[];
  readonly channels: ReadonlyMap<string, Channel>;
  readonly orders: Orders;
  /** Records the shape of first-seen requests, never their values. */
  readonly capture: "off" | "shapes";
};

/** One Sitoo back office, and the site of it that sells. */
export type SitooAccount = {
  readonly id: string;
  /** `https://api.mysitoo.com/v2`, without a trailing slash. */
  readonly apiUrl: string;
  readonly accountId: number;
  readonly siteId: number;
  readonly apiId: string;
  readonly apiPassword: string;
};

export type Market = {
  readonly country: string;
  readonly locale: string;
  readonly currency: string;
  readonly timeZone: string;
  /** `SitooAccount.id`. */
  readonly account: string;
};

export const searchTypes = ["mobile", "email", "personal_id", "member_number"] as const;
export type SearchType = (typeof searchTypes)[number];

/** Fields of the till's forms that a tenant can offer. `name` is first and last name together. */
export const fieldNames = [
  "name",
  "email",
  "mobile",
  "phone",
  "personal_id",
  "member_number",
  "company",
  "company_id",
  "gender",
  "birthday",
  "invoice_address",
  "delivery_address",
  "accepts_email",
  "accepts_sms",
  "accepts_mail",
  "consents",
  "store_id_home",
  "additional_options",
] as const;
export type FieldName = (typeof fieldNames)[number];
export type FieldState = "editable" | "readonly";
export type FieldRules = { readonly [Field in FieldName]?: FieldState };

export type SectionConfig = {
  readonly title: string;
  readonly attributes: readonly {
    readonly attribute: string;
    readonly title: string;
    readonly displayTrue?: string;
    readonly displayFalse?: string;
  }[];
};

export type ClientSettings = {
  readonly lookupType?: "personal_id" | "mobile";
  readonly searchTypes: readonly SearchType[];
  readonly fieldsAdd: FieldRules;
  readonly fieldsEdit: FieldRules;
  readonly required: readonly FieldName[];
  /** Each has one capturing group: what a scanner adds around the number is outside it. */
  readonly memberNumberPatterns: readonly string[];
  readonly minAge?: number;
  readonly sections: readonly SectionConfig[];
};

export type SelfCheckout = {
  /** `Register-ID`s of tills that customers work themselves. */
  readonly registers: readonly string[];
  readonly searchTypes: readonly SearchType[];
  readonly create: boolean;
  readonly mask: readonly FieldName[];
};

export type RedemptionMode = "redeem" | "sale" | "auto";
export type Redemption = {
  readonly promotions: RedemptionMode;
  readonly bonusChecks: RedemptionMode;
  readonly moment: "cart" | "paid";
  readonly reservationTtlMs: number;
  readonly replayWindowMs: number;
  readonly onReturn: "keep" | "reactivate";
  readonly onUnclaimed: "flag" | "reverse" | "keep";
};

/** Wire values that are assumed, and sent only once a tenant's Sitoo was seen to take them. */
export const confirmable = ["cart_amount", "voucher", "manual", "yellow", "red"] as const;
export type Confirmable = (typeof confirmable)[number];

/** Wire values and shapes that are assumed, as this tenant's Sitoo accepts them (contracts/sitoo.md 2). */
export type SpiSettings = {
  readonly confirmed: readonly Confirmable[];
  readonly createAnswer: "customer" | "customer_id" | "id";
  readonly createStatus: 200 | 201;
  readonly transactionsAnswer: "array" | "page";
  readonly undoAnswer: "result" | "no_content";
};

export type Channel = {
  /** The tenant's name: what is stored of a channel is its tenant's alone. */
  readonly tenant: string;
  readonly id: string;
  readonly title: string;
  /** False: a destination of orders only; its SPI answers 404. */
  readonly till: boolean;
  readonly market: Market;
  readonly client: ClientSettings;
  readonly selfCheckout: SelfCheckout;
  readonly onMultiple: "refuse" | "newest";
  readonly redemption: Redemption;
  readonly spi: SpiSettings;
  readonly handler: Handler;
  readonly delivery: DeliverySettings;
  /** Kind, host and project: two channels with the same one share customers and ledgers (design.md 2). */
  readonly crmInstance: string;
};

export type Orders = {
  readonly mode: "live" | "shadow" | "off";
  /** YYYY-MM-DD; earlier orders are delivered only by backfill. */
  readonly liveFrom?: string;
  readonly liveStores: "all" | readonly string[];
  readonly ignore: {
    readonly stores: readonly string[];
    readonly registers: readonly string[];
    readonly staff: readonly string[];
  };
  readonly noPointsFor: NoPointsFor;
  readonly deliverTo: readonly Destination[];
};

/** Lines of a sale that earn their buyer nothing. */
export type NoPointsFor = {
  readonly giftCards: boolean;
  /** Sitoo's voucher by its id, its code or its password. */
  readonly vouchers: readonly string[];
  /** `externalid`s of price lists. */
  readonly priceLists: readonly string[];
};

export type Destination = {
  readonly channel: string;
  readonly missingCustomer: "create" | "dead_letter" | "skip";
  readonly anonymous: "skip" | "deliver";
  /** Calls to the CRM a second for orders; absent: what the adapter finds right. */
  readonly rate?: number;
};

/**
 * How orders are told to a channel's CRM, by the channel's entry in `orders.deliver_to`. It belongs to
 * the channel, so that the adapter has it however it was reached; without an entry, the defaults.
 */
export type DeliverySettings = {
  /** Stands before order ids: `pos` becomes `pos-4711`. */
  readonly namespace: string | undefined;
  readonly productId: "sku" | "productid";
  /** Customers that orders bring are opted in to marketing. */
  readonly optInContacts: boolean;
  /** undefined: this CRM mails no receipts. */
  readonly receipt: ReceiptMail | undefined;
};

export type ReceiptMail = {
  readonly fromName: string;
  readonly fromEmail: string;
  readonly subject: string;
  readonly stream: string;
  readonly templateId: number;
  readonly replyToName: string | undefined;
  readonly replyToEmail: string | undefined;
  /** The CRM checks each mail and sends none. */
  readonly sandbox: boolean;
};
