import * as z from "zod/mini";
import { numeric, optionalText, orUndefined, parseEach } from "../wire_values.ts";

/** A list whose broken entries are left out, and which may be null or missing. */
export const listOf = <Entry>(schema: z.ZodMiniType<Entry>) =>
  z._default(
    z.pipe(
      orUndefined(z.array(z.unknown())),
      z.transform((entries): readonly Entry[] => parseEach(schema, entries ?? [])),
    ),
    [],
  );

const flag = orUndefined(z.boolean());

const addressSchema = z.looseObject({
  line1: optionalText,
  line2: optionalText,
  streetNumber: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
});
export type WireAddress = z.infer<typeof addressSchema>;

/** `{providerName, id}`, or as one page writes it `{source, value}` (contracts/omnium.md 4.3). */
export const externalIds = listOf(
  z.pipe(
    z.looseObject({
      providerName: optionalText,
      id: optionalText,
      source: optionalText,
      value: optionalText,
    }),
    z.transform((one) => ({ provider: one.providerName ?? one.source, id: one.id ?? one.value })),
  ),
);

export const properties = listOf(
  z.looseObject({ key: z.string(), value: z.optional(z.unknown()) }),
);

const couponSchema = z.looseObject({
  id: optionalText,
  couponCode: optionalText,
  promotionId: z.string().check(z.minLength(1)),
  validFrom: optionalText,
  validTo: optionalText,
});
export type Coupon = z.infer<typeof couponSchema>;

/** OmniumPrivateCustomer (contracts/omnium.md 4.2), as far as it is read. Loose: a card can show any property. */
const customerSchema = z.looseObject({
  customerId: z.string().check(z.minLength(1)),
  customerNumber: optionalText,
  firstName: optionalText,
  lastName: optionalText,
  email: optionalText,
  phone: optionalText,
  gender: optionalText,
  birthDate: optionalText,
  address: orUndefined(addressSchema),
  consents: listOf(z.looseObject({ type: z.string(), status: z.boolean() })),
  discountCoupons: listOf(couponSchema),
  externalIds,
  customerGroups: listOf(z.looseObject({ id: optionalText, name: optionalText })),
  properties,
  tags: listOf(z.string()),
  storeIds: listOf(z.string()),
  isCustomerClubMember: flag,
  isInactive: flag,
  created: optionalText,
  modified: optionalText,
});
export type WireCustomer = z.infer<typeof customerSchema>;

/** CustomerClubMember (contracts/omnium.md 5). */
const memberSchema = z.looseObject({
  customerId: z.string(),
  tier: orUndefined(z.looseObject({ name: optionalText })),
});
export type Member = z.infer<typeof memberSchema>;

const parserOf =
  <Value>(schema: z.ZodMiniType<Value>) =>
  (json: unknown): Value | undefined => {
    const parsed = schema.safeParse(json);
    return parsed.success ? parsed.data : undefined;
  };

export const parseCustomer = parserOf(customerSchema);
export const parseMember = parserOf(memberSchema);

/** The envelope of every search (contracts/omnium.md 4.4). */
const foundSchema = z.looseObject({
  result: z.array(z.unknown()),
  totalHits: orUndefined(z.int().check(z.nonnegative())),
});
export const parseFound = parserOf(foundSchema);

/** The counters of a PATCH; one that does not count is taken by its status alone (contracts/omnium.md 4.1). */
const countersSchema = z.looseObject({
  notFoundCount: orUndefined(z.number()),
  errorCount: orUndefined(z.number()),
});
export const parseCounters = parserOf(countersSchema);

const voucherSchema = z.looseObject({
  id: z.string().check(z.minLength(1)),
  customerId: optionalText,
  voucherNumber: optionalText,
  amount: orUndefined(numeric),
  currency: optionalText,
  expiryDate: optionalText,
  status: optionalText,
  modified: optionalText,
});
export const parseVoucher = parserOf(voucherSchema);
export type WireVoucher = z.infer<typeof voucherSchema>;
