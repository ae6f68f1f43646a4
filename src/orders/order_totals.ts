import { taxWithin } from "../model/money.ts";
import type { Order } from "../sitoo/order_wire.ts";
import { signedTotal } from "./discounts.ts";
import { grossMinor, optionalMinor, sum } from "./order_money.ts";
import type { Direction, DiscountRow, GoodsRow } from "./order_rows.ts";

/** What the order itself says its parts come to. Signed gross minor units. */
export type OrderTotals = {
  readonly salesTax: number;
  readonly roundOff: number;
  /** What the lines can come to, the most trustworthy first; empty when the order has no totals. */
  readonly candidates: readonly number[];
  readonly toPay: number | undefined;
};

/**
 * The relations between the totals are not published, so each reading is a candidate (assumed):
 * the grand total without tax outside the lines and without round-off, which may be of either
 * sign or not be in it; the final total; and where an order has neither, its rows with what
 * payment and delivery added.
 */
export const orderTotals = (order: Order, currency: string): OrderTotals => {
  const minor = (text: string | undefined) => optionalMinor(text, currency);
  const salesTax =
    minor(order.moneyfinal_salestax) ??
    sum(order.orderitems.flatMap((item) => item.salestaxes.map((tax) => minor(tax.moneytax) ?? 0)));
  const roundOff = minor(order.moneytotal_gross_roundoff) ?? 0;
  const toPay = minor(order.moneytotal_gross_all);
  const rows = grossMinor(order.moneytotal_net, order.moneytotal_vat, currency);
  const fees = sum(orderFees(order, currency).map(({ value }) => value));
  const final = grossMinor(order.moneyfinal_net, order.moneyfinal_vat, currency);
  const untaxed = toPay === undefined ? undefined : toPay - salesTax;
  const candidates = [
    ...(untaxed === undefined ? [] : [untaxed - roundOff, untaxed + roundOff, untaxed]),
    ...(toPay === undefined || salesTax === 0 ? [] : [toPay - roundOff]),
    final,
    toPay === undefined && final === undefined && rows !== undefined ? rows + fees : undefined,
  ].filter((candidate) => candidate !== undefined);
  return { salesTax, roundOff, candidates, toPay };
};

type OrderFee = {
  readonly sku: string;
  readonly name: string;
  readonly value: number;
  readonly tax: number;
};

const orderFees = (order: Order, currency: string): readonly OrderFee[] =>
  [
    {
      sku: "checkout",
      name: order.checkouttypename ?? "Checkout",
      net: order.moneycheckout_net,
      vat: order.moneycheckout_vat,
    },
    {
      sku: "delivery",
      name: order.deliverytypename ?? "Delivery",
      net: order.moneydelivery_net,
      vat: order.moneydelivery_vat,
    },
  ].flatMap(({ sku, name, net, vat }) => {
    const value = grossMinor(net, vat, currency) ?? 0;
    return value === 0
      ? []
      : [{ sku, name, value, tax: Math.abs(optionalMinor(vat, currency) ?? 0) }];
  });

/**
 * What payment and delivery add to an order (assumed): a fee is a line of its own,
 * so that the lines come to what was paid; an amount against the goods' direction is
 * a discount on the whole order.
 */
export const withFees = (
  order: Order,
  goods: readonly GoodsRow[],
  discounts: readonly DiscountRow[],
  currency: string,
): { readonly goods: readonly GoodsRow[]; readonly discounts: readonly DiscountRow[] } => {
  const direction = directionOf(goods);
  const fees = orderFees(order, currency);
  const feeRows = fees
    .filter(({ value }) => Math.sign(value) === direction)
    .map(({ sku, name, value, tax }): GoodsRow => {
      const gross = Math.abs(value);
      return {
        kind: "goods",
        direction,
        sku,
        name,
        quantity: "1",
        gross,
        tax,
        taxPercent: percentOf(gross, tax, goods),
        discounted: 0,
        instruments: [],
        noPoints: false,
      };
    });
  const feeDiscounts = fees
    .filter(({ value }) => Math.sign(value) !== direction)
    .map(({ value }) => wholeOrder(direction, Math.abs(value)));
  return { goods: [...goods, ...feeRows], discounts: [...discounts, ...feeDiscounts] };
};

const directionOf = (goods: readonly GoodsRow[]): Direction => {
  const total = signedTotal(goods.map(({ direction, gross }) => ({ direction, amount: gross })));
  return total < 0 || (total === 0 && goods.every((row) => row.direction === -1)) ? -1 : 1;
};

const wholeOrder = (direction: Direction, amount: number): DiscountRow => ({
  kind: "discount",
  direction,
  amount,
  perhapsTaken: false,
  instruments: [],
  noPoints: false,
});

/** A fee names no percentage: one of the goods' that explains its tax, else the plain ratio. */
const percentOf = (gross: number, tax: number, goods: readonly GoodsRow[]): string => {
  if (tax === 0) return "0";
  const known = goods.find(
    ({ taxPercent }) => taxPercent !== "0" && Math.abs(taxWithin(gross, taxPercent) - tax) <= 1,
  );
  if (known !== undefined) return known.taxPercent;
  return gross > tax ? String(Math.round((tax * 100) / (gross - tax))) : "0";
};

export type Reconciled =
  | {
      readonly kind: "agrees";
      readonly discounts: readonly DiscountRow[];
      readonly rounding: number;
    }
  | { readonly kind: "disagrees"; readonly lines: number; readonly order: number };

/**
 * Makes rows and totals agree: decides whether discounts without value of their own are
 * in the goods' totals already, and spreads what the order asks less than its rows say
 * (a discount on the whole order that no row shows). Lines that come to less than was
 * paid cannot be explained, and are not guessed at.
 */
export const reconcile = (
  goods: readonly GoodsRow[],
  discounts: readonly DiscountRow[],
  totals: OrderTotals,
): Reconciled => {
  const taken = discounts.map((row) => (row.perhapsTaken ? { ...row, amount: 0 } : row));
  const came = (rows: readonly DiscountRow[]) =>
    signedTotal([
      ...goods.map(({ direction, gross }) => ({ direction, amount: gross })),
      ...rows.map(({ direction, amount }) => ({ direction, amount: -amount })),
    ]);
  const target = totals.candidates[0];
  if (target === undefined) return { kind: "agrees", discounts: taken, rounding: 0 };
  for (const rows of [taken, discounts])
    if (totals.candidates.includes(came(rows)))
      return { kind: "agrees", discounts: rows, rounding: 0 };

  // Each row may be off by less than one minor unit where Sitoo has decimals that the currency lacks.
  const short = target - came(taken);
  if (Math.abs(short) <= goods.length) return { kind: "agrees", discounts: taken, rounding: short };

  // Less asked than sold, or less given back than returned. Any other gap has no such reason.
  const direction: Direction = short < 0 ? 1 : -1;
  const explained =
    direction === 1
      ? goods.some((row) => row.direction === 1)
      : goods.every((row) => row.direction === -1);
  if (explained)
    return {
      kind: "agrees",
      discounts: [...taken, wholeOrder(direction, Math.abs(short))],
      rounding: 0,
    };
  return { kind: "disagrees", lines: came(taken), order: target };
};
