import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Match, Profile, SearchKey } from "../port.ts";
import { type Reply, succeeded } from "../reply.ts";
import type { Omnium } from "./client.ts";
import { profileOf } from "./customer_mapping.ts";
import {
  type Member,
  parseCustomer,
  parseFound,
  parseMember,
  type WireCustomer,
} from "./customer_wire.ts";
import { readAs } from "./errors.ts";
import { storedPhone } from "./phones.ts";

export const unknownCustomer = { kind: "customer_not_found" } as const satisfies CrmFailure;

/** Ids can be e-mails and phones (CustomerIdField); dots alone would climb the path. */
export const isPathId = (id: string): boolean => /^(?!\.+$).{1,200}$/.test(id);

export const read = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): CrmOutcome<WireCustomer> => {
  if (!isPathId(customerId)) return failed(unknownCustomer);
  const reply = await omnium.send(
    { route: "GET /PrivateCustomers/{customerId}", path: { customerId } },
    call,
  );
  return readAs(reply, parseCustomer, { notFound: unknownCustomer }, omnium.now());
};

const isNoMember = (reply: Reply): boolean =>
  reply.status === 404 || (succeeded(reply) && /^(null)?\s*$/.test(reply.text ?? "broken off"));

/** Who is in no club has none; what cannot be read leaves the card without tier and points. */
export const readMember = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): Promise<Member | undefined | "unread"> => {
  const reply = await omnium.send(
    { route: "GET /PrivateCustomers/{customerId}/CustomerClubMember", path: { customerId } },
    call,
  );
  // No member: 404, or an empty body (assumed).
  if (reply.ok && isNoMember(reply.value)) return undefined;
  const member = readAs(reply, parseMember, {}, omnium.now());
  if (member.ok) return member.value;
  const { kind } = member.failure;
  omnium.log("crm_part_missing", { part: "labels", failure: kind, request_id: call.requestId });
  return "unread";
};

export const get = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Profile> => {
  if (!isPathId(customerId)) return failed(unknownCustomer);
  const [customer, member] = await Promise.all([
    read(omnium, customerId, call),
    readMember(omnium, customerId, call),
  ]);
  return customer.ok ? ok(profileOf(customer.value, member, omnium)) : customer;
};

/** The filters of one search; undefined: nobody can be found by such a key here. */
const filterOf = ({ by, value }: SearchKey, omnium: Omnium): object | undefined => {
  const { personalIdProperty } = omnium.settings;
  switch (by) {
    case "mobile":
      return { phone: storedPhone(value, omnium) };
    case "email":
      return { email: value };
    case "member_number":
      return { customerNumbers: [value] };
    case "customer_id":
      return { customerId: value };
    case "personal_id":
      return personalIdProperty === undefined
        ? undefined
        : { properties: [{ key: personalIdProperty, value }] };
  }
};

/** Filters are exact; more than this many people with one key is a fault in the data. */
const mostHits = 10;

export const findAll = async (
  omnium: Omnium,
  filter: object,
  call: CrmCall,
): CrmOutcome<readonly WireCustomer[]> => {
  const body = { ...filter, page: 0, take: mostHits, isFacetsDisabled: true };
  const reply = await omnium.send({ route: "POST /PrivateCustomers/Search", body }, call);
  const found = readAs(reply, parseFound, {}, omnium.now());
  return found.ok ? ok(found.value.result.flatMap((one) => parseCustomer(one) ?? [])) : found;
};

/** Names the id alone: the search may be behind what `get` shows (contracts/omnium.md 4.4). */
export const search = async (
  omnium: Omnium,
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  if (key.by === "customer_id") {
    const profile = await get(omnium, key.value, call);
    if (profile.ok) return ok({ id: profile.value.customer.id, profile: profile.value });
    return profile.failure.kind === "customer_not_found" ? ok(undefined) : profile;
  }
  const filter = filterOf(key, omnium);
  if (filter === undefined) return ok(undefined);
  const found = await findAll(omnium, filter, call);
  if (!found.ok) return found;
  const [first, second] = found.value;
  if (first === undefined) return ok(undefined);
  return second === undefined
    ? ok({ id: first.customerId })
    : failed({ kind: "several_matches", ids: found.value.map(({ customerId }) => customerId) });
};
