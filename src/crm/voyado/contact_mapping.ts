import type { Address, Customer, Person } from "../../model/customer.ts";
import type { Market } from "../../tenants/tenant.ts";
import { attributeOf, booleanOf, textAttribute, type Contact } from "./contact_wire.ts";
import { isoWithOffset } from "../iso_time.ts";

/** Contact → customer (contracts/voyado.md 13). */
export const customerOf = (contact: Contact, market: Market): Customer => {
  const isProtected = booleanOf(attributeOf(contact, "secrecyMarked")) === true;
  const gender = genderOf(textAttribute(contact, "gender"));
  const birthday = /^\d{4}-\d{2}-\d{2}/.exec(textAttribute(contact, "birthDay") ?? "")?.[0];
  const invoiceAddress = isProtected ? undefined : addressOf(contact);
  const storeIdHome = homeStoreOf(contact);
  const createdAt = timeOf(contact, "createdOn", market);
  const modifiedAt = timeOf(contact, "modifiedOn", market);
  return {
    id: contact.id,
    ...textsOf(contact),
    ...(gender === undefined ? {} : { gender }),
    ...(birthday === undefined ? {} : { birthday }),
    ...(invoiceAddress === undefined ? {} : { invoiceAddress }),
    accepts: contact.preferences,
    consents: contact.consents.filter((consent) => consent.value).map((consent) => consent.id),
    ...(storeIdHome === undefined ? {} : { storeIdHome }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(isProtected ? { protectedIdentity: true } : {}),
  };
};

/** Fields that are the same text on both sides, by the name that Engage has for them. */
export const textFields = {
  email: "email",
  nameFirst: "firstName",
  nameLast: "lastName",
  mobile: "mobilePhone",
  personalId: "socialSecurityNumber",
  birthday: "birthDay",
} as const satisfies Partial<Record<keyof Person, string>>;

/** The same for an address; `careOf` is neither shown nor written (assumed). */
export const addressFields = {
  address: "street",
  zip: "zipCode",
  city: "city",
  countryId: "countryCode",
} as const satisfies Partial<Record<keyof Address, string>>;

const textsOf = (contact: Contact): Person => {
  const text = (attribute: string) => textAttribute(contact, attribute);
  const memberNumber = text("memberNumber");
  const email = text(textFields.email);
  const nameFirst = text(textFields.nameFirst);
  const nameLast = text(textFields.nameLast);
  const mobile = text(textFields.mobile);
  const personalId = text(textFields.personalId);
  return {
    ...(memberNumber === undefined ? {} : { memberNumber }),
    ...(email === undefined ? {} : { email }),
    ...(nameFirst === undefined ? {} : { nameFirst }),
    ...(nameLast === undefined ? {} : { nameLast }),
    ...(mobile === undefined ? {} : { mobile }),
    ...(personalId === undefined ? {} : { personalId }),
  };
};

/** `Other` is left out: the SPI publishes male and female only (assumed). */
export const genderOf = (text: string | undefined): "male" | "female" | undefined => {
  const gender = text?.toLowerCase();
  return gender === "male" || gender === "female" ? gender : undefined;
};

const addressOf = (contact: Contact): Address | undefined => {
  const address = textAttribute(contact, addressFields.address);
  const zip = textAttribute(contact, addressFields.zip);
  const city = textAttribute(contact, addressFields.city);
  const countryId =
    countryOf(textAttribute(contact, addressFields.countryId)) ??
    countryOf(textAttribute(contact, "country"));
  const found = {
    ...(address === undefined ? {} : { address }),
    ...(zip === undefined ? {} : { zip }),
    ...(city === undefined ? {} : { city }),
    ...(countryId === undefined ? {} : { countryId }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
};

const countryOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined;

/** `currentStore`, else `store`; an object with `externalId`, or the id itself (assumed). */
const homeStoreOf = (contact: Contact): string | undefined =>
  ["currentStore.externalId", "store.externalId", "currentStore", "store"]
    .map((path) => textAttribute(contact, path))
    .find((id) => id !== undefined);

/** A time of the contact's record; `meta` is where the overview has it, the attributes are tolerated. */
export const metaTime = (contact: Contact, name: "createdOn" | "modifiedOn"): string | undefined =>
  textAttribute(contact, `meta.${name}`) ?? textAttribute(contact, name);

const timeOf = (
  contact: Contact,
  name: "createdOn" | "modifiedOn",
  market: Market,
): string | undefined => {
  const text = metaTime(contact, name);
  return text === undefined ? undefined : isoWithOffset(text, market.timeZone);
};
