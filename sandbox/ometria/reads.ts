import { type JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { BadRequest, refuse } from "./errors.ts";
import type { Listing, Order, PushError } from "./model.ts";
import { paged } from "./paging.ts";
import { listingKey } from "./parts.ts";
import { inOrder, type OmetriaStore } from "./store.ts";

/** `GET /v2/push/_errors`: the 100 newest (published); newest first is (assumed). */
export function pushErrors(store: OmetriaStore): Reply {
  const newest = inOrder(store.errors.all()).toReversed().slice(0, store.profile.errorsShown);
  return ok(newest.map((row) => errorView(store, row)));
}

/** A row as one client models it (third party); the newest text names the two members of `message` (published). */
function errorView(store: OmetriaStore, row: PushError): JsonObject {
  const { errorShape, errorRequestId } = store.profile;
  const said = { error_message: row.problem.message, error_path: row.problem.path };
  return {
    ...(errorRequestId ? { request_id: row.requestId } : {}),
    record_type: row.type,
    record_id: row.id,
    record: row.record,
    timestamp: row.at,
    ...(errorShape === "message" ? { message: said } : said),
  };
}

/** `GET /v2/contacts`: the collections. What a row holds is not published; `id` and `count` are (assumed). */
export function collections(store: OmetriaStore): Reply {
  const names = new Set(inOrder(store.listings.all()).map(({ collection }) => collection));
  return ok([...names].map((id) => ({ id, count: store.listings.by("collection", id).length })));
}

export function contactsOf(store: OmetriaStore, call: Call): Reply {
  const rows = store.listings.by("collection", call.params["collection"] ?? "");
  if (rows.length === 0) return refuse(404, "Not found.");
  return paged(store, call, rows, contactView);
}

export function contact(store: OmetriaStore, call: Call): Reply {
  const { collection = "", id = "" } = call.params;
  const row = store.listings.get(listingKey(collection, id));
  return row === undefined ? refuse(404, "Not found.") : ok(contactView(row));
}

/** The read columns that clients show (third party) on top of what was pushed. */
function contactView(row: Listing): JsonObject {
  return {
    ...row.fields,
    "@type": "contact",
    "@collection": row.collection,
    "@profile_id": row.profileId,
    collection: row.collection,
    profile_id: row.profileId,
    source: row.source,
    dt_object_created: row.createdAt,
    dt_object_updated: row.updatedAt,
    dt_object_observed: row.updatedAt,
    object_version: row.version,
  };
}

export function orders(store: OmetriaStore, call: Call): Reply {
  return paged(store, call, store.orders.all(), orderView);
}

export function order(store: OmetriaStore, call: Call): Reply {
  const row = store.orders.get(call.params["id"] ?? "");
  return row === undefined ? refuse(404, "Not found.") : ok(orderView(row));
}

/** The answer is not published: the record itself (assumed, contracts/ometria.md §12). */
function orderView(row: Order): JsonObject {
  return { ...row.fields, "@type": "order" };
}

/** `GET /v2/profiles`: a list, or the search by e-mail, which is the only one (contracts/ometria.md §6). */
export function profiles(store: OmetriaStore, call: Call): Reply {
  const since = call.query.get("updateSince");
  if (since !== null && !/^\d{4}-\d{2}-\d{2}$/.test(since))
    throw new BadRequest("updateSince must be YYYY-MM-DD.");
  const email = call.query.get("email")?.toLowerCase();
  const from = since === null ? 0 : Date.parse(since);
  const rows = (
    email === undefined ? store.profiles.all() : store.profiles.by("email", email)
  ).filter(({ updatedAt }) => Date.parse(updatedAt) >= from);
  if (email === undefined) return paged(store, call, rows, ({ view }) => view);
  const [first] = inOrder(rows);
  if (first === undefined && store.profile.unknownEmail === "404") return refuse(404, "Not found.");
  if (first !== undefined && store.profile.emailSearch === "object") return ok(first.view);
  return paged(store, call, rows, ({ view }) => view);
}

export function profile(store: OmetriaStore, call: Call): Reply {
  const row = store.profiles.get(call.params["id"] ?? "");
  return row === undefined ? refuse(404, "Not found.") : ok(row.view);
}

/** `GET /v2/lists` exists; its answer is not published, this one is (assumed). */
export function lists(store: OmetriaStore, call: Call): Reply {
  const rows = store.profile.lists.map((list) => ({ ...list, number: list.id }));
  return paged(store, call, rows, ({ id, title }) => ({ id, title }));
}

/** Kinds of leaving (published); unsubscribing through the API never appears. */
export const UNSUBSCRIBE_TYPES = [
  "preferences_centre",
  "app",
  "list_unsubscribe",
  "link_unsubscribe",
  "stopword_unsubscribe_TF",
  "stopword_unsubscribe_DO",
] as const;

/** `since` includes, `before` excludes (assumed); both are UTC without a zone (published). */
export function unsubscribes(store: OmetriaStore, call: Call): Reply {
  const since = timeOf(call, "since") ?? 0;
  const before = timeOf(call, "before") ?? Number.POSITIVE_INFINITY;
  const type = call.query.get("type");
  if (type !== null && !UNSUBSCRIBE_TYPES.some((one) => one === type))
    throw new BadRequest("type is not known.");
  const rows = store.unsubscribes.all().filter((row) => {
    const at = Date.parse(row.timestamp);
    return at >= since && at < before && (type === null || row.type === type);
  });
  return paged(store, call, rows, ({ number: _number, ...row }) => row);
}

function timeOf(call: Call, name: string): number | undefined {
  const value = call.query.get(name);
  if (value === null) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(value) ? Date.parse(`${value}Z`) : NaN;
  if (Number.isNaN(at)) throw new BadRequest(`${name} must be YYYY-MM-DDTHH:MM:SS.`);
  return at;
}
