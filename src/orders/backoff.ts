const second = 1000;
const steps = [10, 30, 60, 300, 900, 1800, 3600].map((seconds) => seconds * second);
const longest = 3600 * second;

/** 10 s, 30 s, 60 s and 5 min: what Sitoo's REST API may not show yet is looked for so often. */
export const youngAttempts = 4;
/** What is tried for a week in vain is a person's. */
export const giveUpAfterMs = 7 * 24 * 3600 * second;
/** A wait of ours begins the week anew; written down once a day, since every look would be a write. */
export const weekAnewMs = 24 * 3600 * second;

/**
 * Milliseconds until the next attempt.
 * @param attempt how many have failed, from 1.
 * @param askedFor the other side's `Retry-After`; it rules, within a day.
 */
export const backoff = (attempt: number, askedFor?: number): number =>
  askedFor === undefined
    ? (steps[attempt - 1] ?? longest)
    : Math.min(Math.max(askedFor, second), 24 * 3600 * second);
