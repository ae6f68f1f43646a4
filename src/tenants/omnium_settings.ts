import type { OmniumFile } from "./schema_omnium.ts";
import { sectionFromFile } from "./section_from_file.ts";
import type { Market, SectionConfig, SitooAccount } from "./tenant.ts";
import { voyadoInstance, type VoyadoSettings, voyadoSettings } from "./voyado_settings.ts";

/** contracts/omnium.md; `https://api.omnium.no`, without a trailing slash. */
export type OmniumSettings = {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly marketId: string;
  readonly sendOrders: boolean;
  readonly joinClub: boolean;
  readonly customerIdField?: "Email" | "Phone";
  readonly phoneFormat: "e164" | "no_prefix" | "double_zero";
  readonly consentTypes: readonly { readonly type: string; readonly title: string }[];
  /** The consent type that is the acceptance of post. */
  readonly mailConsentType?: string;
  readonly voucherPasswordsFromGroups: readonly {
    readonly group: string;
    readonly voucherPasswords: readonly string[];
  }[];
  readonly personalIdProperty?: string;
  readonly numberSeries: boolean;
  readonly sitooOrderIdKey: string;
  /** Sitoo's store externalid → Omnium's store id, where they differ. */
  readonly storeIds: Readonly<Record<string, string>>;
  readonly orderIds: "site" | "account_and_site";
  readonly pricesIncludeVat: boolean;
  readonly negativeQuantities: boolean;
  /** What stands before Sitoo's order id in the id of a sale of this market (model/sale.ts). */
  readonly salePrefix: string;
  /** Voyado behind Omnium. */
  readonly voyado?: VoyadoSettings;
  /** Attributes of the contact in Voyado that the card shows. */
  readonly voyadoSections: readonly SectionConfig[];
};

/** A checked `handler.omnium`. */
export const omniumSettings = (
  file: OmniumFile,
  market: Market,
  account: Pick<SitooAccount, "accountId" | "siteId"> | undefined,
): OmniumSettings => ({
  apiUrl: file.api_url.replace(/\/api$/i, ""),
  clientId: file.client_id,
  clientSecret: file.client_secret,
  marketId: file.market_id,
  sendOrders: file.send_orders,
  joinClub: file.join_club,
  ...(file.customer_id_field === null ? {} : { customerIdField: file.customer_id_field }),
  phoneFormat: file.phone_format,
  consentTypes: file.consent_types,
  ...(file.mail_consent_type === undefined ? {} : { mailConsentType: file.mail_consent_type }),
  voucherPasswordsFromGroups: file.voucher_passwords_from_groups.map((entry) => ({
    group: entry.group,
    voucherPasswords: entry.voucher_passwords,
  })),
  ...(file.personal_id_property === undefined
    ? {}
    : { personalIdProperty: file.personal_id_property }),
  numberSeries: file.number_series,
  sitooOrderIdKey: file.sitoo_order_id,
  storeIds: file.store_ids,
  orderIds: file.order_ids,
  pricesIncludeVat: file.prices_include_vat,
  negativeQuantities: file.negative_quantities,
  salePrefix: account === undefined ? "" : `sitoo-${account.accountId}-${account.siteId}-`,
  ...(file.voyado === undefined ? {} : { voyado: voyadoSettings(file.voyado, market) }),
  voyadoSections: (file.voyado?.sections ?? []).map(sectionFromFile),
});

/**
 * The host alone: Omnium's tenants share it, and are told apart by a client id, which may be renewed.
 * A retailer has one Omnium (assumed). With Voyado behind, instruments are those of the pair.
 */
export const omniumInstance = ({ api_url, voyado }: OmniumFile): string => {
  const { host } = new URL(api_url);
  return voyado === undefined ? host : `${host}|${voyadoInstance(voyado)}`;
};
