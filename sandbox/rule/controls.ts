import * as z from "zod";
import { isObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Handler, Route } from "../router.ts";
import { acts } from "./acts.ts";
import {
  addGroup,
  addRecord,
  addSubscriber,
  changeSubscriber,
  NoSuchRow,
  rawValues,
} from "./build.ts";
import { byKey } from "./find_subscriber.ts";
import { settle } from "./jobs.ts";
import type { Limits } from "./limits.ts";
import { groupOf } from "./schema.ts";
import { counts, recordState, subscriberState } from "./state.ts";
import { inOrder, type RuleStore } from "./store.ts";
import { forget } from "./subscribers.ts";

/** Direct hands on the account, for tests; no vendor rule applies, no limit counts. */
export function controls(store: RuleStore, limits: Limits): Route[] {
  const routes: Route[] = [
    ["GET", "/counts", () => ok(counts(store))],
    ["GET", "/changes", (call) => changes(store, call)],
    ["GET", "/jobs", () => ok({ items: inOrder(store.jobs.all()).map(toJson) })],
    ["POST", "/jobs/settle", () => (settle(store, true), ok(counts(store)))],
    ["POST", "/empty", () => (store.clear(), ok({ empty: true }))],
    ...subscribers(store),
    ...records(store),
    ...groups(store),
    ["POST", "/segments", (call) => each(call, (one) => addSegment(store, one))],
    ["POST", "/preferences", (call) => each(call, (one) => addPreference(store, one))],
    ...limitRoutes(store, limits),
    ...acts(store),
  ];
  return routes.map(([method, path, handler]) => [method, path, guarded(store, handler)]);
}

/** What is due is done before a test looks; a wrong call says what is wrong with it. */
function guarded(store: RuleStore, handler: Handler): Handler {
  return (call) => {
    settle(store);
    try {
      return handler(call);
    } catch (error) {
      if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) });
      if (error instanceof NoSuchRow) return reply(404, { error: `No ${error.message}` });
      throw error;
    }
  };
}

function each(call: Call, make: (input: unknown) => object): Reply {
  return Array.isArray(call.json)
    ? ok({ items: call.json.map((one) => toJson(make(one))) })
    : ok(toJson(make(call.json)));
}

function subscribers(store: RuleStore): Route[] {
  const one = ({ params }: Call) => {
    const found = byKey(store, "id", params["id"] ?? "");
    if (found === undefined) throw new NoSuchRow(`subscriber ${params["id"] ?? ""}`);
    return found;
  };
  return [
    [
      "POST",
      "/subscribers",
      (call) => each(call, (input) => subscriberState(store, addSubscriber(store, input))),
    ],
    ["GET", "/subscribers/:id", (call) => ok(subscriberState(store, one(call)))],
    [
      "PATCH",
      "/subscribers/:id",
      (call) => ok(subscriberState(store, changeSubscriber(store, one(call), call.json))),
    ],
    [
      "DELETE",
      "/subscribers/:id",
      (call) => (forget(store, one(call), { seq: 0, call: "control" }), ok({ deleted: true })),
    ],
  ];
}

function records(store: RuleStore): Route[] {
  const one = ({ params }: Call) => {
    const found = store.records.get(params["id"] ?? "");
    if (found === undefined) throw new NoSuchRow(`record ${params["id"] ?? ""}`);
    return found;
  };
  return [
    [
      "POST",
      "/records",
      (call) => each(call, (input) => recordState(store, addRecord(store, input))),
    ],
    ["GET", "/records", (call) => listRecords(store, call)],
    ["GET", "/records/:id", (call) => ok(recordState(store, one(call)))],
    [
      "PATCH",
      "/records/:id",
      (call) => {
        const row = one(call);
        const values = isObject(call.json) ? call.json["values"] : undefined;
        if (!isObject(values)) return reply(400, { error: "Send {values: {Field: value}}" });
        const raw = rawValues(store, row.groupId, values);
        return ok(
          recordState(store, store.records.put({ ...row, values: { ...row.values, ...raw } })),
        );
      },
    ],
    [
      "DELETE",
      "/records/:id",
      (call) => (store.records.delete(String(one(call).id)), ok({ deleted: true })),
    ],
  ];
}

function listRecords(store: RuleStore, { query }: Call): Reply {
  const [subscriberId, group] = [query.get("subscriberId"), query.get("group")];
  const groupId = group === null ? undefined : (groupOf(store, group)?.id ?? 0);
  const rows = inOrder(store.records.all())
    .filter((row) => subscriberId === null || String(row.subscriberId) === subscriberId)
    .filter((row) => groupId === undefined || row.groupId === groupId);
  return ok({ items: rows.map((row) => recordState(store, row)) });
}

function groups(store: RuleStore): Route[] {
  return [
    ["POST", "/groups", (call) => each(call, (input) => addGroup(store, input))],
    ["GET", "/groups", () => ok({ items: inOrder(store.groups.all()).map(toJson) })],
    [
      "DELETE",
      "/groups/:name",
      ({ params }) => {
        const group = groupOf(store, params["name"] ?? "");
        if (group === undefined) throw new NoSuchRow(`group ${params["name"] ?? ""}`);
        for (const row of store.records.all())
          if (row.groupId === group.id) store.records.delete(String(row.id));
        store.groups.delete(String(group.id));
        return ok({ deleted: true });
      },
    ],
  ];
}

function addSegment(store: RuleStore, input: unknown): object {
  const segment = z.strictObject({ name: z.string(), tag: z.string() }).parse(input);
  return store.segments.put({ id: store.nextId("segment"), ...segment });
}

function addPreference(store: RuleStore, input: unknown): object {
  const preference = z.strictObject({ name: z.string() }).parse(input);
  return store.preferences.put({ id: store.nextId("preference"), ...preference });
}

function changes(store: RuleStore, { query }: Call): Reply {
  const [id, kind, since] = [query.get("subscriberId"), query.get("kind"), query.get("since")];
  const rows = store.changes
    .all()
    .filter((row) => id === null || String(row.subscriberId) === id)
    .filter((row) => kind === null || row.kind === kind)
    .filter((row) => row.n > Number(since ?? 0));
  return ok({ items: rows.map(toJson) });
}

function limitRoutes(store: RuleStore, limits: Limits): Route[] {
  const shown = (): Reply => {
    const now = store.clock.now();
    const until = limits.blockedUntil(now);
    return ok({
      requests: limits.current(now, store.profile),
      errorPercent: limits.percent(now, store.profile),
      blockedUntil: until === undefined ? null : new Date(until).toISOString(),
    });
  };
  const whole = z.int().nonnegative().default(0);
  const input = z.strictObject({ requests: whole, errors: whole, blockForMs: whole });
  return [
    ["GET", "/limits", shown],
    ["POST", "/limits", ({ json }) => (limits.set(store.clock.now(), input.parse(json)), shown())],
    [
      "DELETE",
      "/limits",
      () => (limits.set(0, { requests: 0, errors: 0, blockForMs: 0 }), shown()),
    ],
  ];
}
