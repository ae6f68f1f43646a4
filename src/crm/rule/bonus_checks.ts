import { parseMinor } from "../../model/money.ts";
import type { BonusCheck } from "../../model/instrument.ts";
import { parseJson } from "../../upstream/classify.ts";
import type { CheckMember } from "../../tenants/rule_fields.ts";
import type { BonusCheckForm } from "../../tenants/rule_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import { isoWithOffset } from "../iso_time.ts";
import { expiryText } from "../texts.ts";
import { textOf } from "./field_keys.ts";

/** One check as the account has it; members that nobody here knows stay as they are. */
export type WireCheck = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is WireCheck =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const memberOf = (
  check: WireCheck,
  member: CheckMember,
  { names }: BonusCheckForm,
): unknown => check[names[member] ?? member];

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

export const amountOf = (value: unknown, currency: string, { numbers }: BonusCheckForm) => {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (numbers !== "minor") return parseMinor(text, currency);
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
};

export const isTrue = (value: unknown): boolean => /^(true|1|yes)$/i.test(textOf(value) ?? "");

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
