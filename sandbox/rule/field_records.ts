import type { FieldRecord, Group, Subscriber } from "./model.ts";
import { type Cause, inOrder, type RuleStore } from "./store.ts";

/** The one record of a group that overwrites. */
export function current(
  store: RuleStore,
  subscriber: Subscriber,
  group: Group,
): FieldRecord | undefined {
  return store.records
    .by("group", `${subscriber.id}/${group.id}`)
    .find(({ historical }) => !historical);
}

/** No idempotency: the same again is one record more (assumed, contracts/rule.md §6). */
export function add(
  store: RuleStore,
  subscriber: Subscriber,
  groupId: number,
  historical: boolean,
  values: Record<string, string | string[]>,
  cause: Cause,
  createdAt = store.clock.iso(),
): FieldRecord {
  // Compared as it was first sent: a change made since does not hide that it came twice.
  const same = JSON.stringify(values);
  const first = inOrder(store.records.by("group", `${subscriber.id}/${groupId}`)).find(
    ({ writes }) => JSON.stringify(writes[0]?.values) === same,
  );
  return store.records.put({
    id: store.nextId("record"),
    subscriberId: subscriber.id,
    groupId,
    historical,
    createdAt,
    visibleFrom: store.clock.now() + store.profile.fieldDataLagMs,
    values,
    writes: [written(store, cause, values)],
    repeatOf: historical ? (first?.repeatOf ?? first?.id ?? null) : null,
  });
}

export function overwrite(
  store: RuleStore,
  record: FieldRecord,
  values: Record<string, string | string[]>,
  cause: Cause,
): FieldRecord {
  return store.records.put({
    ...record,
    values: { ...record.values, ...values },
    writes: [...record.writes, written(store, cause, values)],
  });
}

function written(
  store: RuleStore,
  { seq, call }: Cause,
  values: FieldRecord["values"],
): FieldRecord["writes"][number] {
  return { seq, call, at: store.clock.iso(), values };
}

/** `fields_clear`: empties what overwriting groups hold; its reach is unclear, so the profile says it (assumed). */
export function clearFields(
  store: RuleStore,
  subscriber: Subscriber,
  named: readonly number[],
  cause: Cause,
): void {
  for (const record of store.records.by("subscriber", String(subscriber.id))) {
    if (record.historical) continue;
    if (store.profile.fieldsClear === "groups" && !named.includes(record.groupId)) continue;
    const empty = Object.fromEntries(Object.keys(record.values).map((id) => [id, ""]));
    overwrite(store, record, empty, cause);
  }
}
