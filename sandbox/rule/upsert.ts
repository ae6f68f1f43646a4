import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { type Body, read } from "./bodies.ts";
import { Problems, refusal } from "./errors.ts";
import { clearFields } from "./field_records.ts";
import { check, commit, fromKeys } from "./field_writes.ts";
import { checkIdentity, identity, made, matches, ownIdentity, usablePhone } from "./identity.ts";
import { later } from "./later.ts";
import type { Subscriber } from "./model.ts";
import { groupOf } from "./schema.ts";
import { type Cause, causeOf, type RuleStore } from "./store.ts";
import { addTags, type Automation, knownTags } from "./tags.ts";
import { subscriberView, suppressionsOf } from "./views.ts";

type Upsert = Body<"upsert">;
type Entry = Exclude<Upsert["subscribers"], readonly unknown[]>;

/** v2 `POST /subscribers`: one or many (contracts/rule.md §4). */
export function upsert(store: RuleStore, call: Call): Reply {
  const { apikey: _apikey, ...body } = read("upsert", call.json, "v2", store.profile);
  refuse(store, body);
  const many = Array.isArray(body.subscribers);
  const large = many && [body.subscribers].flat().length >= store.profile.bulkAsyncFrom;
  if (large || body.async === true) {
    // Acknowledged without counters, done later.
    later(store, call, "upsert", body);
    return ok({ message: "Success" });
  }
  const done = upsertAll(store, body, causeOf(call));
  const [first] = done.subscribers;
  if (!many && first !== undefined)
    return ok({ message: "Success", subscriber: subscriberView(store, first) });
  return ok({
    message: "Success",
    subscribers_created: done.created,
    subscribers_updated: done.updated,
    subscribers_suppressed: done.suppressed,
  });
}

/** Everything that refuses the whole request. */
function refuse(store: RuleStore, body: Upsert): void {
  const problems = new Problems("v2", store.profile);
  const entries = [body.subscribers].flat();
  const taken = new Set<string>();
  let duplicate = false;
  for (const [index, entry] of entries.entries()) {
    const at = Array.isArray(body.subscribers) ? `subscribers.${index}.` : "subscribers.";
    checkIdentity(entry, at, problems);
    const matched = matches(store, entry);
    const fields = fromKeys(entry.fields ?? [], body.auto_create_fields !== false, at, problems);
    check(store, matched[0], fields, problems);
    const keys = [entry.email?.toLowerCase(), usablePhone(entry)].filter(
      (key) => key !== undefined,
    );
    if (body.update_on_duplicate !== true)
      duplicate ||= matched.length > 0 || keys.some((key) => taken.has(key));
    else duplicate ||= matched.length > 1 && store.profile.upsertMatchesTwo === "409";
    for (const key of keys) taken.add(key);
  }
  problems.refuse();
  knownTags(store, body.tags ?? [], body.auto_create_tags !== false, "v2");
  if (duplicate)
    throw refusal("v2", 409, "DuplicateSubscriber", "A subscriber with this identity exists.");
}

export function upsertAll(
  store: RuleStore,
  body: Upsert,
  cause: Cause,
  skipSuppressed = Array.isArray(body.subscribers) && store.profile.bulkSkipsSuppressed,
): { created: number; updated: number; suppressed: number; subscribers: Subscriber[] } {
  const entries = [body.subscribers].flat();
  const done = { created: 0, updated: 0, suppressed: 0, subscribers: [] as Subscriber[] };
  for (const [index, entry] of entries.entries()) {
    const [matched] = matches(store, entry);
    if (skipSuppressed && matched !== undefined && isSuppressed(store, matched)) {
      store.note(cause, matched.id, "skipped", { reason: "suppressed" });
      done.suppressed += 1;
      continue;
    }
    done[matched === undefined ? "created" : "updated"] += 1;
    const run = automationOf(body, matched, index, entries.length);
    done.subscribers.push(upsertOne(store, body, entry, matched, run, cause));
  }
  return done;
}

function upsertOne(
  store: RuleStore,
  body: Upsert,
  entry: Entry,
  matched: Subscriber | undefined,
  automation: Automation | undefined,
  cause: Cause,
): Subscriber {
  const language = entry.language ?? body.language ?? undefined;
  const pending = body.require_opt_in === true;
  const subscriber =
    matched === undefined
      ? made(store, {
          ...identity(entry),
          ...(pending ? { status: "PENDING", optedIn: false } : {}),
        })
      : store.change(matched, ownIdentity(store, matched, entry));
  const kept = language === undefined ? subscriber : store.change(subscriber, { language });
  store.note(cause, kept.id, matched === undefined ? "created" : "updated", {
    email: kept.email,
    phoneNumber: kept.phoneNumber,
    fields: entry.fields ?? [],
    // How the request spelled it all, repeats and order included.
    tags: body.tags ?? [],
  });
  const nothing = new Problems("v2", store.profile);
  const writes = fromKeys(entry.fields ?? [], body.auto_create_fields !== false, "", nothing);
  if (body.fields_clear === true) {
    const named = writes.flatMap(({ group }) => groupOf(store, group)?.id ?? []);
    clearFields(store, kept, named, cause);
  }
  commit(store, kept, writes, cause);
  return body.tags === undefined ? kept : addTags(store, kept, body.tags, cause, { automation });
}

/** New people run the flows of their tags below 20 entries, or as told up to 100; matched ones only when told (published). */
function automationOf(
  body: Upsert,
  matched: Subscriber | undefined,
  index: number,
  count: number,
): Automation | undefined {
  const sync = body.sync_subscribers ?? count < 20;
  if (!sync || index >= 100) return undefined;
  if (matched === undefined) return "send";
  return body.automation === undefined || body.automation === false ? undefined : body.automation;
}

function isSuppressed(store: RuleStore, subscriber: Subscriber): boolean {
  return suppressionsOf(store, subscriber).some(
    ({ dispatcherType }) => dispatcherType === "campaign",
  );
}
