import type { DiscountRow, GoodsRow } from "./order_rows.ts";

/** A Sitoo voucher that took part in a closed order, and that no instrument on its rows explains. */
export type VoucherUse = {
  readonly id: number;
  /** What it took off the goods that were bought, minor units with tax; absent: the order does not say. */
  readonly amount?: number;
  /** The goods that it bears on; empty: the whole order. */
  readonly goods: readonly { readonly sku: string; readonly quantity: string }[];
};

export const voucherKey = (id: number): string => `voucher:${id}`;

/** Vouchers on rows of what was bought; on what comes back they say what an earlier order used. */
export const vouchersUsed = (
  rows: { readonly goods: readonly GoodsRow[]; readonly discounts: readonly DiscountRow[] },
  amounts: ReadonlyMap<string, number>,
): readonly VoucherUse[] => {
  const borne = new Map<number, Set<GoodsRow | undefined>>();
  const note = (voucher: number | undefined, row: GoodsRow | undefined): void => {
    if (voucher !== undefined)
      borne.set(voucher, (borne.get(voucher) ?? new Set<GoodsRow | undefined>()).add(row));
  };
  for (const row of rows.goods) if (row.direction === 1) note(row.voucher, row);
  for (const { direction, voucher, target } of rows.discounts)
    if (direction === 1) note(voucher, target === undefined ? undefined : rows.goods[target]);
  return [...borne].map(([id, on]) => {
    const amount = amounts.get(voucherKey(id));
    const goods = [...on].flatMap((row) =>
      row === undefined ? [] : [{ sku: row.sku, quantity: row.quantity }],
    );
    return {
      id,
      ...(amount === undefined ? {} : { amount }),
      goods: on.has(undefined) ? [] : goods,
    };
  });
};
