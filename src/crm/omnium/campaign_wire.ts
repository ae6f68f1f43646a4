import * as z from "zod/mini";
import { numeric, optionalText, orUndefined } from "../wire_values.ts";
import { listOf } from "./customer_wire.ts";

/** OmniumPromotion (contracts/omnium.md 6); its name is not among the published members. */
export const campaignSchema = z.looseObject({
  title: optionalText,
  name: optionalText,
  activeFrom: optionalText,
  activeTo: optionalText,
  customerClubMembersOnly: orUndefined(z.boolean()),
  additionalCoupons: listOf(
    z.looseObject({ couponCode: z.string(), used: orUndefined(z.boolean()) }),
  ),
  promotionData: orUndefined(
    z.looseObject({
      reward: orUndefined(
        z.looseObject({
          percentage: orUndefined(numeric),
          promotionAmounts: listOf(
            z.looseObject({ amount: numeric, currency: z.string(), marketId: optionalText }),
          ),
        }),
      ),
    }),
  ),
});
export type Campaign = z.infer<typeof campaignSchema>;
