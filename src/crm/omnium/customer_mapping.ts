import type { Address, Customer } from "../../model/customer.ts";
import { given } from "../../model/given.ts";
import { earnedPasswords } from "../earned_passwords.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { Profile } from "../port.ts";
import { sectionsOf } from "../sections.ts";
import type { Omnium } from "./client.ts";
import type { Member, WireAddress, WireCustomer } from "./customer_wire.ts";
import { readPhone } from "./phones.ts";

/** The consent types that are the ways of contact (contracts/omnium.md 13). */
export const acceptTypes = ({ settings }: Omnium) =>
  ({ email: "EmailMarketing", sms: "SmsMarketing", mail: settings.mailConsentType }) as const;

/** What stands for every member of the club in the table of voucher passwords (assumed). */
const everyMember = "ClubMember";

/** Contracts/omnium.md 13. */
export const customerOf = (wire: WireCustomer, omnium: Omnium): Customer => {
  const { settings, market } = omnium;
  const statuses = new Map(wire.consents.map(({ type, status }) => [type, status]));
  const accepts = Object.fromEntries(
    Object.entries(acceptTypes(omnium)).flatMap(([channel, type]) => {
      const status = type === undefined ? undefined : statuses.get(type);
      return status === undefined ? [] : [[channel, status]];
    }),
  );
  const time = (text: string | undefined) =>
    text === undefined ? undefined : isoWithOffset(text, market.timeZone);
  const gender = wire.gender?.toLowerCase();
  const { personalIdProperty } = settings;
  return given({
    id: wire.customerId,
    memberNumber: wire.customerNumber,
    email: wire.email,
    nameFirst: wire.firstName,
    nameLast: wire.lastName,
    mobile: wire.phone === undefined ? undefined : readPhone(wire.phone, omnium),
    personalId:
      personalIdProperty === undefined ? undefined : textOf(propertyOf(wire, personalIdProperty)),
    gender: gender === "male" || gender === "female" ? gender : undefined,
    birthday: /^\d{4}-\d{2}-\d{2}/.exec(wire.birthDate ?? "")?.[0],
    invoiceAddress: addressOf(wire.address),
    accepts,
    consents: settings.consentTypes.map(({ type }) => type).filter((type) => statuses.get(type)),
    storeIdHome: wire.storeIds[0] === undefined ? undefined : tillStore(wire.storeIds[0], omnium),
    createdAt: time(wire.created),
    modifiedAt: time(wire.modified),
  });
};

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

const propertyOf = (wire: WireCustomer, key: string): unknown =>
  wire.properties.find((one) => one.key === key)?.value;

const addressOf = (wire: WireAddress | undefined): Address | undefined => {
  if (wire === undefined) return undefined;
  const street = [wire.line1, wire.streetNumber].filter((part) => part !== undefined).join(" ");
  const countryId = wire.countryCode?.toUpperCase();
  const address = given({
    address: street === "" ? undefined : street,
    zip: wire.postalCode,
    city: wire.city,
    countryId: countryId !== undefined && /^[A-Z]{2}$/.test(countryId) ? countryId : undefined,
  });
  return Object.keys(address).length === 0 ? undefined : address;
};

/** Sitoo's externalid of a store of Omnium's; the same, unless the tenant has a table (assumed). */
export const tillStore = (storeId: string, { settings }: Omnium): string =>
  Object.entries(settings.storeIds).find(([, own]) => own === storeId)?.[0] ?? storeId;

export const omniumStore = (externalId: string, { settings }: Omnium): string =>
  settings.storeIds[externalId] ?? externalId;

/** @param club undefined: no member; "unread": it could not be asked for. */
export const profileOf = (
  wire: WireCustomer,
  club: Member | undefined | "unread",
  omnium: Omnium,
): Profile => {
  const member = club === "unread" ? undefined : club;
  const { settings, market, sections } = omnium;
  const statusText = wire.isInactive === true ? "inactive" : member?.tier?.name;
  const groups = [
    ...wire.customerGroups.flatMap(({ id, name }) => [id, name]),
    ...wire.tags,
    member?.tier?.name,
    wire.isCustomerClubMember === true ? everyMember : undefined,
  ].filter((group) => group !== undefined);
  return {
    customer: customerOf(wire, omnium),
    sections: sectionsOf((name) => shownValue(wire, member, name), sections, market),
    voucherPasswords: earnedPasswords(groups, settings.voucherPasswordsFromGroups),
    ...(statusText === undefined ? {} : { statusText }),
    ...(wire.isInactive === true ? { inactive: true } : {}),
    degraded: club === "unread" ? ["labels"] : [],
  };
};

/** A property by its key, `club.…` of the member, else a member of the customer. */
const shownValue = (wire: WireCustomer, member: Member | undefined, name: string): unknown => {
  const property = propertyOf(wire, name);
  if (property !== undefined) return property;
  const root: unknown = { ...wire, club: member };
  return name
    .split(".")
    .reduce(
      (holder, key) =>
        typeof holder === "object" && holder !== null && Object.hasOwn(holder, key)
          ? (holder as Record<string, unknown>)[key]
          : undefined,
      root,
    );
};
