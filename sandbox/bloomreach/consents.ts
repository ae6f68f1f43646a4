import { type Json, type JsonObject, text } from "../json.ts";
import type { Category, TrackedEvent } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

export interface Consent {
  valid: boolean;
  until: Json;
  timestamp: Json;
  message: Json;
  source: Json;
}

export const UNSET: Consent = {
  valid: false,
  until: null,
  timestamp: null,
  message: null,
  source: null,
};

/** State of one consent at the instance's time (contracts/bloomreach.md §7). */
export function consentOf(store: BloomreachStore, customerId: string, category: Category): Consent {
  const [last] = store.events
    .by("customerId", customerId)
    .filter(
      (event) =>
        event.type === "consent" &&
        event.properties["category"] === category.id &&
        counts(category, event),
    )
    .toSorted((a, b) => consentTime(b) - consentTime(a) || b.order - a.order);
  if (last === undefined) return UNSET;
  const { properties } = last;
  const accepted = consentProblem(properties) === undefined && properties["action"] === "accept";
  const until = accepted ? (properties["valid_until"] ?? null) : null;
  return {
    // Passing valid_until ends it without a reject (published).
    valid: accepted && (typeof until !== "number" || store.seconds() < until),
    until,
    timestamp: consentTime(last),
    message: properties["message"] ?? null,
    source: properties["source"] ?? null,
  };
}

/** An event that breaks a rule does not count for nothing: it REVOKES the consent (published). */
export function consentProblem(properties: JsonObject): string | undefined {
  const { action, valid_until: until } = properties;
  if (text(properties["category"]) === undefined) return "no category";
  if (action !== "accept" && action !== "reject") return "unknown action";
  if (action === "accept" && until !== "unlimited" && typeof until !== "number")
    return "no valid_until";
  return typeof properties["timestamp"] === "number" ? undefined : "no timestamp";
}

/** For the audit of a write. */
export function consentEffect(store: BloomreachStore, event: TrackedEvent): string {
  const problem = consentProblem(event.properties);
  const category = store.categories.get(text(event.properties["category"]) ?? "");
  if (category === undefined) return `no effect: ${problem ?? "unknown category"}`;
  if (!counts(category, event)) return `no effect: ${event.source} is no source of this category`;
  if (problem !== undefined) return `revoked: ${problem}`;
  return event.properties["action"] === "accept" ? "accepted" : "rejected";
}

/** `sources` says from where a consent of this category is taken (published). */
function counts(category: Category, event: TrackedEvent): boolean {
  return category.sources[event.source] === true;
}

/** The consent's own time, else that of the event (assumed): which of the two orders consents is not published. */
function consentTime({ properties, timestamp }: TrackedEvent): number {
  const own = properties["timestamp"];
  return typeof own === "number" ? own : timestamp;
}
