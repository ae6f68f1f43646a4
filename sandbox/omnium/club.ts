import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { blankMember, patchRequest, saved, withList, withPatch } from "./club_member.ts";
import { memberView } from "./club_view.ts";
import { accepted, creatable, customerWith } from "./customer_rules.ts";
import { newCustomer, replaced } from "./customers.ts";
import { Refused } from "./errors.ts";
import type { Customer, Member } from "./model.ts";
import { required } from "./query.ts";
import { consent } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

const consentList = z.array(consent);

export function read(store: OmniumStore, call: Call): Reply {
  return ok(memberView(store, memberOf(store, call)));
}

/** `.../Add`: approved at once (published). */
export function add(store: OmniumStore, call: Call): Reply {
  return joined(store, call, { approved: store.clock.iso() });
}

/** `.../AddPending?storeId&phone`: not approved until consents are updated; without a phone the id is one (published). */
export function addPending(store: OmniumStore, call: Call): Reply {
  const storeId = required(call, "storeId");
  const phone = call.query.get("phone") ?? call.params["customerId"] ?? "";
  return joined(store, call, { approved: null, storeId }, { phone });
}

/** `.../AddWithConsentList?salesPersonId`. */
export function addWithConsents(store: OmniumStore, call: Call): Reply {
  const given = bodyOf(call, consentList, store.profile) as JsonObject[];
  return joined(store, call, {
    approved: store.clock.iso(),
    salesPersonId: call.query.get("salesPersonId"),
    ...withList(undefined, given),
  });
}

export function addWithPatch(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, patchRequest, store.profile);
  return joined(store, call, { approved: store.clock.iso(), ...withPatch(undefined, body) });
}

/** `.../UpdateConsentList`: (assumed) consents not named stay; it approves a pending member (published). */
export function updateConsents(store: OmniumStore, call: Call): Reply {
  const given = bodyOf(call, consentList, store.profile) as JsonObject[];
  const old = memberOf(store, call);
  return saved(store, call, {
    ...old,
    ...withList(old, given),
    approved: old.approved ?? store.clock.iso(),
  });
}

/** `.../UpdatedWithPatchRequest`, spelled so (published). */
export function updateWithPatch(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, patchRequest, store.profile);
  const old = memberOf(store, call);
  return saved(store, call, {
    ...old,
    ...withPatch(old, body),
    approved: old.approved ?? store.clock.iso(),
  });
}

/** The list replaces the one before (published). */
export function updateInterests(store: OmniumStore, call: Call): Reply {
  const interests = bodyOf(call, z.array(z.string()), store.profile);
  return saved(store, call, { ...memberOf(store, call), interests });
}

export function remove(store: OmniumStore, call: Call): Reply {
  const { customerId } = memberOf(store, call);
  store.members.delete(customerId);
  store.index.members.delete(customerId);
  flagged(store, customerWith(store, customerId), false, call);
  return { status: 204 };
}

function memberOf(store: OmniumStore, call: Call): Member {
  const { customerId } = customerWith(store, call.params["customerId"] ?? "");
  const member = store.members.get(customerId);
  if (member === undefined) throw new Refused(404, `${customerId} is no club member.`);
  return member;
}

/** The customer is made when it is not there (published). Joining again changes nothing, or is 409 (assumed). */
function joined(
  store: OmniumStore,
  call: Call,
  start: Partial<Member>,
  fields: JsonObject = {},
): Reply {
  const customerId = call.params["customerId"] ?? "";
  const again = store.members.get(customerId);
  if (again !== undefined && store.profile.clubAddTwice === "409")
    throw new Refused(409, `${customerId} is a club member already.`);
  if (again !== undefined) return saved(store, call, again);
  const customer =
    store.customers.get(customerId) === undefined
      ? made(store, call, customerId, fields)
      : customerWith(store, customerId);
  flagged(store, customer, true, call);
  const approved = start.approved !== null;
  const blank = blankMember(store, customer);
  return saved(store, call, {
    ...blank,
    ...start,
    storeId: start.storeId ?? blank.storeId,
    consents: { ...(start.consents ?? blank.consents), approvedConsents: approved },
  });
}

function made(store: OmniumStore, call: Call, customerId: string, given: JsonObject): Customer {
  const fields = accepted(store.profile, given);
  const id = creatable(store, customerId, fields);
  return store.saveCustomer(newCustomer(store, id, fields, store.stamp(call)));
}

function flagged(store: OmniumStore, customer: Customer, isMember: boolean, call: Call): void {
  const fields = { ...customer.fields, isCustomerClubMember: isMember };
  store.saveCustomer(replaced(store, customer, fields, call));
}
