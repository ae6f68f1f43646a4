import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Offer, Promotion } from "../../model/instrument.ts";
import { parseMinor } from "../../model/money.ts";
import { ok, type Outcome } from "../../model/outcome.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { type Campaign, campaignSchema } from "./campaign_wire.ts";
import type { Omnium } from "./client.ts";
import type { Coupon, WireCustomer } from "./customer_wire.ts";
import { isPathId, read } from "./customer_reads.ts";
import { readAs } from "./errors.ts";

const rememberedMs = 10 * 60_000;

const campaignOf = async (
  omnium: Omnium,
  promotionId: string,
  call: CrmCall,
): CrmOutcome<Campaign | undefined> => {
  const { campaigns } = omnium.session;
  const known = campaigns.get(promotionId);
  if (known !== undefined && omnium.now() < known.until) return ok(known.campaign);
  if (!isPathId(promotionId)) return ok(undefined);
  const reply = await omnium.send(
    { route: "GET /Promotions/{promotionId}", path: { promotionId } },
    call,
  );
  const gone = { kind: "instrument_not_found" } as const satisfies CrmFailure;
  const found = readAs(
    reply,
    (json) => campaignSchema.safeParse(json).data,
    { notFound: gone },
    omnium.now(),
  );
  if (!found.ok && found.failure !== gone) return found;
  const campaign = found.ok ? found.value : undefined;
  campaigns.set(promotionId, { campaign, until: omnium.now() + rememberedMs });
  return ok(campaign);
};

export type CouponsRead = {
  readonly promotions: readonly Promotion[];
  /** Of a campaign that could not be read. */
  readonly failure?: CrmFailure;
};

/** What a customer's coupons give at a till today; a coupon whose campaign is gone gives nothing. */
export const readCoupons = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): CrmOutcome<CouponsRead> => {
  const customer = await read(omnium, customerId, call);
  if (!customer.ok) return customer;
  const coupons = customer.value.discountCoupons.filter((coupon) =>
    isValidNow(omnium, coupon.validFrom, coupon.validTo),
  );
  const offers = await Promise.all(
    coupons.map(async (coupon): Promise<Outcome<Promotion | undefined, CrmFailure>> => {
      const campaign = await campaignOf(omnium, coupon.promotionId, call);
      if (!campaign.ok) return campaign;
      return ok(campaign.value && promotionOf(omnium, coupon, campaign.value, customer.value));
    }),
  );
  const failure = offers.find((one) => !one.ok);
  return ok({
    promotions: offers.flatMap((one) => (one.ok && one.value !== undefined ? [one.value] : [])),
    ...(failure === undefined || failure.ok ? {} : { failure: failure.failure }),
  });
};

const timeOf = (omnium: Omnium, text: string | undefined, bare: "starts" | "ends") =>
  text === undefined ? undefined : isoWithOffset(text, omnium.market.timeZone, bare);

const isValidNow = (omnium: Omnium, from: string | undefined, to: string | undefined): boolean => {
  const [starts, ends] = [timeOf(omnium, from, "starts"), timeOf(omnium, to, "ends")];
  return (
    (starts === undefined || Date.parse(starts) <= omnium.now()) &&
    (ends === undefined || Date.parse(ends) > omnium.now())
  );
};

/** A coupon is named by its id, or where it has none by its code. */
export const couponKey = (coupon: Coupon): string | undefined => coupon.id ?? coupon.couponCode;

const promotionOf = (
  omnium: Omnium,
  coupon: Coupon,
  campaign: Campaign,
  customer: WireCustomer,
): Promotion | undefined => {
  const id = couponKey(coupon);
  if (id === undefined || !isValidNow(omnium, campaign.activeFrom, campaign.activeTo))
    return undefined;
  if (campaign.customerClubMembersOnly === true && customer.isCustomerClubMember !== true)
    return undefined;
  const name = campaign.title ?? campaign.name ?? coupon.couponCode ?? "";
  const ends = [coupon.validTo, campaign.activeTo]
    .flatMap((text) => timeOf(omnium, text, "ends") ?? [])
    .toSorted((one, other) => Date.parse(one) - Date.parse(other));
  return {
    kind: "promotion",
    id,
    name,
    offer: offerOf(omnium, campaign) ?? { type: "manual", text: name },
    // Marked by Omnium when an order with the code ran through its workflow (contracts/omnium.md 6).
    redeemed: campaign.additionalCoupons.some(
      ({ couponCode, used }) => used === true && couponCode === coupon.couponCode,
    ),
    ...(ends[0] === undefined ? {} : { expiresAt: ends[0] }),
  };
};

const offerOf = ({ settings, market }: Omnium, campaign: Campaign): Offer | undefined => {
  const reward = campaign.promotionData?.reward;
  const percent = Number(reward?.percentage ?? "0");
  // A till takes whole percents; rounding would change the price.
  if (percent > 0 && percent <= 100)
    return Number.isInteger(percent)
      ? { type: "cart_percent", percent }
      : { type: "manual", text: `${reward?.percentage} %` };
  const { currency } = market;
  const amount = (reward?.promotionAmounts ?? []).find(
    (one) =>
      one.currency.toUpperCase() === currency &&
      (one.marketId === undefined || one.marketId === settings.marketId),
  );
  const minor = amount === undefined ? undefined : parseMinor(amount.amount, currency);
  return minor === undefined || minor <= 0
    ? undefined
    : { type: "cart_amount", amount: { minor, currency } };
};
