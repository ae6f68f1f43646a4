import { type InstrumentRef, instrumentKey } from "../model/instrument.ts";
import type { Order } from "../sitoo/order_wire.ts";
import { optionalMinor } from "./order_money.ts";
import { type DiscountRow, type GoodsRow, instrumentsOf } from "./order_rows.ts";
import { voucherKey } from "./vouchers_used.ts";

/** One row's word: this much went off, and these instruments did it. */
type Taken = { readonly keys: readonly string[]; readonly amount: number };

const keysOf = ({
  instruments,
  voucher,
}: {
  readonly instruments: readonly InstrumentRef[];
  readonly voucher?: number;
}): readonly string[] => [
  ...instruments.map(instrumentKey),
  ...(voucher === undefined ? [] : [voucherKey(voucher)]),
];

/**
 * What each instrument took off the goods that were bought, with tax, in minor units, by
 * `instrumentKey`, and each voucher by `voucherKey`; one of which the order does not say is not there.
 *
 * An id may stand on a discount row, on the goods that it belongs to and on a payment, all for one
 * discount. So the clearest kind of row that names an amount is believed alone: discount rows, then
 * goods that show a discount of their own, then payments (assumed). Within one kind, rows are added
 * up: a discount on the whole order is one row for each tax rate.
 */
export const amountsTaken = (
  rows: { readonly goods: readonly GoodsRow[]; readonly discounts: readonly DiscountRow[] },
  payments: Order["payments"],
  currency: string,
): ReadonlyMap<string, number> => {
  const goes = ({ direction }: GoodsRow | DiscountRow): boolean => direction === 1;
  const kinds: readonly (readonly Taken[])[] = [
    rows.discounts.filter(goes).map((row) => ({ keys: keysOf(row), amount: row.amount })),
    rows.goods.filter(goes).map((row) => ({ keys: keysOf(row), amount: row.discounted })),
    payments.map(({ moneyamount, additionaldata }) => ({
      keys: keysOf({ instruments: instrumentsOf(additionaldata) }),
      amount: optionalMinor(moneyamount, currency) ?? 0,
    })),
  ];
  const amounts = new Map<string, number | undefined>();
  for (const taken of kinds)
    for (const [key, amount] of added(taken)) if (!amounts.has(key)) amounts.set(key, amount);
  return new Map([...amounts].flatMap(([key, sum]) => (sum === undefined ? [] : [[key, sum]])));
};

/** undefined: a row names several instruments, and nobody can say what each of them took. */
const added = (taken: readonly Taken[]): ReadonlyMap<string, number | undefined> => {
  const sums = new Map<string, number | undefined>();
  for (const { keys, amount } of taken) {
    // Nothing off, or money that went back: the row only names the instrument.
    if (amount <= 0) continue;
    for (const key of keys) {
      const before = sums.has(key) ? sums.get(key) : 0;
      sums.set(key, before === undefined || keys.length > 1 ? undefined : before + amount);
    }
  }
  return sums;
};
