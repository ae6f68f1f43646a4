import { unreachable } from "../model/outcome.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import type { Asked as WantedBy } from "./asked_by_backfill.ts";
import { giveUpAfterMs } from "./backoff.ts";
import { targetsOfAccount } from "./destinations.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, OrderRow } from "./journal_store.ts";
import type { NotYet } from "./lane_admission.ts";
import type { Priority } from "./lane_state.ts";
import { pausedUntil } from "./pause.ts";
import { channelOf } from "./receipt_mail.ts";
import { settling } from "./settling.ts";

export const priorityOf = ({ live }: OrderRow): Priority => (live === 1 ? "live" : "backfill");

/** What the lanes of an order's destinations said, before it was read, by channel. */
export type Asked = ReadonlyMap<string, NotYet | "room">;

/**
 * Asks the lanes before the order is read from Sitoo again: behind a CRM that is away for a day, or a
 * backfill of years, orders are turned away many times, and each reading would be for nothing.
 * What was sold just now is read at once, for what it says of redemptions.
 */
export const askLanes = async (
  order: OrderRow,
  rows: readonly DeliveryRow[],
  wanted: WantedBy,
  { tenant, account }: { readonly tenant: Tenant; readonly account: SitooAccount },
  deps: Pick<JournalDeps, "road">,
  now: number,
): Promise<Asked> => {
  const nothing: Asked = new Map();
  const unread = order.wanted > order.done;
  if (tenant.orders.mode !== "live" || (unread && order.live === 1)) return nothing;
  const open = rows.filter(({ state }) => state === "pending" || state === "delivering");
  // No lane has a say in settling, nor in giving up.
  const isOurs = (row: DeliveryRow): boolean =>
    row.channel === settling || now - row.since > giveUpAfterMs;
  if (open.some((row) => row.next_at <= now && isOurs(row))) return nothing;
  const there = new Set(rows.flatMap((row) => (row.state === "delivered" ? [row.channel] : [])));
  const names = unread
    ? targetsOfAccount(tenant, account)
        .map(({ channel: { id } }) => id)
        .filter((id) => !there.has(id) && (!wanted.historyOnly || wanted.isFor(id)))
    : open.flatMap((row) => (row.next_at <= now ? [row.channel] : []));
  const asked = await Promise.all(
    names.map(async (name): Promise<readonly [string, NotYet | "room"]> => {
      const channel = tenant.channels.get(channelOf(name));
      // A destination that is gone is said so by the reading; a lane that does not answer, by the delivery.
      if (channel === undefined) return [name, "room"];
      const road = deps.road(tenant, channel);
      const notYet =
        pausedUntil(road, now) ?? (await road.room(priorityOf(order)).catch(() => undefined));
      return [name, notYet ?? "room"];
    }),
  );
  return new Map(asked);
};

/** True when the wait is none of the CRM's doing: the week of trying begins anew after it. */
export const isOurWait = ({ why }: NotYet): boolean => why === "busy" || why === "paused";

/** What a waiting order's row says while it waits for others, and not for itself: when one of them goes, so may it. */
export const waitsForOthers: readonly string[] = (["busy", "down"] as const).map((why) =>
  notYetWords({ why }),
);

/** Until when there is nothing to do, since no destination is ready; undefined: as far as is known, one is. */
export const restOf = (
  asked: Asked,
): { readonly first: NotYet; readonly ours: boolean } | undefined => {
  const said = [...asked.values()].flatMap((one) => (one === "room" ? [] : [one]));
  const [first] = said.toSorted((a, b) => a.at - b.at);
  return first === undefined || said.length < asked.size
    ? undefined
    : { first, ours: said.every(isOurWait) };
};

export function notYetWords({ why }: Pick<NotYet, "why">): string {
  switch (why) {
    case "busy":
      return "waits for its turn";
    case "down":
      return "the CRM is down";
    case "asked_to_wait":
      return "the CRM asked to be left alone";
    case "paused":
      return "orders are paused";
    default:
      return unreachable(why);
  }
}
