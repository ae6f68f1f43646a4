import * as z from "zod/mini";
import type { Offer, Promotion } from "../../model/instrument.ts";
import { ok, unreachable } from "../../model/outcome.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Voyado } from "./client.ts";
import { isoWithOffset } from "../iso_time.ts";
import { readAs } from "./errors.ts";
import { parsePage } from "./page.ts";
import { isPathId, v2Only } from "./routes.ts";
import { amountIn, idText, numeric, optionalText, orUndefined, parseEach } from "../wire_values.ts";

const channelSchema = z.looseObject({
  type: z.string(),
  valueType: z.string(),
  value: z.optional(z.unknown()),
  localValues: z.optional(z.unknown()),
  instruction: optionalText,
});

/** Contracts/voyado.md 5. `id` is the contact's own assignment and what is redeemed. */
const promotionSchema = z.looseObject({
  id: idText,
  name: optionalText,
  heading: optionalText,
  description: optionalText,
  expiresOn: optionalText,
  redeemed: orUndefined(z.boolean()),
  redeemedOn: optionalText,
  redemptionChannels: z.array(z.unknown()),
});
export type WirePromotion = z.infer<typeof promotionSchema>;
type Channel = z.infer<typeof channelSchema>;

/** All of a contact's promotions that Engage offers at tills; those of an unknown form are dropped, and counted. */
export const readPromotions = async (
  voyado: Voyado,
  contactId: string,
  call: CrmCall,
): CrmOutcome<readonly WirePromotion[]> => {
  const reply = await voyado.send(
    { route: v2Only.promotions, path: { contactId }, query: { redemptionChannelType: "POS" } },
    call,
  );
  const page = readAs(reply, parsePage, { notFound: { kind: "customer_not_found" } }, voyado.now());
  if (!page.ok) return page;
  const promotions = parseEach(promotionSchema, page.value.items).filter(({ id }) => isPathId(id));
  const count = page.value.items.length - promotions.length;
  if (count > 0) {
    voyado.log("crm_entries_unreadable", { part: "promotions", count, request_id: call.requestId });
  }
  return ok(promotions);
};

/**
 * What a till can show of a promotion; undefined when it is not for tills, or its value cannot be said
 * in the tenant's currency.
 */
export const promotionOf = (
  wire: WirePromotion,
  currency: string,
  market: Market,
): Promotion | undefined => {
  const channel = parseEach(channelSchema, wire.redemptionChannels).find(
    ({ type }) => type.toUpperCase() === "POS",
  );
  if (channel === undefined) return undefined;
  const name = wire.heading ?? wire.name ?? wire.description ?? "";
  const offer = offerOf(channel, wire, currency);
  if (offer === undefined) return undefined;
  const expiresAt =
    wire.expiresOn === undefined
      ? undefined
      : isoWithOffset(wire.expiresOn, market.timeZone, "ends");
  return {
    kind: "promotion",
    id: wire.id,
    name,
    offer,
    redeemed: wire.redeemed ?? false,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

const valueTypes = ["PERCENT", "MONEY", "EXTERNALOFFER", "MANUAL", "SWIPE"] as const;
type ValueType = (typeof valueTypes)[number];

const offerOf = (channel: Channel, wire: WirePromotion, currency: string): Offer | undefined => {
  const valueType: ValueType | undefined = valueTypes.find(
    (type) => type === channel.valueType.toUpperCase(),
  );
  if (valueType === undefined) return undefined;
  switch (valueType) {
    case "PERCENT":
      return percentOffer(channel.value);
    case "MONEY": {
      const minor = amountIn(currency, channel.value, channel.localValues);
      return minor === undefined || minor <= 0
        ? undefined
        : { type: "cart_amount", amount: { minor, currency } };
    }
    case "EXTERNALOFFER": {
      const password = textOf(channel.value);
      return password === undefined ? undefined : { type: "voucher", password };
    }
    case "MANUAL":
    case "SWIPE": {
      const text = textOf(channel.value) ?? channel.instruction ?? wire.description;
      return { type: "manual", text: text ?? wire.heading ?? wire.name ?? "" };
    }
    default:
      return unreachable(valueType);
  }
};

/** A percentage with decimals cannot go to a till as an integer, and rounding would change the price: staff give it. */
const percentOffer = (value: unknown): Offer | undefined => {
  const text = numeric.safeParse(value).data;
  const percent = Number(text);
  if (text === undefined || !(percent > 0 && percent <= 100)) return undefined;
  return Number.isInteger(percent)
    ? { type: "cart_percent", percent }
    : { type: "manual", text: `${text} %` };
};

const textOf = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
};
