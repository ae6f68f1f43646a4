import type { Crm } from "../src/crm/port.ts";
import type { CreateCustomer } from "../src/crm/create_customer.ts";
import { mailsNone } from "../src/crm/mails_none.ts";
import type { Road } from "../src/orders/journal_deps.ts";
import { deliverTurn } from "../src/orders/lane_turn.ts";

/** A road without a lane: every sale goes at once and alone. */
export const directRoad = (
  crm: Crm,
  createCustomer: CreateCustomer,
  log: (entry: Record<string, unknown>) => void = () => undefined,
): Road => ({
  idempotent: crm.capabilities.deliveryIdempotent,
  pausedSince: undefined,
  room: () => Promise.resolve(undefined),
  deliver: async (sale, intend) => {
    const [answer] = await deliverTurn([{ ...sale, intend }], {
      crm: { ...crm, mailReceipt: crm.mailReceipt ?? (() => Promise.resolve(mailsNone)) },
      createCustomer,
      now: () => 0,
      log,
    });
    if (answer === undefined) throw new Error("a turn answers every sale");
    return answer.attempt;
  },
});
