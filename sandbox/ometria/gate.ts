import type { RateLimit } from "../rate_limit.ts";
import type { Reply } from "../reply.ts";
import type { Call, Matched } from "../router.ts";
import { refuse } from "./errors.ts";
import type { AccountProfile } from "./profile.ts";
import { tooMany } from "./push.ts";

const HEADER = "x-ometria-auth";

/** Who may call what, and how often (contracts/ometria.md §1, §2). Undefined lets it pass. */
export function gate(
  call: Call,
  profile: AccountProfile,
  rate: RateLimit,
  found: Matched | "method" | undefined,
): Reply | undefined {
  const sent = call.headers.get(HEADER);
  const key = profile.apiKeys.find((one) => one.key === sent);
  if (key === undefined) return refuse(profile.wrongKeyStatus, "Invalid API key.");
  if (found === undefined) return refuse(404, "Not found.");
  // (assumed) the status for a known path under another verb.
  if (found === "method") return refuse(405, "Method not allowed.");
  const { resource, limit, perSecond } = classOf(call, profile);
  if (!key.resources.includes(resource))
    return refuse(403, "The API key is not allowed on this resource.");
  // (published) per account, whichever key; the Data API limit for `_errors` is (assumed).
  if (rate.exceeded(limit, perSecond)) return tooMany("Too many requests.");
  // (assumed) the vendor's own client sends the header; what happens without is not published.
  const json = /^application\/json\b/i.test(call.headers.get("content-type") ?? "");
  if (call.method === "POST" && profile.requireContentType && !json)
    return refuse(415, "Content-Type must be application/json.");
  return undefined;
}

function classOf(call: Call, profile: AccountProfile) {
  if (call.path.startsWith("/v2/transactional-email/"))
    return {
      resource: "transactional",
      limit: "transactional",
      perSecond: profile.transactionalPerSecond,
    } as const;
  const data = { limit: "data", perSecond: profile.dataPerSecond } as const;
  if (call.path === "/v2/push/_errors") return { resource: "push", ...data } as const;
  if (call.path === "/v2/push")
    return { resource: "push", limit: "push", perSecond: profile.pushPerSecond } as const;
  return { resource: "data", ...data } as const;
}

/** A key is judged wherever it stands, and what stands where a credential belongs is never shown. */
export function judgeKey(
  profile: AccountProfile,
  name: string,
  value: string,
): boolean | undefined {
  const known = profile.apiKeys.some((one) => one.key === value);
  if (name.toLowerCase() === HEADER) return known;
  if (known) return true;
  return /^(authorization|cookie|x?-?api[-_]?key|key|token|auth)$/i.test(name) ? false : undefined;
}
