import { Big } from "big.js";
import type { Json, JsonObject } from "../json.ts";
import type { Money } from "./model.ts";

/** The only place where an amount becomes a JSON number. */
export function moneyView(money: Money): JsonObject {
  return { currency: money.currency, amount: jsonNumber(new Big(money.amount)) };
}

export function jsonNumber(amount: Big): number {
  return Number(amount.toString());
}

/** A JSON number keeps its shortest decimal text, so no binary fraction enters. Undefined for anything else. */
export function decimal(value: Json | undefined): Big | undefined {
  return typeof value === "number" && Number.isFinite(value) ? new Big(String(value)) : undefined;
}
