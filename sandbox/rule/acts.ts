import * as z from "zod";
import { ok, type Reply } from "../reply.ts";
import type { Call, Route } from "../router.ts";
import { NoSuchRow, suppressionInput } from "./build.ts";
import { byKey } from "./find_subscriber.ts";
import { FIELD_TYPES, MESSAGE_TYPES, type Subscriber } from "./model.ts";
import type { RuleStore } from "./store.ts";
import { suppress, unsuppress } from "./suppressions.ts";
import { addTags, removeTags, tagOf } from "./tags.ts";
import { upsertAll } from "./upsert.ts";
import * as webhooks from "./webhooks.ts";

/** What people do in Rule itself, beside the API: each answers the webhooks that the account would send. */
export function acts(store: RuleStore): Route[] {
  return [
    ["POST", "/suppress", (call) => suppressAct(store, call)],
    ["POST", "/resubscribe", (call) => resubscribeAct(store, call)],
    ["POST", "/tag", (call) => tagAct(store, call)],
    ["POST", "/import", (call) => importAct(store, call)],
  ];
}

const subscriberId = z.int().positive();

function subscriberOf(store: RuleStore, id: number): Subscriber {
  const found = byKey(store, "id", String(id));
  if (found === undefined) throw new NoSuchRow(`subscriber ${id}`);
  return found;
}

function suppressAct(store: RuleStore, { json, seq }: Call): Reply {
  const { subscriberId: id, ...how } = suppressionInput.extend({ subscriberId }).parse(json);
  const subscriber = subscriberOf(store, id);
  const { dispatcherType, messageTypes, sourceType } = how;
  const cause = { seq, call: "control" };
  const rows = suppress(store, subscriber, dispatcherType, messageTypes, sourceType, cause);
  return ok({ webhooks: rows.map((row) => webhooks.suppressed(subscriber, row)) });
}

function resubscribeAct(store: RuleStore, { json, seq }: Call): Reply {
  const input = z.strictObject({
    subscriberId,
    messageTypes: z.array(z.enum(MESSAGE_TYPES)).min(1).optional(),
  });
  const { subscriberId: id, messageTypes } = input.parse(json);
  const subscriber = subscriberOf(store, id);
  unsuppress(store, subscriber, undefined, messageTypes, { seq, call: "control" });
  return ok({ webhooks: [webhooks.resubscribed(subscriber)] });
}

function tagAct(store: RuleStore, { json, seq }: Call): Reply {
  const input = z.strictObject({
    subscriberId,
    tags: z.array(z.string()).min(1),
    remove: z.boolean().default(false),
  });
  const { subscriberId: id, tags, remove } = input.parse(json);
  const subscriber = subscriberOf(store, id);
  const cause = { seq, call: "control" };
  if (remove) removeTags(store, subscriber, tags, cause);
  else addTags(store, subscriber, tags, cause);
  const changed = tags.flatMap((name) => tagOf(store, name) ?? []);
  return ok({ webhooks: changed.map((tag) => webhooks.tagChanged(subscriber, tag)) });
}

/** The file of subscribers with their bonus data (seed): overwrites whatever the API wrote since. */
function importAct(store: RuleStore, { json, seq }: Call): Reply {
  const input = z.strictObject({
    tags: z.array(z.string()).min(1).default(["Import"]),
    subscribers: z
      .array(
        z.strictObject({
          email: z.string().optional(),
          phone_number: z.string().optional(),
          fields: z
            .array(
              z.strictObject({
                key: z.string(),
                value: z.string(),
                type: z.enum(FIELD_TYPES).optional(),
              }),
            )
            .default([]),
        }),
      )
      .min(1),
  });
  const { tags, subscribers } = input.parse(json);
  const body = { update_on_duplicate: true, sync_subscribers: false, tags, subscribers };
  const { created } = upsertAll(store, body, { seq, call: "import" }, false);
  return ok({ webhooks: [webhooks.importFinished(1, subscribers.length, created)] });
}
