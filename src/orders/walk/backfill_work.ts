import { moneyFields, type OrderHead } from "../../sitoo/order_head.ts";
import { orderState } from "../../sitoo/order_wire.ts";
import type { SitooAccount, Tenant } from "../../tenants/tenant.ts";
import type { BackfillRow, BackfillTable } from "./backfill_table.ts";
import { hasRoom, nextPoll } from "./backfill_window.ts";
import { marketOf, targetsOf } from "../destinations.ts";
import { currencyOf, goodsTotals, isClosedSale, isWithin, saleDay, storeOf } from "./head_money.ts";
import {
  askPage,
  type Fault,
  nextTry,
  type Scene,
  type WalkDeps,
  type WalkJob,
} from "./walk_job.ts";
import { eachOf } from "../few_at_once.ts";
import { backfillMessage, byJournal, journalOf } from "./walk_journals.ts";
import type { WalkPlace } from "./walk_name.ts";

type Wanted = { readonly head: OrderHead; readonly channels: readonly string[] };

/** History into the journals, page by page, never more than they work off (design.md 7, Backfill). */
export const createBackfillWork = ({
  table,
  transaction,
  now,
  deps,
}: {
  readonly table: BackfillTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly deps: Pick<WalkDeps, "journal">;
}): WalkJob => {
  const look = async (place: WalkPlace): Promise<void> => {
    const waits = table.waits();
    let moved = false;
    await eachOf(waits, async (wait) => {
      const orders = await journalOf(deps.journal, place, wait.journal).backfilling();
      moved ||= orders < wait.orders;
      if (orders === 0) table.waited(wait.journal);
      else table.waitStill({ ...wait, orders });
    });
    transaction(() => {
      table.pollAt(nextPoll(table.poll(), moved, now()));
      table.finish(now());
    });
  };

  const ask = (row: BackfillRow, { sitoo }: Scene) =>
    askPage(
      sitoo,
      { orderDateFrom: row.from_s, orderDateTo: row.to_s, states: [orderState.closed] },
      { from: row.position + 1, fields: moneyFields, now: now() },
    );

  const count = async (row: BackfillRow, scene: Scene): Promise<Fault | undefined> => {
    const page = await ask(row, scene);
    if (page.kind === "fault") return page;
    const wanted = forDestinations(page.heads, row, scene);
    const market = marketOf(scene.tenant, scene.account, undefined);
    transaction(() => {
      for (const { head } of wanted) {
        const currency = currencyOf(head, market?.currency ?? "");
        table.addTotal(row.id, {
          day: saleDay(head, market?.timeZone ?? "UTC"),
          store: storeOf(head),
          currency,
          orders: 1,
          total: goodsTotals(head, currency)[0] ?? 0,
        });
      }
      table.advance(row.id, {
        position: page.next - 1,
        found: page.heads.length,
        handed: wanted.length,
        remaining: page.left,
      });
      if (page.ended) table.handedOver(row.id);
      table.finish(now());
    });
    return undefined;
  };

  const hand = async (row: BackfillRow, scene: Scene): Promise<Fault | undefined> => {
    const page = await ask(row, scene);
    if (page.kind === "fault") return page;
    let left = page.heads.length;
    for (const { journal, orders } of byJournal(page.heads)) {
      // What there is no room for now, the next page begins with. A stop counts at once.
      if (!hasRoom(table.waits()) || table.get(row.id)?.state !== "running") return undefined;
      const messages = forDestinations(orders, row, scene).map((wanted) =>
        backfillMessage(scene.place, row.id, wanted, now()),
      );
      const { taken } =
        messages.length === 0
          ? { taken: 0 }
          : await journalOf(deps.journal, scene.place, journal).found(messages);
      left -= orders.length;
      transaction(() => {
        table.advance(row.id, {
          position: orders.at(-1)?.orderid ?? row.position,
          found: orders.length,
          handed: taken,
          remaining: page.left + left,
        });
        if (taken === 0) return;
        table.waitMore({ backfill: row.id, journal, orders: taken });
        table.pollAt({ nextAt: now() + 500, idle: 0 });
      });
    }
    if (page.ended)
      transaction(() => {
        table.handedOver(row.id);
        table.finish(now());
      });
    return undefined;
  };

  return {
    name: "backfill",
    dueAt() {
      const waits = table.waits();
      const row = table.current();
      const times = [
        ...(waits.length > 0 ? [table.poll().nextAt] : []),
        ...(row !== undefined && (row.dry_run === 1 || hasRoom(waits)) ? [row.next_at] : []),
      ];
      return times.length === 0 ? undefined : Math.min(...times);
    },

    async step(scene) {
      const waits = table.waits();
      if (waits.length > 0 && table.poll().nextAt <= now()) {
        await look(scene.place);
        return undefined;
      }
      const row = table.current();
      if (row === undefined) return undefined;
      return row.dry_run === 1 ? count(row, scene) : hand(row, scene);
    },

    failed(fault) {
      const row = table.current();
      if (row !== undefined) table.failed(row.id, nextTry(row.attempt, fault, now()), fault.detail);
      const poll = nextPoll(table.poll(), false, now());
      if (table.waits().length > 0) table.pollAt(poll);
    },
  };
};

/** The orders that go anywhere, each with where it is to go. */
const forDestinations = (
  heads: readonly OrderHead[],
  row: BackfillRow,
  { tenant, account }: { readonly tenant: Tenant; readonly account: SitooAccount },
): readonly Wanted[] => {
  const usual = marketOf(tenant, account, undefined)?.currency ?? "";
  const range = { from: row.from_s, to: row.to_s };
  return heads.flatMap((head) => {
    if (!isClosedSale(head) || !isWithin(head, range)) return [];
    const channels = targetsOf(tenant, account, currencyOf(head, usual))
      .map(({ channel }) => channel.id)
      .filter((id) => row.channel === null || id === row.channel);
    return channels.length === 0 ? [] : [{ head, channels }];
  });
};
