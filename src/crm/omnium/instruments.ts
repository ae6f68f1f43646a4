import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments } from "../port.ts";
import { shownPart } from "../shown_part.ts";
import type { Omnium } from "./client.ts";
import { readCoupons } from "./coupons.ts";
import { bonusCheckOf, isUsable, readVouchers } from "./vouchers.ts";

/** Coupons and vouchers, read side by side; a part that cannot be read is named and fails nothing. */
export const instruments = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Instruments> => {
  const [coupons, vouchers] = await Promise.all([
    readCoupons(omnium, customerId, call),
    readVouchers(omnium, customerId, call),
  ]);
  if (!coupons.ok && coupons.failure.kind === "customer_not_found") return coupons;
  const campaignFailure = coupons.ok ? coupons.value.failure : undefined;
  if (campaignFailure !== undefined)
    omnium.log("crm_part_missing", {
      part: "promotions",
      failure: campaignFailure.kind,
      request_id: call.requestId,
    });
  const usable = vouchers.ok
    ? ok(vouchers.value.filter((voucher) => isUsable(voucher, omnium)))
    : vouchers;
  return ok({
    promotions: shownPart(
      omnium.log,
      "promotions",
      coupons.ok ? ok(coupons.value.promotions) : coupons,
      call,
      (promotion) => promotion,
    ),
    bonusChecks: shownPart(omnium.log, "bonus_checks", usable, call, (voucher) =>
      bonusCheckOf(voucher, omnium),
    ),
    voucherPasswords: [],
    sections: [],
    degraded: [
      ...(coupons.ok && campaignFailure === undefined ? [] : (["promotions"] as const)),
      ...(vouchers.ok ? [] : (["bonus_checks"] as const)),
    ],
  });
};
