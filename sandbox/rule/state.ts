import { type Json, type JsonObject, parseJson, toJson } from "../json.ts";
import type { FieldRecord, Subscriber } from "./model.ts";
import { inOrder, type RuleStore } from "./store.ts";
import { suppressionsOf, tagsView } from "./views.ts";

/** Everything there is, with names beside ids; times and numbers of the requests are in `writes` and `changes`. */
export function stateOf(store: RuleStore): JsonObject {
  const rows = (all: { id: number }[]): Json => inOrder(all).map(toJson);
  return {
    counts: counts(store),
    subscribers: inOrder(store.subscribers.all()).map((row) => subscriberState(store, row)),
    records: inOrder(store.records.all()).map((row) => recordState(store, row)),
    groups: rows(store.groups.all()),
    tags: rows(store.tags.all()),
    segments: rows(store.segments.all()),
    preferences: rows(store.preferences.all()),
    suppressions: rows(store.suppressions.all()),
    jobs: rows(store.jobs.all()),
    changes: store.changes.all().map(toJson),
  };
}

/** How many of everything; `repeats` are records that came once more with the same values. */
export function counts(store: RuleStore): JsonObject {
  const records: Record<string, number> = {};
  const repeats: Record<string, number> = {};
  for (const { name, id } of store.groups.all()) {
    const own = store.records.all().filter(({ groupId }) => groupId === id);
    records[name] = own.length;
    repeats[name] = own.filter(({ repeatOf }) => repeatOf !== null).length;
  }
  return {
    subscribers: store.subscribers.size,
    records,
    repeats,
    tags: store.tags.size,
    suppressions: store.suppressions.size,
    jobsWaiting: store.jobs.by("waiting", "yes").length,
    jobs: store.jobs.size,
    changes: store.changes.size,
  };
}

/** A subscriber as a test reads it: overwriting groups by `Group.Field`, JSON decoded. */
export function subscriberState(store: RuleStore, row: Subscriber): JsonObject {
  const fields: JsonObject = {};
  for (const record of store.records.by("subscriber", String(row.id))) {
    if (record.historical) continue;
    const group = store.groups.get(String(record.groupId))?.name ?? "";
    const values = recordState(store, record)["values"] as JsonObject;
    for (const [name, value] of Object.entries(values)) fields[`${group}.${name}`] = value;
  }
  return {
    ...toJson(row),
    tags: tagsView(store, row).map(({ name }) => name ?? null),
    suppressions: suppressionsOf(store, row).map(toJson),
    fields,
  };
}

/** A record with the names of group and fields, JSON decoded; `writes` keep every version that came. */
export function recordState(store: RuleStore, record: FieldRecord): JsonObject {
  const group = store.groups.get(String(record.groupId));
  const named = (values: FieldRecord["values"]): JsonObject =>
    Object.fromEntries(
      Object.entries(values).map(([id, value]) => {
        const field = group?.fields.find((one) => String(one.id) === id);
        const decoded =
          field?.type === "json" && typeof value === "string" ? parseJson(value) : undefined;
        return [field?.name ?? id, decoded ?? value];
      }),
    );
  return {
    ...toJson(record),
    group: group?.name ?? "",
    values: named(record.values),
    writes: record.writes.map((write) => ({ ...write, values: named(write.values) })),
  };
}
