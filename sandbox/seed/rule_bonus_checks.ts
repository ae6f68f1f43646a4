import type { JsonObject } from "../json.ts";

const DAY = 86_400_000;

/** `Sitoo-Contact.bonuschecks` in the contract's default shape (assumed, contracts/rule.md §9), by member number. */
export function bonusChecks(now: number, member: string): Record<string, JsonObject[]> {
  const day = (days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);
  const check = (id: string, value: string, days: number, more: JsonObject = {}): JsonObject => ({
    id,
    name: `Bonus ${value.replace(".00", "")}`,
    description: "Thank you for shopping with us",
    value,
    currency: "SEK",
    valid_until: day(days),
    redeemed: false,
    date_redeemed: null,
    remaining: value,
    ...more,
  });
  const used = { redeemed: true, date_redeemed: day(-10), remaining: "0.00" };
  const checks: Record<string, JsonObject[]> = {
    "10012": [
      check("BC-500001", "50.00", 60),
      // A key that nobody knows: it must survive every write.
      check("BC-500002", "100.00", 90, { campaign: "autumn" }),
      check("BC-500003", "75.00", 2, { remaining: "30.00" }),
      check("BC-500004", "50.00", 30, used),
      check("BC-500005", "50.00", -5),
    ],
    "10013": [check("BC-500006", "200.00", 45)],
    // One that cannot be read beside one that can.
    "10019": [{ id: "BC-500007", value: "plenty" }, check("BC-500011", "50.00", 45)],
    "10020": [check("BC-500008", "52.00", 45, { currency: "NOK" })],
    "10021": [check("BC-500009", "4.50", 45, { currency: "EUR" })],
    "10022": [check("BC-500010", "5.00", 45, { currency: "USD" })],
  };
  const own = checks[member];
  return own === undefined ? {} : { "Sitoo-Contact.bonuschecks": own };
}
