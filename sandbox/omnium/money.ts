import { Big } from "big.js";
import { decimalsOf } from "../currency.ts";
import type { Json } from "../json.ts";

/** The only place where an amount becomes a JSON number. */
export function jsonNumber(amount: Big): number {
  return Number(amount.toString());
}

/** A JSON number keeps its shortest decimal text, so no binary fraction enters. */
export function decimal(value: Json | undefined): Big {
  return typeof value === "number" && Number.isFinite(value) ? new Big(String(value)) : new Big(0);
}

export function rounded(amount: Big, currency: string): Big {
  return amount.round(decimalsOf(currency), Big.roundHalfUp);
}

export function sum(amounts: readonly Big[]): Big {
  return amounts.reduce((total, amount) => total.plus(amount), new Big(0));
}
