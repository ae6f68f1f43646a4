import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { read } from "./bodies.ts";
import { Problems } from "./errors.ts";
import { inPath } from "./find_subscriber.ts";
import type { Subscriber } from "./model.ts";
import { causeOf, type RuleStore } from "./store.ts";

/** `{preferences: [{preference_id, is_opted_in}]}` (published); the path and its verbs are (assumed). */
export function list(store: RuleStore, call: Call): Reply {
  return ok({ message: "Success", preferences: view(inPath(store, call, "v2")) });
}

export function post(store: RuleStore, call: Call): Reply {
  const { preferences } = read("preferences", call.json, "v2", store.profile);
  const subscriber = inPath(store, call, "v2");
  const problems = new Problems("v2", store.profile);
  for (const [index, { preference_id: id }] of preferences.entries())
    if (store.preferences.get(String(id)) === undefined)
      problems.add(`preferences.${index}.preference_id`, "There is no such preference.");
  problems.refuse();
  const given = new Map(preferences.map((one) => [one.preference_id, one.is_opted_in]));
  const kept = subscriber.preferences.filter(({ id }) => !given.has(id));
  const set = [...given].map(([id, isOptedIn]) => ({ id, isOptedIn }));
  const changed = store.change(subscriber, { preferences: [...kept, ...set] });
  store.note(causeOf(call), subscriber.id, "preferences", { preferences });
  return ok({ message: "Success", preferences: view(changed) });
}

function view({ preferences }: Subscriber) {
  return preferences.map(({ id, isOptedIn }) => ({ preference_id: id, is_opted_in: isOptedIn }));
}
