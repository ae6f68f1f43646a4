import { text } from "../json.ts";
import { SMS_ASKS, smsOf } from "./contact_rules.ts";
import {
  customersOf,
  holders,
  type Keys,
  keysOfListing,
  keysOfOrder,
  profileWith,
} from "./identify.ts";
import type { Cause, Listing, Order, Profile, Received } from "./model.ts";
import { collectionOf, listingKey, partsOf } from "./parts.ts";
import { inOrder, type OmetriaStore } from "./store.ts";
import { refresh } from "./view.ts";

/** What profiles make of a record that was stored. */
export function learn(store: OmetriaStore, row: Received, cause: Cause): void {
  if (row.type === "order") {
    const order = store.orders.get(row.id ?? "");
    if (order !== undefined) learnOrder(store, order, cause);
    return;
  }
  const collection = collectionOf(partsOf(row.record).directives);
  const listing = store.listings.get(listingKey(collection, row.id ?? ""));
  if (listing === undefined) return;
  askForSms(store, learnListing(store, listing, cause), cause);
}

/** `quiet`: no welcome, for seeds and control calls. */
export function learnListing(
  store: OmetriaStore,
  listing: Listing,
  cause: Cause,
  quiet = false,
): Listing {
  const keys = keysOfListing(store, listing);
  // Set apart first, so that it does not find its old profile by its own new keys.
  store.listings.put({ ...listing, profileId: null });
  const profile = profileWith(store, keys, listing.profileId) ?? newProfile(store, cause);
  const joined = store.listings.put({ ...listing, profileId: profile.id });
  settle(store, joinOthers(store, profile, keys), listing.profileId, cause, quiet);
  return store.listings.get(joined.key) ?? joined;
}

/** The table of contracts/ometria.md §4: without id and e-mail the order is stored and belongs to nobody. */
export function learnOrder(store: OmetriaStore, order: Order, cause: Cause, quiet = false): void {
  const keys = keysOfOrder(order);
  store.orders.put({ ...order, profileId: null });
  const profile =
    keys === undefined
      ? undefined
      : (profileWith(store, keys, null) ??
        lone(store, order.profileId) ??
        newProfile(store, cause));
  store.orders.put({ ...order, profileId: profile?.id ?? null });
  const joined =
    profile === undefined || keys === undefined ? [] : joinOthers(store, profile, keys);
  settle(store, joined, order.profileId, cause, quiet);
}

/** The profile that this order alone made: it stays with it, rather than being made again at each delivery. */
function lone(store: OmetriaStore, id: string | null): Profile | undefined {
  if (id === null) return undefined;
  const others = store.listings.by("profile", id).length + store.orders.by("profile", id).length;
  return others === 0 ? store.profiles.get(id) : undefined;
}

function newProfile(store: OmetriaStore, cause: Cause): Profile {
  const number = store.next("profile");
  const at = new Date(cause.atMs).toISOString();
  return store.profiles.put({
    // Like 2695-c473e2-4aaf58 (published).
    id: `2695-5170ed-${number.toString(16).padStart(6, "0")}`,
    number,
    createdAt: at,
    updatedAt: at,
    tags: [],
    properties: {},
    welcomedAt: null,
    smsAllowed: false,
    emails: [],
    view: {},
  });
}

/**
 * A record can show that two profiles are one person: they share an address, and at most one has a customer id. All go
 * into that one, else into the oldest (assumed). Answers the profiles that changed.
 */
function joinOthers(store: OmetriaStore, profile: Profile, keys: Keys): string[] {
  const sharing = [...holders(store, "email", keys.email), ...holders(store, "phone", keys.phone)];
  const all = inOrder([...new Map([profile, ...sharing].map((one) => [one.id, one])).values()]);
  const owned = all.filter(({ id }) => customersOf(store, id).length > 0);
  if (owned.length > 1 && store.profile.sameEmailOtherCustomer === "separate") return [profile.id];
  const [survivor = profile] = owned.length > 0 ? owned : all;
  for (const { id } of all) if (id !== survivor.id) move(store, id, survivor);
  return all.map(({ id }) => id);
}

function move(store: OmetriaStore, from: string, to: Profile): void {
  for (const listing of store.listings.by("profile", from))
    store.listings.put({ ...listing, profileId: to.id });
  for (const order of store.orders.by("profile", from))
    store.orders.put({ ...order, profileId: to.id });
  for (const event of store.events.by("profile", from))
    store.events.put({ ...event, profileId: to.id });
  const [old, now] = [store.profiles.get(from), store.profiles.get(to.id)];
  if (old === undefined || now === undefined) return;
  store.profiles.put({
    ...now,
    tags: [...new Set([...now.tags, ...old.tags])],
    properties: { ...old.properties, ...now.properties },
    welcomedAt: now.welcomedAt ?? old.welcomedAt,
  });
}

/** Makes the views of all that changed, and drops profiles that nothing belongs to any more. */
function settle(
  store: OmetriaStore,
  changed: readonly string[],
  left: string | null,
  cause: Cause,
  quiet: boolean,
): void {
  const ids = new Set([...changed, ...(left === null ? [] : [left])]);
  for (const id of ids) refresh(store, id, cause, quiet);
}

const DAY = 86_400_000;

/** The question by SMS: not for an opt-in older than 10 days, nor within 3 days of the last one (published). */
function askForSms(store: OmetriaStore, listing: Listing, { seq, atMs }: Cause): void {
  const said = smsOf(listing.fields);
  if (!store.profile.smsDoubleOptIn || listing.collection !== SMS_ASKS) return;
  if (said?.allowed !== true || atMs - said.atMs > 10 * DAY || listing.smsConfirmedAt !== null)
    return;
  const to = text(listing.fields["phone_number"]) ?? "";
  const asked = store.sent
    .all()
    .some(
      (one) =>
        one.kind === "sms_confirmation" && one.to === to && atMs - Date.parse(one.at) < 3 * DAY,
    );
  if (asked) return;
  const at = new Date(atMs).toISOString();
  const profileId = listing.profileId ?? "";
  store.sent.put({ number: store.next("sent"), kind: "sms_confirmation", seq, at, profileId, to });
}
