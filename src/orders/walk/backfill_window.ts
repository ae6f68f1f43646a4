import type { Poll, Wait } from "./backfill_table.ts";

/**
 * How much of a backfill may be under way. A journal works on three orders at a time, and ids that follow each other
 * fill four or five journals: some fifteen orders are worked on at once, and while a CRM is down the backfill stands
 * still behind it. Journals have a bound of their own for ids that lie far apart; it is wide, so that a few
 * orders that are tried again later do not hold up the rest.
 */
const mostJournals = 24;
const mostOrders = 256;

export const hasRoom = (waits: readonly Wait[]): boolean =>
  waits.length < mostJournals && waits.reduce((sum, { orders }) => sum + orders, 0) < mostOrders;

const oftenMs = 1_000;
const seldomMs = 10_000;

/** @param moved whether any journal was further than at the last look. */
export const nextPoll = ({ idle }: Poll, moved: boolean, now: number): Poll => {
  const times = moved ? 0 : Math.min(idle + 1, 4);
  return { nextAt: now + Math.min(seldomMs, oftenMs * 2 ** times), idle: times };
};
