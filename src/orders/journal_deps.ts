import type { Crm, CrmCall, CrmOutcome, Profile } from "../crm/port.ts";
import type { Person } from "../model/customer.ts";
import type { Sale } from "../model/sale.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { Channel, SitooAccount, Tenant } from "../tenants/tenant.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
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

/** Everything outside the journal that it works with. A rejection is tried again later. */
export type JournalDeps = {
  tenant(name: string): Promise<Tenant | undefined>;
  sitoo(account: SitooAccount): SitooClient;
  crm(channel: Channel): Crm;
  /** Safe against a second create of the same person (design.md 7, Customer). */
  createCustomer(channel: Channel, person: Person, call: CrmCall): CrmOutcome<Profile>;
  /** Resolves once they are stored. */
  deadLetter(entries: readonly DeadLetter[]): Promise<void>;
  /** Takes instruments that a closed order names; repeated until it says ok. Must bear repetition. */
  readonly instrumentsSeen?: (seen: InstrumentsSeen) => Promise<InstrumentsTaken>;
  /** Names orders and outcomes, never a person. */
  log(entry: Readonly<Record<string, string | number | boolean>>): void;
};
