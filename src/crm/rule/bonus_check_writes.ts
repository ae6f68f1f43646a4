import { formatMinor, type Money } from "../../model/money.ts";
import type { CheckMember } from "../../tenants/rule_fields.ts";
import type { BonusCheckForm } from "../../tenants/rule_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { IssuedCheck, MirroredUse } from "../port.ts";
import { amountOf, isTrue, memberOf, type WireCheck } from "./bonus_checks.ts";
import { textOf } from "./field_keys.ts";
import { localStamp } from "./rule_time.ts";

const amountText = ({ minor, currency }: Money, { numbers }: BonusCheckForm): string | number => {
  const text = formatMinor(minor, currency);
  if (numbers === "minor") return minor;
  return numbers === "number" ? Number(text) : text;
};

/** The check as a file has it, new or once more. What was used of it stays used, by whatever file. */
export const afterIssue = (
  check: WireCheck,
  issued: IssuedCheck,
  form: BonusCheckForm,
  { timeZone, currency }: Market,
): WireCheck => {
  const name = (member: CheckMember) => form.names[member] ?? member;
  const value = amountText(issued.amount, form);
  const until = issued.validUntil;
  const lastSecond = `${until} 23:59:59`;
  const writtenUntil = {
    date: until,
    datetime: lastSecond,
    iso: isoWithOffset(lastSecond, timeZone, "ends"),
  }[form.dates];
  const left = amountOf(memberOf(check, "remaining", form), currency, form);
  const was = amountOf(memberOf(check, "value", form), currency, form);
  const isUntouched =
    !isTrue(memberOf(check, "redeemed", form)) && (left === undefined || left === was);
  return {
    ...check,
    [name("id")]: issued.id,
    [name("name")]: issued.name,
    ...(issued.description === undefined ? {} : { [name("description")]: issued.description }),
    [name("currency")]: issued.amount.currency,
    ...(until === undefined ? {} : { [name("valid_until")]: writtenUntil }),
    ...(isUntouched
      ? {
          [name("value")]: value,
          [name("redeemed")]: false,
          [name("date_redeemed")]: null,
          [name("remaining")]: value,
        }
      : {}),
  };
};

/** The check after a step of the ledger: used or not, when, and what is left; all else untouched. */
export const afterUse = (
  check: WireCheck,
  use: Pick<MirroredUse, "what" | "at" | "left">,
  form: BonusCheckForm,
  { timeZone, currency }: Market,
): WireCheck => {
  const name = (member: CheckMember) => form.names[member] ?? member;
  const full = amountOf(memberOf(check, "value", form), currency, form);
  // Without a word of what is left, all of it was used, or given back.
  const none = { minor: use.what === "given_back" ? (full ?? 0) : 0, currency };
  const left = use.left ?? none;
  const isWhole = use.what === "given_back" && (full === undefined || left.minor >= full);
  const stamp = localStamp(Date.parse(use.at), timeZone);
  const usedAt = { date: stamp.slice(0, 10), datetime: stamp, iso: use.at }[form.dates];
  const before = memberOf(check, "date_redeemed", form);
  // Told twice, the first day stands; a part that comes back leaves the day of the other use.
  const date = use.what === "redeemed" ? usedAt : (textOf(before) ?? usedAt);
  return {
    ...check,
    [name("redeemed")]: left.minor === 0,
    [name("date_redeemed")]: isWhole ? null : date,
    [name("remaining")]: amountText(left, form),
  };
};
