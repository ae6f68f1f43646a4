import type { JsonObject } from "../json.ts";
import type { Subscriber, Suppression } from "./model.ts";
import type { RuleStore } from "./store.ts";

/** (assumed) v2 writes times as in the vendor's webhooks, v3 as ISO 8601. */
export function v2Time(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

/** v2 GET /subscribers/{id}: no custom fields (published). */
export function subscriberView(store: RuleStore, subscriber: Subscriber): JsonObject {
  return {
    ...common(store, subscriber),
    suppressed: suppressionsOf(store, subscriber).map(suppressionView),
    syncAtSegments: subscriber.segments.flatMap((id) => {
      const segment = store.segments.get(String(id));
      return segment === undefined ? [] : [{ id, name: segment.name }];
    }),
  };
}

/** In the list `suppressed` is a boolean (published). */
export function listedView(store: RuleStore, subscriber: Subscriber): JsonObject {
  return {
    ...common(store, subscriber),
    suppressed: suppressionsOf(store, subscriber).length > 0,
  };
}

function common(store: RuleStore, subscriber: Subscriber): JsonObject {
  return {
    id: subscriber.id,
    email: subscriber.email,
    phone_number: subscriber.phoneNumber,
    custom_identifier: subscriber.customIdentifier,
    language: subscriber.language,
    opted_in: subscriber.optedIn,
    created_at: v2Time(subscriber.createdAt),
    updated_at: v2Time(subscriber.updatedAt),
    tags: tagsView(store, subscriber),
  };
}

export function tagsView(store: RuleStore, subscriber: Subscriber): JsonObject[] {
  return subscriber.tags.flatMap((id) => {
    const tag = store.tags.get(String(id));
    return tag === undefined ? [] : [{ id, name: tag.name }];
  });
}

export function suppressionsOf(store: RuleStore, subscriber: Subscriber): Suppression[] {
  return store.suppressions.by("subscriber", String(subscriber.id));
}

export function suppressionView(row: Suppression): JsonObject {
  return {
    id: row.id,
    created_at: v2Time(row.createdAt),
    dispatcher_type: row.dispatcherType,
    message_type: row.messageType,
    suppressed_source_type: row.sourceType,
  };
}

/** v3 says `phone` where v2 says `phone_number` (published). */
export function v3View(store: RuleStore, subscriber: Subscriber): JsonObject {
  return {
    id: subscriber.id,
    email: subscriber.email,
    phone: subscriber.phoneNumber,
    custom_identifier: subscriber.customIdentifier,
    status: subscriber.status,
    language: subscriber.language,
    created_at: subscriber.createdAt,
    updated_at: subscriber.updatedAt,
    account_id: store.profile.accountId,
  };
}
