import { Big } from "big.js";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { decimal, jsonNumber, rounded, sum } from "./money.ts";

/** An order form with its calculated members (contracts/omnium.md §7.2); placedPrice holds VAT. */
export function calculated(form: JsonObject, currency: string): JsonObject {
  const lines = objects(form["lineItems"]);
  const discounted = lines.map((line) => lineTotal(line, currency));
  const whole = sum(discounted);
  const shares = shared(orderDiscount(objects(form["discounts"]), whole), discounted, currency);
  const shown = lines.map((line, index): JsonObject => {
    const price = discounted[index] ?? new Big(0);
    return {
      ...line,
      discountedPrice: jsonNumber(price),
      extendedPrice: jsonNumber(price.minus(shares[index] ?? 0)),
    };
  });
  const extended = shown.map((line) => decimal(line["extendedPrice"]));
  const tax = sum(extended.map((price, index) => taxIn(price, lines[index] ?? {}, currency)));
  const subTotal = sum(extended);
  const total = subTotal.plus(decimal(form["grossRoundoff"]));
  const list = sum(lines.map((line) => decimal(line["placedPrice"]).times(active(line))));
  return {
    ...form,
    lineItems: shown,
    subTotal: jsonNumber(subTotal),
    subTotalExclTax: jsonNumber(subTotal.minus(tax)),
    taxTotal: jsonNumber(tax),
    discountAmount: jsonNumber(rounded(list.minus(subTotal), currency)),
    total: jsonNumber(total),
    totalExclTax: jsonNumber(total.minus(tax)),
  };
}

/** (quantity - canceled) * placedPrice, minus the line discount in proportion (published). */
function lineTotal(line: JsonObject, currency: string): Big {
  const quantity = decimal(line["quantity"]);
  const left = active(line);
  const share = quantity.eq(0) ? new Big(0) : left.div(quantity);
  return rounded(
    decimal(line["placedPrice"]).times(left).minus(decimal(line["discounted"]).times(share)),
    currency,
  );
}

function active(line: JsonObject): Big {
  return decimal(line["quantity"]).minus(decimal(line["canceledQuantity"]));
}

/** Discounts of type Order only: those of lines stand in `discounted` already (assumed). */
function orderDiscount(discounts: readonly JsonObject[], whole: Big): Big {
  const ofOrder = discounts.filter(({ discountType }) =>
    ["Order", 2].some((type) => type === discountType),
  );
  return sum(
    ofOrder.map((discount) => {
      const value = decimal(discount["discountValue"]);
      if (["Percentage", 2].some((type) => type === discount["rewardType"]))
        return whole.times(value).div(100);
      return value.eq(0) ? decimal(discount["discountAmount"]) : value;
    }),
  );
}

/** By weight; the last line takes what rounding left over. */
function shared(amount: Big, weights: readonly Big[], currency: string): Big[] {
  const whole = sum(weights);
  if (whole.eq(0)) return weights.map(() => new Big(0));
  const parts = weights.map((weight) => rounded(amount.times(weight).div(whole), currency));
  const last = parts.length - 1;
  const rest = rounded(amount, currency).minus(sum(parts));
  return parts.map((part, index) => (index === last ? part.plus(rest) : part));
}

function taxIn(price: Big, line: JsonObject, currency: string): Big {
  const rate = decimal(line["taxRate"]);
  return rounded(price.times(rate).div(rate.plus(100)), currency);
}

export function currencyOf(fields: JsonObject): string {
  return text(fields["billingCurrency"]) ?? "SEK";
}

export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function formOf(fields: JsonObject): JsonObject {
  return isObject(fields["orderForm"]) ? fields["orderForm"] : {};
}
