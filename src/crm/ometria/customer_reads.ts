import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import { earnedPasswords, passwordsOf } from "../earned_passwords.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import { type Reply, valueOf } from "../reply.ts";
import { asText, sectionsOf } from "../sections.ts";
import type { Ometria } from "./client.ts";
import { customerOf, type Known, propertiesOf } from "./customer_mapping.ts";
import { failureOf } from "./errors.ts";
import { type Listing, type OmetriaProfile, parseListing, parseProfile, tagsOf } from "./wire.ts";

const nobody: CrmFailure = { kind: "customer_not_found" };

export const ask = async <Value>(
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
    voucherPasswords: passwordsOf(
      settings.voucherPasswordsDefault,
      earnedPasswords(tags, settings.voucherPasswordsFromTags),
    ),
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
