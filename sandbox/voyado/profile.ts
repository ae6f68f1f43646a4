import * as z from "zod";

/** How this tenant of Engage behaves where tenants differ or nothing is published (contracts/voyado.md §16.4, §17). */
export const profileSchema = z.strictObject({
  apiKeys: z.array(z.string()).default(["sandbox-voyado-key", "sandbox-voyado-orders-key"]),
  /** Real time, per key; 0 switches the limit off. */
  rateLimitPerSecond: z.int().nonnegative().default(200),
  preferenceSpelling: z.enum(["acceptsEmail", "AcceptsEmails"]).default("acceptsEmail"),
  itemsCase: z.enum(["items", "Items"]).default("items"),
  /** Dotted path below `labelsPlace`. */
  labelsPath: z.string().min(1).default("labels"),
  labelsPlace: z.enum(["attributes", "root"]).default("attributes"),
  labelsShape: z.enum(["strings", "objects", "csv"]).default("strings"),
  /** Path such as /api/v3/contacts/{contactId}/labels; when set, labels are answered there and nowhere else. */
  labelsUrl: z.string().default(""),
  customKey: z.enum(["memberNumber", "externalId"]).default("memberNumber"),
  dnb: z.boolean().default(true),
  dnbUnknown: z.enum(["404", "204", "empty"]).default("404"),
  createConflict: z.enum(["409", "guid"]).default("409"),
  /** Every create is refused with ContactWithKeyIsBeingCreated. */
  beingCreated: z.boolean().default(false),
  /** A new contact stays invisible this long; a second create with its key gets ContactWithKeyIsBeingCreated. */
  beingCreatedMs: z.number().nonnegative().default(0),
  contactTypes: z
    .array(
      z.strictObject({
        id: z.string(),
        key: z.enum(["email", "mobilePhone", "externalId", "socialSecurityNumber"]),
        mandatory: z.array(z.string()),
      }),
    )
    .default([
      { id: "Member", key: "email", mandatory: [] },
      { id: "Contact", key: "email", mandatory: [] },
    ]),
  customFields: z.array(z.string()).default(["isVip", "shoeSize", "favouriteSport"]),
  groupCurrency: z.string().default("SEK"),
  /** Fixed factors local → group currency; a receipt in a currency without one needs its own rate. */
  exchangeRates: z
    .record(z.string(), z.string())
    .default({ NOK: "0.98", EUR: "11.20", USD: "10.40", DKK: "1.50", GBP: "13.10" }),
  /** Contract default is 15 minutes; here 0, so that a demo sees its history at once. */
  receiptDelayMs: z.number().nonnegative().default(0),
  receiptStatus: z.int().min(200).max(299).default(202),
  skipReceiptTotalGrossPriceValidation: z.boolean().default(false),
  reactivationLimit: z.int().nonnegative().default(3),
  omitLocalValues: z.boolean().default(false),
  transactionsOrder: z.enum(["newest", "oldest"]).default("newest"),
  netPriceSum: z.enum(["paid", "exVat"]).default("paid"),
  /** false: the v3 redeem does not know the ids of the v2 list, answer PromotionNotFound. */
  v3KnowsPromotionIds: z.boolean().default(true),
  overviewMaxAgeMs: z.number().nonnegative().default(3_600_000),
  /** v3 calls that this tenant does not have yet: path parts that answer 404, e.g. ["/api/v3/reward-vouchers"]. */
  missingPaths: z.array(z.string()).default([]),
});

export type Profile = z.infer<typeof profileSchema>;
