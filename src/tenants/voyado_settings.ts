import type { VoyadoFile } from "./schema_voyado.ts";
import type { Market } from "./tenant.ts";

/** contracts/voyado.md; `https://acme.voyado.com/api`, without a trailing slash. */
export type VoyadoSettings = {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Engage counts its rate limit per key; defaults to `apiKey`. */
  readonly ordersApiKey: string;
  readonly locale: string;
  readonly currencyCode: string;
  /** Store currency → factor to the group's currency, as a decimal string. */
  readonly exchangeRates: Readonly<Record<string, string>>;
  readonly contactType: string;
  readonly source: string;
  readonly labelsPath: string;
  /** Path below `apiUrl` with `{contactId}`, once a tenant's Swagger shows one; empty: labels are read in the contact. */
  readonly labelsUrl?: string;
  readonly statusAttribute?: string;
  readonly usTotalValidationSkipped: boolean;
  /** How a line that earns no points is told: flagged, or not sent at all. */
  readonly noPoints: "flag" | "leave_out";
  readonly voucherPasswordsDefault: readonly string[];
  readonly voucherPasswordsFromLabels: readonly {
    readonly labelName: string;
    readonly voucherPasswords: readonly string[];
  }[];
  /** Sitoo's payment name or reftype → Engage's payment type. */
  readonly paymentMethods: Readonly<Record<string, string>>;
  /** API version per call, where a tenant must fall back to v2. */
  readonly versions: Readonly<Partial<Record<VoyadoCall, "v2" | "v3">>>;
};

export const voyadoCalls = [
  "find",
  "get",
  "create",
  "update",
  "consents",
  "stores",
  "vouchers",
  "redeem_voucher",
  "reactivate_voucher",
  "redeem_promotion",
  "receipts",
] as const;
export type VoyadoCall = (typeof voyadoCalls)[number];

/** A checked `handler.voyado`, with what the market says where the file does not. */
export const voyadoSettings = (file: VoyadoFile, market: Market): VoyadoSettings => ({
  apiUrl: file.api_url,
  apiKey: file.api_key,
  ordersApiKey: file.orders_api_key ?? file.api_key,
  locale: file.locale ?? market.locale,
  currencyCode: file.currency_code ?? market.currency,
  exchangeRates: file.exchange_rates,
  contactType: file.contact_type,
  source: file.source,
  labelsPath: file.labels_path,
  ...(file.labels_url === undefined ? {} : { labelsUrl: file.labels_url }),
  ...(file.status_attribute === undefined ? {} : { statusAttribute: file.status_attribute }),
  usTotalValidationSkipped: file.us_total_validation_skipped,
  noPoints: file.no_points,
  voucherPasswordsDefault: file.voucher_passwords_default,
  voucherPasswordsFromLabels: file.voucher_passwords_from_labels.map((entry) => ({
    labelName: entry.label_name,
    voucherPasswords: entry.voucher_passwords,
  })),
  paymentMethods: file.payment_methods,
  versions: Object.fromEntries(
    Object.entries(file.versions).filter(([, version]) => version !== undefined),
  ),
});

/** Host and what stands before `/api`: https://acme.voyado.com/api → acme.voyado.com */
export const voyadoInstance = ({ api_url }: VoyadoFile): string => {
  const { host, pathname } = new URL(api_url);
  return `${host}${pathname.replace(/\/api$/, "").replace(/\/+$/, "")}`;
};
