import { isObject, type JsonObject, text } from "../json.ts";
import { forbidden, mayReachCustomer } from "./access.ts";
import { Refused } from "./errors.ts";
import type { Customer } from "./model.ts";
import { storedPhone } from "./phone.ts";
import type { Profile } from "./profile.ts";
import { CALCULATED } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

export const MARKETS = ["SWE", "NOR", "FIN", "USA"];

/** Fields as they are stored: phone in the tenant's format, calculated members dropped. Throws 400. */
export function accepted(profile: Profile, given: JsonObject): JsonObject {
  const fields = Object.fromEntries(
    Object.entries(given).filter(([name]) => !CALCULATED.includes(name) && name !== "customerId"),
  );
  const email = text(fields["email"]);
  // (assumed) that an address is checked at all.
  if (email !== undefined && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email))
    throw new Refused(400, "Email is not valid.");
  const marketId = text(fields["marketId"]);
  if (marketId !== undefined && !MARKETS.includes(marketId))
    throw new Refused(400, `There is no market ${marketId}.`);
  const phone = fields["phone"];
  if (typeof phone !== "string") return fields;
  const stored = storedPhone(phone, profile.phoneFormat);
  if ("problem" in stored) throw new Refused(400, stored.problem);
  return { ...fields, phone: stored.phone };
}

/** The id that CustomerIdField asks for; undefined when the tenant has none (contracts/omnium.md §4.5, §13). */
export function idByField(profile: Profile, fields: JsonObject): string | undefined {
  const { customerIdField } = profile;
  if (customerIdField === null) return undefined;
  const value = text(fields[customerIdField === "Email" ? "email" : "phone"]);
  return customerIdField === "Phone" && !profile.phoneIdPlus ? value?.replace(/^\+/, "") : value;
}

/** Throws unless a customer with these fields may be made; answers the id that it gets. */
export function creatable(store: OmniumStore, customerId: string, fields: JsonObject): string {
  const { profile } = store;
  const id = settledId(profile, customerId, fields);
  if (store.customers.get(id) !== undefined)
    throw new Refused(409, `There is already a customer with id ${id}.`);
  if (profile.requireUniqueCustomerEmails && taken(store, "email", fields))
    throw new Refused(400, "There is already a customer with this email.");
  if (profile.requireUniqueCustomerPhoneNumbers && taken(store, "phone", fields))
    throw new Refused(400, "There is already a customer with this phone number.");
  const given = Array.isArray(fields["consents"]) ? fields["consents"] : [];
  // (assumed) that the API checks it, as §13 has it.
  for (const { type } of profile.consentTypes.filter(({ isRequired }) => isRequired)) {
    const yes = given.some((one) => isObject(one) && one["type"] === type && one["status"]);
    if (!yes) throw new Refused(400, `Consent ${type} is required.`);
  }
  if (!mayReachCustomer(store, fields)) throw forbidden();
  return id;
}

function settledId(profile: Profile, customerId: string, fields: JsonObject): string {
  if (profile.customerIdField === null) return customerId;
  const id = idByField(profile, fields);
  if (id === undefined)
    throw new Refused(400, `${profile.customerIdField} is required: it is the customer's id.`);
  if (id !== customerId && profile.customerIdMismatch === "refuse")
    throw new Refused(400, `customerId must be the customer's ${profile.customerIdField}.`);
  return id;
}

function taken(store: OmniumStore, name: "email" | "phone", fields: JsonObject): boolean {
  const value = text(fields[name]);
  return value !== undefined && store.customers.by(name, value).length > 0;
}

/** The customer with this id, or 404; 403 outside of the caller's stores and markets. */
export function customerWith(store: OmniumStore, customerId: string): Customer {
  const customer = store.customers.get(customerId);
  if (customer === undefined) throw new Refused(404, `There is no customer ${customerId}.`);
  if (!mayReachCustomer(store, customer.fields)) throw forbidden();
  return customer;
}
