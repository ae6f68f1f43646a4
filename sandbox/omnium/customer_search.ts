import * as z from "zod";
import { isObject, type Json, type JsonObject, text as textOf } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachCustomer } from "./access.ts";
import { bodyOf } from "./body.ts";
import { customerView } from "./customer_view.ts";
import type { Customer } from "./model.ts";
import type { Profile } from "./profile.ts";
import { flag, listOf, property, text, texts, when, whole } from "./schema.ts";
import { found, nextScroll, pageOf, sorted, startScroll, within } from "./search.ts";
import type { OmniumStore } from "./store.ts";

const searchSchema = z.strictObject({
  query: text,
  email: text,
  phone: text,
  customerId: text,
  customerIds: texts,
  customerNumbers: texts,
  externalIds: texts,
  consentTypes: texts,
  customerGroups: texts,
  tags: texts,
  excludedTags: texts,
  storeIds: texts,
  searchStoreGroups: flag,
  storeGroupId: text,
  marketIds: texts,
  marketGroupIds: texts,
  isCustomerClubMember: flag,
  isInactive: flag,
  isGlobal: flag,
  createdFrom: when,
  createdTo: when,
  modifiedFrom: when,
  modifiedTo: when,
  properties: listOf(property),
  taxId: text,
  page: whole,
  take: whole,
  sortOrder: text,
  isFacetsDisabled: flag,
});
type Search = z.infer<typeof searchSchema>;

/** `POST /PrivateCustomers/Search`; pages from 0 (published). */
export function search(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const page = pageOf(wanted, 0);
  return found(views(store, wanted), page);
}

export function scroll(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const { take } = pageOf({ take: wanted.take }, 0);
  return startScroll(store, "customers", views(store, wanted), take);
}

export function scrollOn(store: OmniumStore, call: Call): Reply {
  return nextScroll(store, "customers", call);
}

function views(store: OmniumStore, wanted: Search): JsonObject[] {
  const rows = store.index.customers
    .rows()
    .filter((row) => matches(row, wanted, store.profile) && mayReachCustomer(store, row.fields));
  return sorted(rows, wanted.sortOrder).map((row) => customerView(row, store.profile));
}

function matches(row: Customer, wanted: Search, profile: Profile): boolean {
  const { fields, customerId } = row;
  const values = (name: string): Json[] => listIn(fields, name);
  const members = (name: string, part: string): Json[] =>
    values(name).map((one) => (isObject(one) ? (one[part] ?? null) : null));
  return (
    freeText(row, wanted.query) &&
    // Exact (published), capitals included (assumed).
    equal(fields["email"], wanted.email) &&
    equal(fields["phone"], wanted.phone) &&
    equal(customerId, wanted.customerId) &&
    oneOf([customerId], wanted.customerIds) &&
    oneOf([fields["customerNumber"] ?? null], wanted.customerNumbers) &&
    // Without a provider: it matches the id of any (published).
    oneOf(members("externalIds", "id"), wanted.externalIds) &&
    oneOf(activeConsents(fields), wanted.consentTypes) &&
    oneOf(members("customerGroups", "id"), wanted.customerGroups) &&
    oneOf(values("tags"), wanted.tags) &&
    !values("tags").some((tag) => wanted.excludedTags?.some((other) => other === tag)) &&
    // No shop of the sandbox has a store group: storeGroupId, which overrides storeIds (published), finds nobody.
    (wanted.storeGroupId ? false : oneOf(values("storeIds"), wanted.storeIds)) &&
    oneOf([fields["marketId"] ?? null, ...values("additionalMarketIds")], wanted.marketIds) &&
    oneOf([fields["marketGroupId"] ?? null], wanted.marketGroupIds) &&
    switched(fields["isCustomerClubMember"], wanted.isCustomerClubMember) &&
    switched(fields["isInactive"], wanted.isInactive) &&
    switched(fields["isGlobal"], wanted.isGlobal) &&
    within(row.created, wanted.createdFrom, wanted.createdTo) &&
    within(row.modified, wanted.modifiedFrom, wanted.modifiedTo) &&
    (wanted.properties ?? []).every((one) => hasProperty(fields, one.key, one.value)) &&
    (!wanted.taxId ||
      (profile.taxIdProperty !== "" && hasProperty(fields, profile.taxIdProperty, wanted.taxId)))
  );
}

/** Every word somewhere in name, e-mail, phone or address (assumed: how words are matched). */
function freeText({ fields }: Customer, query: string | null | undefined): boolean {
  if (!query) return true;
  const address = isObject(fields["address"]) ? Object.values(fields["address"]) : [];
  const names = ["firstName", "lastName", "email", "phone"].map((name) => fields[name]);
  const all = [...names, ...address].filter((one) => typeof one === "string");
  const haystack = all.join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

function equal(value: Json | undefined, wanted: string | null | undefined): boolean {
  return !wanted || value === wanted;
}

function oneOf(values: readonly Json[], wanted: readonly string[] | null | undefined): boolean {
  return !wanted || wanted.length === 0 || values.some((one) => wanted.some((id) => id === one));
}

function switched(value: Json | undefined, wanted: boolean | null | undefined): boolean {
  return wanted === null || wanted === undefined || (value === true) === wanted;
}

function activeConsents(fields: JsonObject): Json[] {
  return listIn(fields, "consents").flatMap((one) =>
    isObject(one) && one["status"] === true ? [one["type"] ?? null] : [],
  );
}

function hasProperty(
  fields: JsonObject,
  key: string | null | undefined,
  value: string | null | undefined,
): boolean {
  return listIn(fields, "properties").some(
    (one) =>
      isObject(one) && (!key || textOf(one["key"]) === key) && (!value || one["value"] === value),
  );
}

function listIn(fields: JsonObject, name: string): Json[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}
