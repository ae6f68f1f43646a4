/**
 * What the catch-up decides, on plain data: where a run begins, and what is safe to believe after each
 * page. A run walks the list from some way back to its end, and then asks again after open orders.
 */
export type CatchUp = {
  /**
   * Every order up to this id that Sitoo showed when a run passed it has been handed over, or is
   * remembered as open; null until it is known where to begin.
   */
  readonly position: number | null;
  /** Of the run under way: `orderidfrom` of its next page; null between runs. */
  readonly cursor: number | null;
  /** The list has ended; open orders are next. */
  readonly listed: boolean;
  readonly startedAt: number;
  /** Orders seen in this run, and those that a journal did not know to be so. */
  readonly orders: number;
  readonly brought: number;
  readonly deepAt: number;
  /** Another run was asked for while this one was under way. */
  readonly again: boolean;
  readonly nextAt: number;
  readonly attempt: number;
  readonly error: string | null;
  readonly last: CatchUpRun | null;
};

export type CatchUpRun = {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly orders: number;
  readonly brought: number;
};

/** How far a finished run had come, and when. */
export type Mark = { readonly at: number; readonly position: number };

const minute = 60_000;
export const everyMs = 15 * minute;
/**
 * An id is given when an order begins, and an order shows in the list when Sitoo has stored it: one with a
 * lower id may come after one with a higher. A run therefore goes back over all that came within the last
 * hour, and once a day over the last eight days. To the journals that is one question for 64 orders, and
 * whoever is asked looks at its alarm: one that the platform has dropped, after six failures in a row, is set
 * again while there is anything to deliver, which is tried for a week.
 */
const overlapMs = 60 * minute;
const deepOverlapMs = 8 * 24 * 60 * minute;
const deepEveryMs = 24 * 60 * minute;

export const notBegun = (now: number): CatchUp => ({
  position: null,
  cursor: null,
  listed: false,
  startedAt: now,
  orders: 0,
  brought: 0,
  deepAt: now,
  again: false,
  nextAt: now,
  attempt: 0,
  error: null,
  last: null,
});

/** @param position orders up to it are none of the catch-up's. */
export const begun = (state: CatchUp, position: number): CatchUp => ({
  ...state,
  position,
  attempt: 0,
  error: null,
});

/** The newest mark that is old enough, or the oldest there is: a walk never goes back before its beginning. */
const floorOf = (marks: readonly Mark[], before: number, position: number): number => {
  const old = marks.filter(({ at }) => at <= before);
  const found =
    old.length > 0
      ? old.reduce((best, mark) => (mark.at > best.at ? mark : best))
      : marks.reduce<Mark | undefined>(
          (best, mark) => (best === undefined || mark.at < best.at ? mark : best),
          undefined,
        );
  return Math.min(position, found?.position ?? position);
};

export const runStarted = (state: CatchUp, marks: readonly Mark[], now: number): CatchUp => {
  const deep = now - state.deepAt >= deepEveryMs;
  const floor = floorOf(marks, now - (deep ? deepOverlapMs : overlapMs), state.position ?? 0);
  return {
    ...state,
    cursor: floor + 1,
    listed: false,
    startedAt: now,
    orders: 0,
    brought: 0,
    deepAt: deep ? now : state.deepAt,
    again: false,
  };
};

/** After a page whose orders are with their journals, never before. */
export const pageDone = (
  state: CatchUp,
  page: { readonly next: number; readonly ended: boolean },
  counts: { readonly orders: number; readonly brought: number },
): CatchUp => ({
  ...state,
  position: Math.max(state.position ?? 0, page.next - 1),
  cursor: page.next,
  listed: page.ended,
  orders: state.orders + counts.orders,
  brought: state.brought + counts.brought,
  attempt: 0,
  error: null,
});

/** After a look at open orders. */
export const broughtMore = (state: CatchUp, brought: number): CatchUp => ({
  ...state,
  brought: state.brought + brought,
  attempt: 0,
  error: null,
});

/** @param spread 0 to 1: retailers whose walks began together do not ask Sitoo together for ever. */
export const runEnded = (
  state: CatchUp,
  now: number,
  spread: number,
): { readonly state: CatchUp; readonly mark: Mark } => {
  const { startedAt, orders, brought, position } = state;
  const next = Math.max(now + minute, startedAt + Math.round(everyMs * (1 - 0.2 * spread)));
  return {
    state: {
      ...state,
      cursor: null,
      listed: false,
      nextAt: state.again ? now : next,
      attempt: 0,
      error: null,
      last: { startedAt, endedAt: now, orders, brought },
    },
    mark: { at: now, position: position ?? 0 },
  };
};

/** Marks that no later run can go back to. */
export const isOutOfReach = (mark: Mark, marks: readonly Mark[], now: number): boolean =>
  marks.some(({ at }) => at > mark.at && at <= now - deepOverlapMs);

const hour = 60 * minute;
const day = 24 * hour;
/** As long as a journal keeps an order. */
const openForMs = 90 * day;

/**
 * When an order that was open is asked after again: with each run on its first day, then every hour,
 * after a week once a day.
 * @returns undefined when it is too old to be asked after.
 */
export const nextLook = (since: number, now: number): number | undefined => {
  const age = now - since;
  if (age > openForMs) return undefined;
  return now + (age < day ? everyMs / 2 : age < 7 * day ? hour : day);
};
