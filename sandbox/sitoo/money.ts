import { Big } from "big.js";
import { decimalsOf } from "../currency.ts";

/** To the smallest unit of the currency, halves away from zero. */
export function rounded(amount: Big, currency: string): Big {
  return amount.round(decimalsOf(currency), Big.roundHalfUp);
}

/** Money is text with two decimals (published); currencies with three keep their third (assumed). */
export function moneyText(amount: Big, currency: string): string {
  const shown = amount.toFixed(Math.max(2, decimalsOf(currency)));
  return /^-0\.0+$/.test(shown) ? shown.slice(1) : shown;
}

/** Splits by weight without losing a unit: the largest remainders get what rounding down left over. */
export function split(amount: Big, weights: readonly Big[], currency: string): Big[] {
  const unit = new Big(10).pow(-decimalsOf(currency));
  const total = weights.reduce((sum, weight) => sum.plus(weight), new Big(0));
  if (total.eq(0)) return weights.map((_, index) => (index === 0 ? amount : new Big(0)));
  const exact = weights.map((weight) => amount.times(weight).div(total));
  const parts = exact.map((share) => share.round(decimalsOf(currency), Big.roundDown));
  let left = amount.minus(parts.reduce((sum, part) => sum.plus(part), new Big(0)));
  const order = exact
    .map((share, index) => ({ index, rest: share.minus(parts[index] ?? 0).abs() }))
    .toSorted((a, b) => b.rest.cmp(a.rest));
  for (const { index } of order) {
    if (left.abs().lt(unit)) break;
    const step = left.gt(0) ? unit : unit.times(-1);
    parts[index] = (parts[index] ?? new Big(0)).plus(step);
    left = left.minus(step);
  }
  return parts;
}
