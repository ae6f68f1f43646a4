import type { Customer, Person } from "../../model/customer.ts";
import { ok } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Ometria } from "./client.ts";
import { contactRecords } from "./contact_record.ts";
import type { Known } from "./customer_mapping.ts";
import { profileOf, readKnown } from "./customer_reads.ts";
import { push } from "./push.ts";

const timeOf = ({ now }: Ometria): string => new Date(now()).toISOString();

/** Under an id of ours that says nothing of the person. Ometria shows the customer once the push is worked off. */
export const create = async (
  ometria: Ometria,
  sections: readonly SectionConfig[],
  person: Person,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const id = crypto.randomUUID();
  const at = timeOf(ometria);
  const storeIdHome = person.storeIdHome ?? call.storeId;
  const changes = storeIdHome === undefined ? person : { ...person, storeIdHome };
  const [own, ...asking] = contactRecords(
    { id, customerId: id, changes, before: {}, at },
    ometria.settings,
  );
  const pushed = await push(
    ometria,
    own === undefined
      ? []
      : [{ marketing_optin: "NOT_SPECIFIED", timestamp_acquired: at, ...own }, ...asking],
    call,
  );
  if (!pushed.ok) return pushed;
  const { accepts: _, ...made } = profileOf(ometria, sections, { id }).customer;
  return ok({
    ...profileOf(ometria, sections, { id }),
    customer: { ...made, ...withoutEmpty(changes), id },
  });
};

/** "" was cleared, or never filled in. */
const withoutEmpty = (person: Person): Person =>
  Object.fromEntries(Object.entries(person).filter(([, value]) => value !== "")) as Person;

/** Writes what the till changed; a profile that no till has written to yet gets a contact of ours by it. */
export const update = async (
  ometria: Ometria,
  sections: readonly SectionConfig[],
  customerId: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const read = await readKnown(ometria, customerId, call);
  if (!read.ok) return read;
  const known = read.value;
  const { listing } = known;
  const [own, ...asking] = contactRecords(
    {
      id: customerId,
      customerId: joinedBy(known),
      changes,
      before,
      held: { properties: listing?.properties, sms: listing?.channels?.sms },
      at: timeOf(ometria),
    },
    ometria.settings,
  );
  const email = listing === undefined ? before.email : undefined;
  const pushed = await push(
    ometria,
    own === undefined ? [] : [email === undefined ? own : { email, ...own }, ...asking],
    call,
  );
  return pushed.ok ? ok(profileOf(ometria, sections, known)) : pushed;
};

/** The profile's own, where it has one: another would make a second profile of the same person. */
export const joinedBy = ({ id, listing, profile }: Known): string =>
  listing?.customer_id ?? profile?.customer_id ?? id;
