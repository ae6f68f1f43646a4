import type { Sale } from "../model/sale.ts";
import type { Channel, SitooAccount, Tenant } from "../tenants/tenant.ts";
import type { Asked } from "./ask_lanes.ts";
import type { Attempt } from "./attempt.ts";
import { youngAttempts } from "./backoff.ts";
import { deliverSale } from "./deliver_sale.ts";
import { type Hop, newDelivery } from "./delivery_work.ts";
import { crmIdFor, type Target, withheld } from "./destinations.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, JournalStore, OrderRow } from "./journal_store.ts";
import type { NotYet } from "./lane_admission.ts";
import type { MailsTable } from "./mails_table.ts";
import type { IssuedIds } from "./order_customer.ts";
import { channelOf, isMail, mailName } from "./receipt_mail.ts";

/** The order as it was read, and where it goes. */
type Found = {
  readonly tenant: Tenant;
  readonly account: SitooAccount;
  readonly sale: Sale;
  readonly issued: IssuedIds;
  readonly targets: readonly Target[];
  readonly asked: Asked;
};

type Mail = {
  readonly channel: string;
  readonly hash: string;
  readonly held: string | undefined;
  readonly run: (row: DeliveryRow, intend: () => void) => Promise<Attempt | NotYet>;
};

/** A mail is for one request: that its order changes later makes no other of it. */
const mailHash = "mail";

const noAddress = "the order shows no e-mail address to send the receipt to";

/** Makes what staff asked for a delivery of its own, at each destination that mails receipts. */
export const createMailWork = ({
  store,
  mails,
  transaction,
  now,
  deps,
  hop,
}: {
  readonly store: JournalStore;
  readonly mails: MailsTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly deps: Pick<JournalDeps, "road">;
  readonly hop: Hop;
}) => {
  const drop = (order: OrderRow, why: string): void => {
    for (const number of mails.take(order))
      hop(order, "mail", { attempt: number, status: "skipped", note: why });
  };

  const plan = (order: OrderRow, channels: readonly Channel[]): void => {
    if (channels.length === 0) return drop(order, "no destination mails receipts");
    for (const number of mails.take(order))
      for (const { id } of channels)
        store.writeDelivery(newDelivery(order, mailName(id, number), now()));
  };

  const send =
    (order: OrderRow, channel: Channel, { tenant, account, sale, issued, asked }: Found) =>
    async (row: DeliveryRow, intend: () => void): Promise<Attempt | NotYet> => {
      const told = asked.get(row.channel);
      if (told !== undefined && told !== "room") return told;
      const address = sale.customer.email;
      // Staff may have typed it a moment ago, and Sitoo's REST API may lag.
      if (address === undefined)
        return row.attempt < youngAttempts
          ? { kind: "later", note: noAddress }
          : { kind: "dead", cause: { kind: "customer", reason: noAddress, field: "email" } };
      const crmId = crmIdFor(tenant, account, channel, issued);
      return deliverSale(
        {
          sale: {
            sale,
            to: { kind: "mail", address, ...(crmId === undefined ? {} : { crmId }) },
            requestId: `order-${order.order_id}-${row.channel.replaceAll(" ", "-")}`,
            priority: "live",
            expected: told === "room",
          },
          unclearBefore: row.state === "delivering",
        },
        // Nothing makes a mail that is sent twice arrive once.
        { ...deps.road(tenant, channel), idempotent: false },
        now(),
        () => {
          intend();
          return true;
        },
      );
    };

  return {
    /** Within a transaction. What was asked for comes to nothing. */
    drop,

    /** What was asked for before the order was read, and what is still to be sent of before. */
    owed(order: OrderRow, found: Found): readonly Mail[] {
      const channels = found.targets
        .map(({ channel }) => channel)
        .filter(({ delivery }) => delivery.receipt !== undefined);
      transaction(() => plan(order, channels));
      // A receipt is asked for now, however old the sale is: `live_from` is about that day.
      const today = { ...found.sale, at: new Date(now()).toISOString() };
      const held = withheld(found.tenant.orders, today);
      return store.deliveries(order.order_id).flatMap(({ channel: name, state }) => {
        const channel = channels.find(({ id }) => id === channelOf(name));
        // What was skipped or refused once is nothing that the customer still waits for.
        return channel === undefined ||
          !isMail(name) ||
          (state !== "pending" && state !== "delivering")
          ? []
          : [{ channel: name, hash: mailHash, held, run: send(order, channel, found) }];
      });
    },
  };
};
