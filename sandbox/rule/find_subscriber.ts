import type { Call } from "../router.ts";
import { refusal, subscriberNotFound, type Version } from "./errors.ts";
import { phoneNumber } from "./identifiers.ts";
import type { Subscriber, Who } from "./model.ts";
import type { RuleStore } from "./store.ts";

const KEYS = ["email", "phone_number", "id", "custom_identifier"] as const;
type Key = (typeof KEYS)[number];

/** The subscriber in the path, by `identified_by` (default email, published), or 404: a miss counts as an error. */
export function inPath(store: RuleStore, call: Call, version: Version): Subscriber {
  const by = call.query.get("identified_by") ?? "email";
  const known = version === "v2" && !store.profile.v2CustomIdentifier ? KEYS.slice(0, 3) : KEYS;
  const key = known.find((one) => one === by);
  if (key === undefined)
    // (assumed) status.
    throw refusal(version, 400, "ValidationError", `identified_by must be ${known.join(", ")}.`);
  const found = byKey(store, key, call.params["subscriber"] ?? "");
  if (found === undefined) throw subscriberNotFound(version);
  return found;
}

/** Calls that know a numeric id only (published): anything else finds nobody. */
export function byNumber(store: RuleStore, call: Call, version: Version): Subscriber {
  const found = byKey(store, "id", call.params["subscriber"] ?? "");
  if (found === undefined) throw subscriberNotFound(version);
  return found;
}

export function byKey(store: RuleStore, key: Key, value: string): Subscriber | undefined {
  if (key === "id") return /^\d+$/.test(value) ? store.subscribers.get(value) : undefined;
  const wanted =
    key === "phone_number" && store.profile.phoneLookup === "normalised"
      ? (phoneNumber(value) ?? value)
      : value;
  const member = {
    email: "email",
    phone_number: "phoneNumber",
    custom_identifier: "customIdentifier",
  }[key] as "email" | "phoneNumber" | "customIdentifier";
  return store.subscribers
    .by(key, wanted.toLowerCase())
    .toSorted((a, b) => a.id - b.id)
    .find((one) => store.profile.identifierCase === "insensitive" || one[member] === wanted);
}

/** One of a list in a body; undefined when it names nobody. */
export function named(store: RuleStore, who: Who): Subscriber | undefined {
  for (const key of KEYS) {
    const value = who[key];
    if (value !== undefined) return byKey(store, key, String(value));
  }
  return undefined;
}
