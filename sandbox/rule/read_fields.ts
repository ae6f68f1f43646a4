import { type Json, type JsonObject, parseJson } from "../json.ts";
import type { Field, FieldRecord, Group, Subscriber } from "./model.ts";
import { inOrder, type RuleStore } from "./store.ts";

/** Records that reads and searches know, newest first. */
export function visible(store: RuleStore, subscriber: Subscriber, group?: Group): FieldRecord[] {
  const rows =
    group === undefined
      ? store.records.by("subscriber", String(subscriber.id))
      : store.records.by("group", `${subscriber.id}/${group.id}`);
  return rows
    .filter(({ visibleFrom }) => visibleFrom <= store.clock.now())
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id);
}

/** v2 `GET /subscriber/{id}/fields`: groups in which the subscriber has something, with all their fields. */
export function groupedFields(store: RuleStore, subscriber: Subscriber): Json[] {
  return inOrder(store.groups.all()).flatMap((group) => {
    const records = visible(store, subscriber, group);
    const chosen = store.profile.v2History === "latest" ? records.slice(0, 1) : records;
    return chosen.map((record) => ({
      name: group.name,
      historical: record.historical,
      fields: group.fields.map(({ id, name, type }) => ({
        id,
        name,
        type,
        value: record.values[String(id)] ?? null,
      })),
    }));
  });
}

/** A record of v3. `fields` narrows it to some of its fields. */
export function recordView(
  store: RuleStore,
  record: FieldRecord,
  fields: readonly string[] = [],
): JsonObject {
  const group = store.groups.get(String(record.groupId));
  const wanted = ({ id, name }: Field): boolean =>
    fields.length === 0 || fields.includes(name) || fields.includes(String(id));
  return {
    id: record.id,
    group_id: record.groupId,
    group_name: group?.name ?? "",
    historical: record.historical,
    created_at: record.createdAt,
    values: (group?.fields ?? []).filter(wanted).flatMap((field) => {
      const value = record.values[String(field.id)];
      return value === undefined
        ? []
        : [
            {
              field_id: field.id,
              field_name: field.name,
              field_type: field.type,
              field_value: shown(store, field, value),
            },
          ];
    }),
  };
}

/** JSON is a string here too (published); the client's types would also allow it decoded. */
function shown(store: RuleStore, field: Field, value: string | string[]): Json {
  if (field.type !== "json" || typeof value !== "string" || value === "") return value;
  // What was put there by hand may be no JSON.
  return store.profile.jsonReadAs === "string" ? value : (parseJson(value) ?? value);
}
