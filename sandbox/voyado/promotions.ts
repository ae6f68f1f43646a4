import { isObject, type JsonObject, toJson } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, invalidContactId, refuse } from "./errors.ts";
import { guid } from "./keys.ts";
import { moneyView } from "./money.ts";
import type { Contact, Promotion, RedemptionChannel } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

const CHANNELS = ["POS", "ECOM", "OTHER"];

export function available(
  store: VoyadoStore,
  contact: Contact,
  channel: string | null,
): Promotion[] {
  const now = store.clock.now();
  return store.promotions
    .by("contactId", contact.id)
    .filter((promotion) => promotion.redeemedOn === null && !expired(promotion, now))
    .filter(
      (promotion) =>
        channel === null || promotion.redemptionChannels.some(({ type }) => type === channel),
    );
}

/** `GET /api/v2/contacts/{contactId}/promotions`: bare array, not paged (contracts/voyado.md §5). */
export function list(store: VoyadoStore, contact: Contact, call: Call): Reply {
  const channel = call.query.get("redemptionChannelType");
  if (channel !== null && !CHANNELS.includes(channel)) return invalidChannel();
  return ok(available(store, contact, channel).map((promotion) => promotionView(store, promotion)));
}

export function promotionView(store: VoyadoStore, promotion: Promotion): JsonObject {
  const { contactId: _contactId, history: _history, redemptionChannels, ...shown } = promotion;
  return {
    ...toJson(shown),
    type: "Multichannel",
    redeemed: promotion.redeemedOn !== null,
    redemptionChannels: redemptionChannels.map((channel) => channelView(store, channel)),
  };
}

function channelView(store: VoyadoStore, channel: RedemptionChannel): JsonObject {
  const { value, localValues, ...rest } = channel;
  const shown = { ...toJson(rest), value: typeof value === "object" ? moneyView(value) : value };
  return store.profile.omitLocalValues || channel.valueType !== "MONEY"
    ? shown
    : { ...shown, localValues: localValues.map(moneyView) };
}

/** `POST /api/v3/promotion-assignments/{assignmentId}/redeem` and `POST /api/v2/promotions/codes/{id}/redeem`. */
export function redeemAssignment(store: VoyadoStore, call: Call): Reply {
  const id = guid(call.params["assignmentId"]);
  if (id === undefined)
    return refuse(400, "InvalidPromotionIdNoData", "The promotion id is not valid.");
  const v3Blind = call.path.startsWith("/api/v3/") && !store.profile.v3KnowsPromotionIds;
  return redeem(store, call, v3Blind ? undefined : store.promotions.get(id));
}

/** `POST /api/v2/contacts/{contactId}/promotions/{promotionId}/redeem`: which id is unclear (published), so both work. */
export function redeemOfContact(store: VoyadoStore, call: Call): Reply {
  const contactId = guid(call.params["contactId"]);
  const id = guid(call.params["promotionId"]);
  if (contactId === undefined) return invalidContactId();
  if (id === undefined)
    return refuse(400, "InvalidPromotionIdNoData", "The promotion id is not valid.");
  if (store.contact(contactId) === undefined) return contactNotFound();
  const own = store.promotions
    .by("contactId", contactId)
    .find((promotion) => promotion.id === id || promotion.promotionId === id);
  const known =
    own ??
    store.promotions.all().find((promotion) => promotion.id === id || promotion.promotionId === id);
  if (own === undefined && known !== undefined) {
    return refuse(
      404,
      "PromotionNotAssociatedWithContact",
      "The promotion is not associated with the contact.",
    );
  }
  return redeem(store, call, own);
}

/** No way back: Engage has no un-redeem (contracts/voyado.md §5, §16.7). */
function redeem(store: VoyadoStore, call: Call, promotion: Promotion | undefined): Reply {
  const channel = isObject(call.json) ? call.json["redemptionChannel"] : undefined;
  if (typeof channel !== "string" || !CHANNELS.includes(channel)) return invalidChannel();
  if (promotion === undefined)
    return refuse(404, "PromotionNotFound", "The promotion was not found.");
  if (!promotion.redemptionChannels.some(({ type }) => type === channel)) {
    return refuse(
      409,
      "PromotionNotValidForRedemptionChannel",
      "The promotion is not valid for this redemption channel.",
    );
  }
  if (promotion.redeemedOn !== null)
    return refuse(409, "PromotionAlreadyRedeemed", "The promotion is already redeemed.");
  // (assumed) code: the published table prints PromotionAlreadyRedeemed twice.
  if (expired(promotion, store.clock.now()))
    return refuse(409, "PromotionExpired", "The promotion has expired.");
  const at = store.clock.iso();
  const redeemed = store.promotions.put({
    ...promotion,
    redeemedOn: at,
    history: [...promotion.history, { action: "redeem", at, seq: call.seq }],
  });
  return ok(promotionView(store, redeemed));
}

function expired(promotion: Promotion, now: number): boolean {
  return promotion.expiresOn !== null && Date.parse(promotion.expiresOn) <= now;
}

function invalidChannel(): Reply {
  return refuse(
    400,
    "NotAValidRedemptionChannel",
    "The redemption channel must be POS, ECOM or OTHER.",
  );
}
