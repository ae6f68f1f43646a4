import * as z from "zod";

/** How this project behaves where projects differ or nothing is published (contracts/bloomreach.md §1 to §7, §11). */
export const profileSchema = z.strictObject({
  /** In the path of every call; looks like a UUID and is no secret (published). */
  projectToken: z.string().default("b1000000-0000-4000-8000-000000000001"),
  /** Both texts are published, but not which one comes when. */
  badProjectText: z
    .enum(["Could not authenticate", "Invalid project id"])
    .default("Could not authenticate"),
  /** Each hard type has one value per customer; with several, the first one in this list addresses the profile (assumed). */
  hardIds: z.array(z.string()).min(1).default(["registered"]),
  softIds: z
    .array(z.string())
    .default(["cookie", "phone_id", "card_id", "email_id", "google_analytics"]),
  softIdValues: z.int().positive().default(64),
  /** Case-sensitive by default (published); "lower" is what a server-side option would do (assumed). */
  hardIdCase: z.enum(["sensitive", "lower"]).default("sensitive"),
  /** An ID type that the project does not have: test policy is to refuse (assumed); "ignore" leaves it out. */
  unknownIdType: z.enum(["refuse", "ignore"]).default("refuse"),
  /** Members that no page names (assumed): a slip of the pen should be seen. */
  unknownMembers: z.enum(["refuse", "ignore"]).default("refuse"),
  /** From the receipt of a write to its effect, by the instance's clock; not published, §11 says 2 s. */
  queueDelayMs: z.number().nonnegative().default(2000),
  /** Array order in a batch is not execution order (published), so the default turns it round. */
  batchOrder: z.enum(["reversed", "given"]).default("reversed"),
  /** The answer of a read about an unknown customer is not published; both kinds occur (§6). */
  unknownCustomer: z.enum(["404", "nulls"]).default("404"),
  /** One text can come in three members (published); "published" is the one of §2, the others force one on all. */
  errorStyle: z.enum(["published", "error", "errors", "message"]).default("published"),
  /** A write without any id: "4xx" (published). */
  missingIdStatus: z.int().min(400).max(499).default(400),
  /** No valid id, or not permitted: 200 with success=false on an older page (published). */
  refusedWriteStatus: z.int().min(200).max(499).default(200),
  /** "At least one property" (published) against "{} is the empty form" (third party). */
  emptyUpdate: z.enum(["refuse", "accept"]).default("refuse"),
  /** Optional on the newer page, at least one on the older one (published). */
  emptyEvent: z.enum(["accept", "refuse"]).default("accept"),
  /** What a property set to null does is not published. */
  nullProperty: z.enum(["store", "remove"]).default("store"),
  /** Properties per customer and the size of one, by contract with the vendor (published). */
  propertyQuota: z.enum(["255 of 16 kB", "1024 of 2 KiB"]).default("255 of 16 kB"),
  batchCommands: z.int().positive().default(50),
  /** Tracking calls, real time, per IP: 6000 a minute is 100 a second (published). 0 switches it off. */
  rateLimitPerSecond: z.int().nonnegative().default(100),
  /** Data API: not published, so none. */
  readLimitPerSecond: z.int().nonnegative().default(0),
  /** Seconds in Retry-After of a 429; 0 sends none, as none is published. */
  retryAfter: z.int().nonnegative().default(0),
  /** A rotated secret keeps working this long (published). */
  oldSecretMs: z.number().nonnegative().default(86_400_000),
  /** Properties marked Private, which anonymizing drops. */
  privateProperties: z
    .array(z.string())
    .default([
      "first_name",
      "last_name",
      "email",
      "phone",
      "gender",
      "birth_date",
      "address",
      "zip",
      "city",
    ]),
});

export type Profile = z.infer<typeof profileSchema>;
