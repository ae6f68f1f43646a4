import * as z from "zod/mini";
import { repairReason } from "./reverse_body.ts";

/** Gives the sale of an order to the customer whose it is. */
export const reassignBody = z.object({
  /** The CRM's id. */
  customer: z.string().check(z.trim(), z.minLength(1), z.maxLength(128)),
  /** Needed where the order goes to several. */
  channel: z.optional(z.string().check(z.minLength(1), z.maxLength(32))),
  reason: repairReason,
  /** Says what would be done, and does nothing. */
  dry_run: z.optional(z.boolean()),
});
