import type { Json, JsonObject } from "../json.ts";
import type { Profile } from "./profile.ts";

// "kB" is taken as 1000 bytes (assumed): what passes here passes under the other reading too.
const MESSAGE_BYTES = 800_000;
const VALUE_BYTES = 16_000;
const SMALL_VALUE_BYTES = 2048;
const encoder = new TextEncoder();

/** What is wrong with the size or the names of one message; the texts are assumed (contracts/bloomreach.md §1). */
export function limitProblem(
  profile: Profile,
  name: "customers" | "customers/events",
  data: JsonObject,
): string | undefined {
  if (isTooLong(data)) return "The message must be under 800 kB.";
  // The smaller size is that of customer properties; those of events stay at 16 kB.
  const small = name === "customers" && profile.propertyQuota === "1024 of 2 KiB";
  const most = small ? SMALL_VALUE_BYTES + 1 : VALUE_BYTES;
  for (const [property, value] of Object.entries(data["properties"] ?? {})) {
    if (!/^[\x20-\x7e]+$/.test(property)) return `The property name ${property} is not ASCII.`;
    if (bytes(value) >= most)
      return `The value of ${property} must be under ${String(most)} bytes.`;
  }
  return undefined;
}

export function isTooLong(data: JsonObject): boolean {
  return bytes(data) >= MESSAGE_BYTES;
}

export function quotaOf(profile: Profile): number {
  return profile.propertyQuota === "1024 of 2 KiB" ? 1024 : 255;
}

function bytes(value: Json): number {
  return encoder.encode(JSON.stringify(value)).byteLength;
}
