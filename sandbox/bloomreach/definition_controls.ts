import * as z from "zod";
import type { Collection } from "../collection.ts";
import { isObject, type JsonObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Handler, Route } from "../router.ts";
import { rotated } from "./access.ts";
import { keyView } from "./audit.ts";
import type { ApiKey } from "./model.ts";
import { permissionsSchema } from "./permissions.ts";
import type { BloomreachStore } from "./store.ts";

/** Where a consent of a category is taken from; the names are published. */
const SOURCES = {
  crm: true,
  import: true,
  page: true,
  private_api: true,
  public_api: false,
  scenario: true,
  sms_reply: true,
  list_unsubscribe: true,
};

export const categorySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  legitimate_interest: z.boolean().default(false),
  sources: z
    .record(z.string(), z.boolean())
    .default({})
    .transform((given) => ({ ...SOURCES, ...given })),
});

export const definitionSchema = z.strictObject({
  id: z.string(),
  type: z.enum(["segmentation", "expression", "aggregate", "prediction", "recommendation"]),
  name: z.string().default(""),
  otherwise: z.json().default(null),
});

export const keySchema = z.strictObject({
  id: z.string(),
  secret: z.string().default("sandbox-bloomreach-secret"),
  kind: z.enum(["private", "public"]).default("private"),
  /** A new group grants nothing (published). */
  permissions: permissionsSchema.prefault({}),
  old: z.array(z.strictObject({ secret: z.string(), until: z.number() })).default([]),
});

/** What a project defines rather than what it knows of its customers: POST, PATCH, GET, DELETE. */
export function definitionControls(store: BloomreachStore): Route[] {
  return [
    ...rows("categories", store.categories, categorySchema, toJson),
    ...rows("definitions", store.definitions, definitionSchema, toJson),
    ...rows("keys", store.keys, keySchema, keyView),
    ["POST", "/keys/:id/rotate", withKey(store, (key, call) => rotate(store, key, call))],
    [
      "POST",
      "/keys/:id/revoke",
      withKey(store, (key) => ok(keyView(store.keys.put({ ...key, old: [] })))),
    ],
  ];
}

function rows<T extends { id: string }>(
  name: string,
  all: Collection<T>,
  schema: z.ZodType<T>,
  view: (row: T) => JsonObject,
): Route[] {
  const one =
    (act: (row: T, call: Call) => Reply): Handler =>
    (call) => {
      const row = all.get(call.params["id"] ?? "");
      return row === undefined ? reply(404, { error: `Not found in ${name}` }) : act(row, call);
    };
  return [
    ["GET", `/${name}`, () => ok({ items: all.all().map(view) })],
    ["POST", `/${name}`, ({ json }) => ok(view(all.put(schema.parse(json))))],
    ["GET", `/${name}/:id`, one((row) => ok(view(row)))],
    [
      "PATCH",
      `/${name}/:id`,
      one((row, { json }) => ok(view(all.put(schema.parse(merged(toJson(row), json)))))),
    ],
    ["DELETE", `/${name}/:id`, one(({ id }) => (all.delete(id), ok({ deleted: true })))],
  ];
}

/** Members replace; those of `permissions` and `sources` merge, so that one can be changed. */
function merged(old: JsonObject, patch: unknown): JsonObject {
  if (!isObject(patch)) return old;
  const made = { ...old, ...patch };
  for (const name of ["permissions", "sources"]) {
    const [before, change] = [old[name], patch[name]];
    if (isObject(before) && isObject(change)) made[name] = { ...before, ...change };
  }
  return made;
}

function withKey(store: BloomreachStore, act: (key: ApiKey, call: Call) => Reply): Handler {
  return (call) => {
    const key = store.keys.get(call.params["id"] ?? "");
    return key === undefined ? reply(404, { error: "No such key" }) : act(key, call);
  };
}

/** As "Rotate API Secret" does (published; its path is not in the contract). */
function rotate(store: BloomreachStore, key: ApiKey, { json }: Call): Reply {
  const given = z.strictObject({ secret: z.string().optional() }).parse(json ?? {});
  const secret = given.secret ?? `${key.secret}-${String(key.old.length + 2)}`;
  return ok({ ...keyView(rotated(store, key, secret)), secret });
}
