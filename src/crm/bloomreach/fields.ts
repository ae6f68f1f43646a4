import type { Address, Person } from "../../model/customer.ts";
import type { KeptField } from "../../tenants/bloomreach_settings.ts";

type TextOf<Of> = {
  readonly [Field in keyof Of]-?: NonNullable<Of[Field]> extends string ? Field : never;
}[keyof Of];

/** The tenant file's name of a field → ours; parts of an address apart. */
export const personFields = {
  email: "email",
  name_first: "nameFirst",
  name_last: "nameLast",
  mobile: "mobile",
  phone: "phone",
  personal_id: "personalId",
  member_number: "memberNumber",
  company: "company",
  company_id: "companyId",
  gender: "gender",
  birthday: "birthday",
  store_id_home: "storeIdHome",
} as const satisfies { readonly [Field in KeptField]?: TextOf<Person> };

export const addressFields = {
  address: "address",
  address2: "address2",
  zip: "zip",
  city: "city",
  state: "state",
  country_id: "countryId",
} as const satisfies { readonly [Field in KeptField]?: keyof Address };

const isPersonField = (field: KeptField): field is keyof typeof personFields =>
  Object.hasOwn(personFields, field);

/** What a person has in a field; "" was cleared, undefined is not known. */
export const fieldOf = (person: Person, field: KeptField): string | undefined =>
  isPersonField(field)
    ? person[personFields[field]]
    : person.invoiceAddress?.[addressFields[field]];
