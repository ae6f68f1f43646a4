import * as z from "zod/mini";

/**
 * What tills send (contracts/sitoo.md 2.2, 2.4, 2.6). Unknown properties are ignored, a missing
 * optional field never fails; a null means absent.
 */
const text = z.string().check(z.maxLength(500));
const absentWhenNull = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.transform((value: unknown): unknown => (value === null ? undefined : value)),
    z.optional(schema),
  );

const addressBody = z.object({
  address: absentWhenNull(text),
  address2: absentWhenNull(text),
  city: absentWhenNull(text),
  zip: absentWhenNull(text),
  state: absentWhenNull(text),
  country_id: absentWhenNull(z.string().check(z.maxLength(3))),
});

/** Body of POST and PUT customers: both spellings of the ways of contact, `name` whole or in parts (assumed). */
export const customerBody = z
  .object({
    customer_id: absentWhenNull(z.union([text, z.number()])),
    member_number: absentWhenNull(text),
    email: absentWhenNull(text),
    name: absentWhenNull(text),
    name_first: absentWhenNull(text),
    name_last: absentWhenNull(text),
    mobile: absentWhenNull(text),
    phone: absentWhenNull(text),
    personal_id: absentWhenNull(text),
    company: absentWhenNull(text),
    company_id: absentWhenNull(text),
    gender: absentWhenNull(z.enum(["male", "female", ""])),
    birthday: absentWhenNull(z.string().check(z.maxLength(40))),
    invoice_address: absentWhenNull(addressBody),
    delivery_address: absentWhenNull(addressBody),
    accepts_communication: absentWhenNull(
      z.array(z.enum(["email", "sms", "mail"])).check(z.maxLength(10)),
    ),
    accepts_email: absentWhenNull(z.boolean()),
    accepts_sms: absentWhenNull(z.boolean()),
    accepts_mail: absentWhenNull(z.boolean()),
    consents: absentWhenNull(z.array(text).check(z.maxLength(200))),
    store_id_home: absentWhenNull(text),
    additional_options: absentWhenNull(
      z
        .array(z.object({ id: text, enum_values: z.array(text).check(z.maxLength(200)) }))
        .check(z.maxLength(100)),
    ),
  })
  .register(z.globalRegistry, { id: "CustomerBody", "x-basis": "assumed" });

export type CustomerBody = z.infer<typeof customerBody>;

const id = z.pipe(
  z.union([z.string().check(z.minLength(1), z.maxLength(200)), z.int()]),
  z.transform(String),
);
/** What the till takes off with a bonus check, in whole units of the currency; what is no number is as if absent. */
const amount = z.optional(
  z.pipe(z.union([z.string().check(z.maxLength(40)), z.number()]), z.transform(String)),
);
type BonusCheckItem = { readonly id: string; readonly amount?: string | undefined };
const withAmount = (item: BonusCheckItem): BonusCheckItem => item;

const promotionItem = z.union([
  id,
  z.pipe(
    z.object({ promotion_id: id }),
    z.transform((item) => item.promotion_id),
  ),
  z.pipe(
    z.object({ promotionid: id }),
    z.transform((item) => item.promotionid),
  ),
  z.pipe(
    z.object({ id }),
    z.transform((item) => item.id),
  ),
]);
const bonusCheckItem = z.union([
  z.pipe(
    id,
    z.transform((bare) => withAmount({ id: bare })),
  ),
  z.pipe(
    z.object({ bonus_check_id: id, amount }),
    z.transform((item) => withAmount({ id: item.bonus_check_id, amount: item.amount })),
  ),
  z.pipe(
    z.object({ bonuscheckid: id, amount }),
    z.transform((item) => withAmount({ id: item.bonuscheckid, amount: item.amount })),
  ),
  z.object({ id, amount }),
]);

/** Body of redeem and undo, in every spelling of contracts/sitoo.md 2.6 (all assumed). */
export const redeemBody = z
  .object({
    customer_id: absentWhenNull(id),
    redeem_id: absentWhenNull(z.string().check(z.maxLength(200))),
    promotions: absentWhenNull(z.array(promotionItem).check(z.maxLength(50))),
    bonus_checks: absentWhenNull(z.array(bonusCheckItem).check(z.maxLength(50))),
    bonuschecks: absentWhenNull(z.array(bonusCheckItem).check(z.maxLength(50))),
    items: absentWhenNull(
      z
        .array(
          z.object({
            type: z.enum(["promotion", "bonus_check", "bonuscheck"]),
            id,
            amount,
          }),
        )
        .check(z.maxLength(50)),
    ),
  })
  .register(z.globalRegistry, { id: "RedeemBody", "x-basis": "assumed" });

/** An undo may be a bare array of ids, after Sitoo's gift card habit (assumed). */
export const undoBody = z.union([redeemBody, z.array(id).check(z.maxLength(50))]);
