import { isObject, type Json } from "../json.ts";
import { learn } from "./learn.ts";
import type { Problem, Received } from "./model.ts";
import { collectionOf, idOf, partsOf, typeOf } from "./parts.ts";
import { refusalFor } from "./refusals.ts";
import { inOrder, type OmetriaStore } from "./store.ts";
import { take } from "./take.ts";

export function enqueue(
  store: OmetriaStore,
  arrived: { seq: number; requestId: string; record: Json; problems: Problem[] },
): void {
  const { record } = arrived;
  const type = typeOf(record);
  store.received.put({
    ...arrived,
    number: store.next("received"),
    at: store.clock.iso(),
    type,
    id: idOf(record),
    collection:
      type === "contact" && isObject(record) ? collectionOf(partsOf(record).directives) : null,
    dueAt: store.clock.now() + store.profile.processingMs,
    outcome: "queued",
    profileDueAt: null,
  });
}

/** Records that wait, those of other senders included. */
export function queued(store: OmetriaStore): number {
  return store.received.by("waiting", "record").length + store.profile.foreignQueue;
}

/** Does all that time has come for. Every answer begins with it, so that nothing runs between requests. */
export function processDue(store: OmetriaStore, until = store.clock.now()): void {
  const now = store.clock.now();
  for (const row of inOrder(store.received.by("waiting", "record"))) {
    if (row.dueAt > until) continue;
    // Done ahead of its time by a control call, it bears the time at which it was done.
    const taken = validate(store, { ...row, dueAt: Math.min(row.dueAt, now) });
    // Told at once where there is no lag, so that each of several records of one contact has its effect.
    if (taken.profileDueAt !== null && taken.profileDueAt <= until) tell(store, taken);
  }
  for (const row of inOrder(store.received.by("waiting", "profile")))
    if (row.profileDueAt !== null && row.profileDueAt <= until) tell(store, row);
}

function validate(store: OmetriaStore, row: Received): Received {
  const problems =
    row.problems.length > 0 ? row.problems : (refusalFor(store, row) ?? take(store, row));
  const failed = problems.length > 0;
  for (const problem of problems) addError(store, row, problem);
  const told = !failed && (row.type === "contact" || row.type === "order");
  return store.received.put({
    ...row,
    problems,
    outcome: failed ? "failed" : "stored",
    profileDueAt: told ? row.dueAt + store.profile.profileLagMs : null,
  });
}

function tell(store: OmetriaStore, row: Received): void {
  const cause = { seq: row.seq, atMs: Math.min(row.profileDueAt ?? row.dueAt, store.clock.now()) };
  learn(store, row, cause);
  store.received.put({ ...row, profileDueAt: null });
}

function addError(store: OmetriaStore, row: Received, problem: Problem): void {
  const { number: received, requestId, type, id, record } = row;
  const at = new Date(row.dueAt).toISOString();
  store.errors.put({
    number: store.next("error"),
    received,
    requestId,
    type,
    id,
    record,
    at,
    problem,
  });
}
