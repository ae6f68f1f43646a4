import type { FieldFault } from "../model/crm_failure.ts";
import {
  communicationChannels,
  type Address,
  type CommunicationChannel,
  type Person,
} from "../model/customer.ts";
import { toE164 } from "../model/phone.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import type { FieldName, FieldRules } from "../tenants/tenant.ts";
import type { CustomerBody } from "./contract_requests.ts";

/**
 * Turns what a till sent into what may be written (design.md 4, Fields).
 *
 * A till may send the whole customer back. A field that is readonly or not offered is therefore
 * ignored when it is empty or equals what the till was shown, and is a fault when it differs.
 * A field that is absent stays as it is; only a present, editable array can revoke anything.
 */

/** Single-valued text fields, with the form field that governs each. */
const textFields = [
  ["email", "email", "email"],
  ["name_first", "nameFirst", "name"],
  ["name_last", "nameLast", "name"],
  ["mobile", "mobile", "mobile"],
  ["phone", "phone", "phone"],
  ["personal_id", "personalId", "personal_id"],
  ["member_number", "memberNumber", "member_number"],
  ["company", "company", "company"],
  ["company_id", "companyId", "company_id"],
  ["birthday", "birthday", "birthday"],
  ["store_id_home", "storeIdHome", "store_id_home"],
] as const satisfies readonly (readonly [keyof CustomerBody, keyof Person, FieldName])[];

type TextField = (typeof textFields)[number][1];
type Normalised = { readonly value: string } | { readonly fault: string };

const normalise = (field: TextField, typed: string, country: string): Normalised => {
  const value = typed.trim();
  if (value === "") return { value };
  switch (field) {
    case "mobile":
    case "phone": {
      const number = toE164(value, country);
      return number === undefined ? { fault: "is not a valid phone number" } : { value: number };
    }
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) && value.length <= 254
        ? { value }
        : { fault: "is not a valid e-mail address" };
    case "birthday": {
      const day = /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(value)?.[1];
      return day === undefined || Number.isNaN(Date.parse(day))
        ? { fault: "is not a date such as 1986-05-15" }
        : { value: day };
    }
    case "personalId":
      return /^[0-9A-Za-z+\-. ]{6,20}$/.test(value)
        ? { value: value.replaceAll(/[ .]/g, "") }
        : { fault: "is not a personal id" };
    default:
      return { value };
  }
};

const sameText = (field: TextField, one: string, other: string): boolean =>
  field === "email" ? one.toLowerCase() === other.toLowerCase() : one === other;

const addressOf = (body: NonNullable<CustomerBody["invoice_address"]>): Address => {
  const trimmed = (value: string | undefined): string | undefined => value?.trim();
  return Object.fromEntries(
    Object.entries({
      address: trimmed(body.address),
      address2: trimmed(body.address2),
      city: trimmed(body.city),
      zip: trimmed(body.zip),
      state: trimmed(body.state),
      countryId: trimmed(body.country_id)?.toUpperCase(),
    }).filter(([, value]) => value !== undefined),
  );
};

/** Parts of the address that the body names and that are other than shown; "" clears a part. */
const changedAddress = (sent: Address, shown: Address | undefined): Address =>
  Object.fromEntries(
    Object.entries(sent).filter(
      ([part, value]) => value !== (shown?.[part as keyof Address] ?? ""),
    ),
  );

const sentAccepts = (body: CustomerBody): Partial<Record<CommunicationChannel, boolean>> => {
  const flags = { email: body.accepts_email, sms: body.accepts_sms, mail: body.accepts_mail };
  const sent: Partial<Record<CommunicationChannel, boolean>> = {};
  for (const channel of communicationChannels) {
    const value =
      flags[channel] ??
      (body.accepts_communication === undefined
        ? undefined
        : body.accepts_communication.includes(channel));
    if (value !== undefined) sent[channel] = value;
  }
  return sent;
};

/** A lone `name` is first name and the rest (assumed: POS shows one name field). */
const withNameInParts = (body: CustomerBody): CustomerBody => {
  if (body.name === undefined || body.name_first !== undefined || body.name_last !== undefined)
    return body;
  const [first = "", ...rest] = body.name.trim().split(/\s+/);
  return { ...body, name_first: first, name_last: rest.join(" ") };
};

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === new Set([...one, ...other]).size && other.length === one.length;

/**
 * @param shown what the till was shown: the customer on edit, what the person register gave (or nothing) on add.
 * @returns only what changes; "" where the cashier cleared a field.
 */
