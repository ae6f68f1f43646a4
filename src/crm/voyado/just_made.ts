import { isoWithOffset } from "../iso_time.ts";

/** How far Engage's clock may be from ours. */
const clockSkewMs = 60_000;

/**
 * Whether a contact that a create answered with was made by that very call: Engage may answer with the contact
 * that holds the key already (contracts/voyado.md 4.4). Where in doubt it was not: handing over another person's
 * card is worse than asking the cashier to search.
 * @param startedAt epoch milliseconds of our call.
 */
export const wasJustMade = (createdOn: string, startedAt: number, timeZone: string): boolean => {
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/i.test(createdOn);
  if (hasOffset) return Date.parse(createdOn) >= startedAt - clockSkewMs;
  // Without an offset it is UTC or the market's time, and must be close in one of the two.
  return ["UTC", timeZone].some((zone) => {
    const iso = isoWithOffset(createdOn, zone);
    return iso !== undefined && Math.abs(Date.parse(iso) - startedAt) <= clockSkewMs;
  });
};
