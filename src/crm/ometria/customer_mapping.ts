import type { Address, CommunicationChannel, Customer } from "../../model/customer.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { Listing, OmetriaProfile } from "./wire.ts";

/** Parts of an address that no field of a contact holds, by their property (contracts/ometria.md 5, assumed). */
export const addressProperties = [
  "address",
  "address2",
  "zip",
  "city",
  "state",
] as const satisfies (keyof Address)[];
export const mailProperty = "accepts_mail";
export const consentProperty = (id: string): string => `consent_${id}`;

/** What is known of one person: our own contact, the profile that Ometria joins it into, or both. */
export type Known = {
  readonly id: string;
  readonly listing?: Listing;
  readonly profile?: OmetriaProfile;
};

export const customerOf = (
  { id, listing, profile }: Known,
  settings: OmetriaSettings,
): Customer => {
  // What the till wrote is shown; of all else the profile knows more.
  const text = (field: "email" | "phone_number" | "gender" | "date_of_birth") =>
    listing?.[field] ?? profile?.[field];
  // First and last name come from one record.
  const named =
    listing?.firstname === undefined && listing?.lastname === undefined ? profile : listing;
  const properties = propertiesOf({ id, ...(listing && { listing }), ...(profile && { profile }) });
  const property = (name: string | undefined) =>
    name === undefined ? undefined : asText(properties[name]);
  const isProtected = isYes(properties["secrecy_marked"]);
  const country = listing?.country_id ?? profile?.country;
  const address = {
    ...Object.fromEntries(addressProperties.map((part) => [part, property(part)])),
    countryId:
      country !== undefined && /^[a-z]{2}$/i.test(country) ? country.toUpperCase() : undefined,
  };
  const gender = text("gender")?.toLowerCase();
  return {
    id,
    ...given({
      email: text("email"),
      nameFirst: named?.firstname,
      nameLast: named?.lastname,
      mobile: text("phone_number"),
      memberNumber: property(settings.memberNumberProperty),
      personalId: property(settings.personalIdProperty),
      // `o` is left out: the SPI publishes male and female only (assumed).
      gender: gender === "m" ? "male" : gender === "f" ? "female" : undefined,
      birthday: /^\d{4}-\d{2}-\d{2}/.exec(text("date_of_birth") ?? "")?.[0],
      storeIdHome: listing?.store_ids?.[0],
      createdAt: listing?.dt_object_created ?? profile?.dates?.acquired,
      modifiedAt: listing?.dt_object_updated,
      protectedIdentity: isProtected ? true : undefined,
      invoiceAddress: isProtected ? undefined : given(address),
    }),
    accepts: given({
      // The profile's: somebody who left elsewhere has left, whatever the till once wrote.
      email: choiceOf(profile === undefined ? listing?.marketing_optin : profile.marketing_optin),
      sms: choiceOf(listing?.channels?.sms?.["allow_marketing"]),
      mail: choiceOf(properties[mailProperty]),
    } satisfies Record<CommunicationChannel, boolean | undefined>),
    consents: settings.consents
      .map((consent) => consent.id)
      .filter((consent) => isYes(properties[consentProperty(consent)])),
  };
};

/** Of our own contact where there is one: the profile's are all sources' together. */
export const propertiesOf = ({ listing, profile }: Known): Readonly<Record<string, unknown>> => ({
  ...profile?.properties,
  ...listing?.properties,
});

type Given<Fields> = { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> };

/** Without the fields that are not there. */
export const given = <Fields extends Readonly<Record<string, unknown>>>(
  fields: Fields,
): Given<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;

/** NOT_SPECIFIED, or anything unknown, is no choice. */
const choiceOf = (value: unknown): boolean | undefined => {
  if (typeof value === "boolean") return value;
  if (value === "EXPLICITLY_OPTEDIN" || value === "true") return true;
  return value === "EXPLICITLY_OPTEDOUT" || value === "false" ? false : undefined;
};

const isYes = (value: unknown): boolean => value === true || value === "true";

const asText = (value: unknown): string | undefined => {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
};
