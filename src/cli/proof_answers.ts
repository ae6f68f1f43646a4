import * as z from "zod";

/** A day's proof as the operations API tells it (docs/admin.md). Totals are minor units. */
const count = z.object({
  store: z.string(),
  currency: z.string(),
  destination: z.string(),
  outcome: z.string(),
  reason: z.string(),
  orders: z.number(),
  total: z.number(),
});
export type ProofCountAnswer = z.output<typeof count>;

const difference = z.object({
  orderId: z.number(),
  destination: z.string(),
  outcome: z.string(),
  reason: z.string(),
  receipt: z.string(),
  store: z.string(),
  currency: z.string(),
  total: z.number().nullable(),
  delivered: z.number().nullable(),
  mend: z.string(),
});

const site = z.object({
  account: z.number(),
  site: z.number(),
  day: z.string(),
  state: z.enum(["running", "done"]),
  orders: z.number(),
  remaining: z.number().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  lastError: z.string().nullable(),
  counts: z.array(count),
  differences: z.array(difference),
});
export type ProofSiteAnswer = z.output<typeof site>;

export const proofAnswer = z.object({
  day: z.string(),
  state: z.enum(["running", "done"]),
  since: z.number(),
  items: z.array(site),
});
export type ProofAnswer = z.output<typeof proofAnswer>;
