import * as z from "zod";

/**
 * What tills send (contracts/sitoo.md 2.2, 2.4, 2.6). Unknown properties are ignored, a missing
 * optional field never fails; a null means absent.
 */
const text = z.string().max(500);
const absentWhenNull = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === null ? undefined : value), schema.optional());

const addressBody = z.object({
  address: absentWhenNull(text),
  address2: absentWhenNull(text),
  city: absentWhenNull(text),
  zip: absentWhenNull(text),
  state: absentWhenNull(text),
  country_id: absentWhenNull(z.string().max(3)),
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
    birthday: absentWhenNull(z.string().max(40)),
    invoice_address: absentWhenNull(addressBody),
    delivery_address: absentWhenNull(addressBody),
    accepts_communication: absentWhenNull(z.array(z.enum(["email", "sms", "mail"])).max(10)),
    accepts_email: absentWhenNull(z.boolean()),
    accepts_sms: absentWhenNull(z.boolean()),
    accepts_mail: absentWhenNull(z.boolean()),
    consents: absentWhenNull(z.array(text).max(200)),
    store_id_home: absentWhenNull(text),
    additional_options: absentWhenNull(
      z.array(z.object({ id: text, enum_values: z.array(text).max(200) })).max(100),
    ),
  })
  .meta({ id: "CustomerBody", "x-basis": "assumed" });

export type CustomerBody = z.infer<typeof customerBody>;

const id = z.union([z.string().min(1).max(200), z.int()]).transform(String);
const amount = z.union([z.string().max(40), z.number()]).optional();

const promotionItem = z.union([
  id,
  z.object({ promotion_id: id }).transform((item) => item.promotion_id),
  z.object({ promotionid: id }).transform((item) => item.promotionid),
  z.object({ id }).transform((item) => item.id),
]);
const bonusCheckItem = z.union([
  id,
  z.object({ bonus_check_id: id, amount }).transform((item) => item.bonus_check_id),
  z.object({ bonuscheckid: id, amount }).transform((item) => item.bonuscheckid),
  z.object({ id, amount }).transform((item) => item.id),
]);

/** Body of redeem and undo, in every spelling of contracts/sitoo.md 2.6 (all assumed). */
export const redeemBody = z
  .object({
    customer_id: absentWhenNull(id),
    redeem_id: absentWhenNull(z.string().max(200)),
    promotions: absentWhenNull(z.array(promotionItem).max(50)),
    bonus_checks: absentWhenNull(z.array(bonusCheckItem).max(50)),
    bonuschecks: absentWhenNull(z.array(bonusCheckItem).max(50)),
    items: absentWhenNull(
      z
        .array(
          z.object({
            type: z.enum(["promotion", "bonus_check", "bonuscheck"]),
            id,
            amount,
          }),
        )
        .max(50),
    ),
  })
  .meta({ id: "RedeemBody", "x-basis": "assumed" });

/** An undo may be a bare array of ids, after Sitoo's gift card habit (assumed). */
export const undoBody = z.union([redeemBody, z.array(id).max(50)]);
