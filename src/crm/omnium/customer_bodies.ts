import type { Customer, Person } from "../../model/customer.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import type { Omnium } from "./client.ts";
import { given } from "../../model/given.ts";
import { acceptTypes, omniumStore } from "./customer_mapping.ts";
import type { WireAddress } from "./customer_wire.ts";
import { voyadoContactId } from "./foreign_id.ts";
import { storedPhone } from "./phones.ts";

/** OmniumConsent as it is written (contracts/omnium.md 4.3). */
export type ConsentBody = {
  readonly type: string;
  readonly status: boolean;
  readonly date: string;
  readonly source: "PoS";
};

/** What was said and is not what Omnium has; what nobody was asked is no entry at all. */
export const consentsChanged = (
  changes: Person,
  before: Person,
  omnium: Omnium,
): readonly ConsentBody[] => {
  const types = acceptTypes(omnium);
  const date = new Date(omnium.now()).toISOString();
  const said = [
    ...changedAccepts(changes, before).flatMap(({ channel, value }) => {
      const type = types[channel];
      return type === undefined ? [] : [{ id: type, value }];
    }),
    ...changedConsents(changes, before),
  ];
  return said.map(({ id, value }) => ({ type: id, status: value, date, source: "PoS" }));
};

const texts = {
  email: "email",
  nameFirst: "firstName",
  nameLast: "lastName",
  gender: "gender",
} as const satisfies Partial<Record<keyof Person, string>>;

/** The scalar members that differ from what the till was shown; "" where the cashier cleared one. */
const changedTexts = (changes: Person, before: Person, omnium: Omnium): Record<string, unknown> => {
  const body: Record<string, unknown> = {};
  const differs = (field: keyof Person): boolean =>
    changes[field] !== undefined && changes[field] !== (before[field] ?? "");
  for (const [field, member] of Object.entries(texts) as [keyof typeof texts, string][])
    if (differs(field)) body[member] = changes[field];
  if (differs("mobile"))
    body["phone"] = changes.mobile === "" ? "" : storedPhone(changes.mobile ?? "", omnium);
  // An empty text is no date; whether null clears one is not published (assumed).
  if (differs("birthday")) body["birthDate"] = changes.birthday === "" ? null : changes.birthday;
  const { personalIdProperty } = omnium.settings;
  if (personalIdProperty !== undefined && differs("personalId"))
    body["properties"] = [{ key: personalIdProperty, value: changes.personalId }];
  return body;
};

const addressFields = { address: "line1", zip: "postalCode", city: "city" } as const;

/**
 * The address as a whole, because a PATCH may replace it (contracts/omnium.md 17): the other members are
 * kept, and a street is written with its number in it. Undefined: nothing differs.
 */
const changedAddress = (
  changes: Person,
  before: Person,
  held: WireAddress | undefined,
): Readonly<Record<string, unknown>> | undefined => {
  const [is, was] = [changes.invoiceAddress ?? {}, before.invoiceAddress ?? {}];
  const body: Record<string, unknown> = {};
  for (const [field, member] of Object.entries(addressFields) as [
    keyof typeof addressFields,
    string,
  ][]) {
    const value = is[field];
    if (value !== undefined && value !== (was[field] ?? "")) body[member] = value;
  }
  if ("line1" in body) body["streetNumber"] = "";
  const countryId = is.countryId?.toUpperCase();
  if (countryId !== undefined && countryId !== (was.countryId ?? ""))
    body["countryCode"] = countryId;
  return Object.keys(body).length === 0 ? undefined : given({ ...held, ...body });
};

/** The members of a PATCH; empty when nothing differs. */
export const patchOf = (
  changes: Person,
  before: Customer,
  held: WireAddress | undefined,
  omnium: Omnium,
): Readonly<Record<string, unknown>> => {
  const address = changedAddress(changes, before, held);
  return {
    ...changedTexts(changes, before, omnium),
    ...(address === undefined ? {} : { address }),
  };
};

export const hasNewAddress = (changes: Person, before: Customer): boolean =>
  changedAddress(changes, before, undefined) !== undefined;

/** Contracts/omnium.md 13. Empty fields are left out. */
export const createBody = (
  customerId: string,
  person: Person,
  more: {
    readonly storeId: string | undefined;
    readonly customerNumber: string | undefined;
    readonly voyadoContact: string | undefined;
  },
  omnium: Omnium,
): Readonly<Record<string, unknown>> => {
  const { storeId, customerNumber, voyadoContact } = more;
  const consents = consentsChanged(person, {}, omnium);
  const address = changedAddress(person, {}, undefined);
  return {
    customerId,
    marketId: omnium.settings.marketId,
    ...changedTexts(person, {}, omnium),
    ...given({
      customerNumber,
      address,
      storeIds: storeId === undefined ? undefined : [omniumStore(storeId, omnium)],
      consents: consents.length === 0 ? undefined : consents,
      externalIds:
        voyadoContact === undefined
          ? undefined
          : [{ providerName: voyadoContactId, id: voyadoContact }],
    }),
  };
};
