import * as z from "zod";
import { isObject, type JsonObject } from "../json.ts";
import { day, email, id, optIn, phone, properties, time, words } from "./field_rules.ts";
import type { Problem } from "./model.ts";
import { NOT_VALID, problemsOf } from "./problems.ts";
import type { AccountProfile } from "./profile.ts";

/** Collections of the SMS double opt-in (published, contracts/ometria.md §5). */
export const SMS_ASKS = "optin:sms";
export const SMS_CONFIRMED = "double_optin:sms";

const sms = z.strictObject({
  allow_marketing: z.boolean().nullish(),
  allow_transactional: z.boolean().nullish(),
  dt_updated_marketing: time.nullish(),
  dt_updated_transactional: time.nullish(),
});

const fields = z.strictObject({
  id,
  email: email.nullish(),
  phone_number: phone.nullish(),
  customer_id: id.nullish(),
  prefix: words,
  firstname: words,
  middlename: words,
  lastname: words,
  gender: z.enum(["m", "f", "o"]).nullish(),
  date_of_birth: day.nullish(),
  country_id: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullish(),
  timezone: words,
  store_ids: z.array(z.string()).nullish(),
  marketing_optin: optIn.nullish(),
  timestamp_acquired: time.nullish(),
  timestamp_subscribed: time.nullish(),
  timestamp_unsubscribed: time.nullish(),
  channels: z.strictObject({ sms: sms.nullish() }).nullish(),
  properties,
});

/** The double opt-in collections take identifiers, allow_marketing and its time alone (published). */
const smsFields = z.strictObject({
  id,
  customer_id: id.nullish(),
  email: email.nullish(),
  phone_number: phone,
  channels: z.strictObject({
    sms: z.strictObject({ allow_marketing: z.boolean(), dt_updated_marketing: time }),
  }),
});

/** `@profile_id` is read-only (published), so sending it is refused like any unknown field (assumed). */
const directives = z.strictObject({
  "@type": z.literal("contact"),
  "@collection": z.string().min(1).optional(),
  "@merge": z.boolean().optional(),
  "@force_optin": z.boolean().optional(),
  "@add_to_lists": z.array(z.int()).optional(),
  "@remove_from_lists": z.array(z.int()).optional(),
});

/** `given` is the record as sent, `stored` what it becomes with what was known before. */
export function contactProblems(
  profile: AccountProfile,
  given: { directives: JsonObject; fields: JsonObject },
  stored: { collection: string; fields: JsonObject },
): Problem[] {
  const ofSms = profile.smsDoubleOptIn && [SMS_ASKS, SMS_CONFIRMED].includes(stored.collection);
  return [
    ...problemsOf(directives, given.directives, profile.unknownFields),
    ...problemsOf(ofSms ? smsFields : fields, stored.fields, profile.unknownFields),
    ...identifierProblems(profile, stored.fields),
    ...forceProblems(given),
    ...listProblems(profile, given.directives),
  ];
}

/** (assumed) the smallest contact that one client accepts has an e-mail address (third party); others may do. */
function identifierProblems(profile: AccountProfile, contact: JsonObject): Problem[] {
  const names =
    profile.contactNeeds === "email" ? ["email"] : ["email", "customer_id", "phone_number"];
  return names.some((name) => typeof contact[name] === "string")
    ? []
    : [{ message: "is required", path: "root > email" }];
}

/** `@force_optin` works only together with marketing_optin (published). */
function forceProblems({
  directives: sent,
  fields: contact,
}: {
  directives: JsonObject;
  fields: JsonObject;
}): Problem[] {
  return sent["@force_optin"] === true && !isSet(contact["marketing_optin"])
    ? [{ message: "needs marketing_optin", path: "root > @force_optin" }]
    : [];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** (assumed) a list that the account does not have. */
function listProblems(profile: AccountProfile, sent: JsonObject): Problem[] {
  return ["@add_to_lists", "@remove_from_lists"].flatMap((name) => {
    const ids = sent[name];
    if (!Array.isArray(ids)) return [];
    return ids.flatMap((one, index) =>
      profile.lists.some((list) => list.id === one)
        ? []
        : [{ message: NOT_VALID, path: `root > ${name} > ${index}` }],
    );
  });
}

/** What a listing says of SMS marketing; undefined when nothing, or when it says no time. */
export function smsOf(contact: JsonObject): { allowed: boolean; atMs: number } | undefined {
  const channels = contact["channels"];
  const said = isObject(channels) ? channels["sms"] : undefined;
  if (!isObject(said)) return undefined;
  const { allow_marketing: allowed, dt_updated_marketing: at } = said;
  return typeof allowed === "boolean" && typeof at === "string"
    ? { allowed, atMs: Date.parse(at) }
    : undefined;
}
