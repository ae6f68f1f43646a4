import { Big } from "big.js";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import type { Order } from "./model.ts";
import { decimal } from "./order_rules.ts";
import type { AccountProfile } from "./profile.ts";

/** Ometria keeps sums per profile, no purchase history (contracts/ometria.md §6). */
export function statsOf(
  profile: AccountProfile,
  orders: readonly Order[],
): { stats: JsonObject; firstPurchase: string | null; lastPurchase: string | null } {
  // is_valid decides revenue (published); what its absence means is (assumed).
  const valid = orders.filter(({ fields }) => fields["is_valid"] ?? profile.isValidDefault);
  const sum = (amounts: readonly Big[]): Big => amounts.reduce((a, b) => a.plus(b), new Big(0));
  const revenue = sum(valid.map(({ fields }) => revenueOf(profile, fields)));
  const items = sum(
    valid.flatMap(({ fields }) =>
      lines(fields).map((line) =>
        decimal(line["quantity"]).minus(decimal(line["quantity_refunded"])),
      ),
    ),
  );
  const times = valid.map(({ fields }) => text(fields["timestamp"]) ?? "").toSorted(byTime);
  return {
    stats: {
      aov: valid.length === 0 ? 0 : Number(revenue.div(valid.length).toFixed(2)),
      orders: valid.length,
      orders_attempted: orders.length,
      revenue: Number(revenue.toFixed(2)),
      total_items: Number(items.toString()),
      visits: 0,
    },
    firstPurchase: times[0] ?? null,
    lastPurchase: times.at(-1) ?? null,
  };
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

/** In the account's currency: `totals.base` where it is given (published), else by the fixed rate (assumed). */
function revenueOf(profile: AccountProfile, order: JsonObject): Big {
  const refunded = profile.refundsLowerRevenue
    ? lines(order).reduce((total, line) => total.plus(decimal(line["refunded"])), new Big(0))
    : new Big(0);
  const currency = text(order["currency"]) ?? "";
  const rate = new Big(
    currency === profile.reportingCurrency ? "1" : (profile.exchangeRates[currency] ?? "1"),
  );
  const totals = order["totals"];
  const base = isObject(totals) && isObject(totals["base"]) ? totals["base"]["grand_total"] : null;
  const total =
    typeof base === "number" ? decimal(base) : decimal(order["grand_total"]).times(rate);
  return total.minus(refunded.times(rate));
}

function lines(order: JsonObject): JsonObject[] {
  const items: Json | undefined = order["lineitems"];
  return Array.isArray(items) ? items.filter(isObject) : [];
}
