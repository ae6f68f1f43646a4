import { type JsonObject, text } from "../json.ts";
import type { Listing, Order, Profile } from "./model.ts";
import { customerOf, inOrder, type OmetriaStore } from "./store.ts";

/** What a listing or an order can be recognised by. */
export interface Keys {
  customer: string | undefined;
  email: string | undefined;
  /** Only where the account has phone identification on. */
  phone: string | undefined;
}

export function keysOfListing(store: OmetriaStore, { fields }: Listing): Keys {
  return {
    customer: text(fields["customer_id"]),
    email: text(fields["email"])?.toLowerCase(),
    phone: store.profile.phoneIdentification ? text(fields["phone_number"]) : undefined,
  };
}

/** A name alone identifies nobody (published). */
export function keysOfOrder({ fields }: Order): Keys | undefined {
  const { id: customer, email } = customerOf(fields["customer"]) ?? {};
  return customer === undefined && email === undefined
    ? undefined
    : { customer, email, phone: undefined };
}

/** The profile that has these keys: by customer id, then e-mail, then phone (published); undefined when none has. */
export function profileWith(
  store: OmetriaStore,
  keys: Keys,
  current: string | null,
): Profile | undefined {
  const [byCustomer] = holders(store, "customer", keys.customer);
  return (
    byCustomer ??
    keeps(store, keys, current) ??
    byAddress(store, "email", keys) ??
    byAddress(store, "phone", keys)
  );
}

/** A listing that changes its e-mail stays where it is, unless it now names another customer (published, assumed). */
function keeps(store: OmetriaStore, keys: Keys, current: string | null): Profile | undefined {
  const profile = current === null ? undefined : store.profiles.get(current);
  if (profile === undefined || keys.customer === undefined) return profile;
  const others = customersOf(store, profile.id).filter((customer) => customer !== keys.customer);
  return others.length === 0 ? profile : undefined;
}

/**
 * One profile that holds the address; of several that have different customer ids, the one without (published). With a
 * customer id that nobody has yet, a profile of another customer is not taken, unless the account joins those (assumed).
 */
function byAddress(store: OmetriaStore, kind: "email" | "phone", keys: Keys): Profile | undefined {
  const found = holders(store, kind, keys[kind]);
  const free = found.filter(({ id }) => customersOf(store, id).length === 0);
  const any = found.length === 1 || store.profile.sameEmailOtherCustomer === "join";
  if (keys.customer === undefined) return any ? found[0] : free[0];
  return store.profile.sameEmailOtherCustomer === "join" ? found[0] : free[0];
}

/** Profiles that a key belongs to, oldest first. */
export function holders(
  store: OmetriaStore,
  kind: "customer" | "email" | "phone",
  value: string | undefined,
): Profile[] {
  if (value === undefined) return [];
  const rows = [
    ...store.listings.by(kind, value),
    ...(kind === "phone" ? [] : store.orders.by(kind, value)),
  ];
  const ids = new Set(rows.flatMap(({ profileId }) => profileId ?? []));
  return inOrder([...ids].flatMap((id) => store.profiles.get(id) ?? []));
}

/** The customer ids of a profile's listings and orders. */
export function customersOf(store: OmetriaStore, profileId: string): string[] {
  const customers = [
    ...store.listings.by("profile", profileId).map(({ fields }) => text(fields["customer_id"])),
    ...store.orders
      .by("profile", profileId)
      .map(({ fields }) => customerOf(fields["customer"])?.id),
  ];
  return [...new Set(customers.filter((customer) => customer !== undefined))];
}

/** An event makes no profile of its own (assumed, contracts/ometria.md §7). */
export function profileOfEvent(store: OmetriaStore, event: JsonObject): string | null {
  const named = store.profiles.get(text(event["profile_id"]) ?? "");
  const keys = {
    customer: text(event["identity_account_id"]),
    email: text(event["identity_email"])?.toLowerCase(),
    phone: undefined,
  };
  return (named ?? profileWith(store, keys, null))?.id ?? null;
}
