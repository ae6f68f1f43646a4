import type { Crm } from "../crm/port.ts";
import type { Sale } from "../model/sale.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { Channel, SitooAccount, Tenant } from "../tenants/tenant.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { Attempt } from "./attempt.ts";
import type { CustomerIndex } from "./customer_index_client.ts";
import type { NotYet } from "./lane_admission.ts";
import type { LaneSale } from "./lane_host.ts";
import type { Priority } from "./lane_state.ts";
import type { TurnJob } from "./turn_sale.ts";
import type { IssuedIds } from "./order_customer.ts";
import type { OrderLinks } from "./order_links.ts";
import type { VoucherUse } from "./vouchers_used.ts";

/** What a closed order says about instruments, for whoever settles redemptions. */
export type InstrumentsSeen = {
  readonly tenant: Tenant;
  readonly account: SitooAccount;
  readonly sale: Sale;
  readonly links: OrderLinks;
  readonly issued: IssuedIds;
  /** Sitoo vouchers that may lead to an offer; none of an order that is not live. */
  readonly vouchers: readonly VoucherUse[];
};

export type InstrumentsTaken =
  | { readonly ok: true }
  | { readonly ok: false; readonly detail: string; readonly retryAfterMs?: number }
  /** Nobody's ledger: a person must see it. */
  | { readonly ok: false; readonly nobody: string };

/** The road to one destination. A rejection tells nothing of what became of the sale. */
export type Road = {
  /** A sale that is sent twice is stored once. */
  readonly idempotent: boolean;
  /** Since when the channel's orders are held back by an operator. */
  readonly pausedSince: number | undefined;
  /** undefined: it is worth reading the order. */
  room(priority: Priority): Promise<NotYet | undefined>;
  deliver(sale: LaneSale, intend: TurnJob["intend"]): Promise<Attempt | NotYet>;
};

/** Everything outside the journal that it works with. A rejection is tried again later. */
export type JournalDeps = {
  tenant(name: string): Promise<Tenant | undefined>;
  sitoo(account: SitooAccount): SitooClient;
  /** For what it can do, and for a person who waits; whatever is sent goes by the road. */
  crm(channel: Channel): Pick<Crm, "capabilities" | "get">;
  road(tenant: Tenant, channel: Channel): Road;
  /** Leads from a customer of the channel's CRM to orders. Must bear repetition; a rejection is tried again. */
  customerIndex(tenant: Tenant, channel: Channel): Pick<CustomerIndex, "note" | "noteJoined">;
  /** Resolves once they are stored. */
  deadLetter(entries: readonly DeadLetter[]): Promise<void>;
  /** Takes instruments that a closed order names; repeated until it says ok. Must bear repetition. */
  readonly instrumentsSeen?: (seen: InstrumentsSeen) => Promise<InstrumentsTaken>;
  /** Names orders and outcomes, never a person. */
  log(entry: Readonly<Record<string, string | number | boolean>>): void;
};
