import { passwordsOf } from "../earned_passwords.ts";
import type { CommunicationChannel, Customer } from "../../model/customer.ts";
import { toE164 } from "../../model/phone.ts";
import type { BloomreachSettings, KeptField, Source } from "../../tenants/bloomreach_settings.ts";
import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Profile } from "../port.ts";
import { asText, sectionsOf } from "../sections.ts";
import type { Values } from "./attributes.ts";
import { addressFields, personFields } from "./fields.ts";
import { isoOf } from "./times.ts";

/** Attributes of a section may leave out `properties.`, as those of other CRMs have no such word. */
const sourceOfAttribute = (attribute: string): Source =>
  /^(properties|ids|expression|segmentation|aggregate|prediction)\./.test(attribute)
    ? attribute
    : `properties.${attribute}`;

/** Everything that a card is made of, for one call. */
export const profileSources = (
  settings: BloomreachSettings,
  sections: readonly SectionConfig[],
): Source[] => [
  ...Object.values(settings.fields).flatMap((places) => places ?? []),
  ...[settings.status, settings.protectedIdentity].flatMap((source) => source ?? []),
  ...settings.voucherPasswords.map(({ source }) => source),
  ...settings.consents.map(({ category }) => `consent.${category}`),
  ...sections.flatMap(({ attributes }) =>
    attributes.map(({ attribute }) => sourceOfAttribute(attribute)),
  ),
];

/** Of several values, as soft IDs and phone numbers are, a till shows the first (contracts/bloomreach.md 8, seed). */
const textOf = (value: unknown): string | undefined => {
  const [first] = [value].flat();
  if (typeof first === "number") return String(first);
  return typeof first === "string" && first.trim() !== "" ? first.trim() : undefined;
};

const shown = (field: KeptField, value: unknown, market: Market): string | undefined => {
  const text = textOf(value);
  if (text === undefined) return undefined;
  switch (field) {
    case "mobile":
    case "phone":
      return toE164(text, market.country) ?? text;
    case "gender":
      return /^(fe)?male$/i.test(text) ? text.toLowerCase() : undefined;
    case "birthday":
      return /^\d{4}-\d\d-\d\d/.exec(isoOf(value, "UTC") ?? "")?.[0];
    case "country_id":
      return /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined;
    default:
      return text;
  }
};

/** Whether a value is one that a table of the tenant's names; no name: any but none and false. */
export const isMet = (value: unknown, wanted: string | undefined): boolean =>
  wanted === undefined
    ? value !== undefined && value !== false && value !== "" && value !== 0
    : String(value).trim().toLowerCase() === wanted.toLowerCase();

export const customerOf = (
  values: Values,
  id: string,
  settings: BloomreachSettings,
  market: Market,
): Customer => {
  const picked = <Own extends string>(table: { readonly [Field in KeptField]?: Own }) =>
    Object.fromEntries(
      (Object.entries(table) as [KeptField, Own][]).flatMap(([field, own]) => {
        const texts = (settings.fields[field] ?? []).map((place) =>
          shown(field, values.of(place), market),
        );
        const text = texts.find((one) => one !== undefined);
        return text === undefined ? [] : [[own, text]];
      }),
    );
  const isProtected =
    settings.protectedIdentity !== undefined && values.of(settings.protectedIdentity) === true;
  const invoiceAddress = isProtected ? {} : picked(addressFields);
  const accepts: Partial<Record<CommunicationChannel, boolean>> = {};
  const consents: string[] = [];
  for (const { category, channel, posId } of settings.consents) {
    const valid = values.of(`consent.${category}`);
    // What may not be read is not known: as refused it would be sent once more.
    if (typeof valid !== "boolean") continue;
    if (channel !== undefined) accepts[channel] = valid;
    else if (valid) consents.push(posId);
  }
  return {
    id,
    ...picked(personFields),
    ...(Object.keys(invoiceAddress).length === 0 ? {} : { invoiceAddress }),
    accepts,
    consents,
    ...(isProtected ? { protectedIdentity: true } : {}),
  };
};

export const profileOf = (
  values: Values,
  id: string,
  settings: BloomreachSettings,
  sections: readonly SectionConfig[],
  market: Market,
): Profile => {
  const customer = customerOf(values, id, settings, market);
  const statusText =
    settings.status === undefined ? undefined : asText(values.of(settings.status), market);
  const earned = settings.voucherPasswords.filter(({ source, value }) =>
    isMet(values.of(source), value),
  );
  return {
    customer,
    sections: sectionsOf(
      (attribute) => values.of(sourceOfAttribute(attribute)),
      sections,
      market,
      customer.protectedIdentity,
    ),
    voucherPasswords: passwordsOf(
      settings.voucherPasswordsDefault,
      earned.flatMap(({ voucherPasswords }) => voucherPasswords),
    ),
    ...(statusText === undefined ? {} : { statusText }),
    degraded: [],
  };
};
