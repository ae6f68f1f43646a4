import type { JsonObject } from "../json.ts";
import { applied } from "./apply.ts";
import { isTooLong } from "./limits.ts";
import type { Source, Write, WriteName } from "./model.ts";
import { type BloomreachStore, contentKey } from "./store.ts";

export interface Origin {
  /** Epoch ms, one for the whole request: a batch falls due as a whole. */
  received: number;
  seq: number;
  index: number;
  commandId: string | null;
  source: Source;
}

interface Queued {
  data: JsonObject;
  ids: Record<string, string>;
  invalidIds: string[];
  time: number;
}

/** Writes run later, after the profile's delay (contracts/bloomreach.md §3). Nothing recognises a repeat. */
export function enqueue(
  store: BloomreachStore,
  name: WriteName,
  { data, ids, invalidIds, time }: Queued,
  origin: Origin,
): Write {
  const same = store.writes
    .by("content", contentKey({ name, data, ids }))
    .filter(
      (write) => write.errors.length === 0 && JSON.stringify(write.data) === JSON.stringify(data),
    );
  return store.writes.put({
    ...record(name, data, origin),
    ids,
    invalidIds,
    time,
    repeats: same.length,
    dueAt: origin.received + store.profile.queueDelayMs,
  });
}

/** Kept as well, so that an audit sees what a caller lost; of what is too long to store, only whom it was about. */
export function recordRefused(
  store: BloomreachStore,
  name: WriteName,
  data: JsonObject,
  origin: Origin,
  errors: string[],
): void {
  const kept = isTooLong(data) ? { customer_ids: data["customer_ids"] ?? null } : data;
  store.writes.put({ ...record(name, kept, origin), errors });
}

function record(name: WriteName, data: JsonObject, { received, ...origin }: Origin): Write {
  return {
    ...origin,
    id: `${String(origin.seq)}.${String(origin.index)}`,
    at: new Date(received).toISOString(),
    name,
    data,
    ids: {},
    invalidIds: [],
    time: 0,
    errors: [],
    repeats: 0,
    dueAt: 0,
    outcome: null,
  };
}

export function waiting(store: BloomreachStore): Write[] {
  return store.writes.by("waiting", "yes");
}

/** Applies what is due at the instance's time, or everything; answers how many. */
export function applyDue(store: BloomreachStore, until = store.clock.now()): number {
  const due = waiting(store).filter(({ dueAt }) => dueAt <= until);
  const turned = store.profile.batchOrder === "reversed" ? -1 : 1;
  due.sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq || turned * (a.index - b.index));
  for (const write of due) store.writes.put({ ...write, outcome: applied(store, write) });
  return due.length;
}
