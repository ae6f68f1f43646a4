import { isCalendarDay } from "../../model/calendar_day.ts";
import type { Address, Customer } from "../../model/customer.ts";
import { given } from "../../model/given.ts";
import { toE164 } from "../../model/phone.ts";
import { earnedPasswords, passwordsOf } from "../earned_passwords.ts";
import type { Profile } from "../port.ts";
import { asText, sectionsOf } from "../sections.ts";
import { acceptsOf } from "./accepts.ts";
import type { Rule } from "./client.ts";
import { givenConsents } from "./consents.ts";
import type { Fields, Read } from "./customer_wire.ts";
import { addressKey, contactKey, fieldText } from "./field_keys.ts";
import { timeOf } from "./rule_time.ts";

/** Fields of a person that are the same text on both sides. */
export const textFields = {
  nameFirst: "namefirst",
  nameLast: "namelast",
  phone: "phone",
  company: "company",
  companyId: "companyid",
  birthday: "birthday",
  gender: "gender",
  storeIdHome: "store_id_home",
  memberNumber: "membernumber",
} as const;

export const addressFields = {
  address: "address",
  address2: "address2",
  zip: "zip",
  city: "city",
  state: "state",
  countryId: "countryid",
} as const;

/** Subscriber → customer (contracts/rule.md 7). */
export const customerOf = (read: Read, rule: Rule): Customer => {
  const { settings, market } = rule;
  const { subscriber, fields } = read;
  const text = (field: Parameters<typeof contactKey>[1]) =>
    fieldText(fields, contactKey(settings, field));
  const [gender, birthday] = [text("gender")?.toLowerCase(), text("birthday")?.slice(0, 10)];
  const isDay = birthday !== undefined && isCalendarDay(birthday);
  const { phone } = subscriber;
  return given({
    id: subscriber.id,
    memberNumber: subscriber.customIdentifier ?? text("membernumber"),
    email: subscriber.email,
    mobile: phone === undefined ? undefined : toE164(phone, market.country),
    nameFirst: text("namefirst"),
    nameLast: text("namelast"),
    phone: text("phone"),
    company: text("company"),
    companyId: text("companyid"),
    personalId: settings.personalId ? text("personalid") : undefined,
    // A value that people wrote by hand and no till knows is left out: the customer still shows.
    gender: gender === "male" || gender === "female" ? gender : undefined,
    birthday: isDay ? birthday : undefined,
    invoiceAddress: addressOf("invoice", fields, rule),
    deliveryAddress: addressOf("delivery", fields, rule),
    accepts: acceptsOf(read, settings, rule.now()),
    consents: givenConsents(read, settings),
    storeIdHome: text("store_id_home"),
    createdAt: timeOf(subscriber.createdAt, rule.now()),
    modifiedAt: timeOf(subscriber.updatedAt, rule.now()),
  });
};

const addressOf = (
  kind: "invoice" | "delivery",
  fields: Fields,
  { settings }: Rule,
): Address | undefined => {
  const address = given(
    Object.fromEntries(
      Object.entries(addressFields).map(([member, part]) => {
        const text = fieldText(fields, addressKey(settings, `${kind}_${part}`));
        if (member !== "countryId") return [member, text];
        return [member, /^[a-z]{2}$/i.test(text ?? "") ? text?.toUpperCase() : undefined];
      }),
    ),
  );
  return Object.keys(address).length === 0 ? undefined : address;
};

export const profileOf = (read: Read, rule: Rule): Profile => {
  const { settings, market, sections } = rule;
  const { tags } = read.subscriber;
  const valueOf = (attribute: string): unknown =>
    attribute === "tags" ? tags : read.fields.get(attribute)?.value;
  const { statusField } = settings;
  const statusText = statusField === undefined ? undefined : asText(valueOf(statusField), market);
  return {
    customer: customerOf(read, rule),
    sections: sectionsOf(valueOf, sections, market),
    voucherPasswords: passwordsOf(
      settings.voucherPasswordsDefault,
      earnedPasswords(tags, settings.voucherPasswordsFromTags),
    ),
    ...(statusText === undefined || statusText === "" ? {} : { statusText }),
    degraded: [],
  };
};
