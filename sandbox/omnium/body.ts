import * as z from "zod";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Call } from "../router.ts";
import { Refused } from "./errors.ts";
import type { Profile } from "./profile.ts";

/** The body, when it has the shape of the model; a name outside of the model is refused or dropped, as the tenant has it. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>, profile: Profile): T {
  // (assumed) status.
  if (!/^application\/json\b/i.test(call.headers.get("content-type") ?? ""))
    throw new Refused(415, "The body must be application/json.");
  if (call.json === undefined) throw new Refused(400, "The body is not JSON.");
  // A document that is too large is 400 (published); its size is not (assumed).
  if (new TextEncoder().encode(call.body).length > profile.maxDocumentBytes)
    throw new Refused(400, "The document is too large.");
  return checked(readable(call.json, profile), schema, profile);
}

export function checked<T>(json: Json, schema: z.ZodType<T>, profile: Profile): T {
  const first = schema.safeParse(json);
  if (first.success) return first.data;
  if (profile.unknownFields === "refuse") throw new Refused(400, z.prettifyError(first.error));
  const kept = structuredClone(json);
  for (const issue of first.error.issues) {
    if (issue.code === "unrecognized_keys") drop(kept, issue.path, issue.keys);
  }
  const again = schema.safeParse(kept);
  if (again.success) return again.data;
  throw new Refused(400, z.prettifyError(again.error));
}

function drop(json: Json, path: readonly PropertyKey[], keys: readonly string[]): void {
  let at: Json | undefined = json;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else at = isObject(at) ? at[String(step)] : undefined;
  }
  if (isObject(at)) for (const key of keys) delete at[key];
}

/** One page of the documentation alone writes external ids as {source, value} (contracts/omnium.md §4.3). */
function readable(json: Json, { externalIdShape }: Profile): Json {
  if (externalIdShape === "providerName" || !isObject(json)) return json;
  const ids = json["externalIds"];
  if (!Array.isArray(ids)) return json;
  return { ...json, externalIds: ids.map((one) => (isObject(one) ? named(one) : one)) };
}

function named({ source, value, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    ...(source === undefined ? {} : { providerName: source }),
    ...(value === undefined ? {} : { id: value }),
  };
}
