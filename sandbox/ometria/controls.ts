import * as z from "zod";
import { type Json, type JsonObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Route } from "../router.ts";
import { putContact, putOrder, putProduct } from "./build.ts";
import { counts } from "./counts.ts";
import { listingKey } from "./parts.ts";
import { confirmSms, prefer } from "./preferences.ts";
import { patchProfile, profileRows } from "./profile_rows.ts";
import { processDue } from "./queue.ts";
import { addRefusal } from "./refusals.ts";
import { inOrder, type OmetriaStore } from "./store.ts";
import { refresh } from "./view.ts";

/** Direct hands on the data, for tests. All see what time has come for; no vendor rule applies here. */
export function controls(store: OmetriaStore): Route[] {
  const routes: Route[] = [
    ["GET", "/counts", () => ok(counts(store))],
    // What waits is done now, whatever its delay.
    ["POST", "/process", () => (processDue(store, Number.POSITIVE_INFINITY), ok(counts(store)))],
    ["GET", "/received", (call) => ok({ items: received(store, call) })],
    [
      "GET",
      "/mails",
      (call) => ok({ items: since(store.mails.all(), call).map((row) => toJson(row)) }),
    ],
    ["POST", "/preferences", ({ json }) => parsed(() => prefer(store, json))],
    ["POST", "/sms_confirmations", ({ json }) => parsed(() => confirmSms(store, json))],
    ["POST", "/refusals", ({ json }) => parsed(() => addRefusal(store, json))],
    ["GET", "/refusals", () => ok({ items: store.refusals.all().map((row) => toJson(row)) })],
    ["DELETE", "/refusals", () => (store.refusals.clear(), ok({ cleared: true }))],
    ["GET", "/profiles", (call) => ok({ items: profileRows(store, call) })],
    ["GET", "/profiles/:id", ({ params }) => shown(store.profiles.get(params["id"] ?? ""))],
    [
      "PATCH",
      "/profiles/:id",
      ({ params, json }) => {
        const row = store.profiles.get(params["id"] ?? "");
        return row === undefined ? shown(row) : parsed(() => patchProfile(store, row, json));
      },
    ],
    ...rows(store),
  ];
  return routes.map(([method, path, handler]): Route => [
    method,
    path,
    (call) => (processDue(store), handler(call)),
  ]);
}

/** Contacts, orders, products: POST one or an array, GET, PATCH (members replace), DELETE. */
function rows(store: OmetriaStore): Route[] {
  const contactKey = ({ params }: Call): string =>
    listingKey(params["collection"] ?? "", params["id"] ?? "");
  const id = ({ params }: Call): string => params["id"] ?? "";
  return [
    ["POST", "/contacts", ({ json }) => add((one) => putContact(store, one), json)],
    ["GET", "/contacts/:collection/:id", (call) => shown(store.listings.get(contactKey(call)))],
    [
      "PATCH",
      "/contacts/:collection/:id",
      (call) => {
        const row = store.listings.get(contactKey(call));
        if (row === undefined) return shown(row);
        const { collection, source, lists } = row;
        return add(
          (patch) => putContact(store, { collection, source, lists, ...row.fields, ...patch }),
          call.json,
        );
      },
    ],
    [
      "DELETE",
      "/contacts/:collection/:id",
      (call) => {
        const profileId = store.listings.get(contactKey(call))?.profileId;
        store.listings.delete(contactKey(call));
        return deleted(store, profileId);
      },
    ],
    ["POST", "/orders", ({ json }) => add((one) => putOrder(store, one), json)],
    ["GET", "/orders/:id", (call) => shown(store.orders.get(id(call)))],
    [
      "PATCH",
      "/orders/:id",
      (call) => {
        const row = store.orders.get(id(call));
        if (row === undefined) return shown(row);
        return add((patch) => putOrder(store, { ...row.fields, ...patch }), call.json);
      },
    ],
    [
      "DELETE",
      "/orders/:id",
      (call) => {
        const profileId = store.orders.get(id(call))?.profileId;
        store.orders.delete(id(call));
        return deleted(store, profileId);
      },
    ],
    ["POST", "/products", ({ json }) => add((one) => putProduct(store, one), json)],
    ["GET", "/products/:id", (call) => shown(store.products.get(id(call)))],
    ["DELETE", "/products/:id", (call) => (store.products.delete(id(call)), ok({ deleted: true }))],
  ];
}

function shown(row: object | undefined): Reply {
  return row === undefined ? reply(404, { error: "Not found" }) : ok(toJson(row));
}

function deleted(store: OmetriaStore, profileId: string | null | undefined): Reply {
  if (typeof profileId === "string")
    refresh(store, profileId, { seq: 0, atMs: store.clock.now() }, true);
  return ok({ deleted: true });
}

function add(make: (input: JsonObject) => object, input: Json | undefined): Reply {
  return parsed(() => {
    if (!Array.isArray(input)) return toJson(make(object(input)));
    return { items: input.map((one) => toJson(make(object(one)))) };
  });
}

function object(input: Json | undefined): JsonObject {
  return z.looseObject({}).parse(input) as JsonObject;
}

function parsed(act: () => JsonObject): Reply {
  try {
    return ok(act());
  } catch (error) {
    if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) });
    throw error;
  }
}

/** `?since=SEQ&limit=N`, by the number in the request log. */
function since<T extends { number: number; seq: number }>(all: readonly T[], { query }: Call): T[] {
  const from = Number(query.get("since") ?? 0);
  return inOrder(all)
    .filter(({ seq }) => seq > from)
    .slice(0, Number(query.get("limit") ?? 1000));
}

function received(store: OmetriaStore, call: Call): JsonObject[] {
  const { query } = call;
  const wanted = (["type", "id", "collection", "outcome"] as const).filter((name) =>
    query.has(name),
  );
  return since(
    store.received.all().filter((row) => wanted.every((name) => row[name] === query.get(name))),
    call,
  ).map((row) => toJson(row));
}
