import { type Attempt, unclear } from "./attempt.ts";
import type { Road } from "./journal_deps.ts";
import type { NotYet } from "./lane_admission.ts";
import type { LaneSale } from "./lane_host.ts";
import { pausedUntil } from "./pause.ts";
import type { Intend } from "./turn_sale.ts";

export type DeliveryAttempt = {
  readonly sale: LaneSale;
  /** An earlier attempt began to send and never told how it ended. */
  readonly unclearBefore: boolean;
};

/**
 * One attempt to bring a sale to a destination, by its lane. Rejects when the lane is lost, and it may
 * be tried again.
 * @param intend called right before the sale is sent, so that a crash leaves a trace; false: not to be sent after all.
 */
export const deliverSale = async (
  { sale, unclearBefore }: DeliveryAttempt,
  road: Road,
  now: number,
  intend: Intend<boolean>,
): Promise<Attempt | NotYet> => {
  if (unclearBefore && !road.idempotent) return unclear;
  const paused = pausedUntil(road, now);
  if (paused !== undefined) return paused;
  let sent = false;
  let over = false;
  try {
    return await road.deliver(sale, async (...recipient) => {
      // The lane may be slower to notice that nobody listens: what is not written down is not sent.
      if (over) throw new Error("the journal waits no more");
      sent = intend(...recipient);
      return sent;
    });
  } catch (fault) {
    if (sent && !road.idempotent) return unclear;
    throw fault;
  } finally {
    over = true;
  }
};
