import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { blankMember } from "./club_member.ts";
import { newCustomer } from "./customers.ts";
import type { Customer, Member, Promotion, Voucher, Write } from "./model.ts";
import type { OmniumStore } from "./store.ts";

/** Entities made from little: what seeds and tests leave out gets a sensible value, and no vendor rule applies. */
const amount = z.union([z.string(), z.number()]).transform(String);
const id = z.string().default(() => crypto.randomUUID());
const time = z.string().nullable().default(null);

const customerInput = z.looseObject({
  customerId: id,
  created: z.string().optional(),
  modified: z.string().optional(),
});
export type CustomerInput = z.input<typeof customerInput>;

export function customerFrom(store: OmniumStore, input: unknown): Customer {
  const { customerId, created, modified, ...rest } = customerInput.parse(input);
  const fields = JSON.parse(JSON.stringify(rest)) as JsonObject;
  const customer = newCustomer(store, customerId, fields, written(store));
  return {
    ...customer,
    created: created ?? customer.created,
    modified: modified ?? created ?? customer.modified,
    writes: [],
  };
}

const memberInput = z.object({
  customerId: z.string(),
  storeId: z.string().nullable().optional(),
  memberSince: z.string().optional(),
  approved: z.string().nullable().optional(),
  balance: amount.optional(),
  tierAmount: amount.optional(),
  tierOrders: z.int().optional(),
  interests: z.array(z.string()).optional(),
  emailMarketing: z.boolean().default(false),
  smsMarketing: z.boolean().default(false),
});
export type MemberInput = z.input<typeof memberInput>;

export function memberFrom(store: OmniumStore, input: unknown): Member {
  const { emailMarketing, smsMarketing, ...given } = memberInput.parse(input);
  const customer =
    store.customers.get(given.customerId) ?? customerFrom(store, { customerId: given.customerId });
  const blank = blankMember(store, customer);
  const since = given.memberSince ?? blank.memberSince;
  const approved = given.approved === undefined ? since : given.approved;
  const balance = given.balance ?? "0";
  const expireDate = new Date(Date.parse(since) + 3 * 365 * 86_400_000).toISOString();
  return {
    ...blank,
    ...JSON.parse(JSON.stringify(given)),
    memberSince: since,
    tierStart: since,
    approved,
    balance,
    issued: balance,
    consents: { approvedConsents: approved !== null, emailMarketing, smsMarketing },
    validPoints:
      balance === "0" ? [] : [{ amount: balance, created: since, expireDate, orderId: null }],
  };
}

const voucherInput = z.object({
  id,
  voucherNumber: z.string().optional(),
  customerId: z.string().nullable().default(null),
  amount: amount.default("50"),
  currency: z.string().nullable().default("SEK"),
  expiryDate: time,
  status: z.string().default("Available"),
  externalIds: z.array(z.record(z.string(), z.json())).default([]),
});
export type VoucherInput = z.input<typeof voucherInput>;

export function voucherFrom(store: OmniumStore, input: unknown): Voucher {
  const { voucherNumber, ...rest } = voucherInput.parse(input);
  const at = store.clock.iso();
  return {
    ...rest,
    voucherNumber: voucherNumber ?? String(store.nextNumber("voucherNumber", 700_001)),
    created: at,
    modified: at,
    history: [],
  };
}

const promotionInput = z.looseObject({
  id,
  name: z.string().default("Offer"),
  additionalCoupons: z
    .array(
      z.object({
        couponCode: z.string(),
        canOnlyBeUsedOnce: z.boolean().default(true),
        used: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type PromotionInput = z.input<typeof promotionInput>;

/** `percentage` or `amounts` alone is enough of a reward. */
export function promotionFrom(store: OmniumStore, input: unknown): Promotion {
  const { id: own, additionalCoupons, percentage, amounts, ...rest } = promotionInput.parse(input);
  const at = store.clock.now();
  const reward = {
    usePercentage: percentage !== undefined,
    percentage: percentage ?? 0,
    promotionAmounts: amounts ?? [],
  };
  const fields = {
    couponCode: null,
    customerClubMembersOnly: false,
    customerGroups: [],
    markets: [],
    activeFrom: new Date(at - 30 * 86_400_000).toISOString(),
    activeTo: new Date(at + 365 * 86_400_000).toISOString(),
    promotionData: { promotionType: "OrderPromotion", reward },
    ...rest,
  };
  return { id: own, fields: JSON.parse(JSON.stringify(fields)) as JsonObject, additionalCoupons };
}

function written(store: OmniumStore): Write {
  return { at: store.clock.iso(), seq: 0, call: "control", client: "control" };
}
