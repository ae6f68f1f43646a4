import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { RECORD_TYPES, type RecordType } from "./model.ts";
import type { AccountProfile } from "./profile.ts";

/** A record's own fields, and the `@` members that say what is to be done with it. */
export interface Parts {
  directives: JsonObject;
  fields: JsonObject;
}

export function partsOf(record: Json): Parts {
  const parts: Parts = { directives: {}, fields: {} };
  if (!isObject(record)) return parts;
  for (const [name, value] of Object.entries(record))
    (name.startsWith("@") ? parts.directives : parts.fields)[name] = value;
  return parts;
}

export function typeOf(record: Json): RecordType | null {
  const type = isObject(record) ? record["@type"] : undefined;
  return RECORD_TYPES.find((one) => one === type) ?? null;
}

export function idOf(record: Json): string | null {
  return isObject(record) ? (text(record["id"]) ?? null) : null;
}

/** The default collection is also seen as `Default` (published, contracts/ometria.md §5). */
export function collectionOf(directives: JsonObject): string {
  const name = text(directives["@collection"]) ?? "default";
  return name === "Default" ? "default" : name;
}

/** Upsert key of a contact: collection and id (published). */
export function listingKey(collection: string, id: string): string {
  return `${collection}/${id}`;
}

/**
 * What a record becomes with what was stored before (contracts/ometria.md §3): with `@merge`, and without it where the
 * account keeps to the older text, unset fields come from the stored record. An event is always taken whole.
 */
export function updated(
  profile: AccountProfile,
  type: RecordType,
  { directives, fields }: Parts,
  before: JsonObject | undefined,
): JsonObject {
  const merges = directives["@merge"] === true || profile.updateSemantics === "partial";
  if (before === undefined || !merges || type === "custom_event") return fields;
  if (profile.mergeDepth === "shallow") return { ...before, ...fields };
  // The attributes of a product are not merged (published).
  return merged(before, fields, type === "product" ? "attributes" : undefined);
}

function merged(before: JsonObject, change: JsonObject, whole: string | undefined): JsonObject {
  const result = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const old = before[name];
    result[name] =
      isObject(old) && isObject(value) && name !== whole ? merged(old, value, undefined) : value;
  }
  return result;
}
