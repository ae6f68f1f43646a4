import { unreachable } from "../model/outcome.ts";
import { saleId } from "../model/sale.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import { askedOf, withheldAt } from "./asked_by_backfill.ts";
import { type Asked, askLanes, notYetWords, priorityOf, restOf } from "./ask_lanes.ts";
import type { Attempt } from "./attempt.ts";
import { backoff, giveUpAfterMs, weekAnewMs, youngAttempts } from "./backoff.ts";
import { contentHash } from "../model/content_hash.ts";
import { type DeadLetter, orderDeadLetter } from "../tenants/dead_letters.ts";
import { deliverSale } from "./deliver_sale.ts";
import { createDeliveryWork, errorName, type Hop } from "./delivery_work.ts";
import { crmIdFor, targetsOf, withheld } from "./destinations.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, JournalStore, OrderRow } from "./journal_store.ts";
import type { NotYet } from "./lane_admission.ts";
import { createMailWork } from "./mail_work.ts";
import type { MailsTable } from "./mails_table.ts";
import { type Cause, type OrderRead, readOrder } from "./read_order.ts";
import { isMail } from "./receipt_mail.ts";
import { cancelled, closedAgain, isClaimed } from "./receipt_standing.ts";
import type { NewReceipt, ReceiptRow, ReceiptsTable } from "./receipts_table.ts";
import { settling } from "./settling.ts";
import { contentOf, withoutPerson } from "./stored_sale.ts";

/**
 * The work on one order of a journal: read it, make it a sale, bring the sale to each destination.
 * Everything is written before and after each call, so that a crash at any point is taken up again.
 * One file because its steps share the order's row and its hops.
 */
