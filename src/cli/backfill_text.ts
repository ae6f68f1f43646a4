import { formatMinor } from "../model/money.ts";
import type { BackfillAnswer } from "./backfill_answers.ts";
import { momentOf, plain, tableOf } from "./output.ts";

/** Backfills in lines for a terminal. */

const thousands = new Intl.NumberFormat("en");
const count = (orders: number): string => thousands.format(orders);

/** "45 s", "12 min", "3 h 05 min". */
export const durationOf = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
};

/** 0 to 1; undefined while nobody knows how many there are. What is on its way is not through. */
const partOf = ({ found, onTheirWay, remaining }: BackfillAnswer): number | undefined =>
  remaining === null || found + remaining === 0
    ? undefined
    : (found - onTheirWay) / (found + remaining);

const siteOf = ({ account, site }: BackfillAnswer): string => `${account}/${site}`;

const stateWords = (one: BackfillAnswer): string => {
  switch (one.state) {
    case "waiting":
      return "waits for another one of its site";
    case "finishing":
      return `the last ${count(one.onTheirWay)} are on their way`;
    case "running":
    case "stopped":
    case "done":
      return one.state;
  }
};

/** What it is doing, for a line of its own. */
export const progressText = (one: BackfillAnswer): string => {
  const all = one.remaining === null ? "" : ` of ${count(one.found + one.remaining)}`;
  const words = [
    `${count(one.found - one.onTheirWay)}${all} orders`,
    ...(one.state === "running" ? [] : [stateWords(one)]),
    ...(one.perSecond === null ? [] : [`${one.perSecond.toFixed(1)}/s`]),
    ...(one.secondsLeft === null ? [] : [`${durationOf(one.secondsLeft)} left`]),
    ...(one.lastError === null ? [] : [`waits: ${one.lastError}`]),
  ];
  return plain(`${siteOf(one)}  ${words.join(", ")}`);
};

/** The same with a bar before it. @param width of the bar, in characters. */
export const barText = (one: BackfillAnswer, width: number): string => {
  const part = one.state === "done" ? 1 : (partOf(one) ?? 0);
  const full = Math.floor(part * width);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  return `${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${progressText(one)}`;
};

/** Every backfill, one line each. */
export const listText = (items: readonly BackfillAnswer[]): string =>
  tableOf(
    [
      "id",
      "site",
      "sold from",
      "to",
      "channel",
      "state",
      "found",
      "handed",
      "left",
      "started",
      "waits for",
    ],
    items.map((one) => [
      one.id,
      siteOf(one),
      momentOf(one.from),
      momentOf(one.to),
      one.channel ?? "all",
      one.dryRun ? `${one.state}, dry run` : one.state,
      one.found,
      one.handed,
      one.remaining ?? "",
      momentOf(one.startedAt),
      one.lastError ?? "",
    ]),
  );

/** What it came to in the end. */
export const resultText = (one: BackfillAnswer): string => {
  const seconds = ((one.endedAt ?? one.startedAt) - one.startedAt) / 1_000;
  const had = one.found - one.handed;
  return plain(
    one.dryRun
      ? `${siteOf(one)}: ${count(one.found)} closed orders, ${count(one.handed)} of them for a destination; nothing was brought`
      : `${siteOf(one)}: ${one.state}, ${count(one.found)} closed orders, ${count(one.handed)} of them brought, ${count(had)} there already or for no destination, in ${durationOf(seconds)}`,
  );
};

/** Beyond this many lines days are summed up. */
const mostLines = 60;

/** What a dry run counted, by day, store and currency. */
export const totalsText = (items: readonly BackfillAnswer[]): string => {
  const rows = items.flatMap(({ totals = [] }) => totals);
  const byDay = rows.length <= mostLines;
  const sums = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const day = byDay ? row.day : "all";
    const key = JSON.stringify([day, row.store, row.currency]);
    const sum = sums.get(key);
    const orders = row.orders + (sum?.orders ?? 0);
    sums.set(key, { ...row, day, orders, total: row.total + (sum?.total ?? 0) });
  }
  return tableOf(
    ["day", "store", "currency", "orders", "total"],
    [...sums.values()].map((row) => [
      row.day,
      row.store,
      row.currency,
      row.orders,
      formatMinor(row.total, row.currency),
    ]),
  );
};
