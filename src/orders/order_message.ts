import * as z from "zod/mini";

/**
 * What travels through the Queue and into the journal: ids alone, so that it is
 * small (a few hundred bytes) and holds nothing of a person.
 */
export const orderMessage = z.object({
  tenant: z.string(),
  /** Sitoo's account and site numbers. */
  account: z.int(),
  site: z.int(),
  orderId: z.int().check(z.positive()),
  /** Unique per account; what the journal recognises a repeated event by. */
  eventId: z.string(),
  /** Sitoo's `order_event_type`, or one of the gateway's own below. */
  type: z.string(),
  /**
   * Of a `backfill`: the destinations that it is for; no other one gets the order because of it.
   * Of a `replay`: the mail that is to be sent anew. Absent: each.
   */
  channels: z.optional(z.array(z.string())),
  stateChanged: z.optional(z.enum(["open", "closed", "cancelled"])),
  /** Time of the event at Sitoo, epoch milliseconds. */
  at: z.int(),
  /** Epoch milliseconds. */
  receivedAt: z.int(),
});
export type OrderMessage = z.infer<typeof orderMessage>;

/** Sitoo's own, when staff have a receipt sent by e-mail (the name is published, what it means assumed). */
export const emailReceiptType = "email-receipt";
/** Try again what was refused or skipped. */
export const replayType = "replay";
/** Found in Sitoo's list by the catch-up, which no event had told of. */
export const walkType = "walk";
/** Wanted by a backfill alone: behind everything live, and where it was asked for `live_from` does not hold it back. */
export const backfillType = "backfill";