export const createJournalWork = ({
  store,
  receipts,
  mails,
  transaction,
  now,
  deps,
}: {
  readonly store: JournalStore;
  readonly receipts: ReceiptsTable;
  readonly mails: MailsTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly deps: JournalDeps;
}) => {
  const hop: Hop = (order, name, what) => {
    const at = now();
    store.addHop({
      order_id: order.order_id,
      at,
      hop: name,
      attempt: what.attempt ?? order.attempt + 1,
      status: what.status,
      ms: at - (what.began ?? at),
      note: what.note ?? "",
    });
  };

  const letter = (order: OrderRow, cause: Cause, destination?: string): Promise<DeadLetter> =>
    orderDeadLetter(
      { tenant: order.tenant, account: order.account, site: order.site, orderId: order.order_id },
      {
        ...cause,
        ...(destination === undefined ? {} : { destination }),
        ...(order.receipt === null ? {} : { receiptNumber: order.receipt }),
      },
      now(),
    );

  const parts = { store, receipts, transaction, now, log: deps.log, hop, letter };
  const oneDelivery = createDeliveryWork(parts);
  const mailing = createMailWork({ store, mails, transaction, now, deps, hop });

  const orderDies = async (order: OrderRow, cause: Cause): Promise<void> => {
    const entry = await letter(order, cause);
    transaction(() => {
      store.putOutbox(entry, now());
      store.closeDeliveries(order.order_id, "refused", cause.reason, now());
      store.finishOrder(order, { state: "dead", note: cause.reason }, now());
      hop(order, "dead_letter", { status: cause.kind, note: cause.reason });
    });
  };

  /** Since when there is something to do for the order. */
  const triedSince = (order: OrderRow): number =>
    order.wanted > order.done
      ? order.since
      : Math.min(
          ...store
            .deliveries(order.order_id)
            .filter(({ state }) => state === "pending" || state === "delivering")
            .map(({ since }) => since),
        );

  const orderWaits = async (
    order: OrderRow,
    note: string,
    retryAfterMs?: number,
  ): Promise<void> => {
    if (now() - triedSince(order) > giveUpAfterMs)
      return orderDies(order, { kind: "gave_up", reason: `tried for a week: ${note}` });
    store.postponeOrder(order, note, now() + backoff(order.attempt + 1, retryAfterMs), now());
  };

  const workOn = async (order: OrderRow): Promise<void> => {
    const tenant = await deps.tenant(order.tenant);
    if (tenant === undefined) return orderWaits(order, "the tenant is not there");
    if (tenant.orders.mode === "off") {
      hop(order, "orders_off", { status: "skipped" });
      mailing.drop(order, "orders are off");
      store.closeDeliveries(order.order_id, "skipped", "orders are off", now());
      return store.finishOrder(order, { state: "settled", note: "orders are off" }, now());
    }
    const account = tenant.accounts.find(
      ({ accountId, siteId }) => accountId === order.account && siteId === order.site,
    );
    if (account === undefined)
      return orderDies(order, {
        kind: "no_destination",
        reason: "the tenant no longer has this Sitoo account and site",
      });

    const rows = store.deliveries(order.order_id);
    const wanted = askedOf(store.events(order.order_id).map(({ type }) => type));
    const asked = await askLanes(order, rows, wanted, { tenant, account }, deps, now());
    const rest = restOf(asked);
    if (rest !== undefined) {
      const { first, ours } = rest;
      const anew = ours && now() - triedSince(order) > weekAnewMs;
      return store.restOrder(order, notYetWords(first), first.at, anew ? now() : undefined);
    }

    const began = now();
    const read = await readOrder(
      tenant,
      account,
      { orderId: order.order_id, saidClosed: order.said_closed === 1 },
      deps.sitoo(account),
      began + 20_000,
    );
    hop(order, "read_order", { status: read.kind, began, note: readNote(read) });
    switch (read.kind) {
      case "later":
        return orderWaits(order, read.note, read.retryAfterMs);
      case "young":
        return order.attempt < youngAttempts
          ? store.postponeOrder(order, read.cause.reason, now() + backoff(order.attempt + 1), now())
          : orderDies(order, read.cause);
      case "dead":
        return orderDies(order, read.cause);
      case "not_a_sale":
        return transaction(() => {
          noteChange(order, `not_a_sale:${read.why}`, () => false);
          if (read.why === "cancelled") turn(order, cancelled);
          // One that is still open may be closed, and its receipt then be sent.
          if (read.why !== "open") mailing.drop(order, read.why);
          store.closeDeliveries(order.order_id, "skipped", read.why, now());
          store.finishOrder(order, { state: "not_a_sale", note: read.why }, now());
        });
      case "sale":
        return deliver(order, tenant, account, read.reading, asked);
      default:
        return unreachable(read);
    }
  };

  /** Asks for what a change of the order's state means for destinations that have it. */
  const turn = (
    order: OrderRow,
    asks: (rows: readonly ReceiptRow[], saleId: string) => NewReceipt | undefined,
  ): void => {
    const { account, site, order_id } = order;
    for (const { channel } of store.deliveries(order_id)) {
      const ask = asks(
        receipts.of(order_id, channel),
        saleId({ account, site, orderId: order_id }),
      );
      if (ask === undefined) continue;
      receipts.takeOver(order_id, channel, now());
      receipts.add(order_id, channel, ask, now());
      hop(order, `${ask.cause}:${channel}`, { status: "noted", note: ask.receipt_id });
    }
  };

  const takesChanges = (tenant: Tenant, name: string): boolean => {
    const channel = tenant.channels.get(name);
    return channel !== undefined && deps.crm(channel).capabilities.takesChanges;
  };

  /** A delivered order that changed, where the destination takes no changes: it is listed. */
  const noteChange = (
    order: OrderRow,
    hash: string,
    isTaken: (channel: string) => boolean,
  ): void => {
    for (const row of store.deliveries(order.order_id)) {
      if (row.state !== "delivered" || isMail(row.channel) || isTaken(row.channel)) continue;
      if (row.hash === hash || row.changed_hash === hash) continue;
      store.writeDelivery({ ...row, changed_hash: hash, updated_at: now() });
      hop(order, `changed:${row.channel}`, { status: "noted", note: "changed after delivery" });
    }
  };

  const deliver = async (
    order: OrderRow,
    tenant: Tenant,
    account: SitooAccount,
    { sale, issued, links, ...reading }: Extract<OrderRead, { kind: "sale" }>["reading"],
    asked: Asked,
  ): Promise<void> => {
    const hash = await contentHash(contentOf(sale));
    const targets = targetsOf(tenant, account, sale.currency);
    const described: OrderRow = { ...order, receipt: sale.receiptNumber };
    const held = withheld(tenant.orders, sale, order.backfill === 1);
    const payload = withoutPerson(sale);
    const wanted = askedOf(store.events(order.order_id).map(({ type }) => type));
    transaction(() => {
      receipts.keepContents(order.order_id, payload);
      store.describeOrder(order.order_id, {
        receipt: sale.receiptNumber,
        store: sale.storeExternalId,
        currency: sale.currency,
        total: sale.linesTotal,
        soldAt: sale.at,
        payload,
      });
      noteChange(order, hash, (channel) => takesChanges(tenant, channel));
      turn(order, closedAgain);
    });
    if (targets.length === 0 && tenant.orders.deliverTo.length > 0 && held === undefined)
      return orderDies(described, {
        kind: "no_destination",
        reason: `no destination takes orders of this account in ${sale.currency}`,
      });

    const deliveries = targets.map(({ channel, destination }) => ({
      channel: channel.id,
      run: async (row: DeliveryRow, intend: () => void): Promise<Attempt | NotYet> => {
        const told = asked.get(channel.id);
        if (told !== undefined && told !== "room") return told;
        const crmId = crmIdFor(tenant, account, channel, issued);
        const { missingCustomer, anonymous } = destination;
        const to = {
          kind: "found",
          ...(crmId === undefined ? {} : { crmId }),
          missingCustomer,
          anonymous,
        } as const;
        const requestId = `order-${order.order_id}-${order.wanted}`;
        const priority = priorityOf(order);
        return deliverSale(
          {
            sale: { sale, to, requestId, priority, expected: told === "room" },
            unclearBefore: row.state === "delivering",
          },
          deps.road(tenant, channel),
          now(),
          (...recipient) =>
            transaction(() => {
              if (isClaimed(receipts.of(order.order_id, channel.id))) return false;
              intend();
              const own = { orderId: order.order_id, channel: channel.id, receiptId: sale.id };
              receipts.begin(own, recipient, now());
              return true;
            }),
        );
      },
    }));
    const { instrumentsSeen } = deps;
    // No till has asked for what a voucher leads to: such a use is ours, and shadow sends nothing.
    const vouchers = held === undefined && order.live === 1 ? reading.vouchers : [];
    const settle =
      instrumentsSeen === undefined ||
      (sale.instruments.length === 0 && vouchers.length === 0 && links.returnOf === undefined)
        ? []
        : [
            {
              channel: settling,
              run: async (): Promise<Attempt> => {
                const seen = await instrumentsSeen({
                  tenant,
                  account,
                  sale,
                  links,
                  issued,
                  vouchers,
                });
                if (seen.ok) return { kind: "delivered", note: "" };
                if ("nobody" in seen)
                  return { kind: "dead", cause: { kind: "customer", reason: seen.nobody } };
                return { ...seen, kind: "later", note: seen.detail };
              },
            },
          ];
    // Tills redeem for real whatever becomes of deliveries; only training is simulated, and history is
    // left alone: what was used years ago must not be taken from somebody now.
    const training = held?.startsWith("ignored") === true ? held : undefined;
    const unsettled = order.live === 1 ? training : "a backfill settles nothing";
    const owed = mailing.owed(described, { tenant, account, sale, issued, targets, asked });
    const works = [
      ...deliveries.map((one) => ({
        ...one,
        hash,
        held: withheldAt(tenant.orders, sale, one.channel, wanted),
        takesChanges: () => takesChanges(tenant, one.channel),
      })),
      ...settle.map((one) => ({ ...one, hash, held: unsettled })),
      ...owed,
    ];
    // Side by side: a destination that is down holds up neither another nor the settling.
    await Promise.all(works.map((one) => oneDelivery(described, one, one.run)));
    // Channels that were taken out of the file have nobody left to bring their deliveries on.
    const known = new Set(works.map(({ channel }) => channel));
    for (const row of store.deliveries(order.order_id))
      if (!known.has(row.channel) && (row.state === "pending" || row.state === "delivering"))
        store.writeDelivery({ ...row, state: "skipped", reason: "no longer a destination" });
    store.finishOrder(order, { state: "settled", note: held ?? "" }, now());
  };

  return {
    /** Never throws for what the outside does; a rejection of a dependency is tried again later. */
    async on(order: OrderRow): Promise<void> {
      try {
        await workOn(order);
      } catch (error) {
        const name = errorName(error);
        deps.log({ event: "order_failed", order: order.order_id, error: name });
        hop(order, "work", { status: "failed", note: name });
        await orderWaits(order, `unexpected: ${name}`);
      }
    },
  };
};

const readNote = (read: OrderRead): string => {
  switch (read.kind) {
    case "sale":
      return "";
    case "not_a_sale":
      return read.why;
    case "later":
      return read.note;
    case "young":
    case "dead":
      return read.cause.reason;
    default:
      return unreachable(read);
  }
};
