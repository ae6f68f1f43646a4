import type { Clock } from "../clock.ts";
import type { Reply } from "../reply.ts";
import { problem } from "./errors.ts";
import type { Limits } from "./profile_parts.ts";

interface Bucket {
  tokens: number;
  since: number;
}

interface UnderWay {
  client: string;
  batch: boolean;
  since: number;
}

/** Nobody waits this long; so long after it, a call that never left was cut off together with its connection. */
const FORGOTTEN_MS = 120_000;

export interface Arrival {
  client: string;
  batch: boolean;
  scrollStart: boolean;
}

/**
 * Calls at once per user, per tenant and in batches, and the token bucket per user (contracts/omnium.md §2, §16.2).
 * Calls at once are counted in real time, for they are about the wire; the bucket fills by the instance's clock.
 */
export class Gates {
  readonly #clock: Clock;
  readonly #underWay = new Map<symbol, UnderWay>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A refusal, or what to call when the answer is out. A refused call costs nothing. */
  enter(arrival: Arrival, limits: Limits): Reply | (() => void) {
    if (this.#crowded(arrival, limits)) return tooMany(limits.retryAfterSeconds);
    const name = arrival.client;
    const wait =
      this.#drained(name, limits.bucket, limits.refill, limits) ??
      (arrival.scrollStart
        ? this.#drained(`${name} scroll`, limits.scrollStarts, limits.scrollStarts, limits)
        : undefined);
    if (wait !== undefined) return tooMany(wait);
    const place = Symbol(name);
    this.#underWay.set(place, { client: name, batch: arrival.batch, since: Date.now() });
    return () => this.#underWay.delete(place);
  }

  clear(): void {
    this.#buckets.clear();
  }

  state(): { underWay: number; buckets: Record<string, number> } {
    const buckets = [...this.#buckets].map(([name, { tokens }]) => [name, tokens] as const);
    return { underWay: this.#underWay.size, buckets: Object.fromEntries(buckets) };
  }

  #crowded({ client, batch }: Arrival, limits: Limits): boolean {
    const now = Date.now();
    for (const [place, { since }] of this.#underWay)
      if (now - since > FORGOTTEN_MS) this.#underWay.delete(place);
    const all = [...this.#underWay.values()];
    const own = all.filter((one) => one.client === client);
    return (
      full(all.length, limits.tenantAtOnce) ||
      full(own.length, limits.perUserAtOnce) ||
      (batch && full(own.filter((one) => one.batch).length, limits.batchAtOnce))
    );
  }

  /** Takes a token; seconds to wait when there is none. Size 0 means no limit. */
  #drained(name: string, size: number, refill: number, { refillMs }: Limits): number | undefined {
    if (size === 0) return undefined;
    const now = this.#clock.now();
    const old = this.#buckets.get(name) ?? { tokens: size, since: now };
    // A clock that a test set back starts a new interval.
    const since = Math.min(old.since, now);
    const intervals = Math.floor((now - since) / refillMs);
    const bucket = {
      tokens: Math.min(size, old.tokens + intervals * refill),
      since: since + intervals * refillMs,
    };
    this.#buckets.set(name, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((bucket.since + refillMs - now) / 1000));
    bucket.tokens -= 1;
    return undefined;
  }
}

function full(count: number, limit: number): boolean {
  return limit > 0 && count >= limit;
}

function tooMany(seconds: number): Reply {
  return {
    ...problem(429, "The rate limit is exceeded."),
    headers: { "retry-after": String(seconds) },
  };
}
