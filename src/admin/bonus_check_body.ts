import * as z from "zod/mini";

const text = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most));

/** One line of a file: a customer by phone or e-mail, and what they get. */
const row = z.object({
  /** The line's number in the file, for the answer. */
  row: z.int().check(z.positive()),
  mobile: z.optional(text(40)),
  email: z.optional(text(254)),
  checks: z
    .array(
      z.object({
        id: text(100),
        name: z.optional(z.string().check(z.maxLength(200))),
        description: z.optional(z.string().check(z.maxLength(500))),
        value: text(20),
        currency: z.optional(text(3)),
        valid_until: z.optional(text(10)),
      }),
    )
    .check(z.minLength(1), z.maxLength(50)),
});
export type BonusCheckRow = z.infer<typeof row>;

/** Few enough for one answer in time: each is some calls to the CRM. */
export const bonusCheckBody = z.object({
  rows: z.array(row).check(z.minLength(1), z.maxLength(10)),
  dry_run: z.optional(z.boolean()),
});
