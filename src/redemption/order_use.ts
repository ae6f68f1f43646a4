import Big from "big.js";
import { instrumentKey, type InstrumentRef, type Promotion } from "../model/instrument.ts";
import type { OrderRef, Sale, SaleLine } from "../model/sale.ts";

/** `quantity` is a positive decimal string. */
export type Goods = { readonly sku: string; readonly quantity: string };

/** A closed order, as far as it gives goods of another one back. */
export type OrderReturn = {
  readonly order: string;
  readonly returnOf: string;
  readonly goods: readonly Goods[];
};

/** A Sitoo voucher of a closed order, by its password, and the customer's promotions that open it. */
export type OfferUse = {
  readonly password: string;
  /** What the CRM offers now. */
  readonly promotions: readonly Promotion[];
  /** What was bought with it, and what it took off. */
  readonly bought: readonly Goods[];
  readonly amount?: number;
};

/** A closed order, as far as it uses instruments. */
export type OrderUse = {
  /** `account/site/order`: what a second use is told apart by. */
  readonly order: string;
  readonly receiptNumber: string;
  /** Those that the order names. */
  readonly refs: readonly InstrumentRef[];
  /** Which promotion each of these used is for the ledger to say (offer_use.ts). */
  readonly offers?: readonly OfferUse[];
  /** By `instrumentKey`: what was bought with it; with an instrument of the whole order, everything. */
  readonly bought: Readonly<Record<string, readonly Goods[]>>;
  /** By `instrumentKey`: what it took off, minor units with tax; absent where the order does not say. */
  readonly amounts: Readonly<Record<string, number>>;
  /** Orders of the same purchase: none of them is a second use (design.md 6.8). */
  readonly linked: readonly string[];
  readonly registerId?: string;
  readonly storeId?: string;
};

export const orderName = (order: OrderRef): string =>
  `${order.account}/${order.site}/${order.orderId}`;

/** What a sale sells, or takes back. */
export const goodsOf = (
  sale: Sale,
  kind: SaleLine["kind"],
  fits: (line: SaleLine) => boolean = () => true,
): readonly Goods[] =>
  sale.lines
    .filter((line) => line.kind === kind && fits(line))
    .map(({ sku, quantity }) => ({ sku, quantity }));

/**
 * What a sale uses: instruments on lines that were bought, and those of the order as a whole.
 * An instrument that stands on returned lines alone is given back, not used.
 */
export const orderUse = (
  sale: Sale,
  links: {
    readonly exchangedWith?: OrderRef;
    readonly source?: OrderRef;
    readonly returnOf?: OrderRef;
  },
): OrderUse => {
  const on = (kind: "purchase" | "return"): Set<string> =>
    new Set(
      sale.lines
        .filter((line) => line.kind === kind)
        .flatMap((line) => line.instruments.map(instrumentKey)),
    );
  const bought = on("purchase");
  const returned = on("return");
  const isReturn = !sale.lines.some((line) => line.kind === "purchase");
  const used = sale.instruments.filter((ref) => {
    const key = instrumentKey(ref);
    return bought.has(key) || (!returned.has(key) && !isReturn);
  });
  const refs = used.map(({ kind, id }): InstrumentRef => ({ kind, id }));
  const boughtWith = (ref: InstrumentRef): readonly Goods[] => {
    const own = goodsOf(sale, "purchase", (line) =>
      line.instruments.some((one) => instrumentKey(one) === instrumentKey(ref)),
    );
    return own.length === 0 ? goodsOf(sale, "purchase") : own;
  };
  const linked = [links.exchangedWith, links.source, links.returnOf].flatMap((order) =>
    order === undefined ? [] : [orderName(order)],
  );
  return {
    order: orderName(sale.order),
    receiptNumber: sale.receiptNumber,
    refs,
    bought: Object.fromEntries(refs.map((ref) => [instrumentKey(ref), boughtWith(ref)])),
    amounts: Object.fromEntries(
      used.flatMap(({ amount, ...ref }) =>
        amount === undefined ? [] : [[instrumentKey(ref), amount]],
      ),
    ),
    linked,
    ...(sale.registerId === undefined ? {} : { registerId: sale.registerId }),
    ...(sale.storeExternalId === undefined ? {} : { storeId: sale.storeExternalId }),
  };
};

/** What a sale gives back of an earlier one; undefined when nothing. */
export const orderReturn = (
  sale: Sale,
  links: { readonly returnOf?: OrderRef },
): OrderReturn | undefined => {
  const goods = goodsOf(sale, "return");
  return links.returnOf === undefined || goods.length === 0
    ? undefined
    : { order: orderName(sale.order), returnOf: orderName(links.returnOf), goods };
};

/** Whether all of what was bought is back; the pieces of one article are alike. */
export const isAllBack = (bought: readonly Goods[], returned: readonly Goods[]): boolean => {
  const sums = (goods: readonly Goods[]): Map<string, Big> => {
    const all = new Map<string, Big>();
    for (const { sku, quantity } of goods)
      all.set(sku, (all.get(sku) ?? new Big(0)).plus(quantity));
    return all;
  };
  const back = sums(returned);
  return (
    bought.length > 0 &&
    [...sums(bought)].every(([sku, quantity]) => back.get(sku)?.gte(quantity) === true)
  );
};
