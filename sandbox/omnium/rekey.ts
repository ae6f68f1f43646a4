import { text } from "../json.ts";
import { idByField } from "./customer_rules.ts";
import { storedPhone } from "./phone.ts";
import { moveBelongings } from "./privacy.ts";
import type { Profile } from "./profile.ts";
import type { PhoneFormat } from "./profile_parts.ts";
import type { OmniumStore } from "./store.ts";

/**
 * A tenant whose phones are stored otherwise, or whose ids are e-mails or phones, has had it so from the beginning:
 * when a test switches that, the people who are there follow.
 */
export function rekey(store: OmniumStore, before: Profile): void {
  const { profile } = store;
  const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  if (differs(before.phoneFormat, profile.phoneFormat)) reformat(store, before.phoneFormat);
  else if (
    before.customerIdField === profile.customerIdField &&
    before.phoneIdPlus === profile.phoneIdPlus
  )
    return;
  if (profile.customerIdField !== null) renumber(store);
  store.refresh();
}

function reformat(store: OmniumStore, before: PhoneFormat): void {
  for (const customer of store.customers.all()) {
    const phone = text(customer.fields["phone"]);
    if (phone === undefined) continue;
    const stored = storedPhone(international(phone, before), store.profile.phoneFormat);
    // A number that the new settings refuse stays as it is.
    if ("phone" in stored)
      store.saveCustomer({ ...customer, fields: { ...customer.fields, phone: stored.phone } });
  }
}

/** Two people with one phone number cannot both have it as id: the second keeps its own. */
function renumber(store: OmniumStore): void {
  for (const customer of store.customers.all()) {
    const { customerId } = customer;
    const id = idByField(store.profile, customer.fields);
    if (id === undefined || id === customerId || store.customers.get(id) !== undefined) continue;
    store.customers.delete(customerId);
    store.index.customers.delete(customerId);
    store.saveCustomer({ ...customer, customerId: id });
    moveBelongings(store, customerId, id);
    store.members.delete(customerId);
    store.index.members.delete(customerId);
  }
}

function international(phone: string, format: PhoneFormat): string {
  if (/^(\+|00)/.test(phone)) return phone;
  if (format.removeCountryCode) return `+${format.defaultCountryCode}${phone.replace(/^0/, "")}`;
  return `+${phone}`;
}
