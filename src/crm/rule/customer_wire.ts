import * as z from "zod/mini";
import { idText, optionalText, orUndefined, parseEach } from "../wire_values.ts";

const tagSchema = z.looseObject({ name: optionalText });
const suppressionSchema = z.looseObject({
  dispatcher_type: optionalText,
  message_type: optionalText,
  suppressed_source_type: optionalText,
});
const list = orUndefined(z.array(z.unknown()));

/** v2 `GET /subscribers/{id}`, and what a single write answers (contracts/rule.md 4). */
const subscriberSchema = z.looseObject({
  id: idText,
  email: optionalText,
  phone_number: optionalText,
  custom_identifier: optionalText,
  opted_in: orUndefined(z.boolean()),
  created_at: optionalText,
  updated_at: optionalText,
  tags: list,
  suppressed: list,
});

export type Subscriber = {
  readonly id: string;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly customIdentifier?: string | undefined;
  readonly optedIn?: boolean | undefined;
  readonly createdAt?: string | undefined;
  readonly updatedAt?: string | undefined;
  readonly tags: readonly string[];
  /** Of campaigns: what is transactional is no marketing. */
  readonly suppressions: readonly Suppression[];
};
export type Suppression = {
  readonly messageType: string;
  /** user, admin, spam or api. */
  readonly source: string;
};

/** Rule's own ids are numbers; anything else names nobody, and need not be asked for. */
export const isRuleId = (id: string): boolean => /^\d{1,18}$/.test(id);

export const parseSubscriber = (json: unknown): Subscriber | undefined => {
  const parsed = z.looseObject({ subscriber: subscriberSchema }).safeParse(json);
  if (!parsed.success || !isRuleId(parsed.data.subscriber.id)) return undefined;
  const wire = parsed.data.subscriber;
  return {
    id: wire.id,
    email: wire.email,
    phone: wire.phone_number,
    customIdentifier: wire.custom_identifier,
    optedIn: wire.opted_in,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
    tags: parseEach(tagSchema, wire.tags ?? []).flatMap(({ name }) => name ?? []),
    suppressions: parseEach(suppressionSchema, wire.suppressed ?? [])
      .filter((one) => one.dispatcher_type === "campaign")
      .map((one) => ({
        messageType: one.message_type ?? "",
        source: one.suppressed_source_type ?? "",
      })),
  };
};

const fieldSchema = z.looseObject({
  name: z.string(),
  type: optionalText,
  value: z.optional(z.unknown()),
});
const groupsSchema = z.looseObject({
  groups: z.array(
    z.looseObject({
      name: z.string(),
      historical: orUndefined(z.boolean()),
      fields: z.array(z.unknown()),
    }),
  ),
});

export type Field = { readonly type?: string | undefined; readonly value: unknown };
/** By `Group.Field`. Of a historical group, the first record that is listed. */
export type Fields = ReadonlyMap<string, Field>;

export const parseFields = (json: unknown): Fields | undefined => {
  const parsed = groupsSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const fields = new Map<string, Field>();
  for (const group of parsed.data.groups)
    for (const { name, type, value } of parseEach(fieldSchema, group.fields)) {
      const key = `${group.name}.${name}`;
      if (!fields.has(key)) fields.set(key, { type, value });
    }
  return fields;
};

/** A subscriber with their fields: two calls (contracts/rule.md 4). */
export type Read = {
  readonly subscriber: Subscriber;
  readonly fields: Fields;
  /** Preferences that are opted in; empty where no consent of the tenant's is one. */
  readonly preferences: readonly number[];
};

const preferencesSchema = z.looseObject({ preferences: z.array(z.unknown()) });
const preferenceSchema = z.looseObject({ preference_id: idText, is_opted_in: z.boolean() });

export const parsePreferences = (json: unknown): number[] | undefined => {
  const parsed = preferencesSchema.safeParse(json);
  if (!parsed.success) return undefined;
  return parseEach(preferenceSchema, parsed.data.preferences)
    .filter((one) => one.is_opted_in)
    .map((one) => Number(one.preference_id));
};
