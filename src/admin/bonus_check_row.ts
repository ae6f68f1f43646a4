import type { IssuedCheck } from "../crm/port.ts";
import { isCalendarDay } from "../model/calendar_day.ts";
import { parseMinor } from "../model/money.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import type { Market } from "../tenants/tenant.ts";
import type { BonusCheckRow } from "./bonus_check_body.ts";

/** The checks of one line, or what is wrong with it, without its values. */
export const issuedChecks = (
  { checks }: BonusCheckRow,
  market: Market,
): Outcome<readonly IssuedCheck[], string> => {
  const issued: IssuedCheck[] = [];
  for (const { id, value, name = "", description, currency, valid_until: until } of checks) {
    if (currency !== undefined && currency.toUpperCase() !== market.currency)
      return failed(`currency is not ${market.currency}, and tills would not show it`);
    // 1 234,50 as people write it.
    const minor = parseMinor(value.replace(/[\s\u00A0]/g, "").replace(",", "."), market.currency);
    if (minor === undefined || minor <= 0) return failed("value is no amount above nothing");
    if (until !== undefined && !isCalendarDay(until)) return failed("valid_until is no YYYY-MM-DD");
    if (issued.some((one) => one.id === id)) return failed("one id is there twice");
    issued.push({
      id,
      name,
      amount: { minor, currency: market.currency },
      ...(description === undefined ? {} : { description }),
      ...(until === undefined ? {} : { validUntil: until }),
    });
  }
  return ok(issued);
};
