import type { Customer, Person } from "../../model/customer.ts";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Match, Profile, SearchKey } from "../port.ts";
import { readCustomer, type Values } from "./attributes.ts";
import { type Ids, secondsOf, sendBatch, updateOf } from "./batch.ts";
import type { Bloomreach } from "./client.ts";
import { changedChoices, consentCommands, consentFaults, firstChoices } from "./consents.ts";
import type { CustomerIds } from "./customer_id.ts";
import { fieldOf } from "./fields.ts";
import { profileOf, profileSources } from "./profile.ts";
import { asId, hardField, type Write, writeOf } from "./writes.ts";

export const unknownCustomer: CrmFailure = { kind: "customer_not_found" };

/** What an adapter of one channel has in hand. */
export type Project = Bloomreach & {
  readonly ids: CustomerIds;
  readonly sections: readonly SectionConfig[];
};

const read = (project: Project, ids: Ids, call: CrmCall): CrmOutcome<Values> =>
  readCustomer(project, ids, profileSources(project.settings, project.sections), call);

const shownOf = async (project: Project, values: Values): Promise<Profile> => {
  const { settings, sections, market } = project;
  return profileOf(values, await project.ids.seal(values.hardId), settings, sections, market);
};

/** The ID by which a customer is addressed; undefined where the id was not made here. */
export const addressOf = async (project: Project, customerId: string): Promise<Ids | undefined> => {
  const hardId = await project.ids.open(customerId);
  return hardId === undefined ? undefined : { [project.settings.hardId]: hardId };
};

export const get = async (
  project: Project,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const ids = await addressOf(project, customerId);
  if (ids === undefined) return failed(unknownCustomer);
  const values = await read(project, ids, call);
  return values.ok ? ok(await shownOf(project, values.value)) : values;
};

/** By an ID type alone: a property finds nobody (contracts/bloomreach.md 4). */
export const search = async (
  project: Project,
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  const type = key.by === "customer_id" ? undefined : project.settings.search[key.by];
  if (key.by !== "customer_id" && type === undefined) return ok(undefined);
  const found =
    type === undefined
      ? await get(project, key.value, call)
      : await bySearch(project, { [type]: key.value }, call);
  if (found.ok) return ok({ id: found.value.customer.id, profile: found.value });
  return found.failure.kind === "customer_not_found" ? ok(undefined) : found;
};

const bySearch = async (project: Project, ids: Ids, call: CrmCall): CrmOutcome<Profile> => {
  const values = await read(project, ids, call);
  return values.ok ? ok(await shownOf(project, values.value)) : values;
};

/** A soft ID goes to whoever is written last; that somebody loses it is told, and who stays with Bloomreach. */
const warnOfMoves = async (
  project: Project,
  moved: Write["moved"],
  hardId: string,
  call: CrmCall,
): Promise<void> => {
  await Promise.all(
    Object.entries(moved).map(async ([type, value]) => {
      const owner = await readCustomer(project, { [type]: value }, [], call);
      if (owner.ok && owner.value.hardId !== hardId)
        project.log("crm_id_moves", { id_type: type, request_id: call.requestId });
    }),
  );
};

/** Bloomreach wants one property with each write (5). */
const propertiesOf = ({ properties }: Write, { markerProperty }: BloomreachSettings) =>
  Object.keys(properties).length === 0 ? { [markerProperty]: true } : properties;

/** Makes a customer; a write to a hard ID that is taken would silently change whoever has it, so it is read first. */
export const create = async (
  project: Project,
  person: Person,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const { settings, market } = project;
  const field = hardField(settings);
  const written = field === undefined ? undefined : fieldOf(person, field);
  if (field === undefined || written === undefined || written === "")
    return failed({
      kind: "invalid_fields",
      fields: [{ field: field ?? settings.hardId, message: "is required" }],
    });
  const hardId = asId(field, written);
  const ids = { [settings.hardId]: hardId };
  const write = writeOf(person, {}, undefined, settings);
  const faults = [...write.faults, ...consentFaults(person, settings)];
  if (faults.length > 0) return failed({ kind: "invalid_fields", fields: faults });

  const [holder] = await Promise.all([
    readCustomer(project, ids, [], call),
    warnOfMoves(project, write.moved, hardId, call),
  ]);
  if (holder.ok) return failed({ kind: "already_member" });
  if (holder.failure.kind !== "customer_not_found") return holder;

  const at = secondsOf(project.now());
  const choices = firstChoices(person, settings);
  const sent = await sendBatch(
    project,
    [
      updateOf({ ...ids, ...write.moved }, propertiesOf(write, settings), at),
      ...consentCommands(choices, ids, settings, at),
    ],
    call,
  );
  if (!sent.ok) return sent;
  // Bloomreach may not show them yet: the card is what was sent.
  const held = new Map<string, unknown>([
    ...Object.entries(write.properties).map(
      ([name, value]) => [`properties.${name}`, value] as const,
    ),
    ...Object.entries({ ...ids, ...write.moved }).map(([type, id]) => [`ids.${type}`, id] as const),
    ...settings.consents.map(
      (consent) =>
        [`consent.${consent.category}`, choices.some((one) => one.consent === consent)] as const,
    ),
  ]);
  const values: Values = { hardId, of: (source) => held.get(source) ?? undefined };
  return ok(profileOf(values, await project.ids.seal(hardId), settings, project.sections, market));
};

/** Reads before it writes and not after: what was written may not show yet, and the floor above lays it over. */
export const update = async (
  project: Project,
  customerId: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const { settings } = project;
  const ids = await addressOf(project, customerId);
  if (ids === undefined) return failed(unknownCustomer);
  const held = await read(project, ids, call);
  if (!held.ok) return held;
  const write = writeOf(changes, before, held.value, settings);
  const faults = [...write.faults, ...consentFaults(changes, settings)];
  if (faults.length > 0) return failed({ kind: "invalid_fields", fields: faults });

  const at = secondsOf(project.now());
  const isTouched = Object.keys({ ...write.properties, ...write.moved }).length > 0;
  const commands = [
    ...(isTouched ? [updateOf({ ...ids, ...write.moved }, propertiesOf(write, settings), at)] : []),
    ...consentCommands(changedChoices(changes, before, settings), ids, settings, at),
  ];
  if (commands.length > 0) {
    await warnOfMoves(project, write.moved, held.value.hardId, call);
    const sent = await sendBatch(project, commands, call);
    if (!sent.ok) return sent;
  }
  return ok(await shownOf(project, held.value));
};
