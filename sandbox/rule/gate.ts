import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { keyOf } from "./credentials.ts";
import { Refused, refusal, type Version } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Profile } from "./profile.ts";

/** A key, and an account that is not blocked; without a key it is nobody's error rate. */
export function gate(call: Call, version: Version, profile: Profile): void {
  const key = keyOf(call);
  if (key !== undefined && profile.apiKeys.includes(key)) return;
  throw version === "v2"
    ? // (published) body.
      new Refused({ status: 401, body: { error: "NotAuthorized" } })
    : refusal("v3", 401, "", "Unauthenticated.");
}

/** 429 when there were too many requests, or too many errors among them (contracts/rule.md §3). */
export function limited(
  version: Version,
  now: number,
  profile: Profile,
  limits: Limits,
): Reply | undefined {
  const until = limits.stop(now, profile);
  if (until === undefined) return undefined;
  const { reply } = refusal(version, 429, "TooManyRequests", "Too Many Attempts.");
  if (version === "v2" && !profile.v2RateHeaders) return reply;
  return {
    ...reply,
    headers: {
      ...errorHeaders(now, profile, limits),
      "Retry-After": retryAfter(now, until, profile),
    },
  };
}

/** v3 tells load and error rate with every answer that is not 429 (published); v2 is not measured. */
export function rateHeaders(
  version: Version,
  now: number,
  profile: Profile,
  limits: Limits,
): Record<string, string> {
  if (version === "v2" && !profile.v2RateHeaders) return {};
  return {
    "RequestsCount-Allowed": String(profile.requestsAllowed),
    "RequestsCount-Current": String(limits.current(now, profile)),
    ...errorHeaders(now, profile, limits),
  };
}

function errorHeaders(now: number, profile: Profile, limits: Limits): Record<string, string> {
  return {
    "X-ErrorPercent-Limit": String(profile.errorPercentLimit),
    "X-ErrorPercent-Current": String(limits.percent(now, profile)),
  };
}

const STOCKHOLM = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Stockholm",
  dateStyle: "short",
  timeStyle: "medium",
});

/** Whole seconds, or Stockholm's wall clock without a zone, to be read against `Date` (published). */
function retryAfter(now: number, until: number, profile: Profile): string {
  const seconds = Math.ceil((until - now) / 1000);
  if (profile.retryAfterForm === "seconds") return String(seconds);
  // From the same whole second as `Date`, or the difference would be one too few.
  return STOCKHOLM.format(Math.floor(now / 1000) * 1000 + seconds * 1000);
}
