import type { CrmFailure } from "../model/crm_failure.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { claimedByHand } from "./attempt.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, JournalStore, OrderRow } from "./journal_store.ts";
import { type ReceiptView, receiptViews } from "./receipt_view.ts";
import { isMail } from "./receipt_mail.ts";
import { isMoving, reassigned, standingOf } from "./receipt_standing.ts";
import type { ReceiptRow, ReceiptsTable } from "./receipts_table.ts";
import { failureWords } from "./resolve_customer.ts";
import { settling } from "./settling.ts";
import { saleId } from "../model/sale.ts";

export type Reassign = {
  readonly orderId: number;
  /** The CRM's id of whose sale it is. */
  readonly customer: string;
  /** Needed where the order goes to several. */
  readonly channel?: string;
  readonly reason: string;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  readonly requestId: string;
};

export type Reassigned =
  | { readonly kind: "no_order" }
  | { readonly kind: "no_customer" }
  /** As things are it cannot be done; in words. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "try_later"; readonly why: string }
  | {
      /** `already`: it is theirs, or on its way to them. */
      readonly kind: "planned" | "begun" | "already";
      readonly channel: string;
      /** What was or will be sent there for the order, oldest first. */
      readonly receipts: readonly ReceiptView[];
    };

const refused = (why: string): Reassigned => ({ kind: "refused", why });
const later = (why: string): Reassigned => ({ kind: "try_later", why });

/** Gives the sale of an order to the customer whose it is: an intent in the journal, sent by its alarm. */
export const createReassign =
  ({
    store,
    receipts,
    transaction,
    now,
    deps,
  }: {
    readonly store: JournalStore;
    readonly receipts: ReceiptsTable;
    readonly transaction: <T>(work: () => T) => T;
    readonly now: () => number;
    readonly deps: Pick<JournalDeps, "crm" | "tenant">;
  }) =>
  async (ask: Reassign): Promise<Reassigned> => {
    const order = store.exists() ? store.order(ask.orderId) : undefined;
    if (order === undefined) return { kind: "no_order" };
    const tenant = await deps.tenant(order.tenant);
    if (tenant === undefined) return later("the tenant cannot be read");
    const unfit = whyNot(order, tenant);
    if (unfit !== undefined) return unfit;
    const chosen = channelOf(store.deliveries(ask.orderId), ask.channel);
    if (typeof chosen !== "string") return chosen;
    const channel = tenant.channels.get(chosen);
    if (channel === undefined) return refused(`the tenant no longer has channel ${chosen}`);

    const crm = deps.crm(channel);
    const call = { deadline: now() + 10_000, requestId: ask.requestId };
    const found = await crm.get(ask.customer, call);
    if (!found.ok) return notRead(found.failure);
    const to = { customer: found.value.customer.id, reason: ask.reason };
    return transaction((): Reassigned => {
      // The order may have moved on while the CRM was asked.
      const rows = receipts.of(ask.orderId, chosen);
      const { account, site } = order;
      const asks = reassigned(rows, saleId({ account, site, orderId: ask.orderId }), to);
      const standing = standingOf(rows);
      if (standing.kind === "held" && standing.by.customer === to.customer)
        return { kind: "already", channel: chosen, receipts: receiptViews(rows) };
      const blocked = whyBlocked(rows, store.delivery(ask.orderId, chosen));
      if (blocked !== undefined) return blocked;
      if (standing.kind === "held" && !crm.capabilities.takesBack)
        return refused("this CRM takes nothing back: mend it there by hand");
      if (ask.dryRun) {
        const planned = asks.map((one) => ({
          ...one,
          channel: chosen,
          state: "planned" as const,
          note: "",
        }));
        return { kind: "planned", channel: chosen, receipts: receiptViews([...rows, ...planned]) };
      }
      for (const one of asks) receipts.add(ask.orderId, chosen, one, now());
      const delivery = store.delivery(ask.orderId, chosen);
      if (delivery !== undefined && delivery.state !== "delivered")
        store.writeDelivery({
          ...delivery,
          state: "skipped",
          reason: claimedByHand,
          updated_at: now(),
        });
      store.addHop({
        order_id: ask.orderId,
        at: now(),
        hop: `reassigned:${chosen}`,
        attempt: 1,
        status: "asked",
        ms: 0,
        note: ask.reason,
      });
      const after = receipts.of(ask.orderId, chosen);
      return { kind: "begun", channel: chosen, receipts: receiptViews(after) };
    });
  };

const whyNot = (order: OrderRow, { orders }: Tenant): Reassigned | undefined => {
  if (orders.mode !== "live") return refused(`orders.mode is ${orders.mode}: nothing is sent`);
  if (order.wanted > order.done) return later("the order is being read; try again in a moment");
  if (order.state === "not_a_sale") return refused(`the order is no sale (${order.note})`);
  return order.payload === null ? refused("the order could not be read as a sale") : undefined;
};

const channelOf = (
  deliveries: readonly DeliveryRow[],
  wanted: string | undefined,
): string | Reassigned => {
  const names = deliveries
    .map(({ channel }) => channel)
    .filter((name) => name !== settling && !isMail(name));
  const [only] = names;
  if (only === undefined) return refused("the order goes to no CRM");
  if (wanted !== undefined && !names.includes(wanted))
    return refused(`the order does not go to ${wanted}; it goes to ${names.join(", ")}`);
  if (wanted === undefined && names.length > 1)
    return refused(`the order goes to ${names.join(", ")}: name the channel`);
  return wanted ?? only;
};

/** Skipped for want of a customer; anything else is withheld by the tenant's own settings. */
const withoutCustomer: readonly string[] = ["anonymous", "no such customer", claimedByHand];

const whyBlocked = (
  rows: readonly ReceiptRow[],
  delivery: DeliveryRow | undefined,
): Reassigned | undefined => {
  if (rows.some(({ state, kind }) => state === "refused" && kind === "taken_back"))
    return refused("an earlier receipt was not taken back: replay its dead letter first");
  if (isMoving(rows)) return later("an earlier step is still on its way; look with `trace`");
  const standing = standingOf(rows);
  if (standing.kind === "held") return undefined;
  if (standing.kind === "taken_back") return refused("the order was cancelled");
  switch (delivery?.state) {
    case undefined:
      return refused("the order goes to no CRM");
    case "pending":
    case "delivering":
      return later("its delivery is still being tried; look with `trace`");
    case "delivered":
      return rows.length > 0
        ? undefined
        : refused("it was delivered before the gateway noted to whom");
    case "skipped":
      return withoutCustomer.includes(delivery?.reason ?? "")
        ? undefined
        : refused(`it is withheld: ${delivery?.reason ?? ""}`);
    case "refused":
      return undefined;
  }
};

const notRead = (failure: CrmFailure): Reassigned =>
  failure.kind === "customer_not_found"
    ? { kind: "no_customer" }
    : later(`the CRM could not be asked for the customer: ${failureWords(failure)}`);
