import type { Json } from "../json.ts";
import type { Problems } from "./errors.ts";
import { bytesOf, fieldValue, GROUP_BYTES, typeOf } from "./field_values.ts";
import { add, current, overwrite } from "./field_records.ts";
import type { FieldType, Group, Subscriber } from "./model.ts";
import { fieldOf, groupOf, makeField, makeGroup, splitKey } from "./schema.ts";
import type { Cause, RuleStore } from "./store.ts";

export interface ValueWrite {
  /** Name or id. */
  field: string | number;
  create: boolean;
  type?: FieldType | undefined;
  value: Json;
  /** Where it stands in the request, for the refusal. */
  at: string;
}

/** One group as v2 and v3 write it, whatever their spelling. */
export interface GroupWrite {
  group: string | number;
  create: boolean;
  historical: boolean | undefined;
  values: ValueWrite[];
}

/** v2: `[{key: "Group.Field", value, type}]`. */
export function fromKeys(
  fields: readonly { key: string; value: Json; type?: FieldType | undefined }[],
  create: boolean,
  at: string,
  problems: Problems,
): GroupWrite[] {
  const writes = new Map<string, GroupWrite>();
  for (const [index, { key, value, type }] of fields.entries()) {
    const names = splitKey(key);
    if (names === undefined) {
      problems.add(
        `${at}fields.${index}.key`,
        "The key must be Group.Field, without further dots.",
      );
      continue;
    }
    const [group, field] = names;
    const write = writes.get(group) ?? { group, create, historical: undefined, values: [] };
    write.values.push({ field, create, type, value, at: `${at}fields.${index}` });
    writes.set(group, write);
  }
  return [...writes.values()];
}

/** Whether a write of this group adds a record. */
function adds(store: RuleStore, group: Group | undefined, write: GroupWrite): boolean {
  const asked = write.historical ?? group?.historical ?? false;
  return store.profile.historicalBy === "group" ? (group?.historical ?? asked) : asked;
}

/** Everything that would refuse the write; nothing is written yet. */
export function check(
  store: RuleStore,
  subscriber: Subscriber | undefined,
  writes: readonly GroupWrite[],
  problems: Problems,
): void {
  for (const write of writes) {
    const group = groupOf(store, write.group);
    if (group === undefined && !write.create) continue;
    if (group === undefined && badName(write.group))
      problems.add(
        write.values[0]?.at ?? "groups",
        "The group name must not be empty, dotted or an unknown id.",
      );
    const old =
      group === undefined || subscriber === undefined || adds(store, group, write)
        ? undefined
        : current(store, subscriber, group);
    checkValues(store, group, write.values, old?.values ?? {}, problems);
  }
}

export function checkValues(
  store: RuleStore,
  group: Group | undefined,
  values: readonly ValueWrite[],
  before: Record<string, string | string[]>,
  problems: Problems,
): void {
  const merged = new Map(Object.entries(before));
  for (const { field, create, type, value, at } of values) {
    const known = group === undefined ? undefined : fieldOf(group, field);
    if (known === undefined && !create) continue;
    if (known === undefined && badName(field))
      problems.add(at, "The field name must not be empty, dotted or an unknown id.");
    if (known !== undefined && type !== undefined && type !== known.type)
      problems.add(`${at}.type`, `The field has the type ${known.type}.`);
    const kept = fieldValue(known?.type ?? type ?? typeOf(value), value, store.profile);
    if ("problem" in kept) problems.add(`${at}.value`, kept.problem);
    else merged.set(String(known?.id ?? field), kept.value);
  }
  if (bytesOf([...merged.values()]) >= GROUP_BYTES)
    problems.add(
      values[0]?.at ?? "values",
      `The values of ${group?.name ?? "the group"} must stay under 65 KiB.`,
    );
}

/** Unknown groups and fields without `create` are dropped without a word (published); the audit keeps their names. */
export function commit(
  store: RuleStore,
  subscriber: Subscriber,
  writes: readonly GroupWrite[],
  cause: Cause,
): void {
  for (const write of writes) {
    const known = groupOf(store, write.group);
    if (known === undefined && !write.create) {
      store.note(cause, subscriber.id, "dropped", { group: write.group });
      continue;
    }
    const adding = adds(store, known, write);
    const group = known ?? makeGroup(store, String(write.group), adding);
    const values = keptValues(store, subscriber, group.id, write.values, cause);
    if (Object.keys(values).length === 0) continue;
    const old = adding ? undefined : current(store, subscriber, group);
    if (old === undefined) add(store, subscriber, group.id, adding, values, cause);
    else overwrite(store, old, values, cause);
  }
}

export function keptValues(
  store: RuleStore,
  subscriber: Subscriber,
  groupId: number,
  writes: readonly ValueWrite[],
  cause: Cause,
): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const { field, create, type, value } of writes) {
    const group = store.groups.get(String(groupId));
    const known = group === undefined ? undefined : fieldOf(group, field);
    if (known === undefined && !create) {
      store.note(cause, subscriber.id, "dropped", { group: group?.name ?? groupId, field });
      continue;
    }
    const made = known ?? makeField(store, groupId, String(field), type ?? typeOf(value));
    const kept = fieldValue(made.type, value, store.profile);
    if ("value" in kept) values[String(made.id)] = kept.value;
  }
  return values;
}

/** Digits alone are an id, and an unknown id cannot be made. */
function badName(name: string | number): boolean {
  return /^\s*$|\.|^\d+$/.test(String(name));
}
