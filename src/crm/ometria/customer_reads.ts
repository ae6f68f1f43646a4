import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import { earnedPasswords } from "../earned_passwords.ts";
import type { CrmCall, CrmOutcome, Match, Profile, SearchKey } from "../port.ts";
import { type Reply, valueOf } from "../reply.ts";
import { asText, sectionsOf } from "../sections.ts";
import type { Ometria } from "./client.ts";
import { customerOf, type Known, propertiesOf } from "./customer_mapping.ts";
import { failureOf } from "./errors.ts";
import {
  type Listing,
  type OmetriaProfile,
  parseListing,
  parseProfile,
  parseProfiles,
  tagsOf,
} from "./wire.ts";

const nobody: CrmFailure = { kind: "customer_not_found" };

const ask = async <Value>(
  ometria: Ometria,
  name: string,
  path: string,
  parse: (json: unknown) => Value | undefined,
  call: CrmCall,
): Promise<Outcome<Value | undefined, CrmFailure>> => {
  const reply = await ometria.send({ method: "GET", name, path }, call);
  const failure = (answer: Reply) => failureOf(ometria.now(), nobody)(answer);
  const read = valueOf(reply, parse, failure);
  return !read.ok && read.failure.kind === "customer_not_found" ? ok(undefined) : read;
};

/** Our own contact; undefined: there is none. */
export const readListing = (
  ometria: Ometria,
  id: string,
  call: CrmCall,
): Promise<Outcome<Listing | undefined, CrmFailure>> => {
  const path = `/contacts/${ometria.settings.collection}/${encodeURIComponent(id)}`;
  return ask(ometria, "/contacts/{collection}/{id}", path, parseListing, call);
};

const readProfile = (
  ometria: Ometria,
  id: string,
  call: CrmCall,
): Promise<Outcome<OmetriaProfile | undefined, CrmFailure>> =>
  ask(ometria, "/profiles/{id}", `/profiles/${encodeURIComponent(id)}`, parseProfile, call);

/**
 * Everything of one customer: a contact of ours with its profile, or a profile that no till has written
 * to yet, by the profile's id. A profile is looked for by e-mail and by its own id alone.
 */
export const readKnown = (ometria: Ometria, id: string, call: CrmCall): CrmOutcome<Known> =>
  ometria.once(`${call.requestId} ${id}`, () => readAnew(ometria, id, call));

const readAnew = async (ometria: Ometria, id: string, call: CrmCall): CrmOutcome<Known> => {
  const listing = await readListing(ometria, id, call);
  if (!listing.ok) return listing;
  const profileId =
    listing.value === undefined ? id : (listing.value["@profile_id"] ?? listing.value.profile_id);
  const profile =
    profileId === undefined ? ok(undefined) : await readProfile(ometria, profileId, call);
  // Without it somebody who has left would show as reachable.
  if (!profile.ok) return profile;
  if (listing.value === undefined && profile.value === undefined) return failed(nobody);
  return ok({
    id,
    ...(listing.value && { listing: listing.value }),
    ...(profile.value && { profile: profile.value }),
  });
};

export const profileOf = (
  { settings, market }: Ometria,
  sections: readonly SectionConfig[],
  known: Known,
): Profile => {
  const customer = customerOf(known, settings);
  const properties = propertiesOf(known);
  const tags = known.profile === undefined ? [] : tagsOf(known.profile);
  const status = settings.statusProperty && asText(properties[settings.statusProperty], market);
  return {
    customer,
    sections: sectionsOf(
      (name) =>
        properties[name] ?? partOf(known.profile, name) ?? (tags.includes(name) || undefined),
      sections,
      market,
      customer.protectedIdentity,
    ),
    voucherPasswords: [
      ...new Set([
        ...settings.voucherPasswordsDefault,
        ...earnedPasswords(tags, settings.voucherPasswordsFromTags),
      ]),
    ],
    ...(status === undefined || status === "" ? {} : { statusText: status }),
    degraded: [],
  };
};

/** `stats.orders` and the like. */
const partOf = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (part, name) =>
        typeof part === "object" && part !== null
          ? (part as Readonly<Record<string, unknown>>)[name]
          : undefined,
      value,
    );

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
