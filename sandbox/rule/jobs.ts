import { toJson } from "../json.ts";
import type { Body } from "./bodies.ts";
import { named } from "./find_subscriber.ts";
import type { Job, Subscriber, Who } from "./model.ts";
import type { RuleStore } from "./store.ts";
import { suppress, unsuppress } from "./suppressions.ts";
import { addTags, removeTags } from "./tags.ts";
import { upsertAll } from "./upsert.ts";

/** Does what was put off and is due; `all` also what is not. Its callback is noted, not called. */
export function settle(store: RuleStore, all = false): void {
  const waiting = store.jobs.by("waiting", "yes");
  if (waiting.length === 0) return;
  const due = waiting.filter(({ dueAt }) => all || dueAt <= store.clock.now());
  for (const job of due.toSorted((a, b) => a.dueAt - b.dueAt || a.id - b.id)) {
    const missed = perform(store, job);
    store.jobs.put({ ...job, doneAt: store.clock.iso(), missed: missed.map(toJson) });
  }
}

/** Who is unknown is passed over (assumed). */
function perform(store: RuleStore, job: Job): Who[] {
  if (job.kind === "upsert") {
    upsertAll(store, job.body as unknown as Body<"upsert">, job);
    return [];
  }
  const all = (job.body["subscribers"] ?? []) as unknown as Who[];
  return all.filter((who) => {
    const subscriber = named(store, who);
    if (subscriber !== undefined) one(store, job, subscriber);
    return subscriber === undefined;
  });
}

function one(store: RuleStore, job: Job, subscriber: Subscriber): void {
  const body = job.body as unknown as Partial<Body<"putTags"> & Body<"suppress">>;
  switch (job.kind) {
    case "addTags":
      addTags(store, subscriber, body.tags ?? [], job, {
        automation: body.automation,
        segments: body.sync_subscriber !== false,
      });
      break;
    case "removeTags":
      removeTags(store, subscriber, body.tags ?? [], job);
      break;
    case "block":
    case "unblock":
      store.change(subscriber, { status: job.kind === "block" ? "BLOCKED" : "ACTIVE" });
      store.note(job, subscriber.id, `${job.kind}ed`, {});
      break;
    case "suppress":
      suppress(store, subscriber, "campaign", body.message_types, "api", job);
      break;
    case "unsuppress":
      unsuppress(store, subscriber, undefined, body.message_types, job);
      break;
    case "upsert":
      break;
  }
}
