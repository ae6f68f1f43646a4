import type { CrmFailure } from "../model/crm_failure.ts";
import { unreachable } from "../model/outcome.ts";

/** Whether a destination may be called, as its deliveries have shown. Times are epoch milliseconds, 0 is never. */
export type Breaker = {
  /** Deliveries in a row that found the CRM down. */
  readonly failures: number;
  /** How often it has opened in a row: each time it stays open twice as long. */
  readonly trips: number;
  /** Open until then; after that one delivery tries, and the rest wait for how it ends. 0: closed. */
  readonly openUntil: number;
  /** Since when it is closed, or not. */
  readonly since: number;
  /** The CRM has asked to be left alone until then. */
  readonly heldUntil: number;
};

export const closedBreaker: Breaker = {
  failures: 0,
  trips: 0,
  openUntil: 0,
  since: 0,
  heldUntil: 0,
};

/** What a delivery's end tells of the CRM. */
export type Sign =
  | { readonly kind: "answered" }
  | { readonly kind: "down" }
  | { readonly kind: "busy"; readonly retryAfterMs?: number }
  /** Nothing: it ended before anything was sent, or by a fault that is not the CRM's. */
  | { readonly kind: "silent" };

export type Flow =
  | { readonly kind: "flows" }
  /** One delivery may try. */
  | { readonly kind: "probe" }
  | {
      readonly kind: "stopped";
      readonly why: "down" | "asked_to_wait";
      readonly until: number;
    };

/** Fewer could be chance; more would be seconds of waiting for nothing. */
const failuresToOpen = 5;
const firstOpenMs = 30_000;
const longestOpenMs = 5 * 60_000;
/** A 429 that does not say for how long. */
const usualHoldMs = 10_000;
const [leastHoldMs, longestHoldMs] = [1_000, 24 * 3_600_000];

export const flowOf = ({ openUntil, heldUntil }: Breaker, now: number): Flow => {
  if (heldUntil > now) return { kind: "stopped", why: "asked_to_wait", until: heldUntil };
  if (openUntil > now) return { kind: "stopped", why: "down", until: openUntil };
  return { kind: openUntil === 0 ? "flows" : "probe" };
};

/** An answer of any kind closes it: 429 too, for who says that is there. */
const closed = (breaker: Breaker, now: number): Breaker => ({
  ...breaker,
  failures: 0,
  trips: 0,
  openUntil: 0,
  since: breaker.openUntil === 0 ? breaker.since : now,
});

export const breakerAfter = (breaker: Breaker, sign: Sign, now: number): Breaker => {
  switch (sign.kind) {
    case "answered":
      return closed(breaker, now);
    case "busy": {
      const holdMs = Math.min(
        Math.max(sign.retryAfterMs ?? usualHoldMs, leastHoldMs),
        longestHoldMs,
      );
      return {
        ...closed(breaker, now),
        heldUntil: Math.max(breaker.heldUntil, now + holdMs),
      };
    }
    case "down": {
      const { failures, trips, openUntil } = breaker;
      // A delivery that began before it opened tells nothing new.
      if (openUntil > now) return breaker;
      if (openUntil === 0 && failures + 1 < failuresToOpen)
        return { ...breaker, failures: failures + 1 };
      return {
        ...breaker,
        failures: 0,
        trips: trips + 1,
        openUntil: now + Math.min(firstOpenMs * 2 ** trips, longestOpenMs),
        since: openUntil === 0 ? now : breaker.since,
      };
    }
    case "silent":
      return breaker;
    default:
      return unreachable(sign);
  }
};

/** What a failure at the CRM tells of it. A wrong key or a refusal comes from a CRM that is there. */
export const signOf = (failure: CrmFailure): Sign => {
  switch (failure.kind) {
    case "unavailable":
    case "timed_out":
    case "unreadable":
      return { kind: "down" };
    case "rate_limited":
      return failure.retryAfterMs === undefined
        ? { kind: "busy" }
        : { kind: "busy", retryAfterMs: failure.retryAfterMs };
    default:
      return { kind: "silent" };
  }
};

const weight: Readonly<Record<Sign["kind"], number>> = { silent: 0, down: 1, answered: 2, busy: 3 };

/** What deliveries that went together tell: one answer outweighs failures, a 429 outweighs all. */
export const together = (signs: readonly Sign[]): Sign =>
  signs.reduce<Sign>((most, sign) => (weight[sign.kind] > weight[most.kind] ? sign : most), {
    kind: "silent",
  });
