import { isObject } from "../json.ts";
import type { Call } from "../router.ts";

/** The key of a call: a Bearer header on both versions; v2 also takes it as query parameter or body field (published). */
export function keyOf(call: Call): string | undefined {
  const header = call.headers.get("authorization");
  if (header !== null) return /^Bearer (.+)$/.exec(header)?.[1];
  if (!call.path.startsWith("/api/v2/")) return undefined;
  const inBody = isObject(call.json) ? call.json["apikey"] : undefined;
  return call.query.get("apikey") ?? (typeof inBody === "string" ? inBody : undefined);
}
