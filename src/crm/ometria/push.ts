import * as z from "zod/mini";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { orUndefined } from "../../model/or_undefined.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import { confirmedBy, type Reply } from "../reply.ts";
import { type Ometria, pushTimeoutMs } from "./client.ts";
import { failureOf, refusalWords } from "./errors.ts";

/** A record of one of Ometria's types. The same type and id takes the place of what was there. */
export type PushRecord = {
  readonly "@type": "contact" | "order" | "custom_event";
  readonly id: string;
  readonly [field: string]: unknown;
};

const counts = z.looseObject({ rejected: orUndefined(z.number()) });
const rejectedOf = ({ json }: Reply): number => {
  const read = counts.safeParse(json);
  return read.success ? (read.data.rejected ?? 0) : 0;
};

/** A pause for each push while less than this part of the queue is left (contracts/ometria.md 1, assumed). */
const lowQueue = 0.2;
const longestPauseMs = 4_000;

const queuePauseMs = ({ headers }: Reply): number => {
  const [limit, left] = ["Limit", "Remaining"].map((part) =>
    Number(headers.get(`X-QueueSize-${part}`) ?? NaN),
  );
  if (limit === undefined || left === undefined || !(limit > 0)) return 0;
  const part = left / limit;
  return part < lowQueue ? Math.round(longestPauseMs * (1 - Math.max(part, 0) / lowQueue)) : 0;
};

/** Pushes records of one type, at most 100: received, and neither checked nor stored yet. */
const pushOnce = async (
  ometria: Ometria,
  records: readonly PushRecord[],
  call: CrmCall,
  timeoutMs?: number,
): Promise<Outcome<Reply, CrmFailure>> => {
  const request = { method: "POST", name: "/push", body: records } as const;
  const reply = await ometria.send(
    timeoutMs === undefined ? request : { ...request, timeoutMs },
    call,
  );
  const taken = confirmedBy(reply, failureOf(ometria.now()));
  return taken.ok && rejectedOf(taken.value) > 0
    ? failed({ kind: "refused", detail: `${taken.value.what}: ${refusalWords(taken.value)}` })
    : taken;
};

/** A till's write: one push, or the reason why not. */
export const push = async (
  ometria: Ometria,
  records: readonly PushRecord[],
  call: CrmCall,
): Promise<Outcome<Record<never, never>, CrmFailure>> => {
  const taken = await pushOnce(ometria, records, call);
  return taken.ok ? ok({}) : taken;
};

/**
 * Pushes what nobody waits for. One bad record can have its whole push refused, and no answer says which:
 * halves find it, and what was received already may come again.
 * @returns a result for each record, in their order.
 */
export const pushEach = async (
  ometria: Ometria,
  records: readonly PushRecord[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  if (records.length === 0) return [];
  const taken = await pushOnce(ometria, records, call, pushTimeoutMs);
  if (taken.ok) {
    const pauseMs = Math.min(queuePauseMs(taken.value), call.deadline - ometria.now());
    if (pauseMs > 0) {
      ometria.log("crm_queue_low", { pause_ms: pauseMs, request_id: call.requestId });
      await ometria.pause(pauseMs);
    }
    return records.map(() => ({ kind: "delivered" }));
  }
  const { failure } = taken;
  if (failure.kind !== "refused") return records.map(() => ({ kind: "retry", failure }));
  if (records.length === 1) return [{ kind: "refused", reason: failure.detail }];
  const half = Math.ceil(records.length / 2);
  const first = await pushEach(ometria, records.slice(0, half), call);
  return [...first, ...(await pushEach(ometria, records.slice(half), call))];
};
