import Big from "big.js";
import { inUnits } from "../../model/money.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import type { Omnium } from "./client.ts";
import { omniumStore } from "./customer_mapping.ts";
import type { WireLine, WireOrder } from "./order_wire.ts";

type Returned = {
  readonly lineItemId: string;
  readonly returnQuantity: number;
  readonly creditAmount: number;
};

/** What of a line has not come back yet. */
const leftOf = (line: WireLine, order: WireOrder): Big => {
  const back = order.returnOrderForms
    .flatMap(({ lineItems }) => lineItems)
    .filter(({ lineItemId }) => lineItemId === line.lineItemId);
  return back.reduce(
    (left, one) => left.minus(one.returnQuantity ?? one.quantity ?? "0"),
    new Big(line.quantity ?? "0").minus(line.canceledQuantity ?? "0"),
  );
};

/**
 * Which lines of the sale in Omnium come back. Sitoo names the sale and the goods, not the line, so goods
 * are taken from lines of their sku, first to last. Undefined: it holds fewer than come back.
 */
export const linesReturned = (
  order: WireOrder,
  lines: readonly SaleLine[],
  currency: string,
): readonly Returned[] | undefined => {
  const held = (order.orderForm?.lineItems ?? []).map((line) => ({
    line,
    left: leftOf(line, order),
  }));
  const returned: Returned[] = [];
  for (const { sku, quantity, paid } of lines) {
    let wanted = new Big(quantity);
    let credit = paid;
    for (const place of held) {
      const { lineItemId, code } = place.line;
      if (code !== sku || lineItemId === undefined || place.left.lte(0) || wanted.lte(0)) continue;
      const taken = wanted.gt(place.left) ? place.left : wanted;
      const share = taken.eq(wanted)
        ? credit
        : new Big(credit).times(taken).div(wanted).round(0).toNumber();
      returned.push({
        lineItemId,
        returnQuantity: taken.toNumber(),
        creditAmount: inUnits(share, currency),
      });
      place.left = place.left.minus(taken);
      wanted = wanted.minus(taken);
      credit -= share;
    }
    if (wanted.gt(0)) return undefined;
  }
  return returned;
};

/** By the number of the refund a repeat is known: nothing is published on what it would do. */
export const rmaNumberOf = (sale: Sale): string =>
  String(sale.order.orderId) + (/-r\d+$/.exec(sale.id)?.[0] ?? "");

export const isReturned = (order: WireOrder, sale: Sale): boolean =>
  order.returnOrderForms.some(({ rmaNumber }) => rmaNumber === rmaNumberOf(sale));

/** The till has paid already, so Omnium credits nothing by itself. */
export const returnBody = (sale: Sale, returns: readonly Returned[], omnium: Omnium) => ({
  returns,
  creditPayment: false,
  rmaNumber: rmaNumberOf(sale),
  ...(sale.storeExternalId === undefined
    ? {}
    : { storeId: omniumStore(sale.storeExternalId, omnium) }),
});
