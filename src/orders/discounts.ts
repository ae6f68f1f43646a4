import type { InstrumentRef } from "../model/instrument.ts";
import { allocate } from "../model/money.ts";
import { sum } from "./order_money.ts";
import { type Direction, type DiscountRow, distinct, type GoodsRow } from "./order_rows.ts";

/** Goods with what is left of their price once discounts are folded in. */
export type FoldedRow = {
  readonly row: GoodsRow;
  /** What was paid, minor units, never negative. */
  readonly paid: number;
  readonly instruments: readonly InstrumentRef[];
  readonly noPoints: boolean;
};

export type Folded =
  | { readonly kind: "folded"; readonly rows: readonly FoldedRow[] }
  /** The discounts are larger than the goods. */
  | { readonly kind: "too_large" };

/**
 * Folds discounts into the goods, so that each row shows what was paid
 * (contracts/voyado.md 8.2 and 14): a discount that has a target goes off it alone,
 * any other off all goods of its direction by their value, exact to the minor unit.
 * A discount larger than its target cannot be meant for it, so it is spread as well.
 */
export const fold = (goods: readonly GoodsRow[], discounts: readonly DiscountRow[]): Folded => {
  const rows = goods.map((row) => ({
    row,
    paid: row.gross,
    instruments: row.instruments,
    noPoints: row.noPoints,
  }));
  const spread: DiscountRow[] = [];
  for (const discount of discounts) {
    const target = discount.target === undefined ? undefined : rows[discount.target];
    if (target === undefined || target.paid < discount.amount) {
      spread.push(discount);
      continue;
    }
    target.paid -= discount.amount;
    target.instruments = distinct([...target.instruments, ...discount.instruments]);
    target.noPoints ||= discount.noPoints;
  }
  for (const discount of spread) {
    const bearers = bearersOf(rows, discount);
    if (bearers === undefined) return { kind: "too_large" };
    const parts = allocate(
      discount.amount,
      bearers.map(({ paid }) => paid),
    );
    for (const [index, bearer] of bearers.entries()) {
      bearer.paid -= parts[index] ?? 0;
      bearer.instruments = distinct([...bearer.instruments, ...discount.instruments]);
      bearer.noPoints ||= discount.noPoints;
    }
  }
  return { kind: "folded", rows };
};

/** Goods of the discount's own tax rate if they are worth it, so that its tax stays right; else all. */
const bearersOf = <Row extends { readonly row: GoodsRow; readonly paid: number }>(
  rows: readonly Row[],
  discount: DiscountRow,
): readonly Row[] | undefined => {
  const all = rows.filter(({ row, paid }) => row.direction === discount.direction && paid > 0);
  const sameRate = all.filter(({ row }) => row.taxPercent === discount.taxPercent);
  return (
    [sameRate, all].find(
      (bearers) => bearers.length > 0 && sum(bearers.map(({ paid }) => paid)) >= discount.amount,
    ) ?? (discount.amount === 0 ? [] : undefined)
  );
};

/** Signed sum of goods: what goes out less what comes back. */
export const signedTotal = (
  rows: readonly { readonly direction: Direction; readonly amount: number }[],
) => sum(rows.map(({ direction, amount }) => direction * amount));
