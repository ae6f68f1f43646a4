import * as z from "zod";

/** contracts/omnium.md §2 and §16.2; 0 switches a cap off. */
export const limits = z.strictObject({
  perUserAtOnce: z.int().nonnegative().default(20),
  tenantAtOnce: z.int().nonnegative().default(40),
  batchAtOnce: z.int().nonnegative().default(4),
  bucket: z.int().nonnegative().default(12_000),
  refill: z.int().nonnegative().default(1000),
  refillMs: z.int().positive().default(10_000),
  /** "Scroll start calls are limited harder" (published); how hard is not: per refill interval (assumed). */
  scrollStarts: z.int().nonnegative().default(10),
  /** Retry-After, in seconds, of a request that came while too many were under way (assumed). */
  retryAfterSeconds: z.int().nonnegative().default(1),
});

const expected = z.strictObject({
  countryCode: z.string(),
  minExpectedNumberLength: z.int().nonnegative(),
  maxExpectedNumberLength: z.int().nonnegative(),
});

/** PrivateCustomerPhoneFormatSettings (contracts/omnium.md §4.5). */
export const phoneFormat = z.strictObject({
  requireCountryCode: z.boolean().default(true),
  removeCountryCode: z.boolean().default(false),
  usePlusInCountryCode: z.boolean().default(true),
  useZeroZeroInCountryCode: z.boolean().default(false),
  defaultCountryCode: z.string().default("46"),
  expectedPhoneNumberFormats: z.array(expected).default([
    { countryCode: "46", minExpectedNumberLength: 9, maxExpectedNumberLength: 10 },
    { countryCode: "47", minExpectedNumberLength: 8, maxExpectedNumberLength: 8 },
    { countryCode: "358", minExpectedNumberLength: 5, maxExpectedNumberLength: 12 },
    { countryCode: "1", minExpectedNumberLength: 10, maxExpectedNumberLength: 10 },
  ]),
});

export type Limits = z.infer<typeof limits>;
export type PhoneFormat = z.infer<typeof phoneFormat>;
