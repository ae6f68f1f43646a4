import * as z from "zod";
import { type JsonObject, text, toJson } from "../json.ts";
import { putContact } from "./build.ts";
import { SMS_ASKS } from "./contact_rules.ts";
import type { Profile } from "./model.ts";
import { listingKey } from "./parts.ts";
import { UNSUBSCRIBE_TYPES } from "./reads.ts";
import { inOrder, type OmetriaStore } from "./store.ts";
import { refresh } from "./view.ts";

/** What people do at Ometria themselves, not through the API. */

const preferenceInput = z
  .strictObject({
    email: z.string().optional(),
    profile_id: z.string().optional(),
    subscribed: z.boolean().default(false),
    type: z.enum(UNSUBSCRIBE_TYPES).default("preferences_centre"),
    reason: z.string().default(""),
    at: z.iso.datetime().optional(),
  })
  .refine((input) => input.email !== undefined || input.profile_id !== undefined, {
    error: "email or profile_id is needed",
  });

/**
 * A change in the preference centre, by a link or by an SMS stop word. Leaving makes a row of /v2/unsubscribes. That it
 * shows as a listing in a collection of its own is (assumed).
 */
export function prefer(store: OmetriaStore, input: unknown): JsonObject {
  const { email, profile_id: id, subscribed, type, reason, at } = preferenceInput.parse(input);
  const profile = store.profiles.get(id ?? "") ?? byEmail(store, email);
  if (profile === undefined)
    throw new z.ZodError([{ code: "custom", path: [], message: "No such profile", input }]);
  const timestamp = at ?? store.clock.iso();
  putPreference(store, profile, { subscribed, sms: type.startsWith("stopword"), timestamp });
  if (!subscribed)
    store.unsubscribes.put({
      number: store.next("unsubscribe"),
      profile_id: profile.id,
      email_address: text(profile.view["email"]) ?? "",
      type,
      timestamp: `${new Date(timestamp).toISOString().slice(0, 19)}Z`,
      reason,
    });
  return toJson(store.profiles.get(profile.id) ?? profile);
}

function putPreference(
  store: OmetriaStore,
  profile: Profile,
  { subscribed, sms, timestamp }: { subscribed: boolean; sms: boolean; timestamp: string },
): void {
  const { email, customer_id, phone_number } = profile.view;
  const known = store.listings.get(listingKey("preference_centre", profile.id))?.fields;
  const emailChoice = subscribed
    ? { marketing_optin: "EXPLICITLY_OPTEDIN", timestamp_subscribed: timestamp }
    : { marketing_optin: "EXPLICITLY_OPTEDOUT", timestamp_unsubscribed: timestamp };
  const smsChoice = {
    channels: { sms: { allow_marketing: subscribed, dt_updated_marketing: timestamp } },
  };
  const listing = {
    email,
    customer_id,
    phone_number,
    ...known,
    ...(sms ? smsChoice : emailChoice),
    id: profile.id,
    collection: "preference_centre",
    source: "preference_centre",
  };
  putContact(store, listing, profile.id);
}

function byEmail(store: OmetriaStore, email: string | undefined): Profile | undefined {
  return email === undefined
    ? undefined
    : inOrder(store.profiles.by("email", email.toLowerCase()))[0];
}

/** The answer yes to the question that an opt-in in `optin:sms` sent. */
export function confirmSms(store: OmetriaStore, input: unknown): JsonObject {
  const { phone_number: phone } = z.strictObject({ phone_number: z.string() }).parse(input);
  const asked = store.listings
    .by("phone", phone)
    .filter(({ collection }) => collection === SMS_ASKS);
  for (const listing of asked) {
    store.listings.put({ ...listing, smsConfirmedAt: store.clock.iso() });
    if (listing.profileId !== null)
      refresh(store, listing.profileId, { seq: 0, atMs: store.clock.now() }, true);
  }
  return { confirmed: asked.length };
}
