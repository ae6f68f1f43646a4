import * as z from "zod";
import type { Contact, Promotion, Receipt, Voucher } from "./model.ts";
import type { VoyadoStore } from "./store.ts";
import { socialSecurityNumber } from "./keys.ts";

/** Entities made from little: what seeds and tests leave out gets a sensible value. Amounts may be numbers or text. */

const amount = z.union([z.string(), z.number()]).transform(String);
const money = z.object({ amount, currency: z.string() });
const id = z
  .guid()
  .toLowerCase()
  .default(() => crypto.randomUUID());
const time = z.string().nullable().default(null);

const contactInput = z.object({
  id,
  /** Standard and custom attributes, e.g. firstName, email, memberNumber, isVip. */
  attributes: z.record(z.string(), z.json()).default({}),
  contactType: z.string().default("Member"),
  createdOn: z.string().optional(),
  sourceType: z.string().default("POS"),
  approved: z.boolean().default(true),
  storeExternalId: z.string().optional(),
  preferences: z
    .object({
      acceptsEmail: z.boolean().default(false),
      acceptsPostal: z.boolean().default(false),
      acceptsSms: z.boolean().default(false),
    })
    .prefault({}),
  consents: z
    .array(z.object({ id: z.string(), value: z.boolean(), source: z.string().default("POS") }))
    .default([]),
  labels: z.array(z.string()).default([]),
  audiences: z.array(z.string()).default([]),
  points: z.int().default(0),
});
export type ContactInput = z.input<typeof contactInput>;

export function contactFrom(store: VoyadoStore, input: unknown): Contact {
  const { storeExternalId, createdOn, consents, attributes, ...rest } = contactInput.parse(input);
  const home = storeExternalId === undefined ? null : (store.storeRef(storeExternalId) ?? null);
  const made = createdOn ?? store.clock.iso();
  const ssn = attributes["socialSecurityNumber"];
  const normal = typeof ssn === "string" ? socialSecurityNumber(ssn, store.clock.now()) : undefined;
  const memberNumber =
    attributes["memberNumber"] ?? String(store.nextNumber("memberNumber", 20_001));
  return {
    ...rest,
    attributes: {
      ...attributes,
      memberNumber,
      ...(normal === undefined ? {} : { socialSecurityNumber: normal }),
    },
    createdOn: made,
    modifiedOn: made,
    store: home,
    createdInStore: home,
    consents: consents.map((consent) => ({ ...consent, date: made, comment: null })),
    visibleFrom: 0,
  };
}

const voucherInput = z.object({
  id,
  contactId: z.guid().toLowerCase(),
  voucherNumber: z.string().optional(),
  name: z.string().default("Bonus voucher"),
  value: money.default({ amount: "50", currency: "SEK" }),
  localValues: z.array(money).default([]),
  points: z.int().default(500),
  expiresOn: time,
  redeemedOn: time,
  reactivations: z.int().default(0),
});
export type VoucherInput = z.input<typeof voucherInput>;

export function voucherFrom(store: VoyadoStore, input: unknown): Voucher {
  const { voucherNumber, ...rest } = voucherInput.parse(input);
  const history: Voucher["history"] =
    rest.redeemedOn === null ? [] : [{ action: "redeem", at: rest.redeemedOn, seq: 0 }];
  return {
    ...rest,
    voucherNumber: voucherNumber ?? String(store.nextNumber("voucherNumber", 700_001)),
    history,
  };
}

const channel = z.object({
  type: z.enum(["POS", "ECOM", "OTHER"]).default("POS"),
  valueType: z.enum(["PERCENT", "MONEY", "EXTERNALOFFER", "MANUAL", "SWIPE"]).default("PERCENT"),
  value: z.union([z.number(), z.string(), money]).default(10),
  localValues: z.array(money).default([]),
  instruction: z.string().nullable().default(null),
});
const promotionInput = z.object({
  id,
  contactId: z.guid().toLowerCase(),
  promotionId: z
    .guid()
    .toLowerCase()
    .default(() => crypto.randomUUID()),
  externalId: z.string().nullable().default(null),
  name: z.string().default("Personal offer"),
  heading: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
  expiresOn: time,
  redeemedOn: time,
  imageUrl: z.string().nullable().default(null),
  link: z.string().nullable().default(null),
  redemptionChannels: z.array(channel).default(() => [channel.parse({})]),
});
export type PromotionInput = z.input<typeof promotionInput>;

export function promotionFrom(input: unknown): Promotion {
  const promotion = promotionInput.parse(input);
  return {
    ...promotion,
    history:
      promotion.redeemedOn === null ? [] : [{ action: "redeem", at: promotion.redeemedOn, seq: 0 }],
  };
}

const receiptInput = z.object({
  contactId: z.guid().toLowerCase(),
  payload: z.looseObject({ uniqueReceiptId: z.string() }),
});

/** Put straight into the history: no checks, no delay. */
export function receiptFrom(store: VoyadoStore, input: unknown): Receipt {
  const { contactId, payload } = receiptInput.parse(input);
  const { uniqueReceiptId } = payload;
  return {
    uniqueReceiptId,
    contactId,
    receivedAt: store.clock.iso(),
    availableAt: 0,
    imported: true,
    payload: JSON.parse(JSON.stringify(payload)) as Receipt["payload"],
    repeats: [],
  };
}
