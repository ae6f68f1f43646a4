import * as z from "zod/mini";
import { noted } from "../model/noted.ts";

/**
 * What the gateway answers, clause by clause of contracts/sitoo.md 2.3 to 2.6.
 * `x-basis` says how sure each field is; docs/spi-contract.md says the same for integrators.
 * Only the OpenAPI document and the tests load this module: the Worker carries the types alone.
 */
export type Basis = "published" | "third party" | "assumed";

const basedOn =
  (basis: Basis) =>
  <Schema extends z.ZodMiniType>(
    schema: Schema,
    notes: { readonly id?: string; readonly description?: string } = {},
  ): Schema =>
    noted(schema, { "x-basis": basis, ...notes });
const published = basedOn("published");
const thirdParty = basedOn("third party");
const assumed = basedOn("assumed");

const decimal = z.string().check(z.regex(/^-?\d+(\.\d+)?$/));
// oxlint-disable-next-line no-restricted-properties -- this module is in no Worker
const moment = z.iso.datetime({ offset: true });
const currency = z.string().check(z.regex(/^[A-Z]{3}$/));

export const errorBody = assumed(
  z.strictObject({
    request_id: z.string(),
    error_code: z.enum([
      "bad-request",
      "unauthorized",
      "forbidden",
      "not-found",
      "too-many-requests",
      "bad-gateway",
      "other",
    ]),
    error_data: z.strictObject({
      message: noted(z.string(), {
        description: "What happened and what to do, for the cashier.",
      }),
    }),
  }),
  { id: "Error", description: "Published for Sitoo's newer sister SPIs; assumed for CRM SPI v2." },
);

export const address = noted(
  z.strictObject({
    address: z.optional(published(z.string())),
    address2: z.optional(assumed(z.string())),
    city: z.optional(published(z.string())),
    zip: z.optional(published(z.string())),
    state: z.optional(assumed(z.string())),
    country_id: z.optional(
      published(z.string().check(z.regex(/^[A-Z]{2}$/)), {
        description: "ISO 3166 alpha-2, upper case.",
      }),
    ),
  }),
  { id: "Address" },
);

export const promotion = noted(
  z.strictObject({
    promotion_id: published(z.string()),
    name: published(z.string()),
    redeemed: published(z.boolean()),
    promotion_type: z.discriminatedUnion("type", [
      published(z.strictObject({ type: z.literal("cart_percent"), value_int: z.int() })),
      assumed(z.strictObject({ type: z.literal("cart_amount"), value: decimal })),
      assumed(z.strictObject({ type: z.literal("voucher"), value_text: z.string() })),
      assumed(z.strictObject({ type: z.literal("manual"), value_text: z.string() })),
    ]),
  }),
  { id: "Promotion" },
);

export const bonusCheck = assumed(
  z.strictObject({
    bonus_check_id: z.string(),
    name: z.string(),
    description: z.string(),
    value: noted(decimal, { description: "Whole currency units." }),
    value_int: z.optional(
      noted(z.int(), { description: "Whole currency units, when the value has no decimals." }),
    ),
    currency,
    redeemed: z.boolean(),
    date_redeemed: z.optional(moment),
    date_expires: z.optional(moment),
  }),
  { id: "BonusCheck" },
);

export const section = published(
  z.strictObject({
    title: z.string(),
    values: z.array(
      z.strictObject({ text: z.string(), title: z.string(), type: z.literal("text") }),
    ),
  }),
  { id: "Section" },
);

const additionalOptionValue = published(
  z.strictObject({ id: z.string(), enum_values: z.array(z.string()) }),
);

/** A customer without id, as the person register gives one. */
export const person = noted(
  z.strictObject({
    member_number: z.optional(published(z.string())),
    email: z.optional(published(z.string())),
    name_first: z.optional(published(z.string())),
    name_last: z.optional(published(z.string())),
    mobile: z.optional(published(z.string(), { description: "E.164." })),
    phone: z.optional(assumed(z.string())),
    personal_id: z.optional(assumed(z.string())),
    company: z.optional(assumed(z.string())),
    company_id: z.optional(assumed(z.string())),
    invoice_address: z.optional(published(address)),
    delivery_address: z.optional(assumed(address)),
    gender: z.optional(published(z.enum(["male", "female"]))),
    birthday: z.optional(assumed(z.string())),
    accepts_communication: z.optional(published(z.array(z.enum(["email", "mail", "sms"])))),
    consents: z.optional(published(z.array(z.string()))),
    additional_options: z.optional(z.array(additionalOptionValue)),
    store_id_home: z.optional(published(z.string())),
  }),
  { id: "Person" },
);

export const customer = noted(
  z.strictObject({
    ...person.shape,
    customer_id: published(z.string()),
    status: published(
      z.strictObject({
        color: noted(z.enum(["green", "yellow", "red"]), {
          description: "Only green is published.",
        }),
        text: z.string(),
      }),
    ),
    promotions: published(z.array(promotion)),
    bonus_checks: published(z.array(bonusCheck)),
    voucher_passwords: published(z.array(z.string())),
    sections: published(z.array(section)),
  }),
  { id: "Customer" },
);

export const consent = assumed(
  z.strictObject({
    consent_id: z.string(),
    name: z.string(),
    description: z.string(),
    value: noted(z.boolean(), {
      description: "Default state in the form that adds a customer.",
    }),
  }),
  { id: "Consent" },
);

export const additionalOption = assumed(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    enum_values: z.array(z.string()),
    multiple: z.boolean(),
  }),
  { id: "AdditionalOption" },
);

export const transaction = assumed(
  z.strictObject({
    order_id: z.optional(
      noted(z.int(), {
        description: "Only when the entry is proven to be this Sitoo order.",
      }),
    ),
    eshop_id: z.optional(z.int()),
    receipt_id: z.optional(z.string()),
    date: moment,
    store_id: z.optional(z.string()),
    store_name: z.optional(z.string()),
    total: decimal,
    currency,
    items: z.array(
      z.strictObject({ sku: z.string(), name: z.string(), quantity: z.number(), total: decimal }),
    ),
  }),
  { id: "Transaction" },
);

export const redeemResult = assumed(
  z.strictObject({
    redeem_id: z.string(),
    promotions: z.array(z.strictObject({ promotion_id: z.string(), redeemed: z.boolean() })),
    bonus_checks: z.array(z.strictObject({ bonus_check_id: z.string(), redeemed: z.boolean() })),
  }),
  { id: "RedeemResult" },
);

export const created = thirdParty(
  z.union([customer, z.strictObject({ customer_id: z.string() }), z.string()]),
  { id: "Created", description: "By the tenant's `spi.create_answer`; the customer by default." },
);

export type CustomerWire = z.infer<typeof customer>;
export type PersonWire = z.infer<typeof person>;
export type PromotionWire = z.infer<typeof promotion>;
export type BonusCheckWire = z.infer<typeof bonusCheck>;
export type ConsentWire = z.infer<typeof consent>;
export type TransactionWire = z.infer<typeof transaction>;
export type RedeemResultWire = z.infer<typeof redeemResult>;
