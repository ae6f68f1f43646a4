import { isObject, type JsonObject, text } from "../json.ts";
import { contactProblems } from "./contact_rules.ts";
import { cutType, eventProblems } from "./event_rules.ts";
import type { Delivery, Listing, Problem, Received, Stored } from "./model.ts";
import { orderProblems, totalsOff } from "./order_rules.ts";
import { collectionOf, listingKey, type Parts, partsOf, updated } from "./parts.ts";
import { productProblems } from "./product_rules.ts";
import { preferenceOf } from "./opt_in.ts";
import { profileOfEvent } from "./identify.ts";
import type { OmetriaStore } from "./store.ts";

/** Validates a record and stores it, upserted by type and id, for contacts also collection; or says what is wrong. */
export function take(store: OmetriaStore, row: Received): Problem[] {
  const parts = partsOf(row.record);
  switch (row.type) {
    case "contact":
      return takeContact(store, row, parts);
    case "order":
      return takeOrder(store, row, parts);
    case "product":
      return takeProduct(store, row, parts);
    case "custom_event":
      return takeEvent(store, row, parts);
    case null:
      return [{ message: "not a valid value", path: "root > @type" }];
  }
}

function takeContact(store: OmetriaStore, row: Received, parts: Parts): Problem[] {
  const collection = collectionOf(parts.directives);
  const before = store.listings.get(listingKey(collection, row.id ?? ""));
  const fields = updated(store.profile, "contact", parts, before?.fields);
  const problems = contactProblems(store.profile, parts, { collection, fields });
  if (problems.length > 0) return problems;
  const base = stored(store, "listing", row, fields, before);
  const listing: Listing = {
    ...base,
    key: listingKey(collection, base.id),
    collection,
    source: before?.source ?? "api",
    profileId: before?.profileId ?? null,
    forced: before?.forced ?? null,
    lists: lists(before?.lists ?? [], parts.directives),
    smsConfirmedAt: before?.smsConfirmedAt ?? null,
  };
  // What cannot take effect for want of its time cannot be forced either (assumed, contracts/ometria.md §5).
  const wish = preferenceOf(store.profile, listing);
  const forces = parts.directives["@force_optin"] === true && wish !== undefined;
  store.listings.put(
    forces ? { ...listing, forced: { value: wish.value, at: base.updatedAt } } : listing,
  );
  return [];
}

function takeOrder(store: OmetriaStore, row: Received, parts: Parts): Problem[] {
  const before = store.orders.get(row.id ?? "");
  const fields = updated(store.profile, "order", parts, before?.fields);
  const problems = orderProblems(store.profile, parts, { fields });
  if (problems.length > 0) return problems;
  const base = stored(store, "order", row, fields, before);
  const profileId = before?.profileId ?? null;
  store.orders.put({ ...base, profileId, ...orderAudit(store, fields) });
  return [];
}

export function orderAudit(
  store: OmetriaStore,
  fields: JsonObject,
): { totalsOff: string; unknownProducts: string[] } {
  const lines = Array.isArray(fields["lineitems"]) ? fields["lineitems"].filter(isObject) : [];
  const ids = lines.map((line) => {
    const product = isObject(line["product"]) ? line["product"] : {};
    return text(line["product_id"]) ?? text(product["id"]) ?? "";
  });
  const unknown = ids.filter((id) => store.products.get(id) === undefined);
  return { totalsOff: totalsOff(fields), unknownProducts: [...new Set(unknown)] };
}

function takeProduct(store: OmetriaStore, row: Received, parts: Parts): Problem[] {
  const before = store.products.get(row.id ?? "");
  const fields = updated(store.profile, "product", parts, before?.fields);
  const problems = productProblems(store.profile, parts, { fields });
  if (problems.length === 0) store.products.put(stored(store, "product", row, fields, before));
  return problems;
}

function takeEvent(store: OmetriaStore, row: Received, parts: Parts): Problem[] {
  const problems = eventProblems(store.profile, parts, parts);
  if (problems.length > 0) return problems;
  const before = store.events.get(row.id ?? "");
  const base = stored(store, "event", row, parts.fields, before);
  const eventType = cutType(store.profile, parts.fields);
  store.events.put({ ...base, eventType, profileId: profileOfEvent(store, parts.fields) });
  return [];
}

/** The common part of a stored record: the delivery joins those before it. */
function stored(
  store: OmetriaStore,
  kind: string,
  row: Received,
  fields: JsonObject,
  before: Stored | undefined,
): Stored {
  const at = new Date(row.dueAt).toISOString();
  const last = store.received
    .by("record", `${String(row.type)}:${String(row.id)}`)
    .filter((one) => one.outcome === "stored" && one.collection === row.collection)
    .toSorted((a, b) => b.number - a.number)[0];
  const delivery: Delivery = {
    seq: row.seq,
    at: row.at,
    requestId: row.requestId,
    differs: last !== undefined && JSON.stringify(last.record) !== JSON.stringify(row.record),
  };
  const id = row.id ?? "";
  return {
    key: id,
    number: before?.number ?? store.next(kind),
    id,
    fields,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
    version: (before?.version ?? 0) + 1,
    deliveries: [...(before?.deliveries ?? []), delivery],
  };
}

function lists(before: readonly number[], directives: JsonObject): number[] {
  const removed = numbers(directives["@remove_from_lists"]);
  const joined = new Set([...before, ...numbers(directives["@add_to_lists"])]);
  return [...joined].filter((id) => !removed.includes(id));
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
}
