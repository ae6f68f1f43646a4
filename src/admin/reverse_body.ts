import * as z from "zod/mini";

export const repairReason = z
  .string()
  .check(z.trim(), z.minLength(3), z.maxLength(200))
  .register(z.globalRegistry, {
    description: "Kept in the trail; why, never who the customer is.",
  });

/** Gives back one redemption, named by the path. */
export const reverseOneBody = z.object({ reason: repairReason });

/** Gives back what a till's answer redeemed: all of it, or one instrument. */
export const reverseBody = z.object({
  reason: repairReason,
  instrument: z.optional(
    z.object({
      kind: z.enum(["promotion", "bonus_check"]),
      id: z.string().check(z.minLength(1), z.maxLength(200)),
    }),
  ),
});
