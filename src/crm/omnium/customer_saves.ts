import { type CrmFailure, mayHaveActed } from "../../model/crm_failure.ts";
import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Omnium } from "./client.ts";
import { joinClub } from "./club.ts";
import { consentsChanged, createBody, hasNewAddress, patchOf } from "./customer_bodies.ts";
import { profileOf } from "./customer_mapping.ts";
import { get, read, readMember, unknownCustomer } from "./customer_reads.ts";
import { parseCounters, parseCustomer, type WireCustomer } from "./customer_wire.ts";
import { confirmed, messageOf, readAs, typedFault } from "./errors.ts";

const alreadyMember = { kind: "already_member" } as const satisfies CrmFailure;

/** CustomerIdField: the id is that value (contracts/omnium.md 4.5); undefined where the person has none. */
const idOf = (person: Person, { settings }: Omnium): string | undefined => {
  switch (settings.customerIdField) {
    case "Email":
      return person.email;
    case "Phone":
      return person.mobile?.replace(/^\+/, "");
    case undefined:
      return crypto.randomUUID();
  }
};

const idFieldOf = ({ settings }: Omnium): "email" | "mobile" | undefined =>
  settings.customerIdField && (settings.customerIdField === "Email" ? "email" : "mobile");

/**
 * Makes a customer. After an unclear answer the id tells whether it was made: it is ours.
 * @param link the contact in Voyado, and the id to take: the same twice makes no second customer.
 */
export const create = async (
  omnium: Omnium,
  person: Person,
  call: CrmCall,
  link: { readonly voyadoContact?: string; readonly customerId?: string } = {},
): CrmOutcome<Profile> => {
  const field = idFieldOf(omnium);
  const customerId =
    field === undefined ? (link.customerId ?? idOf(person, omnium)) : idOf(person, omnium);
  if (customerId === undefined || customerId === "")
    return failed({
      kind: "invalid_fields",
      fields: [{ field: field ?? "", message: "is the customer's id, and must be filled in" }],
    });
  const customerNumber = await nextNumber(omnium, call);
  if (!customerNumber.ok) return customerNumber;
  const storeId = call.storeId ?? person.storeIdHome;
  const body = createBody(
    customerId,
    person,
    { storeId, customerNumber: customerNumber.value, voyadoContact: link.voyadoContact },
    omnium,
  );
  const reply = await omnium.send({ route: "POST /PrivateCustomers", body }, call);
  const written = confirmed(reply, { conflict: alreadyMember, typed: true }, omnium.now());
  // Whoever has the id that CustomerIdField makes may be somebody else.
  if (!written.ok && !(mayHaveActed(written.failure) && field === undefined)) return written;
  const answered = written.ok ? parseCustomer(written.value.json) : undefined;
  const customer = answered === undefined ? await read(omnium, customerId, call) : ok(answered);
  if (!customer.ok) return written.ok ? failed(notReadBack) : written;
  if (!omnium.settings.joinClub) return ok(profileOf(customer.value, undefined, omnium));
  const member = await joinClub(omnium, customer.value, call);
  const wire = { ...customer.value, isCustomerClubMember: member !== undefined };
  return ok(profileOf(wire, member, omnium));
};

/** After a 2xx the write has happened, whatever became of reading it back. */
const notReadBack: CrmFailure = { kind: "unreadable", detail: "omnium: written, not read back" };

const nextNumber = async (omnium: Omnium, call: CrmCall): CrmOutcome<string | undefined> => {
  if (!omnium.settings.numberSeries) return ok(undefined);
  const reply = await omnium.send(
    {
      route: "GET /PrivateCustomers/GetNextCustomerNumber",
      query: { marketId: omnium.settings.marketId },
    },
    call,
  );
  // A bare text, as JSON or not (assumed).
  return readAs(
    reply.ok ? ok({ ...reply.value, json: reply.value.json ?? reply.value.text }) : reply,
    (json) => /^\w[\w-]{0,49}$/.exec(String(json))?.[0],
    {},
    omnium.now(),
  );
};

/** Two writers at once: read, apply again (contracts/omnium.md 3). */
const patchTries = 3;

/** Writes what the till changed, consents each by its own call; with nothing changed it only reads. */
export const update = async (
  omnium: Omnium,
  customerId: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const field = idFieldOf(omnium);
  const key = field === undefined ? undefined : changes[field];
  if (field !== undefined && key !== undefined && key !== (before[field] ?? ""))
    return failed({
      kind: "invalid_fields",
      fields: [{ field, message: "is the customer's id in the CRM, and is changed there" }],
    });
  const patched = await patch(omnium, customerId, changes, before, call);
  if (!patched.ok) return patched;
  for (const body of consentsChanged(changes, before, omnium)) {
    const request = {
      route: "POST /PrivateCustomers/Consents",
      query: { customerId },
      body,
    } as const;
    const reply = await omnium.send(request, call);
    const posted = confirmed(reply, { notFound: unknownCustomer, typed: true }, omnium.now());
    if (!posted.ok) return posted;
  }
  return rejoined(omnium, customerId, call);
};

/** A member who should have joined when they were made, and could not, joins now. */
const rejoined = async (omnium: Omnium, customerId: string, call: CrmCall): CrmOutcome<Profile> => {
  if (!omnium.settings.joinClub) return get(omnium, customerId, call);
  const customer = await read(omnium, customerId, call);
  if (!customer.ok) return customer;
  const member =
    customer.value.isCustomerClubMember === true
      ? await readMember(omnium, customerId, call)
      : await joinClub(omnium, customer.value, call);
  return ok(profileOf(customer.value, member, omnium));
};

const patch = async (
  omnium: Omnium,
  customerId: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  for (let tries = 1; ; tries += 1) {
    let held: WireCustomer["address"];
    if (hasNewAddress(changes, before)) {
      const customer = await read(omnium, customerId, call);
      if (!customer.ok) return customer;
      held = customer.value.address;
    }
    const members = patchOf(changes, before, held, omnium);
    if (Object.keys(members).length === 0) return ok({});
    const body = { customerId, ...members };
    const route = "PATCH /PrivateCustomers/PatchPrivateCustomer";
    const reply = await omnium.send({ route, body }, call);
    if (reply.ok && reply.value.status === 409 && tries < patchTries) continue;
    const meaning = { notFound: unknownCustomer, typed: true } as const;
    const written = confirmed(reply, meaning, omnium.now());
    if (!written.ok) return written;
    // With status 200 a PATCH may still have failed (contracts/omnium.md 4.1).
    const counters = parseCounters(written.value.json);
    if ((counters?.notFoundCount ?? 0) > 0) return failed(unknownCustomer);
    if ((counters?.errorCount ?? 0) > 0) return failed(typedFault(messageOf(written.value)));
    return ok({});
  }
};
