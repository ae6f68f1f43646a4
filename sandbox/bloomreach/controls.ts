import * as z from "zod";
import { type JsonObject, text, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Handler, Route } from "../router.ts";
import { countsOf, customerView } from "./audit.ts";
import { addCustomer, addEvent, BadInput, customerByKey, patchCustomer } from "./build.ts";
import { definitionControls } from "./definition_controls.ts";
import type { Customer, TrackedEvent, Write } from "./model.ts";
import { applyDue } from "./queue.ts";
import { byTime } from "./reads.ts";
import type { BloomreachStore } from "./store.ts";

/** Direct hands on the data, for tests: no vendor rule applies, and all of it takes effect at once. */
export function controls(store: BloomreachStore): Route[] {
  const routes: Route[] = [
    ["GET", "/counts", () => ok(countsOf(store))],
    ["POST", "/flush", () => ok({ applied: applyDue(store, Number.POSITIVE_INFINITY) })],
    ["GET", "/writes", ({ query }) => ok({ items: writes(store, query).map(toJson) })],
    ["GET", "/early-reads", () => ok({ items: store.earlyReads.all().map(toJson) })],
    ["DELETE", "/early-reads", () => (store.earlyReads.clear(), ok({ cleared: true }))],
    ...customers(store),
    ...events(store),
    ...definitionControls(store),
  ];
  return routes.map(([method, path, handler]) => [method, path, afterDue(store, handler)]);
}

/** What is due by the clock has happened before a test looks; bad input is answered, not thrown. */
function afterDue(store: BloomreachStore, handler: Handler): Handler {
  return (call) => {
    applyDue(store);
    try {
      return handler(call);
    } catch (error) {
      if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) });
      if (error instanceof BadInput) return reply(400, { error: error.message });
      throw error;
    }
  };
}

function customers(store: BloomreachStore): Route[] {
  const shown = (customer: Customer): Reply => ok(customerView(store, customer));
  const one =
    (act: (customer: Customer, call: Call) => Reply): Handler =>
    (call) => {
      const key = call.params["id"] ?? "";
      const customer = customerByKey(store, key);
      return customer === undefined ? missing("customer", key) : act(customer, call);
    };
  return [
    [
      "GET",
      "/customers",
      () => ok({ items: store.customers.all().map((row) => customerView(store, row)) }),
    ],
    [
      "POST",
      "/customers",
      ({ json }) => added(json, (input) => customerView(store, addCustomer(store, input))),
    ],
    ["GET", "/customers/:id", one(shown)],
    [
      "PATCH",
      "/customers/:id",
      one((customer, { json }) => shown(patchCustomer(store, customer, json))),
    ],
    [
      "DELETE",
      "/customers/:id",
      one((customer) => {
        for (const { id } of store.events.by("customerId", customer.id)) store.events.delete(id);
        store.customers.delete(customer.id);
        return ok({ deleted: true });
      }),
    ],
  ];
}

function events(store: BloomreachStore): Route[] {
  const one =
    (act: (event: TrackedEvent, call: Call) => Reply): Handler =>
    (call) => {
      const event = store.events.get(call.params["id"] ?? "");
      return event === undefined ? missing("event", call.params["id"] ?? "") : act(event, call);
    };
  return [
    ["GET", "/events", ({ query }) => listed(store, query)],
    ["POST", "/events", ({ json }) => added(json, (input) => toJson(addEvent(store, input)))],
    ["GET", "/events/:id", one((event) => ok(toJson(event)))],
    [
      "PATCH",
      "/events/:id",
      one((event, { json }) => {
        const { timestamp = event.timestamp, properties } = eventPatch.parse(json);
        const changed = { ...event, timestamp, properties: { ...event.properties, ...properties } };
        return ok(toJson(store.events.put(changed)));
      }),
    ],
    ["DELETE", "/events/:id", one(({ id }) => (store.events.delete(id), ok({ deleted: true })))],
  ];
}

const eventPatch = z
  .strictObject({ timestamp: z.number(), properties: z.record(z.string(), z.json()) })
  .partial();

/** `?customer=KEY&type=TYPE`, oldest first. */
function listed(store: BloomreachStore, query: URLSearchParams): Reply {
  const [key, type] = [query.get("customer"), query.get("type")];
  const customer = key === null ? undefined : customerByKey(store, key);
  if (key !== null && customer === undefined) return missing("customer", key);
  const rows =
    customer === undefined ? store.events.all() : store.events.by("customerId", customer.id);
  const items = byTime(rows.filter((event) => type === null || event.type === type));
  return ok({ items: items.map(toJson) });
}

/** `?since=SEQ&name=customers/events&eventType=TYPE&state=waiting|applied|refused`, in order of receipt. */
function writes(store: BloomreachStore, query: URLSearchParams): Write[] {
  const since = Number(query.get("since") ?? 0);
  const [name, type, state] = [query.get("name"), query.get("eventType"), query.get("state")];
  return store.writes
    .all()
    .filter(
      (write) =>
        write.seq > since &&
        (name === null || write.name === name) &&
        (type === null || text(write.data["event_type"]) === type) &&
        (state === null || stateOf(write) === state),
    )
    .toSorted((a, b) => a.seq - b.seq || a.index - b.index);
}

function stateOf({ errors, outcome }: Write): string {
  if (errors.length > 0) return "refused";
  return outcome === null ? "waiting" : "applied";
}

function missing(what: string, key: string): Reply {
  return reply(404, { error: `No ${what} ${key}` });
}

/** One or an array. */
function added(input: unknown, add: (input: unknown) => JsonObject): Reply {
  if (!Array.isArray(input)) return ok(add(input));
  return ok({ items: input.map((one) => add(one)) });
}
