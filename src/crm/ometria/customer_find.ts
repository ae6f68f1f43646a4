import { failed, ok } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Match, SearchKey } from "../port.ts";
import type { Ometria } from "./client.ts";
import type { Known } from "./customer_mapping.ts";
import { ask, profileOf, readKnown, readListing } from "./customer_reads.ts";
import { type OmetriaProfile, parseProfiles } from "./wire.ts";

/** A contact of ours has a customer id of ours; a profile that a till has written to, its own id. */
const knownBy = async (
  ometria: Ometria,
  profile: OmetriaProfile,
  call: CrmCall,
): CrmOutcome<Known> => {
  for (const id of new Set([profile.customer_id, profile.id])) {
    const listing = id === undefined ? ok(undefined) : await readListing(ometria, id, call);
    if (!listing.ok) return listing;
    if (id !== undefined && listing.value !== undefined)
      return ok({ id, profile, listing: listing.value });
  }
  return ok({ id: profile.id, profile });
};

/** More people than this have no address in common by accident, and each costs a call or two. */
const mostSharing = 4;

/** By e-mail alone; the gateway's index knows the other keys. */
export const search = async (
  ometria: Ometria,
  sections: readonly SectionConfig[],
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  const match = (known: Known): Match => {
    void ometria.once(`${call.requestId} ${known.id}`, async () => ok(known));
    return { id: known.id, profile: profileOf(ometria, sections, known) };
  };
  if (key.by !== "email") {
    if (key.by !== "customer_id") return failed({ kind: "not_supported" });
    const read = await readKnown(ometria, key.value, call);
    if (read.ok) return ok(match(read.value));
    return read.failure.kind === "customer_not_found" ? ok(undefined) : read;
  }
  const path = `/profiles?email=${encodeURIComponent(key.value)}`;
  const found = await ask(ometria, "/profiles?email=", path, parseProfiles, call);
  if (!found.ok) return found;
  const known: Known[] = [];
  for (const profile of (found.value ?? []).slice(0, mostSharing)) {
    const one = await knownBy(ometria, profile, call);
    if (!one.ok) return one;
    known.push(one.value);
  }
  // A web shop's account of the same address is a profile of its own; the till's is the one that is meant.
  const ours = known.filter(({ listing }) => listing !== undefined);
  const [first, ...others] = ours.length > 0 ? ours : known;
  if (first === undefined) return ok(undefined);
  return others.length === 0
    ? ok(match(first))
    : failed({ kind: "several_matches", ids: [first, ...others].map(({ id }) => id) });
};
