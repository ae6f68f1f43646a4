import type { Address, Customer, Person } from "../../model/customer.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import { addressFields, textFields } from "./contact_mapping.ts";
import { preferenceNames } from "./contact_wire.ts";
import { languageOf } from "../texts.ts";

/** A flat body, as create and update both take it (contracts/voyado.md 4.4, 4.5). */
export type ContactBody = {
  [attribute: string]: string | Readonly<Record<string, boolean>> | readonly ConsentBody[];
};
type ConsentBody = { readonly id: string; readonly value: boolean; readonly source: string };

/** The body that creates a contact. Empty fields are left out; country and language always go along. */
export const createBody = (
  person: Person,
  settings: VoyadoSettings,
  market: Market,
): ContactBody => ({
  ...(settings.contactType === "" ? {} : { contactType: settings.contactType }),
  [addressFields.countryId]: market.country,
  language: languageOf(settings.locale),
  ...changedFields(person, {}, settings.source),
});

/**
 * The body that brings a contact from what the till was shown to what it sent: only what differs, "" only where
 * the cashier cleared something. `{}` when there is nothing to write. memberNumber is never written.
 */
export const updateBody = (
  changes: Person,
  before: Customer,
  settings: VoyadoSettings,
): ContactBody => changedFields(changes, before, settings.source);

const changedFields = (changes: Person, before: Person, source: string): ContactBody => ({
  ...changedTexts(changes, before),
  ...changedAddress(changes.invoiceAddress ?? {}, before.invoiceAddress ?? {}),
  ...preferencesBody(changes, before),
  ...consentsBody(changes, before, source),
});

const hasChanged = (value: string | undefined, before: string | undefined): value is string =>
  value !== undefined && value !== (before ?? "");

const changedTexts = (changes: Person, before: Person): ContactBody => {
  const body: ContactBody = {};
  for (const [field, attribute] of Object.entries(textFields) as [
    keyof typeof textFields,
    string,
  ][]) {
    const value = changes[field];
    if (hasChanged(value, before[field])) body[attribute] = value;
  }
  if (changes.gender !== undefined && changes.gender !== before.gender) {
    body["gender"] = changes.gender === "male" ? "Male" : "Female";
  }
  return body;
};

const changedAddress = (address: Address, before: Address): ContactBody => {
  const body: ContactBody = {};
  for (const [field, attribute] of Object.entries(addressFields) as [
    keyof typeof addressFields,
    string,
  ][]) {
    const value = field === "countryId" ? address.countryId?.toUpperCase() : address[field];
    if (hasChanged(value, before[field])) body[attribute] = value;
  }
  return body;
};

const preferencesBody = (changes: Person, before: Person): ContactBody => {
  const changed = changedAccepts(changes, before);
  if (changed.length === 0) return {};
  return {
    preferences: Object.fromEntries(
      changed.map(({ channel, value }) => [preferenceNames[channel], value]),
    ),
  };
};

const consentsBody = (changes: Person, before: Person, source: string): ContactBody => {
  const consents = changedConsents(changes, before).map((one) => ({ ...one, source }));
  return consents.length === 0 ? {} : { consents };
};
