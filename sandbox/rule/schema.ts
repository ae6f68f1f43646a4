import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { read } from "./bodies.ts";
import { Problems, refusal } from "./errors.ts";
import type { Field, FieldType, Group } from "./model.ts";
import { listed } from "./paging.ts";
import { inOrder, type RuleStore } from "./store.ts";
import { v2Time } from "./views.ts";

/** Group and field of `Group.Field`; neither may be empty or hold a dot (published). */
export function splitKey(key: string): [group: string, field: string] | undefined {
  const [group, field, ...rest] = key.split(".").map((part) => part.trim());
  return group && field && rest.length === 0 ? [group, field] : undefined;
}

/** By number an id, by text a name; text of digits only is an id too, as for tags (assumed). */
export function groupOf(store: RuleStore, which: string | number): Group | undefined {
  const key = String(which);
  const byId = /^\d+$/.test(key) ? store.groups.get(key) : undefined;
  return byId ?? store.groups.by("name", key)[0];
}

export function fieldOf(group: Group, which: string | number): Field | undefined {
  const key = String(which);
  return group.fields.find(({ id, name }) => String(id) === key || name === key);
}

export function makeGroup(store: RuleStore, name: string, historical: boolean): Group {
  const at = store.clock.iso();
  return store.groups.put({
    id: store.nextId("group"),
    name,
    historical,
    fields: [],
    createdAt: at,
    updatedAt: at,
  });
}

export function makeField(store: RuleStore, groupId: number, name: string, type: FieldType): Field {
  const group = store.groups.get(String(groupId));
  if (group === undefined) throw new Error(`no group ${groupId}`);
  const field = { id: store.nextId("field"), name, type };
  store.groups.put({
    ...group,
    fields: [...group.fields, field],
    updatedAt: store.clock.iso(),
  });
  return field;
}

/** `GET /api/v2/customizations`. */
export function list(store: RuleStore, call: Call, base: string): Reply {
  return listed(call, base, "groups", inOrder(store.groups.all()).map(view));
}

/** `GET /api/v2/customizations/{idOrName}`: the group stands bare beside the message. */
export function one(store: RuleStore, call: Call): Reply {
  const group = groupOf(store, call.params["group"] ?? "");
  if (group === undefined)
    throw refusal("v2", 404, "CustomizationNotFound", "The group was not found.");
  return ok({ message: "Success", ...view(group) });
}

/** `POST /api/v2/customizations`: makes groups and fields; what exists already stays (published). */
export function create(store: RuleStore, call: Call): Reply {
  const { fields } = read("customizations", call.json, "v2", store.profile);
  const problems = new Problems("v2", store.profile);
  for (const [index, { key, type = "text" }] of fields.entries()) {
    const names = splitKey(key);
    if (names === undefined)
      problems.add(`fields.${index}.key`, "The key must be Group.Field, without further dots.");
    const group = names === undefined ? undefined : groupOf(store, names[0]);
    const known = group === undefined ? undefined : fieldOf(group, names?.[1] ?? "");
    // (assumed) another type for a field that exists is refused.
    if (known !== undefined && known.type !== type)
      problems.add(`fields.${index}.type`, `The field exists with the type ${known.type}.`);
  }
  problems.refuse();
  for (const { key, type = "text" } of fields) {
    const [groupName, name] = splitKey(key) ?? ["", ""];
    // Which groups are historical is set in the account, or by the first v3 write (assumed).
    const group = groupOf(store, groupName) ?? makeGroup(store, groupName, false);
    if (fieldOf(group, name) === undefined) makeField(store, group.id, name, type);
  }
  return ok({ message: "Success" });
}

function view(group: Group): JsonObject {
  return {
    id: group.id,
    name: group.name,
    created_at: v2Time(group.createdAt),
    updated_at: v2Time(group.updatedAt),
    fields: group.fields.map(({ id, name, type }) => ({ id, name, type })),
  };
}
