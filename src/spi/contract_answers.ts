import * as z from "zod";

/**
 * What the gateway answers, clause by clause of contracts/sitoo.md 2.3 to 2.6.
 * `x-basis` says how sure each field is; docs/spi-contract.md says the same for integrators.
 * Only the OpenAPI document and the tests load this module: the Worker carries the types alone.
 */
export type Basis = "published" | "third party" | "assumed";

const basis = <Kind extends Basis>(kind: Kind) => ({ "x-basis": kind }) as const;
const published = basis("published");
const thirdParty = basis("third party");
const assumed = basis("assumed");

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

export const errorBody = z
  .strictObject({
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
      message: z.string().meta({ description: "What happened and what to do, for the cashier." }),
    }),
  })
  .meta({
    id: "Error",
    ...assumed,
    description: "Published for Sitoo's newer sister SPIs; assumed for CRM SPI v2.",
  });

export const address = z
  .strictObject({
    address: z.string().meta(published).optional(),
    address2: z.string().meta(assumed).optional(),
    city: z.string().meta(published).optional(),
    zip: z.string().meta(published).optional(),
    state: z.string().meta(assumed).optional(),
    country_id: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .meta({ ...published, description: "ISO 3166 alpha-2, upper case." })
      .optional(),
  })
  .meta({ id: "Address" });

export const promotion = z
  .strictObject({
    promotion_id: z.string().meta(published),
    name: z.string().meta(published),
    redeemed: z.boolean().meta(published),
    promotion_type: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("cart_percent"), value_int: z.int() }).meta(published),
      z.strictObject({ type: z.literal("cart_amount"), value: decimal }).meta(assumed),
      z.strictObject({ type: z.literal("voucher"), value_text: z.string() }).meta(assumed),
      z.strictObject({ type: z.literal("manual"), value_text: z.string() }).meta(assumed),
    ]),
  })
  .meta({ id: "Promotion" });

export const bonusCheck = z
  .strictObject({
    bonus_check_id: z.string(),
    name: z.string(),
    description: z.string(),
    value: decimal.meta({ description: "Whole currency units." }),
    value_int: z
      .int()
      .meta({ description: "Whole currency units, when the value has no decimals." })
      .optional(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    redeemed: z.boolean(),
    date_redeemed: z.iso.datetime({ offset: true }).optional(),
    date_expires: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: "BonusCheck", ...assumed });

export const section = z
  .strictObject({
    title: z.string(),
    values: z.array(
      z.strictObject({ text: z.string(), title: z.string(), type: z.literal("text") }),
    ),
  })
  .meta({ id: "Section", ...published });

const additionalOptionValue = z
  .strictObject({ id: z.string(), enum_values: z.array(z.string()) })
  .meta(published);

/** A customer without id, as the person register gives one. */
export const person = z
  .strictObject({
    member_number: z.string().meta(published).optional(),
    email: z.string().meta(published).optional(),
    name_first: z.string().meta(published).optional(),
    name_last: z.string().meta(published).optional(),
    mobile: z
      .string()
      .meta({ ...published, description: "E.164." })
      .optional(),
    phone: z.string().meta(assumed).optional(),
    personal_id: z.string().meta(assumed).optional(),
    company: z.string().meta(assumed).optional(),
    company_id: z.string().meta(assumed).optional(),
    invoice_address: address.meta(published).optional(),
    delivery_address: address.meta(assumed).optional(),
    gender: z.enum(["male", "female"]).meta(published).optional(),
    birthday: z.string().meta(assumed).optional(),
    accepts_communication: z
      .array(z.enum(["email", "mail", "sms"]))
      .meta(published)
      .optional(),
    consents: z.array(z.string()).meta(published).optional(),
    additional_options: z.array(additionalOptionValue).optional(),
    store_id_home: z.string().meta(published).optional(),
  })
  .meta({ id: "Person" });

export const customer = z
  .strictObject({
    ...person.shape,
    customer_id: z.string().meta(published),
    status: z
      .strictObject({
        color: z.enum(["green", "yellow", "red"]).meta({ description: "Only green is published." }),
        text: z.string(),
      })
      .meta(published),
    promotions: z.array(promotion).meta(published),
    bonus_checks: z.array(bonusCheck).meta(published),
    voucher_passwords: z.array(z.string()).meta(published),
    sections: z.array(section).meta(published),
  })
  .meta({ id: "Customer" });

export const consent = z
  .strictObject({
    consent_id: z.string(),
    name: z.string(),
    description: z.string(),
    value: z.boolean().meta({ description: "Default state in the form that adds a customer." }),
  })
  .meta({ id: "Consent", ...assumed });

export const additionalOption = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    enum_values: z.array(z.string()),
    multiple: z.boolean(),
  })
  .meta({ id: "AdditionalOption", ...assumed });

export const transaction = z
  .strictObject({
    order_id: z
      .int()
      .meta({ description: "Only when the entry is proven to be this Sitoo order." })
      .optional(),
    eshop_id: z.int().optional(),
    receipt_id: z.string().optional(),
    date: z.iso.datetime({ offset: true }),
    store_id: z.string().optional(),
    store_name: z.string().optional(),
    total: decimal,
    currency: z.string().regex(/^[A-Z]{3}$/),
    items: z.array(
      z.strictObject({ sku: z.string(), name: z.string(), quantity: z.number(), total: decimal }),
    ),
  })
  .meta({ id: "Transaction", ...assumed });

export const redeemResult = z
  .strictObject({
    redeem_id: z.string(),
    promotions: z.array(z.strictObject({ promotion_id: z.string(), redeemed: z.boolean() })),
    bonus_checks: z.array(z.strictObject({ bonus_check_id: z.string(), redeemed: z.boolean() })),
  })
  .meta({ id: "RedeemResult", ...assumed });

export const created = z
  .union([customer, z.strictObject({ customer_id: z.string() }), z.string()])
  .meta({
    id: "Created",
    ...thirdParty,
    description: "By the tenant's `spi.create_answer`; the customer by default.",
  });

export type CustomerWire = z.infer<typeof customer>;
export type PersonWire = z.infer<typeof person>;
export type PromotionWire = z.infer<typeof promotion>;
export type BonusCheckWire = z.infer<typeof bonusCheck>;
export type ConsentWire = z.infer<typeof consent>;
export type TransactionWire = z.infer<typeof transaction>;
export type RedeemResultWire = z.infer<typeof redeemResult>;