export const readChanges = (
  given: CustomerBody,
  rules: FieldRules,
  shown: Person,
  country: string,
): Outcome<Person, readonly FieldFault[]> => {
  const body = withNameInParts(given);
  const faults: FieldFault[] = [];
  const changes: Record<string, unknown> = {};
  const refuse = (field: string, rule: FieldName): void => {
    faults.push({
      field,
      message: rules[rule] === "readonly" ? "is read-only here" : "is not offered here",
    });
  };

  for (const [wire, own, rule] of textFields) {
    const typed = body[wire];
    if (typed === undefined) continue;
    const before = shown[own] ?? "";
    const raw = typed.trim();
    if (sameText(own, raw, before)) continue;
    const read = normalise(own, typed, country);
    if ("value" in read && sameText(own, read.value, before)) continue;
    if (rules[rule] !== "editable") {
      if (raw !== "") refuse(wire, rule);
      continue;
    }
    if ("fault" in read) faults.push({ field: wire, message: read.fault });
    else changes[own] = read.value;
  }

  if (body.gender !== undefined && body.gender !== "" && body.gender !== shown.gender) {
    if (rules.gender === "editable") changes.gender = body.gender;
    else refuse("gender", "gender");
  }
  for (const [wire, own] of [
    ["invoice_address", "invoiceAddress"],
    ["delivery_address", "deliveryAddress"],
  ] as const) {
    const sent = body[wire];
    if (sent === undefined) continue;
    const changed = changedAddress(addressOf(sent), shown[own]);
    if (Object.keys(changed).length === 0) continue;
    if (rules[wire] === "editable") changes[own] = changed;
    else if (Object.values(changed).some((value) => value !== "")) refuse(wire, wire);
  }

  const accepts: Partial<Record<CommunicationChannel, boolean>> = {};
  const choices = sentAccepts(body);
  for (const channel of communicationChannels) {
    const choice = choices[channel];
    const before = shown.accepts?.[channel];
    if (choice === undefined || choice === (before ?? false)) {
      // On add an editable box that was left empty is a choice too.
      if (
        choice !== undefined &&
        before === undefined &&
        rules[`accepts_${channel}`] === "editable"
      )
        accepts[channel] = choice;
      continue;
    }
    if (rules[`accepts_${channel}`] === "editable") accepts[channel] = choice;
    else refuse(`accepts_${channel}`, `accepts_${channel}`);
  }
  if (Object.keys(accepts).length > 0) changes.accepts = accepts;

  // On add a list that was left empty is a choice too: a consent that a form ticks beforehand was unticked.
  const isFirstChoice = shown.consents === undefined && rules.consents === "editable";
  if (
    body.consents !== undefined &&
    (isFirstChoice || !sameSet(body.consents, shown.consents ?? []))
  ) {
    if (rules.consents === "editable") changes.consents = [...new Set(body.consents)];
    else if (body.consents.length > 0) refuse("consents", "consents");
  }
  if (body.additional_options !== undefined && body.additional_options.length > 0) {
    const sent = body.additional_options.map((option) => ({
      id: option.id,
      enumValues: option.enum_values,
    }));
    if (JSON.stringify(sent) !== JSON.stringify(shown.additionalOptions ?? [])) {
      if (rules.additional_options === "editable") changes.additionalOptions = sent;
      else refuse("additional_options", "additional_options");
    }
  }
  return faults.length > 0 ? failed(faults) : ok(changes as Person);
};

const isFilled = (person: Person, field: FieldName): boolean => {
  switch (field) {
    case "name":
      return Boolean(person.nameFirst) && Boolean(person.nameLast);
    case "email":
      return Boolean(person.email);
    case "mobile":
      return Boolean(person.mobile);
    case "phone":
      return Boolean(person.phone);
    case "personal_id":
      return Boolean(person.personalId);
    case "member_number":
      return Boolean(person.memberNumber);
    case "company":
      return Boolean(person.company);
    case "company_id":
      return Boolean(person.companyId);
    case "gender":
      return person.gender !== undefined;
    case "birthday":
      return Boolean(person.birthday);
    case "invoice_address":
      return Boolean(person.invoiceAddress?.address);
    case "delivery_address":
      return Boolean(person.deliveryAddress?.address);
    case "accepts_email":
      return person.accepts?.email === true;
    case "accepts_sms":
      return person.accepts?.sms === true;
    case "accepts_mail":
      return person.accepts?.mail === true;
    case "consents":
      return (person.consents ?? []).length > 0;
    case "store_id_home":
      return Boolean(person.storeIdHome);
    case "additional_options":
      return (person.additionalOptions ?? []).length > 0;
  }
};

/** Faults for the required fields that the person, as they will be, lacks. */
export const missingFields = (person: Person, required: readonly FieldName[]): FieldFault[] =>
  required
    .filter((field) => !isFilled(person, field))
    .map((field) => ({ field, message: "is required" }));
