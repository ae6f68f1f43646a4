import type { Road } from "./journal_deps.ts";
import type { NotYet } from "./lane_admission.ts";

const [soonestLookMs, latestLookMs] = [10_000, 5 * 60_000];

/**
 * Orders of a paused channel wait in their journals, which look again: soon after the pause began,
 * every five minutes when it lasts, since a look at thousands of orders is not free.
 */
export const pausedUntil = (
  { pausedSince }: Pick<Road, "pausedSince">,
  now: number,
): NotYet | undefined =>
  pausedSince === undefined
    ? undefined
    : {
        kind: "not_yet",
        why: "paused",
        at: now + Math.min(Math.max((now - pausedSince) / 4, soonestLookMs), latestLookMs),
      };
