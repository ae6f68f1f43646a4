import type { Crm } from "../crm/port.ts";
import { createSitoo } from "../sitoo/client.ts";
import type { Found, TenantAnswer } from "../tenants/cache.ts";
import type { Channel } from "../tenants/tenant.ts";
import type { Upstream } from "../upstream/answer.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { pausedSince } from "../tenants/pauses.ts";
import { laneName } from "./destinations.ts";
import type { CustomerIndex } from "./customer_index_client.ts";
import { createJournal } from "./journal.ts";
import type { InstrumentsSeen, InstrumentsTaken } from "./journal_deps.ts";
import type { OrderSummary, OrderTrace } from "./journal_view.ts";
import type { Sql } from "./journal_store.ts";
import type { LaneObject } from "./lane_host.ts";
import type { OrderMessage } from "./order_message.ts";
import type { Reassign, Reassigned } from "./reassign.ts";

/** The journal object's methods, as called from outside; plain data both ways. */
export type JournalObject = {
  note(
    messages: readonly OrderMessage[],
  ): Promise<{ readonly noted: number; readonly repeated: number }>;
  found(
    messages: readonly OrderMessage[],
  ): Promise<{ readonly noted: number; readonly taken: number }>;
  backfilling(): Promise<number>;
  reassign(ask: Reassign): Promise<Reassigned>;
  show(orderId: number): Promise<OrderTrace | undefined>;
  list(): Promise<readonly OrderSummary[]>;
};

/** What the Durable Object gives to the journal that lives in it. */
export type JournalHostDeps = {
  readonly sql: Sql;
  readonly transaction: <Result>(work: () => Result) => Result;
  readonly setAlarm: (at: number) => Promise<void>;
  readonly now: () => number;
  readonly tenant: (name: string) => Promise<TenantAnswer>;
  readonly crm: (channel: Channel) => Crm;
  /** A new stub each time: one that threw stays broken. */
  readonly lane: (name: string) => LaneObject;
  readonly customerIndex: (tenant: string, crmInstance: string) => CustomerIndex;
  readonly settle: (found: Found, seen: InstrumentsSeen) => Promise<InstrumentsTaken>;
  readonly upstream: Upstream;
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** A journal in its object. It wakes by itself, so it opens its tenant from the store. */
export const hostJournal = (deps: JournalHostDeps): JournalObject & { alarm(): Promise<void> } => {
  // The channel of a tenant leads back to the stored document that lanes are handed.
  const documents = new WeakMap<Channel, Found>();
  const journal = createJournal({
    sql: deps.sql,
    transaction: deps.transaction,
    setAlarm: deps.setAlarm,
    now: deps.now,
    deps: {
      async tenant(name) {
        const found = await deps.tenant(name);
        if (found.kind === "unavailable") throw new Error("the configuration cannot be read");
        if (found.kind === "unknown") return undefined;
        for (const channel of found.tenant.channels.values()) documents.set(channel, found);
        return found.tenant;
      },
      sitoo: (account) => createSitoo(account, deps.upstream),
      crm: deps.crm,
      road(tenant, channel) {
        const found = documents.get(channel);
        if (found === undefined) throw new Error("a channel of no tenant that was opened");
        const { stored } = found;
        const scope = { stored, channelId: channel.id };
        const lane = (): LaneObject => deps.lane(laneName(tenant, channel));
        return {
          idempotent: deps.crm(channel).capabilities.deliveryIdempotent,
          pausedSince: pausedSince(stored, channel.id, "orders"),
          room: (priority) => lane().room(scope, priority),
          deliver: (sale, intend) => lane().deliver(scope, sale, intend),
        };
      },
      instrumentsSeen(seen) {
        const [channel] = seen.tenant.channels.values();
        const found = channel === undefined ? undefined : documents.get(channel);
        return found === undefined ? Promise.resolve({ ok: true }) : deps.settle(found, seen);
      },
      customerIndex: (tenant, channel) => deps.customerIndex(tenant.name, channel.crmInstance),
      deadLetter: deps.deadLetter,
      log: deps.log,
    },
  });
  return {
    note: (messages) => journal.note(messages),
    found: (messages) => journal.found(messages),
    backfilling: () => journal.backfilling(),
    reassign: (ask) => journal.reassign(ask),
    show: (orderId) => Promise.resolve(journal.show(orderId)),
    list: () => Promise.resolve(journal.list()),
    alarm: () => journal.alarm(),
  };
};
