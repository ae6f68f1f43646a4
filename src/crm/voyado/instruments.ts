import type { CardPart } from "../../model/customer.ts";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments } from "../port.ts";
import type { Voyado } from "./client.ts";
import { promotionOf, readPromotions } from "./promotions.ts";
import { isPathId } from "./routes.ts";
import { bonusCheckOf, readVouchers } from "./vouchers.ts";

/**
 * Promotions and vouchers, read side by side; a part that cannot be read is named in `degraded` and fails nothing.
 * Promotions of every kind are there with their `offer`: what a till takes of them is for the SPI to decide.
 */
export const instruments = async (
  voyado: Voyado,
  contactId: string,
  call: CrmCall,
): CrmOutcome<Instruments> => {
  if (!isPathId(contactId)) return failed({ kind: "customer_not_found" });
  const [promotions, vouchers] = await Promise.all([
    readPromotions(voyado, contactId, call),
    readVouchers(voyado, "/available", contactId, call),
  ]);
  const { settings, market } = voyado;
  const currency = settings.currencyCode;
  return ok({
    promotions: shown(voyado, "promotions", promotions, call, (wire) =>
      promotionOf(wire, currency, market),
    ),
    bonusChecks: shown(voyado, "bonus_checks", vouchers, call, (wire) =>
      bonusCheckOf(wire, currency, market),
    ),
    voucherPasswords: [],
    sections: [],
    degraded: [
      ...(promotions.ok ? [] : (["promotions"] as const)),
      ...(vouchers.ok ? [] : (["bonus_checks"] as const)),
    ],
  });
};

/** Maps one part, and logs by count what cannot be shown: it hides something that a customer owns. */
const shown = <Wire, Shown>(
  voyado: Voyado,
  part: CardPart,
  read: Outcome<readonly Wire[], CrmFailure>,
  call: CrmCall,
  map: (wire: Wire) => Shown | undefined,
): Shown[] => {
  if (!read.ok) {
    voyado.log("crm_part_missing", {
      part,
      failure: read.failure.kind,
      request_id: call.requestId,
    });
    return [];
  }
  const mapped = read.value.flatMap((wire) => map(wire) ?? []);
  const hidden = read.value.length - mapped.length;
  if (hidden > 0)
    voyado.log("crm_instruments_hidden", { part, count: hidden, request_id: call.requestId });
  return mapped;
};
