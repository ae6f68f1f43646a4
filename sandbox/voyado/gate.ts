import { type Reply, reply } from "../reply.ts";
import type { RateLimit } from "../rate_limit.ts";
import type { Call } from "../router.ts";
import type { Profile } from "./profile.ts";

/** What every call must carry (contracts/voyado.md §2, §16.1). Undefined lets it pass. */
export function gate(call: Call, profile: Profile, rate: RateLimit): Reply | undefined {
  // (assumed) status; the header itself is required (published). fetch in a Worker sends none by itself.
  if (!call.headers.get("user-agent"))
    return reply(400, { message: "The User-Agent header is required." });
  const key = call.headers.get("apikey");
  // (assumed) status and body.
  if (key === null || !profile.apiKeys.includes(key))
    return reply(401, { message: "Authorization has been denied for this request." });
  // (published) required on every call, GET included.
  if (!/^application\/json\b/i.test(call.headers.get("content-type") ?? ""))
    return reply(500, { message: "An error has occurred." });
  // (published) status and counting per key; no Retry-After, because none is published.
  if (rate.exceeded(key, profile.rateLimitPerSecond))
    return reply(429, { message: "Too many requests." });
  return undefined;
}
