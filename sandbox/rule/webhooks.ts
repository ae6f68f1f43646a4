import type { JsonObject } from "../json.ts";
import type { Subscriber, Suppression, Tag } from "./model.ts";

/**
 * Bodies of Rule's account webhooks (published, contracts/rule.md §10). The sandbox answers them to the control call
 * that causes one, and a test posts them where the account would.
 */
const who = ({ id, email, phoneNumber }: Subscriber): JsonObject => ({
  id,
  email,
  phone_number: phoneNumber,
});
const account = { name: "Sandbox" };

export function suppressed(subscriber: Subscriber, row: Suppression): JsonObject {
  return {
    dispatcher_type: row.dispatcherType,
    message_type: row.messageType,
    suppressed_source_type: row.sourceType,
    subscriber: who(subscriber),
    account,
  };
}

export function resubscribed(subscriber: Subscriber): JsonObject {
  return { subscriber: who(subscriber), account };
}

/** The same for a tag that came and one that went. */
export function tagChanged(subscriber: Subscriber, { id, name }: Tag): JsonObject {
  return { tag: { id, name }, subscriber: who(subscriber) };
}

/** The counters are text. */
export function importFinished(id: number, total: number, created: number): JsonObject {
  return {
    import: {
      id: String(id),
      total: String(total),
      new: String(created),
      updated: String(total - created),
      failed: "0",
      partial_failed: "0",
    },
  };
}
