import type { TenantFile } from "./schema.ts";
import type { Channel, DeliverySettings, Orders, ReceiptMail } from "./tenant.ts";

type OrdersFile = TenantFile["orders"];
type ReceiptFile = NonNullable<NonNullable<OrdersFile>["deliver_to"][number]["receipt"]>;

/** Without the block, orders are not read. A till's CRM gets customers it lacks; another would lose them silently. */
export const ordersFromFile = (
  orders: OrdersFile,
  channels: ReadonlyMap<string, Channel>,
): Orders => {
  if (orders === undefined)
    return {
      mode: "off",
      liveStores: "all",
      ignore: { stores: [], registers: [], staff: [] },
      noPointsFor: { giftCards: true, vouchers: [], priceLists: [] },
      deliverTo: [],
    };
  return {
    mode: orders.mode,
    ...(orders.live_from === undefined ? {} : { liveFrom: orders.live_from }),
    liveStores: orders.live_stores,
    ignore: orders.ignore,
    noPointsFor: {
      giftCards: orders.no_points_for.gift_cards,
      vouchers: orders.no_points_for.vouchers,
      priceLists: orders.no_points_for.price_lists,
    },
    deliverTo: orders.deliver_to.map((entry) => ({
      channel: entry.channel,
      missingCustomer:
        entry.missing_customer ??
        (channels.get(entry.channel)?.till === false ? "dead_letter" : "create"),
      anonymous: entry.anonymous,
      ...(entry.rate === undefined ? {} : { rate: entry.rate }),
    })),
  };
};

/** What the channel's entry in `deliver_to` says of it; without one, the defaults. */
export const deliverySettings = (orders: OrdersFile, channel: string): DeliverySettings => {
  const entry = orders?.deliver_to.find((one) => one.channel === channel);
  return {
    namespace: entry?.namespace,
    productId: entry?.product_id ?? "sku",
    optInContacts: entry?.opt_in_contacts ?? false,
    receipt: entry?.receipt && receiptMail(entry.receipt),
  };
};

const receiptMail = (file: ReceiptFile): ReceiptMail => ({
  fromName: file.from_name,
  fromEmail: file.from_email,
  subject: file.subject,
  stream: file.stream,
  templateId: file.template_id,
  replyToName: file.reply_to_name,
  replyToEmail: file.reply_to_email,
  sandbox: file.sandbox,
});
