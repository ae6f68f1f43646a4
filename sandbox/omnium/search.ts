import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { Refused } from "./errors.ts";
import type { OmniumStore } from "./store.ts";

export interface Page {
  take: number;
  page: number;
  first: number;
}

interface Paging {
  take?: number | null | undefined;
  page?: number | null | undefined;
}

/** `take * page` above 10 000 is 400 (published); take above 100 too, and 10 when it is not sent (assumed, §16.3). */
export function pageOf({ take, page }: Paging, first: 0 | 1): Page {
  const asked = { take: take ?? 10, page: page ?? first, first };
  if (asked.take < 0 || asked.page < first)
    throw new Refused(400, `take must be 0 or more, page ${first} or more.`);
  if (asked.take > 100) throw new Refused(400, "take must be at most 100.");
  if (asked.take * asked.page > 10_000)
    throw new Refused(400, "take * page must be at most 10 000. Use scrolling.");
  return asked;
}

/** `pageSize` of the order history: from 1, at most 100 (published); outside of it 400, 20 when not sent (assumed). */
export function historyPage(page: number, pageSize: number): Page {
  if (page < 1) throw new Refused(400, "page must be 1 or more.");
  if (pageSize < 1 || pageSize > 100) throw new Refused(400, "pageSize must be 1 to 100.");
  return pageOf({ take: pageSize, page }, 1);
}

/** Envelope of contracts/omnium.md §4.4. Facets are always empty here. */
export function found(
  rows: readonly JsonObject[],
  { take, page, first }: Page,
  scrollId: string | null = null,
): Reply {
  const from = (page - first) * take;
  return ok({
    result: rows.slice(from, from + take),
    totalHits: rows.length,
    facets: [],
    scrollId,
    isValid: true,
  });
}

interface Dated {
  created: string;
  modified: string;
}

const ORDERS: Record<string, (a: Dated, b: Dated) => number> = {
  CreatedAscending: (a, b) => Date.parse(a.created) - Date.parse(b.created),
  CreatedDescending: (a, b) => Date.parse(b.created) - Date.parse(a.created),
  ModifiedAscending: (a, b) => Date.parse(a.modified) - Date.parse(b.modified),
  ModifiedDescending: (a, b) => Date.parse(b.modified) - Date.parse(a.modified),
};

/** Without an order rows come as they were made (assumed); an unknown one is 400 (assumed). */
export function sorted<T extends Dated>(rows: readonly T[], order: string | null | undefined): T[] {
  if (order === null || order === undefined || order === "") return [...rows];
  const compare = ORDERS[order];
  if (compare === undefined) throw new Refused(400, `There is no sort order ${order}.`);
  return rows.toSorted(compare);
}

export function within(
  at: string | null,
  from: string | null | undefined,
  to: string | null | undefined,
): boolean {
  const time = at === null ? Number.NaN : Date.parse(at);
  return (!from || time >= Date.parse(from)) && (!to || time < Date.parse(to));
}

/** May lapse after 5 minutes idle (published): here it does. */
const IDLE_MS = 300_000;

/** A snapshot: later writes do not show in it (published). */
export function startScroll(
  store: OmniumStore,
  kind: string,
  rows: JsonObject[],
  take: number,
): Reply {
  for (const old of store.scrolls.all())
    if (store.clock.now() - old.usedAt > IDLE_MS) store.scrolls.delete(old.id);
  return scrolled(store, { kind, rows, next: 0, take: Math.max(1, take) });
}

/** The newest scrollId only; an old or lapsed one is 404 (assumed). */
export function nextScroll(store: OmniumStore, kind: string, call: Call): Reply {
  const scroll = store.scrolls.get(call.params["scrollId"] ?? "");
  if (scroll === undefined || scroll.kind !== kind)
    throw new Refused(404, "There is no such scroll; always take the newest scrollId.");
  store.scrolls.delete(scroll.id);
  if (store.clock.now() - scroll.usedAt > IDLE_MS) throw new Refused(404, "The scroll has lapsed.");
  return scrolled(store, scroll);
}

function scrolled(
  store: OmniumStore,
  from: { kind: string; rows: JsonObject[]; next: number; take: number },
): Reply {
  const { kind, rows, next, take } = from;
  const id = crypto.randomUUID();
  store.scrolls.put({ id, kind, rows, next: next + take, take, usedAt: store.clock.now() });
  return ok({
    result: rows.slice(next, next + take),
    totalHits: rows.length,
    scrollId: id,
    isValid: true,
  });
}
