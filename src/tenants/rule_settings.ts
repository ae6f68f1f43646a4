import type { Offer } from "../model/instrument.ts";
import { given } from "../model/given.ts";
import { parseMinor } from "../model/money.ts";
import type { CheckMember, RuleField } from "./rule_fields.ts";
import type { RuleFile } from "./schema_rule.ts";
import type { Market } from "./tenant.ts";

/** contracts/rule.md; `https://app.rule.io/api`, without version and trailing slash. */
export type RuleSettings = {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Set on every write; those of one feed come on top. Never empty, none twice. */
  readonly tags: readonly string[];
  readonly tagsOf: {
    readonly [Feed in "create" | "update" | "order" | "return"]: readonly string[];
  };
  readonly groups: { readonly contact: string; readonly address: string; readonly order: string };
  readonly fields: { readonly [Field in RuleField]?: string | undefined };
  readonly historyGroups: readonly string[];
  readonly memberNumber: "custom_identifier" | "field";
  readonly personalId: boolean;
  readonly suppressUnlessAccepted: boolean;
  readonly liftSuppressions: boolean;
  readonly consents: readonly RuleConsent[];
  readonly bonusChecks: BonusCheckForm;
  readonly promotions: readonly TagPromotion[];
  readonly voucherPasswordsDefault: readonly string[];
  readonly voucherPasswordsFromTags: readonly {
    readonly group: string;
    readonly voucherPasswords: readonly string[];
  }[];
  readonly statusField?: string;
  readonly storeNames: Readonly<Record<string, string>>;
};

/** Held by a preference or a tag; by neither, in the field acceptedconsents. */
export type RuleConsent = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly preference?: number;
  readonly tag?: string;
};

export type BonusCheckForm = {
  readonly container: "array" | "object" | "single";
  readonly names: { readonly [Member in CheckMember]?: string | undefined };
  readonly numbers: "string" | "number" | "minor";
  readonly dates: "date" | "datetime" | "iso";
};

export type TagPromotion = {
  readonly id: string;
  readonly tag: string;
  readonly name: string;
  readonly offer: Offer;
  readonly untag: boolean;
};

/** A checked `handler.rule`. */
export const ruleSettings = (file: RuleFile, market: Market): RuleSettings => ({
  apiUrl: file.api_url,
  apiKey: file.api_key,
  tags: file.tags,
  tagsOf: {
    create: file.tags_create,
    update: file.tags_update,
    order: file.tags_order,
    return: file.tags_return,
  },
  groups: file.groups,
  fields: file.fields,
  historyGroups: file.history_groups,
  memberNumber: file.member_number,
  personalId: file.personal_id,
  suppressUnlessAccepted: file.suppress_unless_accepted,
  liftSuppressions: file.lift_suppressions,
  consents: file.consents.map((consent) => given(consent)),
  bonusChecks: file.bonus_checks,
  promotions: file.promotions_from_tags.map((entry) => ({
    id: entry.id ?? entry.tag,
    tag: entry.tag,
    name: entry.name,
    offer: offerOf(entry, market),
    untag: entry.untag,
  })),
  voucherPasswordsDefault: file.voucher_passwords_default,
  voucherPasswordsFromTags: file.voucher_passwords_from_tags.map((entry) => ({
    group: entry.tag,
    voucherPasswords: entry.voucher_passwords,
  })),
  ...(file.status_field === undefined ? {} : { statusField: file.status_field }),
  storeNames: file.store_names,
});

/** The schema has seen to it that one of them is there. */
const offerOf = (
  { percent, amount, voucher, manual }: RuleFile["promotions_from_tags"][number],
  { currency }: Market,
): Offer => {
  if (percent !== undefined) return { type: "cart_percent", percent: Number(percent) };
  if (amount !== undefined)
    return {
      type: "cart_amount",
      amount: { minor: parseMinor(amount, currency) ?? 0, currency },
    };
  return voucher === undefined
    ? { type: "manual", text: manual ?? "" }
    : { type: "voucher", password: voucher };
};

/** Rule's accounts share a host and have no name in the API, so a second one of a retailer is given one. */
export const ruleInstance = ({ api_url, account }: RuleFile): string => {
  const { host, pathname } = new URL(api_url);
  const place = `${host}${pathname.replace(/\/api$/, "").replace(/\/+$/, "")}`;
  return account === undefined ? place : `${place}|${account}`;
};
