import * as z from "zod";
import { isObject, type JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { checkedIds, type CheckedIds } from "./customer_ids.ts";
import { type Refusal, refusal, refused } from "./errors.ts";
import { found } from "./identity.ts";
import type { ApiKey, Customer, TrackedEvent } from "./model.ts";
import { permits } from "./permissions.ts";
import { named, type BloomreachStore } from "./store.ts";

export const DOES_NOT_EXIST = refusal(404, "Customer does not exist", "error");

export interface CustomerRead extends CheckedIds {
  data: JsonObject;
  customer: Customer | undefined;
}

/** The customer that a request of the Data API names. */
export function customerOf(
  store: BloomreachStore,
  call: Call,
  members: readonly string[],
): CustomerRead | Refusal {
  const data = call.json;
  if (!isObject(data)) return refusal(400, "Invalid JSON", "message");
  const unknown = Object.keys(data).find((member) => !members.includes(member));
  if (unknown !== undefined && store.profile.unknownMembers === "refuse")
    return refusal(400, `${unknown} is not a member of this request.`); // (assumed)
  const checked = checkedIds(store, data["customer_ids"]);
  if ("errors" in checked) return checked;
  return { ...checked, data, customer: found(store, checked.ids) };
}

/** The same for a read, with a note when a write about one of these IDs still waits in the queue. */
export function readOf(
  store: BloomreachStore,
  call: Call,
  members: readonly string[],
): CustomerRead | Refusal {
  const read = customerOf(store, call, members);
  if (!("errors" in read)) noteEarlyRead(store, call, read.ids);
  return read;
}

/** Proves whether a caller reads back what it wrote (contracts/bloomreach.md §11). */
function noteEarlyRead(store: BloomreachStore, call: Call, ids: Record<string, string>): void {
  const waiting = Object.entries(ids).flatMap((id) =>
    store.writes.by("waitingId", named(id)).map((write) => write.id),
  );
  if (waiting.length === 0) return;
  store.earlyReads.put({
    id: String(call.seq),
    seq: call.seq,
    at: store.clock.iso(),
    path: call.path,
    waiting: [...new Set(waiting)],
  });
}

/** `POST /customers/export-one`: all of one customer, every event without a bound (published). */
export function exportOne(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  const { profile } = store;
  if (!key.permissions.exportCustomer)
    return refused(profile, refusal(403, "No permission to export customer", "error"));
  const read = readOf(store, call, ["customer_ids"]);
  if ("errors" in read) return refused(profile, read);
  const { customer } = read;
  if (customer === undefined) return refused(profile, DOES_NOT_EXIST);
  return ok({
    success: true,
    ids: idsView(customer),
    properties: propertiesView(customer),
    events: byTime(store.events.by("customerId", customer.id)).map(eventView),
  });
}

/** `POST /customers/export`: a paid feature (third party) that this project does not have. Status and text are assumed. */
export function bulkExport(store: BloomreachStore): Reply {
  return refused(store.profile, refusal(403, "No permission to export customers", "error"));
}

/** Default ascending, no limit means all, no date filter (published). */
const pageSchema = z.object({
  event_types: z.array(z.string()).min(1),
  order: z.enum(["asc", "desc"]).default("asc"),
  limit: z.int().positive().optional(),
  skip: z.int().nonnegative().default(0),
});

/** `POST /customers/events` of the Data API: purchase history (published). */
export function eventsOf(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  const { profile } = store;
  const read = readOf(store, call, ["customer_ids", ...Object.keys(pageSchema.shape)]);
  if ("errors" in read) return refused(profile, read);
  const page = pageSchema.safeParse(read.data);
  if (!page.success) return refused(profile, refusal(400, z.prettifyError(page.error))); // (assumed)
  const { event_types: types, order, limit, skip } = page.data;
  // Get is granted per type (published); status and text are assumed.
  if (!types.every((type) => permits(key.permissions.eventsGet, type)))
    return refused(profile, refusal(403, "No permission", "error"));
  if (read.customer === undefined) {
    // (assumed) that this read follows the switch of the attributes.
    if (profile.unknownCustomer === "404") return refused(profile, DOES_NOT_EXIST);
    return ok({ success: true, data: [] });
  }
  const events = byTime(
    store.events.by("customerId", read.customer.id).filter(({ type }) => types.includes(type)),
  );
  if (order === "desc") events.reverse();
  const shown = events.slice(skip, limit === undefined ? undefined : skip + limit);
  return ok({ success: true, data: shown.map(eventView) });
}

export function byTime(events: TrackedEvent[]): TrackedEvent[] {
  return events.toSorted((a, b) => a.timestamp - b.timestamp || a.order - b.order);
}

export function eventView({ type, timestamp, properties }: TrackedEvent): JsonObject {
  return { type, timestamp, properties };
}

/** Hard ids are one value, soft ids a list (published). */
export function idsView({ hard, soft }: Customer): Record<string, string | string[]> {
  const lists = Object.entries(soft).filter(([, list]) => list.length > 0);
  return {
    ...hard,
    ...Object.fromEntries(lists.map(([type, list]) => [type, list.map(({ value }) => value)])),
  };
}

export function propertiesView({ properties }: Customer): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]));
}
