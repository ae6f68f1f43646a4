import type { Json, JsonObject } from "../json.ts";

const DAY = 86_400;

/**
 * Bonus checks and promotions of a customer: arrays in two properties, in the items of contracts/bloomreach.md §10. A
 * retailer's own scenario writes them, so dates come both as unix seconds and as ISO text (assumed).
 */
export function instrumentsOf(registered: string, now: number): JsonObject {
  const at = (days: number): number => Math.floor(now / 1000) + days * DAY;
  const iso = (days: number): string => new Date(at(days) * 1000).toISOString();
  switch (registered) {
    case "astrid@example.com":
      return {
        bonus_checks: [
          check(1, "Bonus voucher 50 kr", 50, "SEK", at(60)),
          check(2, "Bonus voucher 100 kr", 100, "SEK", at(90)),
          check(3, "Birthday voucher 75 kr", 75, "SEK", at(2)),
          {
            ...check(4, "Bonus voucher 50 kr", 50, "SEK", at(30)),
            redeemed: true,
            date_redeemed: at(-10),
            remaining: 0,
          },
          check(5, "Bonus voucher 50 kr", 50, "SEK", at(-5)),
        ],
        promotions: [
          promotion(1, "10 percent", "percent", 10, at(30)),
          promotion(2, "100 kr off", "amount", 100, at(30)),
          promotion(3, "Spring prices", "voucher_password", "spring_member", at(30)),
          promotion(4, "Free coffee", "manual", "Give the customer a cup of coffee", at(30)),
          promotion(6, "Last month", "percent", 20, at(-1)),
        ],
      };
    case "bertil@example.com":
      return {
        bonus_checks: [check(6, "Bonus voucher 200 kr", 200, "SEK", iso(45))],
        promotions: [promotion(8, "20 percent", "percent", 20, iso(30))],
      };
    case "hedda@example.net":
      return { bonus_checks: [check(11, "Bonus voucher 50 kr", 50, "SEK", null)] };
    case "nora@example.net":
      return {
        bonus_checks: [check(8, "Bonussjekk 52 kr", 52, "NOK", iso(45))],
        promotions: [promotion(9, "10 prosent", "percent", 10, iso(30))],
      };
    case "aino@example.com":
      return { bonus_checks: [check(9, "Bonusseteli 4,50 €", 4.5, "EUR", at(45))] };
    case "jordan@example.com":
      return {
        bonus_checks: [check(10, "Reward voucher 5 USD", 5, "USD", at(45))],
        promotions: [promotion(10, "10 percent", "percent", 10, null)],
      };
    default:
      return {};
  }
}

function check(
  number: number,
  name: string,
  value: number,
  currency: string,
  valid_until: Json,
): JsonObject {
  return {
    id: `a0000001-0000-4000-8000-${String(number).padStart(12, "0")}`,
    name,
    description: null,
    value,
    currency,
    valid_until,
    redeemed: false,
    date_redeemed: null,
    remaining: value,
  };
}

function promotion(
  number: number,
  name: string,
  type: string,
  value: Json,
  valid_until: Json,
): JsonObject {
  const id = `b0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return { id, name, type, value, valid_until };
}
