import { RateLimit } from "../rate_limit.ts";
import type { Reply } from "../reply.ts";
import type { Call, Handler } from "../router.ts";
import { accessOf, type Scope } from "./access.ts";
import { refusal, refused } from "./errors.ts";
import type { ApiKey } from "./model.ts";
import { applyDue } from "./queue.ts";
import type { BloomreachStore } from "./store.ts";

/** Lets a call in to its handler, or answers what stops it (contracts/bloomreach.md §1, §2). */
export class Gate {
  readonly #store: BloomreachStore;
  readonly #rate = new RateLimit();

  constructor(store: BloomreachStore) {
    this.#store = store;
  }

  pass(scope: Scope, handler: (call: Call, key: ApiKey) => Reply): Handler {
    return (call) => {
      const stopped = this.#tooMany(call, scope) ?? this.#unreadable(call);
      if (stopped !== undefined) return stopped;
      const key = accessOf(this.#store, call, scope);
      if ("errors" in key) return refused(this.#store.profile, key);
      applyDue(this.#store);
      return handler(call, key);
    };
  }

  /** A write above the limit is dropped (published). */
  #tooMany(call: Call, scope: Scope): Reply | undefined {
    const { profile } = this.#store;
    const limit = scope === "tracking" ? profile.rateLimitPerSecond : profile.readLimitPerSecond;
    if (!this.#rate.exceeded(`${scope} ${addressOf(call)}`, limit)) return undefined;
    const answer = refused(profile, refusal(429, "Too many requests", "error"));
    if (profile.retryAfter === 0) return answer;
    return { ...answer, headers: { "retry-after": String(profile.retryAfter) } };
  }

  #unreadable(call: Call): Reply | undefined {
    const { profile } = this.#store;
    const encoding = call.headers.get("content-encoding") ?? "identity";
    // The text is published, its member assumed. A gzip stream gives itself away by its first byte, too.
    if (encoding.toLowerCase() !== "identity" || call.body.startsWith("\u001f"))
      return refused(profile, refusal(400, BAD_REQUEST, "error"));
    if (call.method !== "POST") return undefined;
    // (assumed) that another content type and a body that is no object are answered like this.
    if (!/^application\/json\b/i.test(call.headers.get("content-type") ?? ""))
      return refused(profile, refusal(400, BAD_REQUEST, "error"));
    return undefined;
  }
}

const BAD_REQUEST =
  "BadRequest: The browser (or proxy) sent a request that this server could not understand.";

/** The limit is per IP, and other IPs are not affected (published); a test names one in X-Forwarded-For. */
function addressOf(call: Call): string {
  return (
    call.headers.get("x-forwarded-for")?.split(",")[0]?.trim() ??
    call.headers.get("cf-connecting-ip") ??
    ""
  );
}
