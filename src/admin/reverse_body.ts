import * as z from "zod";

const reason = z.string().trim().min(3).max(200).meta({
  description: "Kept in the trail; why, never who the customer is.",
});

/** Gives back one redemption, named by the path. */
export const reverseOneBody = z.object({ reason });

/** Gives back what a till's answer redeemed: all of it, or one instrument. */
export const reverseBody = z.object({
  reason,
  instrument: z
    .object({ kind: z.enum(["promotion", "bonus_check"]), id: z.string().min(1).max(200) })
    .optional(),
});
