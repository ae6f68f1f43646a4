import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { OrderRef, Sale } from "../model/sale.ts";

/** A closed order, as far as it uses instruments. */
export type OrderUse = {
  /** `account/site/order`: what a second use is told apart by. */
  readonly order: string;
  readonly receiptNumber: string;
  readonly refs: readonly InstrumentRef[];
  /** Orders of the same purchase: none of them is a second use (design.md 6.8). */
  readonly linked: readonly string[];
  readonly registerId?: string;
  readonly storeId?: string;
};

export const orderName = (order: OrderRef): string =>
  `${order.account}/${order.site}/${order.orderId}`;

/**
 * What a sale uses: instruments on lines that were bought, and those of the order as a whole.
 * An instrument that stands on returned lines alone is given back, not used.
 * @returns undefined when nothing is used.
 */
export const orderUse = (
  sale: Sale,
  links: {
    readonly exchangedWith?: OrderRef;
    readonly source?: OrderRef;
    readonly returnOf?: OrderRef;
  },
): OrderUse | undefined => {
  const on = (kind: "purchase" | "return"): Set<string> =>
    new Set(
      sale.lines
        .filter((line) => line.kind === kind)
        .flatMap((line) => line.instruments.map(instrumentKey)),
    );
  const bought = on("purchase");
  const returned = on("return");
  const isReturn = !sale.lines.some((line) => line.kind === "purchase");
  const refs = sale.instruments.filter((ref) => {
    const key = instrumentKey(ref);
    return bought.has(key) || (!returned.has(key) && !isReturn);
  });
  if (refs.length === 0) return undefined;
  const linked = [links.exchangedWith, links.source, links.returnOf].flatMap((order) =>
    order === undefined ? [] : [orderName(order)],
  );
  return {
    order: orderName(sale.order),
    receiptNumber: sale.receiptNumber,
    refs,
    linked,
    ...(sale.registerId === undefined ? {} : { registerId: sale.registerId }),
    ...(sale.storeExternalId === undefined ? {} : { storeId: sale.storeExternalId }),
  };
};
