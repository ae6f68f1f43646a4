import { wallClock } from "./order_time.ts";

/** Unix seconds: from the first moment, to before the end. */
export type SecondsRange = { readonly from: number; readonly to: number };

const dayMs = 24 * 3_600_000;

/** When the clocks of a zone first show the day, or what comes after a midnight that they leap over. */
const beginOf = (midnight: number, zone: string): number => {
  const ahead = (at: number): number => (wallClock(at, zone) ?? at) - at;
  // The offset that holds there is known only there: that of a day's distance leads close enough.
  const near = midnight - ahead(midnight);
  const at = midnight - ahead(near);
  const missing = midnight - (wallClock(at, zone) ?? at);
  return missing > 0 ? at + missing : at;
};

/** @param day YYYY-MM-DD. @param zone IANA name; UTC when there is no such zone. */
export const dayRange = (day: string, zone: string): SecondsRange => {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return {
    from: beginOf(midnight, zone) / 1_000,
    to: beginOf(midnight + dayMs, zone) / 1_000,
  };
};

/** The local date of a moment, YYYY-MM-DD. */
export const dayOf = (at: number, zone: string): string =>
  new Date(wallClock(at, zone) ?? at).toISOString().slice(0, 10);

/** The day that has ended last, YYYY-MM-DD. */
export const yesterday = (now: number, zone: string): string =>
  new Date(Date.parse(`${dayOf(now, zone)}T00:00:00Z`) - dayMs).toISOString().slice(0, 10);
