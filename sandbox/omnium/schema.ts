import * as z from "zod";

/** The vendor's models as contracts/omnium.md §4 to §7 lists them. Members may be null, as .NET's reference types may. */
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const amount = z.number().nullish();
export const whole = z.int().nullish();
export const texts = z.array(z.string()).nullish();
export const listOf = <T extends z.ZodType>(of: T) => z.array(of).nullish();

export const moment = z
  .string()
  .refine(
    (value) =>
      /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(value) &&
      !Number.isNaN(Date.parse(value)),
    "must be a date-time",
  );
export const when = moment.nullish();

export const property = z.strictObject({
  key: text,
  value: text,
  keyGroup: text,
  valueType: text,
});

export const externalId = z.strictObject({ providerName: text, id: text });

const address = z.strictObject({
  name: text,
  line1: text,
  line2: text,
  streetNumber: text,
  apartmentNumber: text,
  postalCode: text,
  city: text,
  state: text,
  regionCode: text,
  regionName: text,
  countryCode: text,
  countryName: text,
  email: text,
  phone: text,
  purposes: texts,
  externalId: text,
  locationName: text,
  properties: listOf(property),
});

export const consent = z.strictObject({
  type: z.string().min(1),
  status: z.boolean(),
  date: when,
  source: text,
  content: text,
  description: text,
  marketIds: texts,
});

const coupon = z.strictObject({
  id: text,
  couponCode: text,
  promotionId: text,
  validFrom: when,
  validTo: when,
  externalIds: listOf(externalId),
});

const relation = z.strictObject({
  customerId: text,
  customerType: text,
  relationType: text,
  externalIds: listOf(externalId),
  properties: listOf(property),
});

/** Members that a PATCH may name too; `discountCoupons` is not among them (published). */
const patchable = {
  customerNumber: text,
  firstName: text,
  lastName: text,
  email: text,
  phone: text,
  gender: text,
  birthDate: when,
  bonusPoints: whole,
  isCustomerClubMember: flag,
  address: address.nullish(),
  addresses: z.array(address).max(200).nullish(),
  consents: listOf(consent),
  externalIds: listOf(externalId),
  customerGroups: listOf(z.strictObject({ id: text, name: text })),
  customerRelations: listOf(relation),
  properties: listOf(property),
  tags: texts,
  storeIds: texts,
  marketId: text,
  additionalMarketIds: texts,
  marketGroupId: text,
  preferredLanguage: text,
  preferredCurrency: text,
  preferredShippingMethod: text,
  paymentTerms: text,
  paymentTermsNet: whole,
  isGlobal: flag,
  isInactive: flag,
  url: text,
  customerDetails: text,
};

export const customerSchema = z.strictObject({
  customerId: z.string().min(1),
  ...patchable,
  fullName: text,
  discountCoupons: listOf(coupon),
  consentHistory: listOf(z.looseObject({})),
  assortmentIncludeCategoryIds: texts,
  assortmentExcludeCategoryIds: texts,
  created: when,
  modified: when,
  modifiedBy: text,
});

export const customerPatchSchema = z.strictObject({
  customerId: z.string().min(1),
  ...patchable,
  keepExistingCustomProperties: flag,
  propertiesRemovalConditions: listOf(property),
});

/** Omnium's own: sent back with a whole customer, and not taken from there (assumed). */
export const CALCULATED = ["fullName", "created", "modified", "modifiedBy", "consentHistory"];

export const voucherSchema = z.strictObject({
  id: text,
  voucherNumber: text,
  customerId: text,
  amount,
  currency: text,
  expiryDate: when,
  status: z.enum(["Available", "Applied", "Redeemed", "Expired"]).nullish(),
  externalIds: listOf(externalId),
  created: when,
  modified: when,
});
