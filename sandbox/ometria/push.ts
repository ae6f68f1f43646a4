import type { Json } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import type { Problem } from "./model.ts";
import { idOf, typeOf } from "./parts.ts";
import { enqueue, queued } from "./queue.ts";
import type { OmetriaStore } from "./store.ts";

/**
 * `POST /v2/push`: received and authenticated, not validated and not stored (published, contracts/ometria.md §3). What
 * is refused at once is the shape of the call: an array, one type, at most 100 records of 60 KB.
 */
export function push(store: OmetriaStore, call: Call): Reply {
  return withQueue(store, checked(store, call));
}

function checked(store: OmetriaStore, call: Call): Reply {
  const records = call.json;
  if (!Array.isArray(records)) return refuse(400, "Payload invalid: Expected an array of records.");
  // (assumed) an empty array, and the status of the other refusals of a whole call.
  if (records.length === 0) return refuse(400, "Payload invalid: No records.");
  if (records.length > store.profile.maxRecords)
    return refuse(400, `Payload invalid: More than ${store.profile.maxRecords} records.`);
  const types = new Set(records.flatMap((record) => typeOf(record) ?? []));
  if (types.size > 1) return refuse(400, "Payload invalid: Records must be of one type.");
  return accept(store, call, records);
}

/** Queues what a push or a single write brings. */
export function accept(store: OmetriaStore, call: Call, records: readonly Json[]): Reply {
  const { profile } = store;
  const faults = records.map((record) => faultOf(store, record));
  const refused = faults.find((fault) => fault?.treatment === "refused");
  if (refused !== undefined) return refuse(400, `Payload invalid: ${refused.problem.message}`);
  if (profile.queueLimit > 0 && queued(store) + records.length > profile.queueLimit)
    return tooMany("The push queue is full.");
  const requestId = crypto.randomUUID();
  for (const [index, record] of records.entries()) {
    const problem = faults[index]?.problem;
    enqueue(store, {
      seq: call.seq,
      requestId,
      record,
      problems: problem === undefined ? [] : [problem],
    });
  }
  const rejected = faults.filter((fault) => fault?.treatment === "rejected").length;
  return {
    status: profile.pushStatus,
    body: { status: "OK", request_id: requestId, accepted: records.length - rejected, rejected },
  };
}

/** (older text) both headers on every answer of a push (published). */
function withQueue(store: OmetriaStore, answer: Reply): Reply {
  const { queueHeaders, queueLimit } = store.profile;
  if (!queueHeaders || queueLimit === 0) return answer;
  const remaining = Math.max(0, queueLimit - queued(store));
  return {
    ...answer,
    headers: {
      ...answer.headers,
      "x-queuesize-limit": String(queueLimit),
      "x-queuesize-remaining": String(remaining),
    },
  };
}

/** No Retry-After: none is published. */
export function tooMany(message: string): Reply {
  return refuse(429, message);
}

type Fault = { problem: Problem; treatment: "refused" | "rejected" | "late" };

function faultOf(store: OmetriaStore, record: Json): Fault | undefined {
  const { maxRecordBytes, oversizedRecord, malformedRecord } = store.profile;
  // (published) the sentence; the status of the answer is (assumed).
  if (new TextEncoder().encode(JSON.stringify(record)).length > maxRecordBytes)
    return {
      problem: { message: "Record is too large.", path: "root" },
      treatment: oversizedRecord,
    };
  const path = typeOf(record) === null ? "root > @type" : idOf(record) === null ? "root > id" : "";
  return path === ""
    ? undefined
    : { problem: { message: "not a valid value", path }, treatment: malformedRecord };
}
