import Big from "big.js";
import { currencyDigits } from "./money.ts";

/**
 * A line's total as price of one unit and what is taken off the line, so that quantity times price less
 * discount is `paid` to the last unit. The price is rounded up to the currency's decimals, and what that
 * adds is part of the discount, which is never negative.
 * @param before what the whole line cost before discounts, at least `paid`. Minor units.
 * @returns decimal numbers in whole units of the currency.
 */
export const unitPrice = (
  line: { readonly paid: number; readonly before: number; readonly quantity: string },
  currency: string,
): { readonly price: number; readonly discount: number } => {
  const unit = new Big(10).pow(currencyDigits(currency));
  const quantity = new Big(line.quantity);
  const price = new Big(line.before).div(quantity).round(0, Big.roundUp);
  const discount = price.times(quantity).minus(line.paid);
  return { price: price.div(unit).toNumber(), discount: discount.div(unit).toNumber() };
};
