import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Reply } from "../reply.ts";
import type { Voyado, VoyadoRequest } from "./client.ts";
import { metaTime } from "./contact_mapping.ts";
import { get, profileOf, read, readLabels, unknownContact } from "./contact_reads.ts";
import { parseContact, parseContactId, textAttribute, type Contact } from "./contact_wire.ts";
import { createBody, updateBody } from "./contact_bodies.ts";
import { succeeded } from "../reply.ts";
import { confirmed, failureOf } from "./errors.ts";
import { wasJustMade } from "./just_made.ts";
import { isPathId, routeOf, versionOf } from "./routes.ts";

/** Makes a contact, and refuses where the answer is one that was there before (contracts/voyado.md 4.4). */
export const create = async (
  voyado: Voyado,
  sections: readonly SectionConfig[],
  person: Person,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const startedAt = voyado.now();
  const reply = await voyado.send(createRequest(voyado, person, call), call);
  if (!reply.ok) return reply;
  if (!succeeded(reply.value))
    return failed(failureOf(reply.value, { conflict: { kind: "already_member" } }, voyado.now()));

  const answered = parseContact(reply.value.json);
  const id = answered?.id ?? parseContactId(reply.value.json, reply.value.text);
  if (id === undefined) return failed(unclear(reply.value));
  // An answer without attributes is a bare id, of a new contact or of the one that has the key.
  const isWhole = answered !== undefined && attributesAreIn(answered);
  const [contact, labels] = await Promise.all([
    isWhole ? ok(answered) : read(voyado, id, call),
    readLabels(voyado, id, call),
  ]);
  if (!contact.ok) return failed(unclear(reply.value));

  const createdOn = metaTime(contact.value, "createdOn");
  const isNew =
    createdOn === undefined
      ? isWhole && reply.value.status === 201
      : wasJustMade(createdOn, startedAt, voyado.market.timeZone);
  return isNew
    ? ok(profileOf(voyado, sections, contact.value, labels))
    : failed({ kind: "already_member" });
};

/** v3 reads the origin from the query, v2 from headers of the same names (contracts/voyado.md 4.4). */
const createRequest = (voyado: Voyado, person: Person, call: CrmCall): VoyadoRequest => {
  const { settings, market } = voyado;
  const storeExternalId = call.storeId ?? person.storeIdHome;
  const origin = {
    source: settings.source,
    ...(storeExternalId === undefined || storeExternalId === "" ? {} : { storeExternalId }),
    createAsUnapproved: "false",
  };
  return {
    route: routeOf("create", settings),
    body: createBody(person, settings, market),
    ...(versionOf("create", settings) === "v3" ? { query: origin } : { headers: origin }),
  };
};

/** Writes what the till changed; with nothing changed it only reads. */
export const update = async (
  voyado: Voyado,
  sections: readonly SectionConfig[],
  contactId: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Profile> => {
  if (!isPathId(contactId)) return failed(unknownContact);
  const body = updateBody(changes, before, voyado.settings);
  if (Object.keys(body).length === 0) return get(voyado, sections, contactId, call);

  const request = { route: routeOf("update", voyado.settings), path: { contactId }, body };
  const [reply, labels] = await Promise.all([
    voyado.send(request, call),
    readLabels(voyado, contactId, call),
  ]);
  const meaning = { notFound: unknownContact, conflict: { kind: "already_member" } } as const;
  const written = confirmed(reply, meaning, voyado.now());
  if (!written.ok) return written;
  const answered = parseContact(written.value.json);
  const contact =
    answered !== undefined && attributesAreIn(answered)
      ? ok(answered)
      : await read(voyado, contactId, call);
  return contact.ok
    ? ok(profileOf(voyado, sections, contact.value, labels))
    : failed(unclear(written.value));
};

/** After a 2xx the write has happened, whatever became of reading it back. */
const unclear = (reply: Reply): CrmFailure => ({
  kind: "unreadable",
  detail: `${reply.what}: HTTP ${reply.status}, written but not read back`,
});

const attributesAreIn = (contact: Contact): boolean =>
  "attributes" in contact.root ||
  ["email", "mobilePhone", "firstName"].some((name) => textAttribute(contact, name) !== undefined);
