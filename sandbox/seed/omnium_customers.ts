import { text } from "../json.ts";
import type { CustomerInput, MemberInput } from "../omnium/build.ts";
import type { ContactInput } from "../voyado/build.ts";
import { omniumId } from "./omnium_ids.ts";
import { coupons } from "./omnium_coupons.ts";
import { marketOf } from "./omnium_stores.ts";
import { contacts } from "./voyado_contacts.ts";

/** Amount bought in the current period: Gold from 5000, Platinum from 20000. */
const BOUGHT: Record<string, string> = { "10012": "7200", "10013": "899", "10019": "25000" };

/** The people of the Voyado seeds, known there under the external id VoyadoContactId, and one who left. */
export function customers(now: number): CustomerInput[] {
  const personal = coupons(now);
  return [...contacts(now).map(customer), left(now)].map((row) => ({
    ...row,
    discountCoupons: personal[row.customerId ?? ""] ?? [],
  }));
}

export function members(now: number): MemberInput[] {
  return contacts(now)
    .filter(({ contactType }) => contactType !== "Contact")
    .map((contact) => {
      const number = numberOf(contact);
      return {
        customerId: omniumId(number),
        storeId: contact.storeExternalId ?? "200",
        ...(contact.createdOn === undefined ? {} : { memberSince: contact.createdOn }),
        // Frans has joined and not confirmed yet: a pending member.
        ...(contact.approved === false ? { approved: null } : {}),
        balance: contact.points ?? 0,
        tierAmount: BOUGHT[number] ?? "0",
        emailMarketing: contact.preferences?.acceptsEmail ?? false,
        smsMarketing: contact.preferences?.acceptsSms ?? false,
      };
    });
}

function customer(contact: ContactInput): CustomerInput {
  const { attributes = {}, preferences = {}, createdOn, labels = [] } = contact;
  const country = text(attributes["countryCode"]) ?? "SE";
  const born = text(attributes["birthDay"]);
  const consents = [
    consent("EmailMarketing", preferences.acceptsEmail, createdOn),
    consent("SmsMarketing", preferences.acceptsSms, createdOn),
    consent("PostalMarketing", preferences.acceptsPostal, createdOn),
    consent("PersonalOffers", said(contact, "personalOffers"), createdOn),
  ];
  return {
    customerId: omniumId(numberOf(contact)),
    ...(createdOn === undefined ? {} : { created: createdOn }),
    customerNumber: numberOf(contact),
    firstName: attributes["firstName"] ?? null,
    lastName: attributes["lastName"] ?? null,
    email: attributes["email"] ?? null,
    phone: attributes["mobilePhone"] ?? null,
    gender: text(attributes["gender"])?.toLowerCase() ?? null,
    birthDate: born === undefined ? null : `${born}T00:00:00Z`,
    isCustomerClubMember: contact.contactType !== "Contact",
    address: {
      ...street(text(attributes["street"])),
      postalCode: attributes["zipCode"] ?? null,
      city: attributes["city"] ?? null,
      countryCode: country,
    },
    consents: consents.filter((one) => one !== undefined),
    externalIds:
      contact.id === undefined ? [] : [{ providerName: "VoyadoContactId", id: contact.id }],
    customerGroups: labels
      .filter((label) => label === "Staff")
      .map((label) => ({ id: label, name: label })),
    tags: labels.filter((label) => label !== "Staff"),
    properties: properties(attributes),
    storeIds: contact.storeExternalId === undefined ? [] : [contact.storeExternalId],
    marketId: marketOf(country),
    preferredLanguage: attributes["language"] ?? null,
  };
}

/** One street has its number in its own member, as Omnium may keep it (contracts/omnium.md §4.3). */
function street(whole: string | undefined): { line1: string | null; streetNumber: string | null } {
  const match = /^(Exempelgatan) (\d+)$/.exec(whole ?? "");
  return { line1: match?.[1] ?? whole ?? null, streetNumber: match?.[2] ?? null };
}

function properties(attributes: NonNullable<ContactInput["attributes"]>) {
  const keys = {
    socialSecurityNumber: "PersonalId",
    isVip: "IsVip",
    shoeSize: "ShoeSize",
    favouriteSport: "FavouriteSport",
    secrecyMarked: "SecrecyMarked",
  };
  return Object.entries(keys).flatMap(([name, key]) => {
    const value = attributes[name];
    const known = typeof value === "string" || typeof value === "number" || value === true;
    return known ? [{ key, value: String(value) }] : [];
  });
}

function consent(type: string, status: boolean | undefined, date: string | undefined) {
  return status === undefined ? undefined : { type, status, date: date ?? null, source: "PoS" };
}

function said(contact: ContactInput, id: string): boolean | undefined {
  return contact.consents?.find((one) => one.id === id)?.value;
}

function numberOf({ attributes }: ContactInput): string {
  return text(attributes?.["memberNumber"]) ?? "";
}

/** Must not buy (isInactive), and is in no club. */
function left(now: number): CustomerInput {
  return {
    customerId: omniumId("10024"),
    created: new Date(now - 700 * 86_400_000).toISOString(),
    customerNumber: "10024",
    firstName: "Inez",
    lastName: "Avslutad",
    email: "inez@example.org",
    phone: "+46701740611",
    isInactive: true,
    isCustomerClubMember: false,
    marketId: "SWE",
    storeIds: ["300"],
  };
}
