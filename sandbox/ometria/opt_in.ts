import { text } from "../json.ts";
import { type Listing, OPT_IN, type OptIn, type Source } from "./model.ts";
import type { AccountProfile } from "./profile.ts";

/** The older text's ranking of sources for this field (contracts/ometria.md §5, Subscribing). */
const BY_SOURCE: Record<Source, number> = {
  preference_centre: 0,
  api: 1,
  in_app: 1,
  csv: 1,
  overlay: 2,
  form: 2,
  // (assumed) the tracker is not in that ranking.
  js_tracker: 2,
  importer: 3,
  third_party: 4,
};

/** The older text's other ranking: Ometria-controlled, client-controlled, third party. */
const BY_CONTROLLER: Record<Source, number> = {
  preference_centre: 0,
  in_app: 0,
  overlay: 0,
  form: 0,
  js_tracker: 0,
  api: 1,
  csv: 1,
  importer: 1,
  third_party: 2,
};

export interface Preference {
  value: OptIn;
  atMs: number;
  /** Has its timestamp: only then the welcome goes out (published). */
  dated: boolean;
}

/** What one listing says, when it counts: it needs marketing_optin and the timestamp beside it (published). */
export function preferenceOf(
  profile: AccountProfile,
  { fields, updatedAt }: Pick<Listing, "fields" | "updatedAt">,
): Preference | undefined {
  const said = fields["marketing_optin"];
  const value =
    typeof said === "boolean"
      ? said
        ? "EXPLICITLY_OPTEDIN"
        : "EXPLICITLY_OPTEDOUT"
      : OPT_IN.find((one) => one === said);
  if (value === undefined || value === "NOT_SPECIFIED") return undefined;
  const name = value === "EXPLICITLY_OPTEDIN" ? "timestamp_subscribed" : "timestamp_unsubscribed";
  const at = text(fields[name]);
  if (at === undefined && profile.undatedOptIn === "ignored") return undefined;
  return { value, atMs: Date.parse(at ?? updatedAt), dated: at !== undefined };
}

/** What the profile's listings come to together. */
export function optIn(profile: AccountProfile, listings: readonly Listing[]): Preference {
  const none: Preference = { value: "NOT_SPECIFIED", atMs: 0, dated: false };
  // A forced listing wins over all others and over later unforced updates (published); of several, the newest.
  const [forced] = listings
    .flatMap((listing) => listing.forced ?? [])
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (forced !== undefined)
    return { value: forced.value, atMs: Date.parse(forced.at), dated: true };
  const said = listings.flatMap((listing) => {
    const preference = preferenceOf(profile, listing);
    return preference === undefined ? [] : [{ ...preference, source: listing.source }];
  });
  const rank = profile.optInRule === "sources" ? BY_SOURCE : BY_CONTROLLER;
  const [first] = said.toSorted((a, b) =>
    profile.optInRule === "optOutWins"
      ? Number(b.value === "EXPLICITLY_OPTEDOUT") - Number(a.value === "EXPLICITLY_OPTEDOUT")
      : rank[a.source] - rank[b.source] || b.atMs - a.atMs,
  );
  return first ?? none;
}
