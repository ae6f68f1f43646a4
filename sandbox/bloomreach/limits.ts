import type { Json, JsonObject } from "../json.ts";
import type { Profile } from "./profile.ts";

// "kB" is taken as 1000 bytes (assumed): what passes here passes under the other reading too.
const MESSAGE_BYTES = 800_000;
const VALUE_BYTES = 16_000;
const SMALL_VALUE_BYTES = 2048;
const encoder = new TextEncoder();

/** What is wrong with the size or the names of one message; the texts are assumed (contracts/bloomreach.md §1). */
export function limitProblem(profile: Profile, data: JsonObject): string | undefined {
  if (bytes(data) >= MESSAGE_BYTES) return "The message must be under 800 kB.";
  const properties = data["properties"] ?? {};
  const most = profile.propertyQuota === "1024 of 2 KiB" ? SMALL_VALUE_BYTES + 1 : VALUE_BYTES;
  for (const [name, value] of Object.entries(properties)) {
    if (!/^[\x20-\x7e]+$/.test(name)) return `The property name ${name} is not ASCII.`;
    if (bytes(value) >= most) return `The value of ${name} must be under ${String(most)} bytes.`;
  }
  return undefined;
}

export function quotaOf(profile: Profile): number {
  return profile.propertyQuota === "1024 of 2 KiB" ? 1024 : 255;
}

function bytes(value: Json): number {
  return encoder.encode(JSON.stringify(value)).byteLength;
}
