import * as z from "zod";

/** Answers of the operations API as the commands read them (docs/admin.md): ids and outcomes, never a person. */

const step = z.object({
  at: z.string(),
  event: z.string(),
  from: z.string(),
  to: z.string(),
  request_id: z.string(),
  register: z.string().optional(),
  store: z.string().optional(),
  staff: z.string().optional(),
  ms: z.number().optional(),
  detail: z.string().optional(),
});

const redemption = z.object({
  redemption_id: z.string(),
  redeem_id: z.string(),
  channel: z.string().optional(),
  kind: z.string(),
  instrument: z.string(),
  state: z.string(),
  order: z.string().optional(),
  receipt_number: z.string().optional(),
  store: z.string().optional(),
  register: z.string().optional(),
  started_at: z.string(),
  committed_at: z.string().optional(),
  settled_at: z.string().optional(),
  steps: z.array(step),
});
export type RedemptionAnswer = z.output<typeof redemption>;
export const redemptionsAnswer = z.object({ redemptions: z.array(redemption) });

const reversal = z.object({
  redemption_id: z.string(),
  kind: z.string(),
  instrument: z.string(),
  outcome: z.string(),
  state: z.string(),
});
export type ReversalAnswer = z.output<typeof reversal>;
export const reversedAnswer = z.object({ redemptions: z.array(reversal) });

const receipt = z.object({
  channel: z.string(),
  receiptId: z.string(),
  kind: z.string(),
  cause: z.string(),
  state: z.string(),
  customer: z.string(),
  /** Absent from a gateway of before. */
  foundBy: z.string().optional(),
  reason: z.string(),
  note: z.string(),
});
export type ReceiptAnswer = z.output<typeof receipt>;
export const reassignedAnswer = z.object({
  outcome: z.string(),
  channel: z.string(),
  receipts: z.array(receipt),
});

/** Times in epoch milliseconds, amounts in minor units; `soldAt` is local time of the store. */
export const orderTrace = z.object({
  orderId: z.number(),
  account: z.number(),
  site: z.number(),
  state: z.string(),
  note: z.string(),
  receipt: z.string().optional(),
  store: z.string().optional(),
  currency: z.string().optional(),
  total: z.number().optional(),
  soldAt: z.string().optional(),
  deliveries: z.array(
    z.object({
      channel: z.string(),
      state: z.string(),
      reason: z.string(),
      attempt: z.number(),
      nextAt: z.number().optional(),
      deliveredAt: z.number().optional(),
      changedSince: z.boolean(),
    }),
  ),
  updatedAt: z.number(),
  events: z.array(
    z.object({
      event_id: z.string(),
      type: z.string(),
      state_changed: z.string().nullable(),
      at: z.number(),
      received_at: z.number(),
    }),
  ),
  hops: z.array(
    z.object({
      at: z.number(),
      hop: z.string(),
      attempt: z.number(),
      status: z.string(),
      ms: z.number(),
      note: z.string(),
    }),
  ),
  /** Absent from a gateway of before. */
  receipts: z.array(receipt).optional(),
  payload: z.string().optional(),
});
export type OrderTraceAnswer = z.output<typeof orderTrace>;

const place = { account: z.number(), site: z.number() };
export const ordersAnswer = z.object({
  items: z.array(z.object({ ...place, orderId: z.number(), trace: orderTrace.nullable() })),
  notAsked: z.array(z.object({ ...place, detail: z.string() })),
});
export type OrdersAnswer = z.output<typeof ordersAnswer>;

const deadLetter = z.object({
  id: z.string(),
  kind: z.string(),
  reason: z.string(),
  field: z.string().optional(),
  account: z.number().optional(),
  site: z.number().optional(),
  orderId: z.number().optional(),
  receiptNumber: z.string().optional(),
  destination: z.string().optional(),
  payload: z.record(z.string(), z.unknown()),
  createdAt: z.number(),
  replayedAt: z.number().optional(),
});
export type DeadLetterAnswer = z.output<typeof deadLetter>;
export const deadLettersAnswer = z.object({ items: z.array(deadLetter), more: z.boolean() });
export const replayedAnswer = z.object({ replayed: z.string() });
export const allReplayedAnswer = z.object({ replayed: z.array(z.string()), more: z.boolean() });

const pause = z.object({
  what: z.string(),
  channel: z.string().optional(),
  since: z.number(),
});
export type PauseAnswer = z.output<typeof pause>;
export const pausesAnswer = z.object({ pauses: z.array(pause) });
export const resumedAnswer = z.object({ resumed: z.number(), pauses: z.array(pause) });
