/** Postal address; `countryId` is ISO 3166 alpha-2 in upper case. */
export type Address = {
  readonly address?: string;
  readonly address2?: string;
  readonly zip?: string;
  readonly city?: string;
  readonly state?: string;
  readonly countryId?: string;
};

/** The ways of contact that a customer can accept. */
export const communicationChannels = ["email", "sms", "mail"] as const;
export type CommunicationChannel = (typeof communicationChannels)[number];

/** A person as the CRM SPI knows them, in the gateway's own spelling. Absent means unknown. */
export type Person = {
  readonly memberNumber?: string;
  readonly email?: string;
  readonly nameFirst?: string;
  readonly nameLast?: string;
  /** E.164. */
  readonly mobile?: string;
  readonly phone?: string;
  readonly personalId?: string;
  readonly company?: string;
  readonly companyId?: string;
  readonly gender?: "male" | "female";
  /** YYYY-MM-DD. */
  readonly birthday?: string;
  readonly invoiceAddress?: Address;
  readonly deliveryAddress?: Address;
  /** A channel that is absent has no known choice. */
  readonly accepts?: Partial<Readonly<Record<CommunicationChannel, boolean>>>;
  /** Ids of the consents that are given. */
  readonly consents?: readonly string[];
  readonly storeIdHome?: string;
  readonly additionalOptions?: readonly AdditionalOptionValue[];
};

export type AdditionalOptionValue = { readonly id: string; readonly enumValues: readonly string[] };

export type Customer = Person & {
  /** The CRM's own id, opaque. */
  readonly id: string;
  /** ISO 8601; decides `on_multiple: newest`. */
  readonly modifiedAt?: string;
  readonly createdAt?: string;
  /** A protected identity: no address leaves the gateway. */
  readonly protectedIdentity?: boolean;
};

export type Section = {
  readonly title: string;
  readonly values: readonly { readonly title: string; readonly text: string }[];
};

/** Parts of a customer card that are read apart, and can be missing without failing the card. */
export type CardPart = "promotions" | "bonus_checks" | "labels" | "redemptions";

export type Consent = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Default state in the form that adds a customer. */
  readonly value: boolean;
};
