import * as z from "zod";
import type { Json } from "../json.ts";
import { add, overwrite } from "./field_records.ts";
import { byKey } from "./find_subscriber.ts";
import {
  FIELD_TYPES,
  type FieldRecord,
  type FieldType,
  type Group,
  MESSAGE_TYPES,
  STATUSES,
  type Subscriber,
} from "./model.ts";
import { fieldOf, groupOf, makeField, makeGroup, splitKey } from "./schema.ts";
import type { Cause, RuleStore } from "./store.ts";
import { suppress } from "./suppressions.ts";
import { makeTag, tagOf } from "./tags.ts";
import { made } from "./identity.ts";

/** Rows made from little, for seeds and tests; no vendor rule applies, so that a test can put broken data too. */

const BY_HAND: Cause = { seq: 0, call: "control" };

export const suppressionInput = z.strictObject({
  messageTypes: z
    .array(z.enum(MESSAGE_TYPES))
    .min(1)
    .default([...MESSAGE_TYPES]),
  dispatcherType: z.enum(["campaign", "transactional"]).default("campaign"),
  sourceType: z.enum(["user", "admin", "spam", "api"]).default("user"),
});

const subscriberMembers = z.strictObject({
  email: z.string().nullable().optional(),
  phoneNumber: z.string().nullable().optional(),
  customIdentifier: z.string().nullable().optional(),
  language: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  optedIn: z.boolean().optional(),
  createdAt: z.string().optional(),
  /** Names; they replace what is there. */
  tags: z.array(z.string()).optional(),
  /** Preference id to yes or no; they replace what is there. */
  preferences: z.record(z.string(), z.boolean()).optional(),
  /** `Group.Field` to value; what is not text is encoded as its field's type wants it. They merge. */
  fields: z.record(z.string(), z.json()).optional(),
  suppressions: z.array(suppressionInput).optional(),
});
const subscriberInput = subscriberMembers.extend({ id: z.int().positive().optional() });
export type SubscriberInput = z.input<typeof subscriberInput>;

export function addSubscriber(store: RuleStore, input: unknown): Subscriber {
  const { id, ...rest } = subscriberInput.parse(input);
  const bare = made(store, id === undefined ? {} : { id });
  return changeSubscriber(store, bare, rest);
}

export function changeSubscriber(store: RuleStore, row: Subscriber, input: unknown): Subscriber {
  const { tags, preferences, fields, suppressions, ...members } = subscriberMembers.parse(input);
  const kept = store.change(row, {
    ...(JSON.parse(JSON.stringify(members)) as Partial<Subscriber>),
    ...(tags === undefined
      ? {}
      : { tags: tags.map((name) => (tagOf(store, name) ?? makeTag(store, name)).id) }),
    ...(preferences === undefined
      ? {}
      : {
          preferences: Object.entries(preferences).map(([key, isOptedIn]) => ({
            id: Number(key),
            isOptedIn,
          })),
        }),
  });
  for (const [key, value] of Object.entries(fields ?? {})) {
    const [group, field] = splitKey(key) ?? ["", ""];
    putValues(store, kept, groupOf(store, group) ?? makeGroup(store, group, false), {
      [field]: value,
    });
  }
  for (const { messageTypes, dispatcherType, sourceType } of suppressions ?? [])
    suppress(store, kept, dispatcherType, messageTypes, sourceType, BY_HAND);
  return kept;
}

const recordInput = z.strictObject({
  subscriberId: z.int().positive(),
  group: z.string().min(1),
  /** For a group that is not there yet. */
  historical: z.boolean().default(true),
  createdAt: z.string().optional(),
  values: z.record(z.string(), z.json()),
});
export type RecordInput = z.input<typeof recordInput>;

export function addRecord(store: RuleStore, input: unknown): FieldRecord {
  const { subscriberId, group: name, historical, createdAt, values } = recordInput.parse(input);
  const subscriber = byKey(store, "id", String(subscriberId));
  if (subscriber === undefined) throw new NoSuchRow(`subscriber ${subscriberId}`);
  const group = groupOf(store, name) ?? makeGroup(store, name, historical);
  return putValues(store, subscriber, group, values, createdAt);
}

export class NoSuchRow extends Error {}

function putValues(
  store: RuleStore,
  subscriber: Subscriber,
  group: Group,
  values: Record<string, Json>,
  createdAt?: string,
): FieldRecord {
  const raw = rawValues(store, group.id, values);
  const old = group.historical
    ? undefined
    : store.records.by("group", `${subscriber.id}/${group.id}`)[0];
  const row =
    old === undefined
      ? add(store, subscriber, group.id, group.historical, raw, BY_HAND, createdAt)
      : overwrite(store, old, raw, BY_HAND);
  // What a test puts there is there, whatever lag the API has.
  return store.records.put({ ...row, visibleFrom: 0 });
}

export function rawValues(
  store: RuleStore,
  groupId: number,
  values: Record<string, Json>,
): Record<string, string | string[]> {
  const raw: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(values)) {
    const group = store.groups.get(String(groupId));
    const known = group === undefined ? undefined : fieldOf(group, name);
    const field = known ?? makeField(store, groupId, name, guessed(value));
    const several = field.type === "multiple" && Array.isArray(value);
    raw[String(field.id)] = several ? value.map(String) : textOf(value);
  }
  return raw;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function guessed(value: Json): FieldType {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return "multiple";
  return typeof value === "object" ? "json" : "text";
}

const groupInput = z.strictObject({
  name: z.string().min(1),
  historical: z.boolean().default(false),
  fields: z.record(z.string(), z.enum(FIELD_TYPES)).default({}),
});
export type GroupInput = z.input<typeof groupInput>;

export function addGroup(store: RuleStore, input: unknown): Group {
  const { name, historical, fields } = groupInput.parse(input);
  const { id } = groupOf(store, name) ?? makeGroup(store, name, historical);
  for (const [field, type] of Object.entries(fields)) {
    const group = store.groups.get(String(id));
    if (group !== undefined && fieldOf(group, field) === undefined)
      makeField(store, id, field, type);
  }
  const whole = store.groups.get(String(id));
  if (whole === undefined) throw new NoSuchRow(`group ${id}`);
  return store.groups.put({ ...whole, historical });
}
