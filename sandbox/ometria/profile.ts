import * as z from "zod";

const key = z.strictObject({
  key: z.string(),
  resources: z.array(z.enum(["push", "data", "transactional"])),
});

/** Whether a record that is wrong in itself is refused with its whole push, counted as rejected, or found later. */
const treatment = z.enum(["refused", "rejected", "late"]);

/** How this account behaves where accounts differ or nothing is published (contracts/ometria.md §1 to §9, §12). */
export const profileSchema = z.strictObject({
  apiKeys: z.array(key).default([
    { key: "sandbox-ometria-key", resources: ["push", "data"] },
    { key: "sandbox-ometria-mail-key", resources: ["transactional"] },
  ]),
  /** Missing or unknown key. Only 403 is published, for a key without the right (§2). */
  wrongKeyStatus: z.union([z.literal(401), z.literal(403)]).default(403),
  requireContentType: z.boolean().default(true),

  /** Real time, per account; 0 switches a limit off. Push is 4 in the older text, 8 in the newest. */
  pushPerSecond: z.int().nonnegative().default(4),
  dataPerSecond: z.int().nonnegative().default(4),
  transactionalPerSecond: z.int().nonnegative().default(30),
  maxRecords: z.int().positive().default(100),
  maxRecordBytes: z.int().positive().default(60_000),
  /** 0: no cap, as the newest text has it. */
  queueLimit: z.int().nonnegative().default(50_000),
  queueHeaders: z.boolean().default(true),
  /** Records of other senders that wait in the same queue. */
  foreignQueue: z.int().nonnegative().default(0),
  unknownParameters: z.enum(["refuse", "ignore"]).default("refuse"),
  limitAboveMax: z.enum(["refuse", "clamp"]).default("refuse"),

  pushStatus: z.union([z.literal(200), z.literal(202)]).default(202),
  /** By the instance's clock: from the push until the record is validated and stored. */
  processingMs: z.number().nonnegative().default(2000),
  /** From then until profiles, and the search by e-mail, know of it. */
  profileLagMs: z.number().nonnegative().default(0),
  oversizedRecord: treatment.default("refused"),
  malformedRecord: treatment.default("late"),
  unknownFields: z.enum(["error", "ignore"]).default("error"),
  /** Where `_errors` puts error_message and error_path. */
  errorShape: z.enum(["message", "flat"]).default("message"),
  errorRequestId: z.boolean().default(true),
  errorsShown: z.int().positive().default(100),

  /** An update without `@merge`: `complete` blanks what it leaves out, `partial` keeps it. */
  updateSemantics: z.enum(["complete", "partial"]).default("complete"),
  mergeDepth: z.enum(["shallow", "deep"]).default("shallow"),
  contactNeeds: z.enum(["identifier", "email"]).default("identifier"),
  /** Whether grand_total must be the sum of its parts; `audit` only shows the difference. */
  orderTotals: z.enum(["audit", "refuse"]).default("audit"),
  isValidDefault: z.boolean().default(true),
  refundsLowerRevenue: z.boolean().default(true),
  reportingCurrency: z.string().default("SEK"),
  /** Fixed factors sale currency → reporting currency, for orders without `totals.base`. */
  exchangeRates: z
    .record(z.string(), z.string())
    .default({ NOK: "0.98", EUR: "11.20", USD: "10.40", DKK: "1.50", GBP: "13.10" }),

  phoneIdentification: z.boolean().default(false),
  /** A new customer id whose e-mail belongs to a profile with another one. */
  sameEmailOtherCustomer: z.enum(["separate", "join"]).default("separate"),
  /** `optOutWins` is the newer text; `sources` and `controller` are the two rankings of the older one. */
  optInRule: z.enum(["optOutWins", "sources", "controller"]).default("optOutWins"),
  /** A marketing_optin without its timestamp. */
  undatedOptIn: z.enum(["ignored", "counts"]).default("ignored"),
  smsDoubleOptIn: z.boolean().default(false),
  emailSearch: z.enum(["array", "object"]).default("array"),
  unknownEmail: z.enum(["empty", "404"]).default("empty"),
  lists: z.array(z.strictObject({ id: z.int(), title: z.string() })).default([
    { id: 1, title: "Newsletter" },
    { id: 2, title: "Members" },
  ]),

  eventTypes: z
    .array(z.string())
    .default([
      "bonus_check_redeemed",
      "bonus_check_reversed",
      "promotion_redeemed",
      "promotion_reversed",
    ]),
  maxEventType: z.int().positive().default(32),

  /** Transactional templates, each with the merge fields that it uses. */
  templates: z
    .array(z.strictObject({ id: z.int(), uses: z.array(z.string()) }))
    .default([{ id: 12, uses: ["contact.firstname", "details.orderID", "totals.grandTotal"] }]),
  strictStream: z.boolean().default(true),
  /** The body of a send's 200 is not published. */
  mailAnswer: z.enum(["json", "empty"]).default("json"),
});

export type AccountProfile = z.infer<typeof profileSchema>;
