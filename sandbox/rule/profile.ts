import * as z from "zod";

/** How this Rule account behaves where accounts differ or nothing is published (contracts/rule.md §2, §3, §6, §13). */
export const profileSchema = z.strictObject({
  apiKeys: z.array(z.string().min(1)).default(["sandbox-rule-key", "sandbox-rule-orders-key"]),
  accountId: z.int().default(4711),
  /** Given to a subscriber who is made without one. */
  language: z.string().default("sv"),
  /** A field that the contract does not know: 400 or 422, or dropped without a word. */
  unknownFields: z.enum(["refuse", "ignore"]).default("refuse"),
  v3ValidationStatus: z.union([z.literal(400), z.literal(422)]).default(422),
  /** v2 refusals keep their body and say 200: a client must look at `error`. */
  v2RefusalsAs200: z.boolean().default(false),
  /** v3 create of somebody who exists: the status is undocumented, and one page says that it updates. */
  v3CreateExisting: z.enum(["400", "409", "422", "update"]).default("422"),
  /** identified_by=custom_identifier on v2: the client sends it, the documentation does not list it. */
  v2CustomIdentifier: z.boolean().default(true),
  identifierCase: z.enum(["insensitive", "exact"]).default("insensitive"),
  /** A phone in a path: only as it is stored, or read as in a write. */
  phoneLookup: z.enum(["exact", "normalised"]).default("exact"),
  /** E-mail of one subscriber and phone of another in one upsert. */
  upsertMatchesTwo: z.enum(["409", "email"]).default("409"),
  numbersAsText: z.boolean().default(false),
  /** What `fields_clear: true` reaches: the groups that the request names, or all of the subscriber. */
  fieldsClear: z.enum(["groups", "all"]).default("groups"),
  bulkSkipsSuppressed: z.boolean().default(true),
  /** A v2 array of at least this many is only acknowledged, and done later. */
  bulkAsyncFrom: z.int().positive().default(100),
  /** By the instance's clock: what is answered "later" is done after this. */
  asyncDelayMs: z.number().nonnegative().default(1000),
  /** true: v3 tag calls on one subscriber are done before the answer, as a page of the client says. */
  v3SingleTagAtOnce: z.boolean().default(false),
  fieldDataStatus: z.union([z.literal(200), z.literal(201), z.literal(204)]).default(200),
  /** By the instance's clock: a new record is found and listed only after this. */
  fieldDataLagMs: z.number().nonnegative().default(0),
  /** A write's `historical` differs from the group's own: which of the two decides. */
  historicalBy: z.enum(["group", "request"]).default("group"),
  recordsOrder: z.enum(["newest", "oldest"]).default("newest"),
  perPage: z.int().min(1).max(100).default(15),
  unknownGroupRead: z.enum(["404", "empty"]).default("404"),
  jsonReadAs: z.enum(["string", "decoded"]).default("string"),
  /** A historical group in v2's fields: its latest record, or one entry for each. */
  v2History: z.enum(["latest", "all"]).default("latest"),
  /** Requests of the account in a window of the instance's clock; 0 = no limit. */
  requestsAllowed: z.int().nonnegative().default(6000),
  requestsWindowMs: z.int().positive().default(60_000),
  /** Percent; above it the account is blocked. */
  errorPercentLimit: z.int().min(0).max(100).default(49),
  errorWindowMs: z.int().positive().default(60_000),
  /** The percentage is taken of at least so many requests, or the first miss would block. */
  errorMinRequests: z.int().positive().default(100),
  blockMs: z.int().nonnegative().default(60_000),
  /** Every call during a block lengthens it by this. */
  blockExtensionMs: z.int().nonnegative().default(10_000),
  retryAfterForm: z.enum(["stockholm", "seconds"]).default("stockholm"),
  v2RateHeaders: z.boolean().default(false),
});

export type Profile = z.infer<typeof profileSchema>;
