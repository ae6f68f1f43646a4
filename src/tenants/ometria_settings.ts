import type { Consent } from "../model/customer.ts";
import type { Offer } from "../model/instrument.ts";
import type { OmetriaFile } from "./schema_ometria.ts";

/** contracts/ometria.md 0; `https://api.ometria.com/v2`, without a trailing slash. */
export type OmetriaSettings = {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Empty: no mail is sent. */
  readonly mailKey: string;
  readonly collection: string;
  readonly forceOptin: boolean;
  readonly smsMode: "single" | "double";
  readonly namespaceProducts: boolean;
  readonly unknownReturns: "deliver" | "skip";
  readonly memberNumberProperty: string | undefined;
  readonly personalIdProperty: string | undefined;
  readonly statusProperty: string | undefined;
  readonly consents: readonly Consent[];
  readonly voucherPasswordsDefault: readonly string[];
  readonly voucherPasswordsFromTags: readonly {
    readonly group: string;
    readonly voucherPasswords: readonly string[];
  }[];
  readonly promotionsFromTags: readonly {
    readonly tag: string;
    readonly id: string;
    readonly name: string;
    readonly offer: Offer;
  }[];
  readonly mirrorRedemptions: boolean;
  readonly writesShowWithinMs: number;
};

type OfferFile = OmetriaFile["promotions_from_tags"][number]["offer"];

const offerOf = (offer: OfferFile): Offer => {
  if ("cart_percent" in offer) return { type: "cart_percent", percent: offer.cart_percent };
  return "voucher_password" in offer
    ? { type: "voucher", password: offer.voucher_password }
    : { type: "manual", text: offer.text };
};

/** A checked `handler.ometria`. */
export const ometriaSettings = (file: OmetriaFile): OmetriaSettings => ({
  apiUrl: file.api_url,
  apiKey: file.api_key,
  mailKey: file.transactional_api_key ?? "",
  collection: file.collection,
  forceOptin: file.force_optin,
  smsMode: file.sms_mode,
  namespaceProducts: file.namespace_products,
  unknownReturns: file.unknown_returns,
  memberNumberProperty: file.member_number_property,
  personalIdProperty: file.personal_id_property,
  statusProperty: file.status_property,
  consents: file.consents.map(({ description, ...consent }) => ({
    ...consent,
    ...(description === undefined ? {} : { description }),
  })),
  voucherPasswordsDefault: file.voucher_passwords_default,
  voucherPasswordsFromTags: file.voucher_passwords_from_tags.map((entry) => ({
    group: entry.tag,
    voucherPasswords: entry.voucher_passwords,
  })),
  promotionsFromTags: file.promotions_from_tags.map((entry) => ({
    ...entry,
    offer: offerOf(entry.offer),
  })),
  mirrorRedemptions: file.mirror_redemptions,
  writesShowWithinMs: file.writes_show_within,
});

/** All retailers share the address, and an account is told by nothing but its key, which may change: so it has a name. */
export const ometriaInstance = ({ api_url, account }: OmetriaFile): string => {
  const { host, pathname } = new URL(api_url);
  return `${host}${pathname.replace(/\/v2$/, "")}${account === "" ? "" : `|${account}`}`;
};
