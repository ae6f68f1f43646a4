import type { PromotionInput, VoucherInput } from "../omnium/build.ts";
import { AINO, ASTRID, BERTIL, HEDDA, JORDAN, NORA, promotionId, voucherId } from "./omnium_ids.ts";

const DAY = 86_400_000;

export function vouchers(now: number): VoucherInput[] {
  const voucher = (
    number: number,
    customerId: string,
    rest: Omit<VoucherInput, "expiryDate"> & { days: number | null },
  ): VoucherInput => {
    const { days, ...given } = rest;
    return {
      id: voucherId(number),
      voucherNumber: String(500_000 + number),
      customerId,
      expiryDate: days === null ? null : new Date(now + days * DAY).toISOString(),
      ...given,
    };
  };
  return [
    voucher(1, ASTRID, { amount: "50", days: 60 }),
    voucher(2, ASTRID, { amount: "100", days: 90 }),
    voucher(3, ASTRID, { amount: "75", days: 2 }),
    voucher(4, ASTRID, { amount: "50", days: 30, status: "Redeemed" }),
    // Out of date, and still Available: nothing says that Omnium turns it to Expired by itself.
    voucher(5, ASTRID, { amount: "50", days: -5 }),
    voucher(6, BERTIL, { amount: "200", days: 45 }),
    // Lies in a cart of the web shop.
    voucher(7, HEDDA, { amount: "50", days: 45, status: "Applied" }),
    voucher(8, NORA, { amount: "52", currency: "NOK", days: 45 }),
    voucher(9, AINO, { amount: "4.50", currency: "EUR", days: 45 }),
    voucher(10, JORDAN, { amount: "5", currency: "USD", days: 45 }),
    voucher(11, HEDDA, { amount: "50", days: null }),
    voucher(12, ASTRID, { amount: "50", days: -40, status: "Expired" }),
    // Of another currency than her store's.
    voucher(13, ASTRID, { amount: "52", currency: "NOK", days: 60 }),
  ];
}

export function promotions(now: number): PromotionInput[] {
  const at = (days: number): string => new Date(now + days * DAY).toISOString();
  const offer = (number: number, codes: string[], rest: Omit<PromotionInput, "id">) => ({
    id: promotionId(number),
    additionalCoupons: codes.map((couponCode) => ({ couponCode })),
    ...rest,
  });
  return [
    offer(1, ["TEN-10012", "TEN-10020", "TEN-10022"], {
      name: "10 percent",
      title: "10% off your purchase",
      percentage: 10,
      customerClubMembersOnly: true,
    }),
    offer(2, ["HUNDRED-10012"], {
      name: "100 kr off",
      title: "100 kr off your purchase",
      amounts: [
        { amount: 100, currency: "SEK", marketId: "SWE" },
        { amount: 105, currency: "NOK", marketId: "NOR" },
        { amount: 9, currency: "EUR", marketId: "FIN" },
      ],
    }),
    offer(3, ["LAST-10012"], {
      name: "Last month",
      title: "20% off",
      percentage: 20,
      activeTo: at(-1),
    }),
    offer(4, ["TWENTY-10013"], {
      name: "20 percent",
      title: "20% off your purchase",
      percentage: 20,
    }),
    // For everybody who knows the code; on nobody's list.
    offer(5, [], { name: "Open code", title: "5% off", percentage: 5, couponCode: "FIVE" }),
    offer(6, ["GIFT-10012"], { name: "Gift", title: "A pair of socks with your purchase" }),
  ];
}
