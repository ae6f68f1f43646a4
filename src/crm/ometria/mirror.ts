import { formatMinor } from "../../model/money.ts";
import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, MirroredUse } from "../port.ts";
import type { Ometria } from "./client.ts";
import { given } from "./customer_mapping.ts";
import { isOurs } from "./order_customer.ts";
import { push } from "./push.ts";

/** The event's id is the step's: told twice, it is one event (contracts/ometria.md 7). */
export const mirror = async (
  ometria: Ometria,
  customerId: string,
  { eventId, ref, what, at, used, left, receiptNumber, storeId }: MirroredUse,
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  if (!ometria.settings.mirrorRedemptions) return ok({});
  // What an order settled belongs to the event of its use.
  const id = eventId.replace(/-settled$/, "-redeemed");
  const amount = used ?? left;
  return push(
    ometria,
    [
      {
        "@type": "custom_event",
        id,
        event_type: `${ref.kind}_${what === "given_back" ? "reversed" : "redeemed"}`,
        timestamp: new Date(at).toISOString(),
        [isOurs(customerId) ? "identity_account_id" : "profile_id"]: customerId,
        properties: given({
          instrument_id: ref.id,
          amount: used && formatMinor(used.minor, used.currency),
          left: left && formatMinor(left.minor, left.currency),
          currency: amount?.currency,
          store: storeId,
          receipt_id: receiptNumber,
        }),
      },
    ],
    call,
  );
};
