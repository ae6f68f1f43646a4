import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { checkedIds, type CheckedIds } from "./customer_ids.ts";
import { type Refusal, refusal } from "./errors.ts";
import { limitProblem } from "./limits.ts";
import type { ApiKey } from "./model.ts";
import { permits } from "./permissions.ts";
import type { BloomreachStore } from "./store.ts";
import { eventTime, micros } from "./timestamps.ts";

export type CommandName = "customers" | "customers/events";

export interface Command extends CheckedIds {
  data: JsonObject;
  /** Unix seconds: update_timestamp or the time of the event, now when it is left out. */
  time: number;
}

const MEMBERS: Record<CommandName, readonly string[]> = {
  customers: ["customer_ids", "properties", "update_timestamp"],
  "customers/events": ["customer_ids", "event_type", "timestamp", "properties"],
};

/** One write, alone or in a batch (contracts/bloomreach.md §5). Where §2 has no text, the text is assumed. */
export function checkedCommand(
  store: BloomreachStore,
  key: ApiKey,
  name: CommandName,
  data: Json | undefined,
): Command | Refusal {
  if (!isObject(data)) return refusal(400, "Invalid JSON", "message");
  const { profile } = store;
  const unknown = Object.keys(data).find((member) => !MEMBERS[name].includes(member));
  if (unknown !== undefined && profile.unknownMembers === "refuse")
    return refusal(400, `${unknown} is not a member of ${name}.`);
  const checked = checkedIds(store, data["customer_ids"]);
  if ("errors" in checked) return checked;
  const properties = data["properties"];
  if (properties !== undefined && !isObject(properties))
    return refusal(400, "properties must be an object.");
  const empty = Object.keys(properties ?? {}).length === 0;
  const emptyRule = name === "customers" ? profile.emptyUpdate : profile.emptyEvent;
  if (empty && emptyRule === "refuse")
    return refusal(400, "At least one property should be specified.");
  const problem = limitProblem(profile, name, data);
  if (problem !== undefined) return refusal(400, problem);
  const time = name === "customers" ? updateTime(store, data) : timeOfEvent(store, data);
  if (typeof time !== "number") return time;
  const forbidden = name === "customers" ? notSettable(key, properties) : notAddable(key, data);
  if (forbidden !== undefined) return refusal(profile.refusedWriteStatus, forbidden);
  return { ...checked, data, time };
}

function updateTime(store: BloomreachStore, data: JsonObject): number | Refusal {
  const given = data["update_timestamp"];
  if (given === undefined) return micros(store.seconds());
  return typeof given === "number"
    ? micros(given)
    : refusal(400, "update_timestamp must be a number.");
}

function timeOfEvent(store: BloomreachStore, data: JsonObject): number | Refusal {
  if (text(data["event_type"]) === undefined)
    return refusal(400, "event_type should be specified.");
  if (data["timestamp"] === undefined) return micros(store.seconds());
  return (
    eventTime(data["timestamp"]) ??
    refusal(400, "timestamp must be unix seconds or ISO 8601 in UTC.")
  );
}

/** (assumed) text, after the published one about events. */
function notSettable(key: ApiKey, properties: JsonObject | undefined): string | undefined {
  const granted = key.permissions.propertiesSet;
  const allowed = Object.keys(properties ?? {}).every((name) => permits(granted, name));
  return allowed && granted.length > 0 ? undefined : "Not authorized to update customer properties";
}

function notAddable(key: ApiKey, data: JsonObject): string | undefined {
  return permits(key.permissions.eventsSet, text(data["event_type"]) ?? "")
    ? undefined
    : "Not authorized to add event of specified type";
}
