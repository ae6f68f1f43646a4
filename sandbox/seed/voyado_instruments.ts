import type { PromotionInput, VoucherInput } from "../voyado/build.ts";

const DAY = 86_400_000;
const ASTRID = "11111111-1111-4111-8111-111111111111";
const BERTIL = "22222222-2222-4222-8222-222222222222";
const HEDDA = "88888888-8888-4888-8888-888888888888";
const NORA = "99999999-9999-4999-8999-999999999999";
const AINO = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const JORDAN = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

const voucherId = (number: number): string =>
  `a0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
const promotionId = (number: number): string =>
  `b0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
const templateId = (number: number): string =>
  `c0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
const money = (amount: string, currency: string): { amount: string; currency: string } => ({
  amount,
  currency,
});
const FIFTY = {
  value: money("50", "SEK"),
  localValues: [money("52", "NOK"), money("4.50", "EUR"), money("5", "USD")],
};

export function vouchers(now: number): VoucherInput[] {
  const at = (days: number): string => new Date(now + days * DAY).toISOString();
  return [
    {
      id: voucherId(1),
      contactId: ASTRID,
      voucherNumber: "500001",
      name: "Bonus voucher 50 kr",
      ...FIFTY,
      expiresOn: at(60),
    },
    {
      id: voucherId(2),
      contactId: ASTRID,
      voucherNumber: "500002",
      name: "Bonus voucher 100 kr",
      value: money("100", "SEK"),
      points: 1000,
      expiresOn: at(90),
    },
    {
      id: voucherId(3),
      contactId: ASTRID,
      voucherNumber: "500003",
      name: "Birthday voucher 75 kr",
      value: money("75", "SEK"),
      points: 0,
      expiresOn: at(2),
    },
    {
      id: voucherId(4),
      contactId: ASTRID,
      voucherNumber: "500004",
      name: "Bonus voucher 50 kr",
      ...FIFTY,
      expiresOn: at(30),
      redeemedOn: at(-10),
    },
    {
      id: voucherId(5),
      contactId: ASTRID,
      voucherNumber: "500005",
      name: "Bonus voucher 50 kr",
      ...FIFTY,
      expiresOn: at(-5),
    },
    {
      id: voucherId(6),
      contactId: BERTIL,
      voucherNumber: "500006",
      name: "Bonus voucher 200 kr",
      value: money("200", "SEK"),
      points: 2000,
      expiresOn: at(45),
    },
    // Redeemed again after its three reactivations: a fourth one is refused.
    {
      id: voucherId(7),
      contactId: HEDDA,
      voucherNumber: "500007",
      name: "Bonus voucher 50 kr",
      ...FIFTY,
      expiresOn: at(45),
      redeemedOn: at(-1),
      reactivations: 3,
    },
    {
      id: voucherId(8),
      contactId: NORA,
      voucherNumber: "500008",
      name: "Bonussjekk 52 kr",
      ...FIFTY,
      expiresOn: at(45),
    },
    {
      id: voucherId(9),
      contactId: AINO,
      voucherNumber: "500009",
      name: "Bonusseteli 4,50 €",
      ...FIFTY,
      expiresOn: at(45),
    },
    {
      id: voucherId(10),
      contactId: JORDAN,
      voucherNumber: "500010",
      name: "Reward voucher 5 USD",
      ...FIFTY,
      expiresOn: at(45),
    },
    {
      id: voucherId(11),
      contactId: HEDDA,
      voucherNumber: "500011",
      name: "Bonus voucher 50 kr",
      ...FIFTY,
      expiresOn: null,
    },
  ];
}

export function promotions(now: number): PromotionInput[] {
  const at = (days: number): string => new Date(now + days * DAY).toISOString();
  const offer = (
    number: number,
    contactId: string,
    rest: Omit<PromotionInput, "contactId">,
  ): PromotionInput => ({
    id: promotionId(number),
    promotionId: templateId(number),
    contactId,
    expiresOn: at(30),
    ...rest,
  });
  return [
    offer(1, ASTRID, {
      name: "10 percent",
      heading: "10% off your purchase",
      externalId: "TEN",
      redemptionChannels: [{ type: "POS", valueType: "PERCENT", value: 10 }],
    }),
    offer(2, ASTRID, {
      name: "100 kr off",
      heading: "100 kr off your purchase",
      redemptionChannels: [
        {
          type: "POS",
          valueType: "MONEY",
          value: money("100", "SEK"),
          localValues: [money("105", "NOK"), money("9", "EUR")],
        },
        { type: "ECOM", valueType: "EXTERNALOFFER", value: "HUNDRED" },
      ],
    }),
    offer(3, ASTRID, {
      name: "Spring prices",
      heading: "Member prices in spring",
      redemptionChannels: [{ type: "POS", valueType: "EXTERNALOFFER", value: "spring_member" }],
    }),
    offer(4, ASTRID, {
      name: "Free coffee",
      heading: "A cup of coffee",
      redemptionChannels: [
        {
          type: "POS",
          valueType: "MANUAL",
          value: "Give the customer a cup of coffee",
          instruction: "Ask which one",
        },
      ],
    }),
    offer(5, ASTRID, {
      name: "Web only",
      heading: "15% in the web shop",
      redemptionChannels: [{ type: "ECOM", valueType: "PERCENT", value: 15 }],
    }),
    offer(6, ASTRID, {
      name: "Last month",
      heading: "20% off",
      expiresOn: at(-1),
      redemptionChannels: [{ type: "POS", valueType: "PERCENT", value: 20 }],
    }),
    offer(7, ASTRID, {
      name: "Welcome",
      heading: "5% off",
      redeemedOn: at(-20),
      redemptionChannels: [{ type: "POS", valueType: "PERCENT", value: 5 }],
    }),
    offer(8, BERTIL, {
      name: "20 percent",
      heading: "20% off your purchase",
      redemptionChannels: [{ type: "POS", valueType: "PERCENT", value: 20 }],
    }),
    offer(9, NORA, {
      name: "10 prosent",
      heading: "10 % rabatt",
      redemptionChannels: [{ type: "POS", valueType: "PERCENT", value: 10 }],
    }),
    offer(10, JORDAN, {
      name: "10 percent",
      heading: null,
      expiresOn: null,
      redemptionChannels: [{ type: "POS", valueType: "SWIPE", value: "Show to staff" }],
    }),
  ];
}
