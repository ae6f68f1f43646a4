import type { Json, JsonObject } from "../json.ts";
import { isObject, text } from "../json.ts";
import { statsOf } from "./stats.ts";
import { SMS_ASKS, SMS_CONFIRMED, smsOf } from "./contact_rules.ts";
import type { Cause, Listing, Order, Profile, Source } from "./model.ts";
import { optIn, type Preference } from "./opt_in.ts";
import { customerOf, inOrder, type OmetriaStore } from "./store.ts";
import { customersOf } from "./identify.ts";

/** Per field, when listings disagree (published, contracts/ometria.md §5); a tie goes to the newest. */
const RANK: Record<Source, number> = {
  preference_centre: 0,
  api: 1,
  csv: 1,
  overlay: 1,
  in_app: 1,
  js_tracker: 2,
  form: 3,
  importer: 4,
  third_party: 5,
};

/** Makes the answer of the Data API anew, and sends the welcome when this is the first opt-in. */
export function refresh(store: OmetriaStore, id: string, cause: Cause, quiet: boolean): void {
  const profile = store.profiles.get(id);
  if (profile === undefined) return;
  const listings = store.listings
    .by("profile", id)
    .toSorted(
      (a, b) =>
        RANK[a.source] - RANK[b.source] ||
        Date.parse(b.updatedAt) - Date.parse(a.updatedAt) ||
        b.number - a.number,
    );
  const orders = inOrder(store.orders.by("profile", id));
  if (listings.length === 0 && orders.length === 0) return store.profiles.delete(id);
  const preference = optIn(store.profile, listings);
  const at = new Date(cause.atMs).toISOString();
  const welcomes = preference.value === "EXPLICITLY_OPTEDIN" && preference.dated;
  const view = viewOf(store, profile, listings, orders, preference);
  store.profiles.put({
    ...profile,
    updatedAt: at,
    welcomedAt: profile.welcomedAt ?? (welcomes ? at : null),
    smsAllowed: smsAllowed(store, listings),
    emails: emailsOf(listings, orders),
    view,
  });
  if (!welcomes || profile.welcomedAt !== null || quiet) return;
  const to = text(view["email"]) ?? "";
  const number = store.next("sent");
  store.sent.put({ number, kind: "welcome", seq: cause.seq, at, profileId: id, to });
}

function viewOf(
  store: OmetriaStore,
  profile: Profile,
  listings: readonly Listing[],
  orders: readonly Order[],
  preference: Preference,
): JsonObject {
  // (assumed) who an order names counts after all listings.
  const buyers = orders.toReversed().flatMap(({ fields }) => {
    const customer = fields["customer"];
    return isObject(customer) ? [{ ...customer, customer_id: customer["id"] ?? null }] : [];
  });
  const records: JsonObject[] = [...listings.map(({ fields }) => fields), ...buyers];
  const pick = (name: string): Json => records.map((record) => record[name]).find(filled) ?? null;
  // First and last name come from one record (published).
  const named = records.find((one) => filled(one["firstname"]) || filled(one["lastname"])) ?? {};
  const name = ["firstname", "lastname"].flatMap((part) => text(named[part]) ?? []).join(" ");
  const customer = pick("customer_id");
  const email = pick("email");
  const { stats, firstPurchase, lastPurchase } = statsOf(store.profile, orders);
  const properties = listings.map(({ fields }) => fields["properties"]).filter(isObject);
  return {
    "@type": "profile",
    id: profile.id,
    email,
    customer_id: customer,
    phone_number: pick("phone_number"),
    prefix: pick("prefix"),
    firstname: named["firstname"] ?? null,
    middlename: named["middlename"] ?? null,
    lastname: named["lastname"] ?? null,
    name: name === "" ? null : name,
    suffix: null,
    gender: pick("gender"),
    date_of_birth: pick("date_of_birth"),
    country: pick("country_id"),
    timezone: pick("timezone"),
    marketing_optin: preference.value,
    is_email_valid: email === null ? null : true,
    lifecycle_status: orders.length > 0 ? "active" : "prospect",
    seen: false,
    tags: profile.tags,
    properties: Object.assign({}, ...properties.toReversed(), profile.properties),
    // (assumed) the words for the types; the members are published.
    identities: [
      ...customersOf(store, profile.id).map((id) => ({ id, type: "customer_id" })),
      ...emailsOf(listings, orders).map((id) => ({ id, type: "email" })),
    ],
    dates: {
      acquired: pick("timestamp_acquired") ?? profile.createdAt,
      first_purchase: firstPurchase,
      last_purchase: lastPurchase,
      first_seen: null,
      last_seen: null,
    },
    stats,
  };
}

function filled(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== "";
}

function emailsOf(listings: readonly Listing[], orders: readonly Order[]): string[] {
  const emails = [
    ...listings.map(({ fields }) => text(fields["email"])?.toLowerCase()),
    ...orders.map(({ fields }) => customerOf(fields["customer"])?.email),
  ];
  return [...new Set(emails.filter((email) => email !== undefined))];
}

/**
 * SMS marketing: what was said last. Under double opt-in a yes counts only from the two collections made for it
 * (published); that a no counts everywhere is (assumed).
 */
function smsAllowed(store: OmetriaStore, listings: readonly Listing[]): boolean {
  const said = listings.flatMap((listing) => {
    const one = smsOf(listing.fields);
    if (one === undefined || !store.profile.smsDoubleOptIn || !one.allowed) return one ?? [];
    if (listing.collection === SMS_CONFIRMED) return one;
    return listing.collection === SMS_ASKS && listing.smsConfirmedAt !== null ? one : [];
  });
  const [last] = said.toSorted((a, b) => b.atMs - a.atMs);
  return last?.allowed ?? false;
}
