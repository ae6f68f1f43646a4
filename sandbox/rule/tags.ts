import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { read } from "./bodies.ts";
import { tagNotFound, type Version } from "./errors.ts";
import { inPath } from "./find_subscriber.ts";
import { later } from "./later.ts";
import type { Subscriber, Tag } from "./model.ts";
import { type Cause, causeOf, type RuleStore } from "./store.ts";
import { tagsView } from "./views.ts";

export type Automation = "send" | "force" | "reset";

/** Digits only are an id, everything else a name (published). */
export function tagOf(store: RuleStore, which: string | number): Tag | undefined {
  const key = String(which);
  return /^\d+$/.test(key) ? store.tags.get(key) : store.tags.by("name", key)[0];
}

/** An unknown name is made later, an unknown id is 404 now (published); without `create` a name is 404 too (assumed). */
export function knownTags(
  store: RuleStore,
  tags: readonly (string | number)[],
  create: boolean,
  version: Version,
): void {
  for (const tag of tags) {
    if (tagOf(store, tag) !== undefined) continue;
    if (!create || /^\d+$/.test(String(tag))) throw tagNotFound(version, String(tag));
  }
}

export function makeTag(store: RuleStore, name: string): Tag {
  return store.tags.put({ id: store.nextId("tag"), name, createdAt: store.clock.iso() });
}

/** Adds tags, computes segments unless told not to, runs automations when told to. */
export function addTags(
  store: RuleStore,
  subscriber: Subscriber,
  names: readonly (string | number)[],
  cause: Cause,
  { automation, segments = true }: { automation?: Automation | undefined; segments?: boolean } = {},
): Subscriber {
  const tags = names.map((name) => tagOf(store, name) ?? makeTag(store, String(name)));
  const added = tags.filter(({ id }) => !subscriber.tags.includes(id));
  if (added.length > 0)
    store.note(cause, subscriber.id, "tagged", { tags: added.map(({ name }) => name) });
  // Any automation unblocks (published).
  const unblocks = automation !== undefined && subscriber.status === "BLOCKED";
  if (unblocks) store.note(cause, subscriber.id, "unblocked", { automation });
  const tagged = store.change(subscriber, {
    tags: [...subscriber.tags, ...added.map(({ id }) => id)],
    ...(unblocks ? { status: "ACTIVE" } : {}),
  });
  const member = segments ? store.subscribers.put(inSegments(store, tagged)) : tagged;
  return automation === undefined ? member : runAutomations(store, member, tags, automation, cause);
}

/** `send` runs the flow of a tag once for a subscriber, `force` and `reset` again (published). */
function runAutomations(
  store: RuleStore,
  subscriber: Subscriber,
  tags: readonly Tag[],
  mode: Automation,
  cause: Cause,
): Subscriber {
  const run = tags.filter(({ id }) => mode !== "send" || !subscriber.automated.includes(id));
  for (const { name } of run) store.note(cause, subscriber.id, "automation", { tag: name, mode });
  const automated = new Set([...subscriber.automated, ...run.map(({ id }) => id)]);
  return store.subscribers.put({ ...subscriber, automated: [...automated] });
}

function inSegments(store: RuleStore, subscriber: Subscriber): Subscriber {
  const names = subscriber.tags.map((id) => store.tags.get(String(id))?.name);
  return {
    ...subscriber,
    segments: store.segments
      .all()
      .filter(({ tag }) => names.includes(tag))
      .map(({ id }) => id),
  };
}

/** Segments stay as they are: the vendor does not compute them on removal (published). */
export function removeTags(
  store: RuleStore,
  subscriber: Subscriber,
  names: readonly (string | number)[],
  cause: Cause,
): void {
  const gone = names.flatMap((name) => tagOf(store, name) ?? []);
  const held = gone.filter(({ id }) => subscriber.tags.includes(id));
  if (held.length === 0) return;
  store.note(cause, subscriber.id, "untagged", { tags: held.map(({ name }) => name) });
  store.change(subscriber, {
    tags: subscriber.tags.filter((id) => !held.some((tag) => tag.id === id)),
  });
}

/** v2 `POST /subscribers/{id}/tags`: at once (assumed). */
export function post(store: RuleStore, call: Call): Reply {
  const { tags } = read("addTags", call.json, "v2", store.profile);
  const subscriber = inPath(store, call, "v2");
  knownTags(store, tags, true, "v2");
  addTags(store, subscriber, tags, causeOf(call));
  return ok({ message: "Success" });
}

export function list(store: RuleStore, call: Call): Reply {
  return ok({ message: "Success", tags: tagsView(store, inPath(store, call, "v2")) });
}

/** v2 `DELETE /subscribers/{id}/tags`: all of them. */
export function clear(store: RuleStore, call: Call): Reply {
  const subscriber = inPath(store, call, "v2");
  removeTags(store, subscriber, subscriber.tags, causeOf(call));
  return ok({ message: "Success" });
}

/** `DELETE /subscribers/{id}/tags/{tag}`: v2 at once (assumed), v3 later. A tag that is not held is no error (assumed). */
export function remove(store: RuleStore, call: Call, version: Version): Reply {
  const subscriber = inPath(store, call, version);
  const tag = call.params["tag"] ?? "";
  knownTags(store, [tag], false, version);
  if (version === "v3") return single(store, call, "removeTags", subscriber, { tags: [tag] });
  removeTags(store, subscriber, [tag], causeOf(call));
  return ok({ message: "Success" });
}

/** v3 `PUT /subscribers/{id}/tags`. */
export function put(store: RuleStore, call: Call): Reply {
  const body = read("putTags", call.json, "v3", store.profile);
  const subscriber = inPath(store, call, "v3");
  knownTags(store, body.tags, true, "v3");
  return single(store, call, "addTags", subscriber, body);
}

/** 204, and later as every v3 tag call; at once where the profile says what a page of the client says. */
function single(
  store: RuleStore,
  call: Call,
  kind: "addTags" | "removeTags",
  { id }: Subscriber,
  body: object,
): Reply {
  const delay = store.profile.v3SingleTagAtOnce ? 0 : store.profile.asyncDelayMs;
  later(store, call, kind, { ...body, subscribers: [{ id }] }, delay);
  return reply(204);
}

/** v3 `POST|DELETE /subscribers/tags`: 204, later. */
export function many(store: RuleStore, call: Call, kind: "addTags" | "removeTags"): Reply {
  const body = read("manyTags", call.json, "v3", store.profile);
  knownTags(store, body.tags, true, "v3");
  later(store, call, kind, body);
  return reply(204);
}
