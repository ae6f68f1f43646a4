import { type OrderHead, stateFields } from "../../sitoo/order_head.ts";
import type { Orders } from "../../tenants/tenant.ts";
import { marketOf } from "../destinations.ts";
import { begun, broughtMore, type CatchUp, pageDone, runEnded, runStarted } from "./catch_up.ts";
import type { CatchUpTable } from "./catch_up_table.ts";
import { dayRange } from "../day_range.ts";
import {
  askPage,
  type Fault,
  faultOf,
  nextTry,
  pageSize,
  type Scene,
  type WalkDeps,
  type WalkJob,
} from "./walk_job.ts";
import { eachOf } from "../few_at_once.ts";
import { byJournal, journalOf, shownState, walkMessage } from "./walk_journals.ts";

/** An address holds that many ids. */
const openAtOnce = 100;
/** `live_from` may lie further back than journals remember: what is older is the backfill's. */
const furthestBackMs = 30 * 24 * 3_600_000;
const askMs = 20_000;

export type CatchUpWork = WalkJob & { forget(): void; runNow(): void };

/** Finds what no event brought: every 15 minutes over the list, and again after open orders (design.md 7). */
export const createCatchUpWork = ({
  table,
  transaction,
  now,
  random,
  deps,
}: {
  readonly table: CatchUpTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly random: () => number;
  readonly deps: Pick<WalkDeps, "journal" | "log">;
}): CatchUpWork => {
  /** Tells journals what the list shows. @returns how many orders were news to them. */
  const hand = async ({ place }: Scene, heads: readonly OrderHead[]): Promise<number> => {
    let brought = 0;
    const told = heads.filter((head) => !["open", "abandoned"].includes(shownState(head) ?? ""));
    await eachOf(byJournal(told), async ({ journal, orders }) => {
      const messages = orders.map((head) => walkMessage(place, head, now()));
      const { noted } = await journalOf(deps.journal, place, journal).found(messages);
      brought += noted;
    });
    return brought;
  };

  /** Within the transaction that moves the place of the walk. */
  const noteOpen = (heads: readonly OrderHead[]): void => {
    for (const head of heads)
      if (shownState(head) === "open") table.remember(head.orderid, now());
      else table.closed(head.orderid);
  };

  /** At `live_from`, else at the newest order: history is the backfill's. */
  const begin = async ({ tenant, account, sitoo }: Scene): Promise<Fault | undefined> => {
    const deadline = now() + askMs;
    const since = liveSince(tenant.orders, marketOf(tenant, account, undefined)?.timeZone, now());
    const first =
      since === undefined
        ? undefined
        : await sitoo.heads(
            { orderDateFrom: since, num: 1, sort: "orderid" },
            ["orderid", "orderdate"],
            deadline,
          );
    if (first !== undefined && first.kind !== "found") return faultOf(first);
    const newest = await sitoo.heads({ num: 1, sort: "-orderid" }, stateFields, deadline);
    if (newest.kind !== "found") return faultOf(newest);
    // Sitoo leaves out a filter that it does not know: then this is the oldest order there is.
    const [from] = (first?.value.items ?? []).filter(
      ({ orderdate = 0 }) => since !== undefined && orderdate >= since,
    );
    const [last] = newest.value.items;
    const position = from === undefined ? (last?.orderid ?? 0) : from.orderid - 1;
    transaction(() => {
      table.write(begun(table.state(now()), position));
      table.mark({ at: now(), position }, now());
    });
    return undefined;
  };

  // State is read anew behind each await: another run may have been asked for meanwhile.
  const listPage = async (from: number, scene: Scene) => {
    const page = await askPage(scene.sitoo, {}, { from, fields: stateFields, now: now() });
    if (page.kind === "fault") return page;
    const brought = await hand(scene, page.heads);
    transaction(() => {
      noteOpen(page.heads);
      table.write(pageDone(table.state(now()), page, { orders: page.heads.length, brought }));
    });
    return undefined;
  };

  const openOrders = async (ids: readonly number[], scene: Scene) => {
    const answer = await scene.sitoo.heads(
      { orderIds: ids, num: pageSize, sort: "orderid" },
      stateFields,
      now() + askMs,
    );
    if (answer.kind !== "found") return faultOf(answer);
    const { items, unreadable, totalCount } = answer.value;
    const asked = new Set(ids);
    const heads = items.filter(({ orderid }) => asked.has(orderid));
    // Sitoo may hand out fewer than were asked for: those behind the last one are asked after next.
    const last = items.length + unreadable < totalCount ? heads.at(-1)?.orderid : undefined;
    const brought = await hand(scene, heads);
    transaction(() => {
      noteOpen(heads);
      for (const id of ids) if (last === undefined || id <= last) table.stillOpen(id, now());
      table.write(broughtMore(table.state(now()), brought));
    });
    return undefined;
  };

  const end = (state: CatchUp, { place }: Scene): undefined => {
    const ended = runEnded(state, now(), random());
    transaction(() => {
      table.write(ended.state);
      table.mark(ended.mark, now());
    });
    const { startedAt, orders, brought } = state;
    deps.log({ event: "catch_up", ...place, orders, brought, ms: now() - startedAt });
  };

  return {
    name: "catch_up",
    dueAt: () => table.state(now()).nextAt,

    async step(scene) {
      const state = table.state(now());
      if (state.position === null) return begin(scene);
      if (state.cursor === null) {
        table.write(runStarted(state, table.marks(), now()));
        return undefined;
      }
      if (!state.listed) return listPage(state.cursor, scene);
      const open = table.dueOpen(now(), openAtOnce);
      return open.length > 0 ? openOrders(open, scene) : end(state, scene);
    },

    failed(fault) {
      const state = table.state(now());
      const nextAt = nextTry(state.attempt, fault, now());
      table.write({ ...state, attempt: state.attempt + 1, nextAt, error: fault.detail });
    },

    forget: () => table.forget(),
    runNow() {
      table.lookAtAll(now());
      const state = table.state(now());
      table.write({ ...state, nextAt: now(), attempt: 0, again: state.cursor !== null });
    },
  };
};

/** Unix seconds; undefined where the newest order is the beginning. */
const liveSince = (
  { liveFrom }: Orders,
  zone: string | undefined,
  now: number,
): number | undefined => {
  if (liveFrom === undefined || zone === undefined) return undefined;
  const since = dayRange(liveFrom, zone).from;
  return since * 1_000 > now
    ? undefined
    : Math.max(since, Math.floor((now - furthestBackMs) / 1_000));
};
