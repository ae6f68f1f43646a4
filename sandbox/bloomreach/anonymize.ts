import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { checkedIds } from "./customer_ids.ts";
import { type Refusal, refusal, refused } from "./errors.ts";
import type { ApiKey } from "./model.ts";
import { enqueue, type Origin } from "./queue.ts";
import { customerOf, DOES_NOT_EXIST } from "./reads.ts";
import type { BloomreachStore } from "./store.ts";

const BULK = 1000;
// (assumed) text, after that of the export.
const FORBIDDEN = refusal(403, "No permission to anonymize customer", "error");

/** `POST /customers/anonymize`; that it waits in the queue like other writes is assumed (contracts/bloomreach.md §6). */
export function anonymizeOne(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  if (!key.permissions.anonymizeCustomer) return refused(store.profile, FORBIDDEN);
  const read = customerOf(store, call, ["customer_ids"]);
  if ("errors" in read) return refused(store.profile, read);
  if (read.customer === undefined) return refused(store.profile, DOES_NOT_EXIST);
  enqueue(store, "customers/anonymize", { ...read, time: 0 }, originOf(store, call));
  return ok({ success: true });
}

/** `POST /customers/anonymize_bulk`, at most 1000 (published); one that is not known has no effect (assumed). */
export function anonymizeBulk(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  const { profile } = store;
  if (!key.permissions.anonymizeCustomer) return refused(profile, FORBIDDEN);
  const list = isObject(call.json) ? call.json["customers"] : undefined;
  if (!Array.isArray(list) || list.length === 0)
    return refused(profile, refusal(400, "customers must be a list."));
  if (list.length > BULK)
    return refused(profile, refusal(400, `At most ${String(BULK)} customers.`));
  const targets = list.map((one) => target(store, one));
  for (const one of targets) if ("errors" in one) return refused(profile, one);
  const origin = originOf(store, call);
  for (const [index, one] of targets.entries())
    if (!("errors" in one))
      enqueue(store, "customers/anonymize_bulk", { ...one, time: 0 }, { ...origin, index });
  return ok({ success: true, bulk_id: `bulk-${String(call.seq)}` });
}

type Target = { data: JsonObject; ids: Record<string, string>; invalidIds: string[] };

function target(store: BloomreachStore, given: Json): Target | Refusal {
  if (!isObject(given)) return refusal(400, "A customer must be an object.");
  if (text(given["internal_id"]) !== undefined) return { data: given, ids: {}, invalidIds: [] };
  const checked = checkedIds(store, given["customer_ids"]);
  return "errors" in checked ? checked : { data: given, ...checked };
}

function originOf(store: BloomreachStore, { seq }: Call): Origin {
  return { received: store.clock.now(), seq, index: 0, commandId: null, source: "private_api" };
}
