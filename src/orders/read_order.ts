import { unreachable } from "../model/outcome.ts";
import type { Order } from "../sitoo/order_wire.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { SitooAccount, Tenant } from "../tenants/tenant.ts";
import type { DeadLetterKind } from "../tenants/dead_letters.ts";
import { marketOf } from "./destinations.ts";
import { earnsNothing, vouchersToAsk } from "./no_points.ts";
import { type NotASale, type OrderReading, saleFromOrder } from "./sale_from_order.ts";

export type Cause = {
  readonly kind: DeadLetterKind;
  readonly reason: string;
  readonly field?: string;
};

/** What reading an order came to, and what the journal has to do about it. */
export type OrderRead =
  | { readonly kind: "sale"; readonly reading: Extract<OrderReading, { kind: "sale" }> }
  | { readonly kind: "not_a_sale"; readonly why: NotASale }
  /** Tried again until it works or a week has passed. */
  | { readonly kind: "later"; readonly note: string; readonly retryAfterMs?: number }
  /** Tried again a few times, since the order may not have reached Sitoo's REST API yet; then a dead letter. */
  | { readonly kind: "young"; readonly cause: Cause }
  | { readonly kind: "dead"; readonly cause: Cause };

/**
 * Fetches an order and reads it as a sale.
 * @param saidClosed an event said that the order was closed: one still open is then old news (assumed).
 */
export const readOrder = async (
  tenant: Tenant,
  account: SitooAccount,
  order: { readonly orderId: number; readonly saidClosed: boolean },
  sitoo: SitooClient,
  deadline: number,
): Promise<OrderRead> => {
  const answer = await sitoo.order(order.orderId, deadline);
  switch (answer.kind) {
    case "found":
      return readFound(tenant, account, answer.value, order.saidClosed, sitoo, deadline);
    case "gone":
      return { kind: "young", cause: { kind: "order_gone", reason: "Sitoo has no such order" } };
    case "unreadable":
      return {
        kind: "young",
        cause: {
          kind: "order_unreadable",
          reason: answer.detail,
          ...(answer.field === undefined ? {} : { field: answer.field }),
        },
      };
    case "set_up_fault":
      return { kind: "later", note: answer.detail };
    case "retry":
      return {
        kind: "later",
        note: answer.detail,
        ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
      };
    default:
      return unreachable(answer);
  }
};

const readFound = async (
  tenant: Tenant,
  account: SitooAccount,
  order: Order,
  saidClosed: boolean,
  sitoo: SitooClient,
  deadline: number,
): Promise<OrderRead> => {
  const market = marketOf(tenant, account, order.currencycode);
  if (market === undefined)
    return {
      kind: "dead",
      cause: {
        kind: "no_destination",
        reason: "no market of the tenant sells through this account",
      },
    };
  const asked = await passwordsOf(vouchersToAsk(tenant.orders.noPointsFor, order), sitoo, deadline);
  if (asked.kind === "later") return asked;
  const context = {
    account: account.accountId,
    site: account.siteId,
    market,
    earnsNothing: earnsNothing(tenant.orders.noPointsFor, asked.passwords),
  };
  let reading = saleFromOrder(order, context);
  if (
    reading.kind === "sale" &&
    reading.sale.storeExternalId === undefined &&
    order.warehouseid !== undefined
  ) {
    const store = await sitoo.storeOfWarehouse(order.warehouseid, deadline);
    if (store.kind === "retry" || store.kind === "set_up_fault")
      return { kind: "later", note: `store of the order: ${store.detail}` };
    const storeExternalId = store.kind === "found" ? store.value.externalid : undefined;
    if (storeExternalId !== undefined)
      reading = saleFromOrder(order, { ...context, storeExternalId });
  }
  switch (reading.kind) {
    case "sale":
      return { kind: "sale", reading };
    case "not_a_sale":
      return reading.why === "open" && saidClosed
        ? {
            kind: "young",
            cause: {
              kind: "order_not_closed",
              reason: "an event said that the order was closed, Sitoo shows it open",
            },
          }
        : { kind: "not_a_sale", why: reading.why };
    case "invalid":
      return {
        kind: "dead",
        cause: { kind: "order_invalid", reason: reading.reason, field: reading.field },
      };
    default:
      return unreachable(reading);
  }
};

type Passwords =
  | { readonly kind: "known"; readonly passwords: ReadonlyMap<string, string> }
  | Extract<OrderRead, { kind: "later" }>;

/** Points are not guessed at either: what Sitoo cannot tell now is asked again. */
const passwordsOf = async (
  vouchers: readonly number[],
  sitoo: SitooClient,
  deadline: number,
): Promise<Passwords> => {
  const passwords = new Map<string, string>();
  for (const id of vouchers) {
    const answer = await sitoo.voucher(id, deadline);
    if (answer.kind === "retry" || answer.kind === "set_up_fault")
      return { kind: "later", note: `voucher of the order: ${answer.detail}` };
    if (answer.kind === "found" && answer.value.voucherpassword !== undefined)
      passwords.set(String(id), answer.value.voucherpassword);
  }
  return { kind: "known", passwords };
};
