import { Big } from "big.js";
import { decimalsOf } from "../currency.ts";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { decimal } from "./money.ts";
import type { VoyadoStore } from "./store.ts";

/** Required by contracts/voyado.md §8.2; the answer to a breach is 422 with one line per rule (assumed). */
const REQUIRED = [
  "contact",
  "uniqueReceiptId",
  "receiptNumber",
  "createdDate",
  "storeExternalId",
  "currency",
  "totalGrossPrice",
  "paymentMethods",
  "items",
];
const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?[+-]\d{2}:\d{2}$/;

export function receiptProblems(store: VoyadoStore, receipt: JsonObject): string[] {
  const problems = REQUIRED.filter(
    (name) => receipt[name] === undefined || receipt[name] === null || receipt[name] === "",
  ).map((name) => `${name} is required.`);
  if (problems.length > 0) return problems;
  for (const name of ["uniqueReceiptId", "receiptNumber"])
    if (text(receipt[name]) === undefined) problems.push(`${name} must be text.`);
  const created = text(receipt["createdDate"]);
  if (created === undefined || !LOCAL_TIME.test(created) || Number.isNaN(Date.parse(created))) {
    problems.push("createdDate must be ISO 8601 local time with offset.");
  }
  const home = text(receipt["storeExternalId"]);
  if (home === undefined || store.stores.get(home) === undefined)
    problems.push(`There is no store with external id ${String(home)}.`);
  return [...problems, ...moneyProblems(store, receipt)];
}

function moneyProblems(store: VoyadoStore, receipt: JsonObject): string[] {
  const problems: string[] = [];
  const currency = text(receipt["currency"]) ?? "";
  if (!/^[A-Z]{3}$/.test(currency)) return ["currency must be an ISO 4217 code."];
  const rate = receipt["exchangeRateToGroupCurrency"];
  const { groupCurrency, exchangeRates } = store.profile;
  if (rate !== undefined && rate !== null && !(decimal(rate)?.gt(0) ?? false))
    problems.push("exchangeRateToGroupCurrency must be a number above 0.");
  // A store outside the group currency needs a fixed rate in Engage (published); what happens without is (assumed).
  if (
    (rate === undefined || rate === null) &&
    currency !== groupCurrency &&
    exchangeRates[currency] === undefined
  ) {
    problems.push(`There is no exchange rate from ${currency} to ${groupCurrency}.`);
  }
  const items = receipt["items"];
  if (!Array.isArray(items) || items.length === 0)
    return [...problems, "items must hold at least one line."];
  const lines = items.map((item, index) => line(item, index, currency, problems));
  const sum = lines.reduce((total, signed) => total.plus(signed), new Big(0));
  const total = decimal(receipt["totalGrossPrice"]);
  if (total === undefined) problems.push("totalGrossPrice must be a number.");
  else if (!store.profile.skipReceiptTotalGrossPriceValidation && !total.eq(sum)) {
    problems.push(
      `totalGrossPrice ${total.toString()} does not equal the sum of the lines ${sum.toString()}.`,
    );
  }
  return [...problems, ...paymentProblems(receipt["paymentMethods"], total ?? new Big(0))];
}

/** Checks one line and gives its share of the total: sum(PURCHASE) - sum(RETURN) (assumed). */
function line(item: Json, index: number, currency: string, problems: string[]): Big {
  const say = (problem: string): number => problems.push(`items[${index}]: ${problem}`);
  if (!isObject(item)) {
    say("must be an object.");
    return new Big(0);
  }
  for (const name of ["sku", "articleNumber", "articleName"])
    if (text(item[name]) === undefined) say(`${name} is required.`);
  const type = item["type"];
  const [quantity, gross, tax, percent] = [
    "quantity",
    "grossPaidPrice",
    "taxAmount",
    "taxPercent",
  ].map((name) => decimal(item[name]));
  if (type !== "PURCHASE" && type !== "RETURN" && type !== "ADJUSTMENT")
    say("type must be PURCHASE, RETURN or ADJUSTMENT.");
  if (quantity === undefined || gross === undefined || tax === undefined || percent === undefined) {
    say("quantity, grossPaidPrice, taxAmount and taxPercent must be numbers.");
    return new Big(0);
  }
  // Returns: quantity negative, amounts positive (published).
  if (type === "PURCHASE" && !quantity.gt(0)) say("quantity of a PURCHASE must be above 0.");
  if (type === "RETURN" && !quantity.lt(0)) say("quantity of a RETURN must be below 0.");
  if (type !== "ADJUSTMENT" && (gross.lt(0) || tax.lt(0)))
    say("grossPaidPrice and taxAmount must not be negative.");
  if (percent.lt(0)) say("taxPercent must not be negative.");
  const awards = item["awardsBonus"];
  if (awards !== undefined && awards !== null && typeof awards !== "boolean")
    say("awardsBonus must be true or false.");
  // taxAmount = gross - gross / (1 + percent / 100) (published); two minor units of tolerance (assumed).
  const expected = gross.minus(gross.div(percent.div(100).plus(1)));
  const tolerance = new Big(2).div(new Big(10).pow(decimalsOf(currency)));
  if (percent.gte(0) && expected.minus(tax).abs().gt(tolerance)) {
    say(
      `taxAmount ${tax.toString()} does not agree with taxPercent ${percent.toString()}, expected about ${expected.toFixed(decimalsOf(currency))}.`,
    );
  }
  for (const discount of Array.isArray(item["discounts"]) ? item["discounts"] : []) {
    if (!isObject(discount) || decimal(discount["value"]) === undefined)
      say("a discount needs a value.");
  }
  return type === "RETURN" ? gross.times(-1) : gross;
}

function paymentProblems(payments: Json | undefined, total: Big): string[] {
  if (!Array.isArray(payments) || payments.length === 0)
    return ["paymentMethods must hold at least one payment."];
  let sum = new Big(0);
  for (const [index, payment] of payments.entries()) {
    const value = isObject(payment) ? decimal(payment["value"]) : undefined;
    if (!isObject(payment) || text(payment["type"]) === undefined || value === undefined)
      return [`paymentMethods[${index}]: type and value are required.`];
    sum = sum.plus(value);
  }
  // Negative on a return: quantity, totalGrossPrice and payment value (published).
  return total.lt(0) && sum.gt(0) ? ["Payments of a return must be negative."] : [];
}
