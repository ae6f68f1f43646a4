import { inUnits } from "../../model/money.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, MirroredUse } from "../port.ts";
import { eventOf, secondsOf, sendBatch } from "./batch.ts";
import { addressOf, type Project, unknownCustomer } from "./customers.ts";
import { eventIdsSince } from "./events.ts";

/**
 * One step of the ledger as an event: `…_redeemed`, once more with what the closed order used and its
 * receipt, or `…_reversed` (contracts/bloomreach.md 10, assumed). `step` tells the two apart.
 */
export const mirror = async (
  project: Project,
  customerId: string,
  use: MirroredUse,
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  const ids = await addressOf(project, customerId);
  if (ids === undefined) return failed(unknownCustomer);
  const { events } = project.settings;
  const { kind, id } = use.ref;
  const type = events[`${kind}_${use.what === "given_back" ? "reversed" : "redeemed"}`];
  const at = secondsOf(Date.parse(use.at));
  const there = await eventIdsSince(project, ids, [type], at, call);
  if (!there.ok) return there;
  if (there.value.has(use.eventId)) return ok({});
  const { used, left } = use;
  const properties = {
    event_id: use.eventId,
    step: use.what,
    [`${kind}_id`]: id,
    ...(used === undefined
      ? {}
      : { amount: inUnits(used.minor, used.currency), currency: used.currency }),
    ...(left === undefined ? {} : { remaining: inUnits(left.minor, left.currency) }),
    ...(use.receiptNumber === undefined ? {} : { receipt_id: use.receiptNumber }),
    ...(use.storeId === undefined ? {} : { purchase_source_name: use.storeId }),
  };
  return sendBatch(project, [eventOf(ids, type, properties, at, use.eventId)], call);
};
