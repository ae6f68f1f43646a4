import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Match, Profile, SearchKey } from "../port.ts";
import type { Rule } from "./client.ts";
import { placeOf } from "./consents.ts";
import { profileOf } from "./customer_mapping.ts";
import {
  isRuleId,
  parseFields,
  parsePreferences,
  parseSubscriber,
  type Read,
  type Subscriber,
} from "./customer_wire.ts";
import { readAs } from "./errors.ts";
import { errorPercent, keepRead, readOfRequest } from "./session.ts";

export const unknownSubscriber = { kind: "customer_not_found" } as const satisfies CrmFailure;

/** One below the ceiling's neighbourhood: here a search that misses could block all tills (contracts/rule.md 3). */
const searchStopsAt = 45;
const identifiedBy = {
  mobile: "phone_number",
  email: "email",
  member_number: "custom_identifier",
} as const;

/** By exact value; personal ids are not searchable (contracts/rule.md 7, seed). */
export const search = async (
  rule: Rule,
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  if (key.by === "personal_id") return ok(undefined);
  if (key.by === "customer_id") {
    const profile = await get(rule, key.value, call);
    if (profile.ok) return ok({ id: profile.value.customer.id, profile: profile.value });
    return profile.failure.kind === "customer_not_found" ? ok(undefined) : profile;
  }
  const { session, now } = rule;
  const missKey = `${key.by} ${key.value}`;
  if (session.misses.get(missKey) === true) return ok(undefined);
  if (errorPercent(session, now()) >= searchStopsAt) return failed({ kind: "rate_limited" });
  const found = await readSubscriber(rule, identifiedBy[key.by], key.value, call);
  if (!found.ok) {
    const { kind } = found.failure;
    // v2 is published without custom_identifier, and may refuse it; the gateway's index is asked beside.
    const isNobody = kind === "customer_not_found" || kind === "invalid_fields";
    if (isNobody) session.misses.set(missKey, true);
    return isNobody ? ok(undefined) : found;
  }
  const read = await complete(rule, found.value, call);
  return read.ok ? ok({ id: found.value.id, profile: profileOf(read.value, rule) }) : read;
};

export const get = async (rule: Rule, id: string, call: CrmCall): CrmOutcome<Profile> => {
  const read = await readCustomer(rule, id, call);
  return read.ok ? ok(profileOf(read.value, rule)) : read;
};

/** As read for this very request, else anew. */
export const readCustomer = async (rule: Rule, id: string, call: CrmCall): CrmOutcome<Read> => {
  if (!isRuleId(id)) return failed(unknownSubscriber);
  const kept = readOfRequest(rule.session, call.requestId, id);
  if (kept !== undefined) return ok(kept);
  const rest = readRest(rule, id, call);
  const subscriber = await readSubscriber(rule, "id", id, call);
  const more = await rest;
  if (!subscriber.ok) return subscriber;
  return more.ok ? ok(keep(rule, { subscriber: subscriber.value, ...more.value }, call)) : more;
};

const complete = async (rule: Rule, subscriber: Subscriber, call: CrmCall): CrmOutcome<Read> => {
  const more = await readRest(rule, subscriber.id, call);
  return more.ok ? ok(keep(rule, { subscriber, ...more.value }, call)) : more;
};

const keep = (rule: Rule, read: Read, call: CrmCall): Read => {
  keepRead(rule.session, call.requestId, read);
  return read;
};

const readSubscriber = async (
  rule: Rule,
  by: string,
  value: string,
  call: CrmCall,
): CrmOutcome<Subscriber> =>
  readAs(
    await rule.send(
      {
        route: "GET /v2/subscribers/{value}",
        path: { value },
        query: { identified_by: by },
      },
      call,
    ),
    parseSubscriber,
    { notFound: unknownSubscriber },
    rule.now(),
  );

/** What the subscriber itself does not show. Without fields nobody could tell what an edit changes. */
const readRest = async (
  rule: Rule,
  id: string,
  call: CrmCall,
): CrmOutcome<Omit<Read, "subscriber">> => {
  const meaning = { notFound: unknownSubscriber };
  const ask = { path: { id }, query: { identified_by: "id" } };
  const hasPreferences = rule.settings.consents.some((one) => placeOf(one) === "preference");
  const [fieldsReply, preferencesReply] = await Promise.all([
    // The path says `subscriber`, in the singular (contracts/rule.md 4).
    rule.send({ ...ask, route: "GET /v2/subscriber/{id}/fields" }, call),
    hasPreferences
      ? rule.send({ ...ask, route: "GET /v2/subscribers/{id}/preferences" }, call)
      : undefined,
  ]);
  const fields = readAs(fieldsReply, parseFields, meaning, rule.now());
  if (!fields.ok) return fields;
  const preferences =
    preferencesReply === undefined
      ? ok([])
      : readAs(preferencesReply, parsePreferences, meaning, rule.now());
  return preferences.ok
    ? ok({ fields: fields.value, preferences: preferences.value })
    : preferences;
};
