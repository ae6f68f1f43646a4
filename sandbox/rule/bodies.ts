import * as z from "zod";
import { isObject, type Json } from "../json.ts";
import { Problems, refusal, type Version } from "./errors.ts";
import { validEmail } from "./identifiers.ts";
import { FIELD_TYPES, MESSAGE_TYPES, STATUSES } from "./model.ts";
import type { Profile } from "./profile.ts";

const email = z.string().refine(validEmail, "The email is not a valid email address.").nullish();
// ISO 639-1 on v2, a language tag on v3 (published); both are read the same way here.
const language = z
  .string()
  .regex(/^[a-z]{2}(-[A-Z]{2})?$/, "The language is not valid.")
  .nullish();
const phone = z.string().nullish();
/** Names or ids; empty and repeated ones are refused (published). */
const tags = z
  .array(z.union([z.string().trim().min(1), z.int().positive()]))
  .min(1, "Tags must not be empty.")
  .refine((all) => new Set(all.map(String)).size === all.length, "Tags must not be repeated.");
const identifier = z.union([z.string().min(1), z.int().positive()]);

function schemas(strict: boolean) {
  // Both make the same type; only what they do with a field that nobody named differs.
  const object = (strict ? z.strictObject : z.object) as typeof z.object;
  const apikey = z.string().optional();
  const field = object({ key: z.string(), value: z.json(), type: z.enum(FIELD_TYPES).optional() });
  const fields = z.array(field).optional();
  const entry = object({ email, phone_number: phone, language, fields });
  const oneKey = (who: object): boolean => Object.keys(who).length === 1;
  const who = object({
    email: z.string().min(1).optional(),
    phone_number: z.string().min(1).optional(),
    id: z.int().positive().optional(),
    custom_identifier: z.string().min(1).optional(),
  }).refine(oneKey, "Name a subscriber by exactly one identifier.");
  const whoV2 = object({
    email: z.string().min(1).optional(),
    phone_number: z.string().min(1).optional(),
    id: z.int().positive().optional(),
  }).refine(oneKey, "Name a subscriber by exactly one of email, phone_number and id.");
  const subscribers = z.array(who).min(1, "Subscribers must not be empty.");
  const callback_url = z.url().optional();
  const channels = z.array(z.enum(MESSAGE_TYPES)).min(1);
  const value = object({
    field: identifier,
    create_if_not_exists: z.boolean().optional(),
    value: z.json(),
  });
  return {
    upsert: object({
      apikey,
      update_on_duplicate: z.boolean().optional(),
      automation: z.union([z.literal(false), z.enum(["reset", "force"])]).optional(),
      sync_subscribers: z.boolean().optional(),
      fields_clear: z.boolean().optional(),
      auto_create_tags: z.boolean().optional(),
      auto_create_fields: z.boolean().optional(),
      async: z.boolean().optional(),
      require_opt_in: z.boolean().optional(),
      language,
      tags: tags.optional(),
      subscribers: z.union([entry, z.array(entry).min(1)]),
    }),
    update: object({ apikey, email, phone_number: phone, language, fields }),
    deleteMany: object({ apikey, subscribers: z.array(whoV2).min(1) }),
    create: object({
      email,
      phone_number: phone,
      custom_identifier: z.string().min(1).nullish(),
      status: z.enum(STATUSES).optional(),
      language,
    }),
    addTags: object({ apikey, tags }),
    putTags: object({
      tags,
      automation: z.enum(["send", "force", "reset"]).optional(),
      sync_subscriber: z.boolean().optional(),
    }),
    manyTags: object({ subscribers, tags, callback_url }),
    block: object({ subscribers, callback_url }),
    suppress: object({ subscribers, message_types: channels.optional(), callback_url }),
    suppressV2: object({
      apikey,
      subscribers: z.array(whoV2).min(1),
      // The write side says `transaction`, the read side `transactional` (published).
      suppress_on: object({
        campaign: channels.optional(),
        transaction: channels.optional(),
      }).nullish(),
    }),
    preferences: object({
      apikey,
      preferences: z
        .array(object({ preference_id: z.int().positive(), is_opted_in: z.boolean() }))
        .min(1),
    }),
    customizations: object({
      apikey,
      fields: z
        .array(object({ key: z.string(), type: z.enum(FIELD_TYPES).optional() }))
        .min(1, "Fields must not be empty."),
    }),
    writeData: object({
      groups: z
        .array(
          object({
            group: identifier,
            create_if_not_exists: z.boolean().optional(),
            historical: z.boolean().optional(),
            values: z.array(value).min(1),
          }),
        )
        .min(1),
    }),
    patchData: object({
      identifier: object({
        data_id: z.int().positive().optional(),
        group: identifier.optional(),
        field: identifier.optional(),
        value: z.string().optional(),
      }),
      values: z.array(value).min(1),
    }),
  };
}

const STRICT = schemas(true);
const LOOSE = schemas(false);
type Schemas = typeof STRICT;
export type Body<K extends keyof Schemas> = z.output<Schemas[K]>;

/** The body as the contract has it, or a refusal that points at each bad field. */
export function read<K extends keyof Schemas>(
  name: K,
  json: Json | undefined,
  version: Version,
  profile: Profile,
): Body<K> {
  const sent = isObject(json) ? json["subscribers"] : undefined;
  // Published for v2's POST and v3's suppressions; every other list is held to the same (assumed).
  if (Array.isArray(sent) && sent.length > 1000)
    throw refusal(version, 413, "TooManySubscribers", "At most 1000 subscribers in one request.");
  const parsed = (profile.unknownFields === "refuse" ? STRICT : LOOSE)[name].safeParse(json);
  if (parsed.success) return parsed.data as Body<K>;
  const problems = new Problems(version, profile);
  for (const issue of parsed.error.issues.flatMap(innermost))
    problems.add(issue.path.join(".") || "body", issue.message);
  problems.refuse();
  throw parsed.error;
}

/** A union fails as a whole; the branch that came furthest says what is really wrong. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      ...issue,
      path: [...issue.path, key],
      message: `The field ${key} is not known.`,
    }));
  if (issue.code !== "invalid_union") return [issue];
  const depth = (branch: readonly z.core.$ZodIssue[]): number =>
    Math.max(...branch.map((one) => one.path.length + (one.code === "invalid_type" ? 0 : 1)));
  const [best] = issue.errors.toSorted((a, b) => depth(b) - depth(a));
  if (best === undefined || best.length === 0) return [issue];
  return best.flatMap((one) => innermost({ ...one, path: [...issue.path, ...one.path] }));
}
