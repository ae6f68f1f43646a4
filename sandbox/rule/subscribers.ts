import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { type Body, read } from "./bodies.ts";
import { Problems, refusal, type Version } from "./errors.ts";
import { check, commit, fromKeys } from "./field_writes.ts";
import { byKey, byNumber, inPath, named } from "./find_subscriber.ts";
import type { Subscriber } from "./model.ts";
import { listed } from "./paging.ts";
import { groupedFields } from "./read_fields.ts";
import { type Cause, causeOf, inOrder, type RuleStore } from "./store.ts";
import { checkPhone, identity, made, matches } from "./identity.ts";
import { listedView, subscriberView, v3View } from "./views.ts";

export function list(store: RuleStore, call: Call, base: string): Reply {
  const rows = inOrder(store.subscribers.all()).map((row) => listedView(store, row));
  return listed(call, base, "subscribers", rows);
}

export function get(store: RuleStore, call: Call): Reply {
  return ok({ message: "Success", subscriber: subscriberView(store, inPath(store, call, "v2")) });
}

/** The path says `subscriber`, in the singular (published). */
export function fields(store: RuleStore, call: Call): Reply {
  return ok({ message: "Success", groups: groupedFields(store, inPath(store, call, "v2")) });
}

/** v2 `PUT /subscribers/{id}`: partial, numeric id, at once. */
export function update(store: RuleStore, call: Call): Reply {
  const body = read("update", call.json, "v2", store.profile);
  const subscriber = byNumber(store, call, "v2");
  const problems = new Problems("v2", store.profile);
  checkPhone(body, "", problems);
  const writes = fromKeys(body.fields ?? [], true, "", problems);
  check(store, subscriber, writes, problems);
  problems.refuse();
  if (matches(store, body).some(({ id }) => id !== subscriber.id))
    throw refusal("v2", 409, "DuplicateSubscriber", "A subscriber with this identity exists.");
  const changed = store.change(subscriber, {
    ...identity(body),
    ...(body.language ? { language: body.language } : {}),
  });
  store.note(causeOf(call), subscriber.id, "updated", {
    email: changed.email,
    phoneNumber: changed.phoneNumber,
    fields: body.fields ?? [],
  });
  commit(store, changed, writes, causeOf(call));
  return ok({ message: "Success", subscriber: subscriberView(store, changed) });
}

/** v3 `POST /subscribers`: at once. */
export function create(store: RuleStore, call: Call): Reply {
  const body = read("create", call.json, "v3", store.profile);
  const problems = new Problems("v3", store.profile);
  checkPhone(body, "", problems);
  const custom = body.custom_identifier ?? undefined;
  if (!body.email && !body.phone_number && custom === undefined)
    problems.add("email", "An email, phone number or custom identifier is required.");
  problems.refuse();
  const existing =
    matches(store, body)[0] ??
    (custom === undefined ? undefined : byKey(store, "custom_identifier", custom));
  if (existing !== undefined) refuseExisting(store);
  const members: Partial<Subscriber> = {
    ...identity(body),
    ...(custom === undefined ? {} : { customIdentifier: custom }),
    ...(body.status === undefined ? {} : { status: body.status }),
    ...(body.language ? { language: body.language } : {}),
  };
  const kept = existing === undefined ? made(store, members) : store.change(existing, members);
  store.note(causeOf(call), kept.id, existing === undefined ? "created" : "updated", {
    email: kept.email,
    phoneNumber: kept.phoneNumber,
    customIdentifier: kept.customIdentifier,
    status: kept.status,
  });
  // (assumed) 201 for a new one.
  return reply(existing === undefined ? 201 : 200, { data: v3View(store, kept) });
}

function refuseExisting(store: RuleStore): void {
  const { v3CreateExisting: how } = store.profile;
  if (how === "update") return;
  const message = "The subscriber already exists.";
  if (how === "409") throw refusal("v3", 409, "", message);
  const problems = new Problems("v3", {
    ...store.profile,
    v3ValidationStatus: how === "400" ? 400 : 422,
  });
  problems.add("email", message);
  problems.refuse();
}

export function remove(store: RuleStore, call: Call, version: Version): Reply {
  forget(store, inPath(store, call, version), causeOf(call));
  return version === "v2" ? ok({ message: "Success" }) : reply(204);
}

/** v2 `DELETE /subscribers`: at once, and who is unknown is passed over (assumed). */
export function removeMany(store: RuleStore, call: Call): Reply {
  const { subscribers }: Body<"deleteMany"> = read("deleteMany", call.json, "v2", store.profile);
  for (const who of subscribers) {
    const subscriber = named(store, who);
    if (subscriber !== undefined) forget(store, subscriber, causeOf(call));
  }
  return ok({ message: "Success" });
}

export function forget(
  store: RuleStore,
  { id, email, phoneNumber }: Subscriber,
  cause: Cause,
): void {
  const own = String(id);
  for (const row of store.records.by("subscriber", own)) store.records.delete(String(row.id));
  for (const row of store.suppressions.by("subscriber", own))
    store.suppressions.delete(String(row.id));
  store.subscribers.delete(own);
  store.note(cause, id, "deleted", { email, phoneNumber });
}
