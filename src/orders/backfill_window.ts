import type { Poll, Wait } from "./backfill_table.ts";

/**
 * How much of a backfill may be under way. Journals read and deliver three orders at a time each, so this
 * bounds what Sitoo and the CRMs are asked at once; while a CRM is down the backfill stands still behind it.
 */
const mostJournals = 6;
const mostOrders = 256;

export const hasRoom = (waits: readonly Wait[]): boolean =>
  waits.length < mostJournals && waits.reduce((sum, { orders }) => sum + orders, 0) < mostOrders;

const oftenMs = 1_000;
const seldomMs = 30_000;

/** @param moved whether any journal was further than at the last look. */
export const nextPoll = ({ idle }: Poll, moved: boolean, now: number): Poll => {
  const times = moved ? 0 : Math.min(idle + 1, 5);
  return { nextAt: now + Math.min(seldomMs, oftenMs * 2 ** times), idle: times };
};
