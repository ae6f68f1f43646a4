import type * as z from "zod";
import type { saleInput } from "../sitoo/sell.ts";

const ASTRID = { customerId: "11111111-1111-4111-8111-111111111111", memberNumber: "10012" };
const BERTIL = { customerId: "22222222-2222-4222-8222-222222222222", memberNumber: "10013" };
const NORA = { customerId: "99999999-9999-4999-8999-999999999999", memberNumber: "10020" };
const AINO = { customerId: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", memberNumber: "10021" };
const JORDAN = { customerId: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", memberNumber: "10022" };

type Step = { kind: "sale" | "return" | "exchange"; daysAgo: number } & z.input<typeof saleInput>;

const sale = (daysAgo: number, storeId: string, rest: z.input<typeof saleInput>): Step => ({
  kind: "sale",
  daysAgo,
  storeId,
  ...rest,
});
const giveBack = (daysAgo: number, storeId: string, rest: z.input<typeof saleInput>): Step => ({
  kind: "return",
  daysAgo,
  storeId,
  ...rest,
});

/** Step n becomes order 10000 + n; the exchange takes two numbers and is therefore last. */
export function history(): Step[] {
  return [
    /* 10001 */ sale(30, "200", { ...ASTRID, items: [{ sku: "A1" }] }),
    /* 10002 */ sale(29, "200", { items: [{ sku: "S3", quantity: 3 }, { sku: "BAG" }] }),
    /* 10003 */ sale(28, "200", {
      ...ASTRID,
      items: [{ sku: "J2" }, { sku: "T4", quantity: 2, discount: "98.00" }],
    }),
    /* 10004 */ sale(27, "300", {
      ...BERTIL,
      items: [
        { sku: "J2", promotionId: "b0000001-0000-4000-8000-000000000008", promotionPercent: 20 },
      ],
    }),
    /* 10005 */ sale(26, "200", {
      ...ASTRID,
      items: [{ sku: "T4" }, { sku: "C5", quantity: 2 }, { sku: "B6" }],
      bonusCheckIds: [{ id: "a0000001-0000-4000-8000-000000000004", amount: "50.00" }],
    }),
    /* 10006 */ giveBack(25, "200", { refundOf: 10001 }),
    /* 10007 */ giveBack(24, "200", {
      refundOf: 10003,
      items: [{ sku: "T4", quantity: 1 }],
      reason: "Too small",
    }),
    /* 10008 */ sale(23, "200", {
      items: [{ sku: "A1" }],
      payment: "cash",
      orderDiscount: "299.00",
    }),
    /* 10009 */ sale(22, "200", {
      ...ASTRID,
      items: [{ sku: "A1" }, { sku: "B6" }],
      orderDiscount: "159.45",
      voucher: { voucherid: 1, vouchercode: "V1", vouchername: "Member discount 5%" },
    }),
    /* 10010 */ sale(21, "200", { items: [{ sku: "S3" }], payment: "cash" }),
    /* 10011 */ sale(20, "400", { ...NORA, items: [{ sku: "A1" }, { sku: "C5" }] }),
    /* 10012 */ sale(19, "400", { items: [{ sku: "J2" }], payment: "cash" }),
    /* 10013 */ giveBack(18, "400", { refundOf: 10011, items: [{ sku: "C5", quantity: 1 }] }),
    /* 10014 */ sale(17, "500", {
      ...AINO,
      items: [{ sku: "T4", quantity: 3, discount: "7.50" }, { sku: "B6" }],
    }),
    /* 10015 */ sale(16, "500", { items: [{ sku: "C5" }] }),
    /* 10016 */ sale(15, "600", { ...JORDAN, items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }] }),
    /* 10017 */ sale(14, "600", {
      items: [{ sku: "T4" }],
      email: "jordan@example.com",
      nameFirst: "Jordan",
      nameLast: "Sample",
    }),
    /* 10018 */ giveBack(13, "600", { refundOf: 10016, items: [{ sku: "S3", quantity: 1 }] }),
    /* 10019 */ sale(12, "200", { ...BERTIL, items: [{ sku: "J2" }], state: "parked" }),
    /* 10020 */ sale(11, "200", { items: [{ sku: "GC" }] }),
    /* 10021 */ sale(10, "200", {
      ...ASTRID,
      items: [{ sku: "GC" }, { sku: "S3" }],
      payment: "swish",
    }),
    /* 10022 */ sale(9, "300", { ...BERTIL, items: [{ sku: "A1" }], state: "cancelled" }),
    /* 10023 */ sale(8, "200", {
      items: [{ sku: "T4" }],
      email: "astrid@example.com",
      phone: "+46701740605",
    }),
    /* 10024 */ sale(7, "200", {
      ...ASTRID,
      items: [{ sku: "J2" }],
      externalId: "WEB-7001",
      payment: "giftcard",
    }),
    /* 10025 */ sale(6, "300", { ...BERTIL, items: [{ sku: "T4", quantity: 2 }] }),
    /* 10026 refund, 10027 sale */ {
      kind: "exchange",
      daysAgo: 5,
      storeId: "300",
      refundOf: 10025,
      items: [{ sku: "T4", quantity: 1 }],
      newItems: [{ sku: "S3", quantity: 2 }, { sku: "C5" }],
    },
  ];
}
