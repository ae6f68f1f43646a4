import * as z from "zod/mini";
import type { BonusCheck, Offer, Promotion } from "../../model/instrument.ts";
import { parseMinor } from "../../model/money.ts";
import type { BloomreachSettings, OfferType } from "../../tenants/bloomreach_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import { unreachable } from "../../model/outcome.ts";
import { expiryText } from "../texts.ts";
import { idText, numeric, optionalText, orUndefined } from "../wire_values.ts";
import { isoOf } from "./times.ts";

const time = orUndefined(z.union([z.string(), z.number()]));

/** Items of a list that a retailer's own scenario writes (contracts/bloomreach.md 10, assumed). */
const itemSchema = z.looseObject({
  /** The till names it in a URL. */
  id: idText.check(z.regex(/^[A-Za-z0-9][\w\-.:@+=]{0,127}$/)),
  name: optionalText,
  description: optionalText,
  type: optionalText,
  value: orUndefined(z.union([z.string(), z.number()])),
  currency: optionalText,
  valid_until: time,
  redeemed: orUndefined(z.boolean()),
  date_redeemed: time,
  remaining: orUndefined(numeric),
});
export type Item = z.infer<typeof itemSchema>;

/** The entries of a value: a list, or the text of one. undefined: it is neither, nor empty. */
export const entriesOf = (value: unknown): readonly unknown[] | undefined => {
  if (value === undefined || value === "" || value === false) return [];
  if (typeof value !== "string") return Array.isArray(value) ? value : undefined;
  try {
    return entriesOf(JSON.parse(value) ?? []);
  } catch {
    return undefined;
  }
};

/** @param names the tenant's own names of the fields. */
export const itemOf = (
  entry: unknown,
  names: Readonly<Record<string, string>>,
): Item | undefined => {
  if (typeof entry !== "object" || entry === null) return undefined;
  const raw = entry as Record<string, unknown>;
  const renamed = Object.entries(names).map(([own, theirs]) => [own, raw[theirs]] as const);
  return itemSchema.safeParse({ ...raw, ...Object.fromEntries(renamed) }).data;
};

export const expiryOf = (item: Item, market: Market): string | undefined =>
  isoOf(item.valid_until, market.timeZone, "ends");

export const hasExpired = (item: Item, market: Market, now: number): boolean => {
  const expiresAt = expiryOf(item, market);
  return expiresAt !== undefined && Date.parse(expiresAt) <= now;
};

/** undefined: not an amount in the market's currency. */
const amountOf = (value: unknown, item: Item, market: Market): number | undefined => {
  const text = numeric.safeParse(value).data;
  const isOurs = (item.currency ?? market.currency).toUpperCase() === market.currency;
  const minor = text === undefined || !isOurs ? undefined : parseMinor(text, market.currency);
  return minor === undefined || minor < 0 ? undefined : minor;
};

export const bonusCheckOf = (item: Item, market: Market): BonusCheck | undefined => {
  const worth = amountOf(item.value, item, market);
  const left = item.remaining === undefined ? worth : amountOf(item.remaining, item, market);
  if (worth === undefined || worth === 0 || left === undefined) return undefined;
  const expiresAt = expiryOf(item, market);
  const redeemedAt = isoOf(item.date_redeemed, market.timeZone);
  const description =
    item.description ?? (expiresAt === undefined ? undefined : expiryText(expiresAt, market));
  return {
    kind: "bonus_check",
    id: item.id,
    name: item.name ?? "",
    ...(description === undefined ? {} : { description }),
    amount: { minor: left === 0 ? worth : left, currency: market.currency },
    redeemed: item.redeemed === true || left === 0,
    ...(redeemedAt === undefined ? {} : { redeemedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

const builtIn: Readonly<Record<string, OfferType>> = {
  percent: "percent",
  amount: "amount",
  voucher: "voucher_password",
  voucher_password: "voucher_password",
  manual: "manual",
  text: "manual",
};

export const promotionOf = (
  item: Item,
  settings: Pick<BloomreachSettings, "promotionTypes">,
  market: Market,
): Promotion | undefined => {
  const word = item.type ?? "";
  const type = settings.promotionTypes[word] ?? builtIn[word.toLowerCase()];
  const offer = type === undefined ? undefined : offerOf(type, item, market);
  if (offer === undefined) return undefined;
  const expiresAt = expiryOf(item, market);
  return {
    kind: "promotion",
    id: item.id,
    name: item.name ?? "",
    offer,
    redeemed: item.redeemed === true,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

const offerOf = (type: OfferType, item: Item, market: Market): Offer | undefined => {
  const text = String(item.value ?? item.description ?? "").trim();
  switch (type) {
    case "percent": {
      const percent = Number(numeric.safeParse(item.value).data);
      if (!(percent > 0 && percent <= 100)) return undefined;
      // A till takes whole ones, and rounding would change the price: staff give it.
      return Number.isInteger(percent)
        ? { type: "cart_percent", percent }
        : { type: "manual", text: `${percent} %` };
    }
    case "amount": {
      const minor = amountOf(item.value, item, market) ?? 0;
      return minor === 0
        ? undefined
        : { type: "cart_amount", amount: { minor, currency: market.currency } };
    }
    case "voucher_password":
      return text === "" ? undefined : { type: "voucher", password: text };
    case "manual":
      return { type: "manual", text: text === "" ? (item.name ?? "") : text };
    default:
      return unreachable(type);
  }
};
