import { ASTRID, BERTIL, couponId, JORDAN, NORA, promotionId } from "./omnium_ids.ts";

const DAY = 86_400_000;

/** `discountCoupons` of each customer: what they may use, may use later, and could have used. */
export function coupons(now: number): Record<string, object[]> {
  const at = (days: number): string => new Date(now + days * DAY).toISOString();
  const coupon = (
    number: number,
    promotion: number,
    couponCode: string,
    days: [number, number],
  ) => ({
    id: couponId(number),
    couponCode,
    promotionId: promotionId(promotion),
    validFrom: at(days[0]),
    validTo: at(days[1]),
    externalIds: [],
  });
  return {
    [ASTRID]: [
      coupon(1, 1, "TEN-10012", [-10, 30]),
      coupon(2, 2, "HUNDRED-10012", [-10, 30]),
      coupon(3, 3, "LAST-10012", [-40, -1]),
      coupon(4, 1, "TEN-LATER-10012", [10, 40]),
      coupon(5, 6, "GIFT-10012", [-10, 30]),
      // Its promotion is gone: GET /Promotions/{id} is 404.
      coupon(6, 99, "GONE-10012", [-10, 30]),
    ],
    [BERTIL]: [coupon(7, 4, "TWENTY-10013", [-10, 30])],
    [NORA]: [coupon(8, 1, "TEN-10020", [-10, 30])],
    [JORDAN]: [coupon(9, 1, "TEN-10022", [-10, 30])],
  };
}
