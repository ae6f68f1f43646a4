import { type OrderRef, type Sale, saleId } from "../../model/sale.ts";
import type { OmniumSettings } from "../../tenants/omnium_settings.ts";
import type { WireOrder } from "./order_wire.ts";

/** Omnium's id of an order: stable for ever, and unique over all markets (contracts/omnium.md 14). */
export const omniumOrderId = (ref: OrderRef, { orderIds }: OmniumSettings): string =>
  orderIds === "site" ? `sitoo-${ref.site}-${ref.orderId}` : saleId(ref);

/** What a repair has hung on the id of its sale goes along. */
export const omniumSaleId = (sale: Sale, settings: OmniumSettings): string =>
  omniumOrderId(sale.order, settings) + sale.id.slice(saleId(sale.order).length);

/**
 * Sitoo's order behind one of Omnium's, in the gateway's spelling: our own id tells it, or where Omnium's
 * connector keeps it. Another market's may be another account's, and is not claimed.
 */
export const saleIdOf = (order: WireOrder, settings: OmniumSettings): string | undefined => {
  const { salePrefix, sitooOrderIdKey, marketId, orderIds } = settings;
  if (salePrefix === "" || order.marketId !== marketId) return undefined;
  const [, site = ""] = /^sitoo-\d+-(\d+)-$/.exec(salePrefix) ?? [];
  const own = orderIds === "site" ? `sitoo-${site}-` : salePrefix;
  const number = order.id.startsWith(own)
    ? order.id.slice(own.length)
    : kept(order, sitooOrderIdKey);
  // `-r1`: sent anew to another customer, of the same order.
  const [, orderId] = /^(\d+)(?:-r\d+)?$/.exec(number ?? "") ?? [];
  return orderId === undefined ? undefined : salePrefix + orderId;
};

const kept = ({ externalIds, properties }: WireOrder, key: string): string | undefined => {
  const id = externalIds.find(({ provider }) => provider === key)?.id;
  const value = properties.find((one) => one.key === key)?.value;
  return id ?? (typeof value === "string" || typeof value === "number" ? String(value) : undefined);
};
