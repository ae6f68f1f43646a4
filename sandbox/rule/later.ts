import { toJson } from "../json.ts";
import type { Call } from "../router.ts";
import type { Job } from "./model.ts";
import { causeOf, type RuleStore } from "./store.ts";

/** Keeps what was accepted until its time has come by the instance's clock. */
export function later(
  store: RuleStore,
  call: Call,
  kind: Job["kind"],
  body: object,
  delayMs = store.profile.asyncDelayMs,
): void {
  const { callback_url: callback, ...rest } = toJson(body);
  store.jobs.put({
    id: store.nextId("job"),
    ...causeOf(call),
    at: store.clock.iso(),
    dueAt: store.clock.now() + delayMs,
    kind,
    body: rest,
    callbackUrl: typeof callback === "string" ? callback : null,
    doneAt: null,
    missed: [],
  });
}
