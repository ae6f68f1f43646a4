import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { read } from "./bodies.ts";
import { Problems, refusal } from "./errors.ts";
import { overwrite } from "./field_records.ts";
import { check, checkValues, commit, keptValues, type ValueWrite } from "./field_writes.ts";
import { byNumber } from "./find_subscriber.ts";
import type { FieldRecord, Group, Subscriber } from "./model.ts";
import { paged } from "./paging.ts";
import { recordView, visible } from "./read_fields.ts";
import { fieldOf, groupOf } from "./schema.ts";
import { causeOf, type RuleStore } from "./store.ts";

/** v3 `GET /custom-field-data/{id}`, by `groups_id[]` and `groups_name[]`. */
export function list(store: RuleStore, call: Call): Reply {
  const subscriber = byNumber(store, call, "v3");
  const wanted = [...call.query.getAll("groups_id[]"), ...call.query.getAll("groups_name[]")];
  const ids = wanted.map((which) => groupOf(store, which)?.id);
  const rows = ordered(store, visible(store, subscriber)).filter(
    ({ groupId }) => wanted.length === 0 || ids.includes(groupId),
  );
  return paged(
    call,
    store.profile,
    rows.map((row) => recordView(store, row)),
  );
}

export function listGroup(store: RuleStore, call: Call): Reply {
  const subscriber = byNumber(store, call, "v3");
  const group = groupOf(store, call.params["group"] ?? "");
  if (group === undefined && store.profile.unknownGroupRead === "404") throw groupNotFound();
  const rows = group === undefined ? [] : ordered(store, visible(store, subscriber, group));
  const fields = call.query.getAll("fields[]");
  return paged(
    call,
    store.profile,
    rows.map((row) => recordView(store, row, fields)),
  );
}

/** v3 `GET .../search?data_id | group&field&value`: 404 without a hit (published), the newest of several (assumed). */
export function search(store: RuleStore, call: Call): Reply {
  const subscriber = byNumber(store, call, "v3");
  const { query } = call;
  const given = {
    data_id: query.get("data_id") ?? undefined,
    group: query.get("group") ?? undefined,
    field: query.get("field") ?? undefined,
    value: query.get("value") ?? undefined,
  };
  return ok({ data: recordView(store, identified(store, subscriber, given)) });
}

/** v3 `POST /custom-field-data/{id}`: at once (assumed); a historical group gains a record, any other overwrites. */
export function write(store: RuleStore, call: Call): Reply {
  const { groups } = read("writeData", call.json, "v3", store.profile);
  const subscriber = byNumber(store, call, "v3");
  const writes = groups.map((one, index) => ({
    group: one.group,
    create: one.create_if_not_exists === true,
    historical: one.historical,
    values: valuesOf(one.values, `groups.${index}.values`),
  }));
  const problems = new Problems("v3", store.profile);
  check(store, subscriber, writes, problems);
  problems.refuse();
  commit(store, subscriber, writes, causeOf(call));
  return done(store);
}

/** v3 `PUT /custom-field-data/{id}`: changes one record, found as by the search. */
export function patch(store: RuleStore, call: Call): Reply {
  const body = read("patchData", call.json, "v3", store.profile);
  const subscriber = byNumber(store, call, "v3");
  const record = identified(store, subscriber, body.identifier, "identifier.");
  const values = valuesOf(body.values, "values");
  const problems = new Problems("v3", store.profile);
  checkValues(store, store.groups.get(String(record.groupId)), values, record.values, problems);
  problems.refuse();
  const cause = causeOf(call);
  overwrite(store, record, keptValues(store, subscriber, record.groupId, values, cause), cause);
  return done(store);
}

/** v3 `DELETE .../group/{group}`: all records of it. */
export function removeGroup(store: RuleStore, call: Call): Reply {
  const subscriber = byNumber(store, call, "v3");
  const group = groupOf(store, call.params["group"] ?? "");
  if (group === undefined) throw groupNotFound();
  const rows = store.records.by("group", `${subscriber.id}/${group.id}`);
  for (const row of rows) store.records.delete(String(row.id));
  store.note(causeOf(call), subscriber.id, "records deleted", {
    group: group.name,
    records: rows.length,
  });
  return reply(204);
}

interface Identifier {
  data_id?: string | number | undefined;
  group?: string | number | undefined;
  field?: string | number | undefined;
  value?: string | undefined;
}

function identified(
  store: RuleStore,
  subscriber: Subscriber,
  { data_id: id, group: inGroup, field: inField, value }: Identifier,
  at = "",
): FieldRecord {
  const rows = visible(store, subscriber);
  if (id === undefined && (inGroup === undefined || inField === undefined || value === undefined)) {
    const problems = new Problems("v3", store.profile);
    problems.add(`${at}data_id`, "A data id, or group, field and value are required.");
    problems.refuse();
  }
  const found =
    id === undefined
      ? rows.find((row) => holds(store, row, inGroup ?? "", inField ?? "", value ?? ""))
      : rows.find((row) => String(row.id) === String(id));
  if (found === undefined) throw refusal("v3", 404, "", "The custom field data was not found.");
  return found;
}

function holds(
  store: RuleStore,
  record: FieldRecord,
  inGroup: string | number,
  inField: string | number,
  value: string,
): boolean {
  const group: Group | undefined = groupOf(store, inGroup);
  const field = group === undefined ? undefined : fieldOf(group, inField);
  return (
    record.groupId === group?.id &&
    field !== undefined &&
    [record.values[String(field.id)]].flat().includes(value)
  );
}

function valuesOf(
  values: readonly {
    field: string | number;
    create_if_not_exists?: boolean | undefined;
    value: ValueWrite["value"];
  }[],
  at: string,
): ValueWrite[] {
  return values.map((one, index) => ({
    field: one.field,
    create: one.create_if_not_exists === true,
    value: one.value,
    at: `${at}.${index}`,
  }));
}

function ordered(store: RuleStore, rows: FieldRecord[]): FieldRecord[] {
  return store.profile.recordsOrder === "newest" ? rows : rows.toReversed();
}

function groupNotFound() {
  return refusal("v3", 404, "", "The custom field group was not found.");
}

/** What it answers is not published: records' ids are not in it, so that nobody leans on them. */
function done(store: RuleStore): Reply {
  const status = store.profile.fieldDataStatus;
  return status === 204 ? reply(204) : reply(status, { success: true });
}
