import * as z from "zod";
import { type JsonObject, toJson } from "../json.ts";
import { learnListing, learnOrder } from "./learn.ts";
import { type Listing, type Order, type Product, SOURCES, type Stored } from "./model.ts";
import { idOf, listingKey } from "./parts.ts";
import type { OmetriaStore } from "./store.ts";
import { orderAudit } from "./take.ts";

/** Records put in place directly, for seeds and tests: no queue, no vendor rule, no welcome. */

const contactInput = z.looseObject({
  id: z.string().min(1),
  collection: z.string().min(1).default("sitoo_pos"),
  source: z.enum(SOURCES).default("api"),
  lists: z.array(z.int()).default([]),
  createdAt: z.string().optional(),
});
export type ContactInput = z.input<typeof contactInput>;

/** `profileId` says whose a new listing is, where its keys alone would leave that open. */
export function putContact(
  store: OmetriaStore,
  input: unknown,
  profileId: string | null = null,
): Listing {
  const { collection, source, lists, createdAt, ...fields } = contactInput.parse(input);
  const before = store.listings.get(listingKey(collection, fields.id));
  const listing: Listing = {
    ...stored(store, "listing", toJson(fields), before, createdAt),
    key: listingKey(collection, fields.id),
    collection,
    source,
    lists,
    profileId: before?.profileId ?? profileId,
    forced: before?.forced ?? null,
    smsConfirmedAt: before?.smsConfirmedAt ?? null,
  };
  return learnListing(store, listing, byHand(listing), true);
}

const orderInput = z.looseObject({ id: z.string().min(1) });

export function putOrder(store: OmetriaStore, input: unknown): Order {
  const fields = toJson(orderInput.parse(input));
  const before = store.orders.get(idOf(fields) ?? "");
  const order: Order = {
    ...stored(store, "order", fields, before),
    profileId: before?.profileId ?? null,
    ...orderAudit(store, fields),
  };
  learnOrder(store, order, byHand(order), true);
  return store.orders.get(order.key) ?? order;
}

export function putProduct(store: OmetriaStore, input: unknown): Product {
  const fields = toJson(orderInput.parse(input));
  return store.products.put(
    stored(store, "product", fields, store.products.get(idOf(fields) ?? "")),
  );
}

function stored(
  store: OmetriaStore,
  kind: string,
  fields: JsonObject,
  before: Stored | undefined,
  createdAt = store.clock.iso(),
): Stored {
  const id = idOf(fields) ?? "";
  return {
    key: id,
    number: before?.number ?? store.next(kind),
    id,
    fields,
    createdAt: before?.createdAt ?? createdAt,
    updatedAt: before === undefined ? createdAt : store.clock.iso(),
    version: (before?.version ?? 0) + 1,
    deliveries: before?.deliveries ?? [],
  };
}

function byHand({ updatedAt }: Stored): { seq: number; atMs: number } {
  return { seq: 0, atMs: Date.parse(updatedAt) };
}
