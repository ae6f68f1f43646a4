import * as z from "zod";

/** Backfills as the operations API tells of them (docs/admin.md). Times are epoch milliseconds, amounts minor units. */
const backfill = z.object({
  id: z.string(),
  account: z.number(),
  site: z.number(),
  channel: z.string().nullable(),
  dryRun: z.boolean(),
  from: z.number(),
  to: z.number(),
  state: z.enum(["waiting", "running", "finishing", "stopped", "done"]),
  found: z.number(),
  handed: z.number(),
  onTheirWay: z.number(),
  remaining: z.number().nullable(),
  position: z.number(),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  lastError: z.string().nullable(),
  totals: z
    .array(
      z.object({
        day: z.string(),
        store: z.string(),
        currency: z.string(),
        orders: z.number(),
        total: z.number(),
      }),
    )
    .optional(),
});
export type BackfillAnswer = z.output<typeof backfill>;
export const backfillsAnswer = z.object({ items: z.array(backfill) });
