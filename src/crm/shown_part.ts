import type { CardPart } from "../model/customer.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Outcome } from "../model/outcome.ts";
import type { CrmCall } from "./port.ts";
import type { Log } from "./reply.ts";

/** Maps one part, and logs by count what cannot be shown: it hides something that a customer owns. */
export const shownPart = <Wire, Shown>(
  log: Log,
  part: CardPart,
  read: Outcome<readonly Wire[], CrmFailure>,
  call: CrmCall,
  map: (wire: Wire) => Shown | undefined,
): Shown[] => {
  if (!read.ok) {
    log("crm_part_missing", {
      part,
      failure: read.failure.kind,
      request_id: call.requestId,
    });
    return [];
  }
  const mapped = read.value.flatMap((wire) => map(wire) ?? []);
  const hidden = read.value.length - mapped.length;
  if (hidden > 0)
    log("crm_instruments_hidden", { part, count: hidden, request_id: call.requestId });
  return mapped;
};
