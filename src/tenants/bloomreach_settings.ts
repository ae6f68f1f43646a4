import type { CommunicationChannel } from "../model/customer.ts";
import type { BloomreachFile } from "./schema_bloomreach.ts";
import type { Market, SearchType } from "./tenant.ts";

/** Fields of a customer that Bloomreach can keep; parts of the invoice address stand by their own names. */
export const keptFields = [
  "email",
  "name_first",
  "name_last",
  "mobile",
  "phone",
  "personal_id",
  "member_number",
  "company",
  "company_id",
  "gender",
  "birthday",
  "store_id_home",
  "address",
  "address2",
  "zip",
  "city",
  "state",
  "country_id",
] as const;
export type KeptField = (typeof keptFields)[number];

/** What Bloomreach works out of events and properties. */
export const computedKinds = ["expression", "segmentation", "aggregate", "prediction"] as const;

export const eventNames = [
  "purchase",
  "purchase_item",
  "bonus_check_redeemed",
  "bonus_check_reversed",
  "promotion_redeemed",
  "promotion_reversed",
] as const;

export const offerTypes = ["percent", "amount", "voucher_password", "manual"] as const;
export type OfferType = (typeof offerTypes)[number];

/**
 * What customer ids of ours begin with (crm/bloomreach/customer_id.ts): a letter, as base64url may not
 * (spi/search_key.ts), and no other CRM's ids begin so.
 */
export const customerIdPrefix = "b.";

/** `properties.NAME`, `ids.TYPE`, `segmentation.ID` and so on. */
export type Source = string;

type BySource = { readonly source: Source; readonly value?: string | undefined };

/** contracts/bloomreach.md 0. */
export type BloomreachSettings = {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly projectToken: string;
  readonly keyId: string;
  readonly secret: string;
  /** Seals customer ids; without one they are sealed by the project's token. */
  readonly idKey?: string;
  readonly hardId: string;
  /** Search key → ID type. */
  readonly search: { readonly [Key in SearchType]?: string };
  /** Each field's places: all are written, the first that holds something is read. */
  readonly fields: { readonly [Field in KeptField]?: readonly Source[] | undefined };
  readonly bonusChecks?: Source;
  readonly promotions?: Source;
  readonly status?: Source;
  readonly protectedIdentity?: Source;
  readonly consents: readonly ConsentSettings[];
  readonly events: { readonly [Event in (typeof eventNames)[number]]: string };
  readonly currency: string;
  /** Currency of a sale → factor to `currency`, as a decimal string. */
  readonly exchangeRates: Readonly<Record<string, string>>;
  readonly productId: "sku" | "productid";
  readonly refundSign: "positive" | "negative";
  readonly purchaseSourceType: string;
  readonly consentSource: string;
  readonly markerProperty: string;
  readonly clearWith: "empty" | "null";
  readonly birthdayAs: "seconds" | "text";
  readonly writesShowWithinMs: number;
  readonly bonusCheckFields: Readonly<Record<string, string>>;
  readonly promotionFields: Readonly<Record<string, string>>;
  readonly promotionTypes: Readonly<Record<string, OfferType>>;
  readonly offers: readonly (BySource & {
    readonly id: string;
    readonly name: string;
    readonly type: OfferType;
    readonly amount: string | number;
  })[];
  readonly voucherPasswordsDefault: readonly string[];
  readonly voucherPasswords: readonly (BySource & {
    readonly voucherPasswords: readonly string[];
  })[];
};

export type ConsentSettings = {
  readonly category: string;
  readonly channel?: CommunicationChannel;
  readonly posId: string;
  readonly default: boolean;
  readonly optIn: "consent" | "double_opt_in";
};

/** A checked `handler.bloomreach`. */
export const bloomreachSettings = (file: BloomreachFile, market: Market): BloomreachSettings => {
  const { bonus_checks, promotions, status, protected_identity, ...fields } =
    file.mapping ?? defaultMapping(file);
  return {
    apiUrl: file.api_url,
    projectToken: file.project_token,
    keyId: file.key_id,
    secret: file.secret,
    ...(file.id_key === undefined ? {} : { idKey: file.id_key }),
    hardId: file.hard_id,
    search: searchOf(file),
    fields,
    ...(bonus_checks === undefined ? {} : { bonusChecks: bonus_checks }),
    ...(promotions === undefined ? {} : { promotions }),
    ...(status === undefined ? {} : { status }),
    ...(protected_identity === undefined ? {} : { protectedIdentity: protected_identity }),
    consents: file.consents.map(({ category, channel, pos_id, opt_in, ...rest }) => ({
      category,
      ...(channel === undefined ? {} : { channel }),
      posId: pos_id ?? category,
      default: rest.default,
      optIn: opt_in,
    })),
    events: file.events,
    currency: file.currency ?? market.currency,
    exchangeRates: file.exchange_rates,
    productId: file.product_id,
    refundSign: file.refund_sign,
    purchaseSourceType: file.purchase_source_type,
    consentSource: file.consent_source,
    markerProperty: file.marker_property,
    clearWith: file.clear_with,
    birthdayAs: file.birthday_as,
    writesShowWithinMs: file.writes_show_within,
    bonusCheckFields: file.bonus_check_fields,
    promotionFields: file.promotion_fields,
    promotionTypes: file.promotion_types,
    offers: file.offers,
    voucherPasswordsDefault: file.voucher_passwords_default,
    voucherPasswords: file.voucher_passwords.map(({ voucher_passwords, ...by }) => ({
      ...by,
      voucherPasswords: voucher_passwords,
    })),
  };
};

type Mapping = NonNullable<BloomreachFile["mapping"]>;

/** What the vendor's own page of its integration with Sitoo maps (contracts/bloomreach.md 8). */
const defaultMapping = ({ hard_id }: BloomreachFile): Mapping => ({
  email: [`ids.${hard_id}`],
  name_first: ["properties.first_name"],
  name_last: ["properties.last_name"],
  mobile: ["properties.phone"],
});

const searchOf = ({ search, hard_id }: BloomreachFile): BloomreachSettings["search"] =>
  Object.fromEntries(
    Object.entries(search ?? { email: hard_id, mobile: "phone_id" }).filter(
      ([, type]) => type !== undefined,
    ),
  );

/**
 * The project alone: its token is unlike any other, and one project answers under several hosts, which
 * a retailer may change.
 */
export const bloomreachInstance = ({ project_token }: BloomreachFile): string =>
  project_token.toLowerCase();
