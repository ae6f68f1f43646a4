import { formatMinor, type Money, parseMinor } from "../../model/money.ts";
import type { BonusCheck } from "../../model/instrument.ts";
import { parseJson } from "../../upstream/classify.ts";
import type { CheckMember } from "../../tenants/rule_fields.ts";
import type { BonusCheckForm } from "../../tenants/rule_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { IssuedCheck, MirroredUse } from "../port.ts";
import { expiryText } from "../texts.ts";
import { textOf } from "./field_keys.ts";
import { localStamp } from "./rule_time.ts";

/** One check as the account has it; members that nobody here knows stay as they are. */
export type WireCheck = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is WireCheck =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const memberOf = (check: WireCheck, member: CheckMember, { names }: BonusCheckForm): unknown =>
  check[names[member] ?? member];

export const checkId = (check: WireCheck, form: BonusCheckForm): string | undefined =>
  textOf(memberOf(check, "id", form));

/** The field's value: JSON in a string, decoded already, or empty. undefined when it is none of these. */
export const parseChecks = (value: unknown, form: BonusCheckForm): WireCheck[] | undefined => {
  if (value === undefined || value === null || value === "") return [];
  const read = typeof value === "string" ? parseJson(value) : value;
  // Also in another container than the settings say: what can be read is shown.
  if (Array.isArray(read)) return read.filter(isObject);
  if (!isObject(read)) return undefined;
  if (form.container === "single" || checkId(read, form) !== undefined) return [read];
  return Object.entries(read).flatMap(([id, check]) =>
    isObject(check) ? [{ [form.names.id ?? "id"]: id, ...check }] : [],
  );
};

/** Back in the account's own container. */
export const checksText = (checks: readonly WireCheck[], form: BonusCheckForm): string => {
  if (form.container === "array") return JSON.stringify(checks);
  if (form.container === "single") return JSON.stringify(checks[0] ?? {});
  return JSON.stringify(
    Object.fromEntries(checks.map((check) => [checkId(check, form) ?? "", check])),
  );
};

const amountOf = (value: unknown, currency: string, { numbers }: BonusCheckForm) => {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (numbers !== "minor") return parseMinor(text, currency);
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
};

const amountText = ({ minor, currency }: Money, { numbers }: BonusCheckForm): string | number => {
  const text = formatMinor(minor, currency);
  if (numbers === "minor") return minor;
  return numbers === "number" ? Number(text) : text;
};

const isTrue = (value: unknown): boolean => /^(true|1|yes)$/i.test(textOf(value) ?? "");

/** What a till can show (contracts/rule.md 9); undefined for what is malformed, or in another currency. */
export const bonusCheckOf = (
  check: WireCheck,
  form: BonusCheckForm,
  market: Market,
): BonusCheck | undefined => {
  const member = (name: CheckMember) => memberOf(check, name, form);
  const id = checkId(check, form);
  const currency = textOf(member("currency"))?.toUpperCase() ?? market.currency;
  if (id === undefined || currency !== market.currency) return undefined;
  const minor = amountOf(member("remaining") ?? member("value"), currency, form);
  if (minor === undefined || minor < 0) return undefined;
  const time = (name: CheckMember, bareDate: "starts" | "ends") => {
    const text = textOf(member(name));
    return text === undefined ? undefined : isoWithOffset(text, market.timeZone, bareDate);
  };
  const [expiresAt, redeemedAt] = [time("valid_until", "ends"), time("date_redeemed", "starts")];
  // A day that cannot be read might be over.
  if (expiresAt === undefined && textOf(member("valid_until")) !== undefined) return undefined;
  const text = textOf(member("description"));
  const until = expiresAt === undefined ? undefined : expiryText(expiresAt, market);
  const description = [text, until].filter((one) => one !== undefined).join(". ");
  return {
    kind: "bonus_check",
    id,
    name: textOf(member("name")) ?? "",
    amount: { minor, currency },
    redeemed: isTrue(member("redeemed")) || minor === 0,
    ...(description === "" ? {} : { description }),
    ...(redeemedAt === undefined ? {} : { redeemedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
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
