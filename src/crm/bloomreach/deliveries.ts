import { mayHaveActed } from "../../model/crm_failure.ts";
import type { Sale } from "../../model/sale.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import { batchSize, secondsOf, sendBatch } from "./batch.ts";
import { addressOf, type Project } from "./customers.ts";
import { eventIdsSince } from "./events.ts";
import { saleCommands } from "./sale_events.ts";

/** One sale after the other: each waits for its answer. */
export const deliver = async (
  project: Project,
  sales: readonly { readonly sale: Sale; readonly customerId: string | undefined }[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  const results: DeliveryResult[] = [];
  for (const { sale, customerId } of sales)
    results.push(await deliverOne(project, sale, customerId, call));
  return results;
};

/**
 * Sends what Bloomreach does not have yet. What was sent shows after a while only, so after an answer
 * that is not clear, or a refusal of a part, nothing is sent again before that.
 */
const deliverOne = async (
  project: Project,
  sale: Sale,
  customerId: string | undefined,
  call: CrmCall,
): Promise<DeliveryResult> => {
  const { settings } = project;
  if (customerId === undefined)
    return { kind: "refused", reason: "an event needs its customer", field: "customer_id" };
  const ids = await addressOf(project, customerId);
  if (ids === undefined)
    return { kind: "refused", reason: "not a customer id of this project", field: "customer_id" };
  const commands = saleCommands(sale, ids, settings);
  if (!commands.ok) return { kind: "refused", ...commands.failure };

  const types = [settings.events.purchase, settings.events.purchase_item];
  const from = secondsOf(Date.parse(sale.at));
  const there = await eventIdsSince(project, ids, types, from, call);
  if (!there.ok) return { kind: "retry", failure: there.failure };
  const missing = commands.value.filter(({ command_id }) => !there.value.has(command_id));
  for (let start = 0; start < missing.length; start += batchSize) {
    const sent = await sendBatch(project, missing.slice(start, start + batchSize), call);
    if (sent.ok) continue;
    const { failure } = sent;
    // A part of the batch may have gone through.
    const mayBeThere = start > 0 || mayHaveActed(failure) || failure.kind === "set_up_fault";
    return failure.kind === "refused"
      ? { kind: "refused", reason: failure.detail }
      : {
          kind: "retry",
          failure,
          ...(mayBeThere ? { afterMs: settings.writesShowWithinMs } : {}),
        };
  }
  return {
    kind: "delivered",
    ...(missing.length < commands.value.length
      ? { note: `${commands.value.length - missing.length} events were there already` }
      : {}),
  };
};
