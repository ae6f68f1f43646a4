import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments } from "../port.ts";
import { shownPart } from "../shown_part.ts";
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
    promotions: shownPart(voyado.log, "promotions", promotions, call, (wire) =>
      promotionOf(wire, currency, market),
    ),
    bonusChecks: shownPart(voyado.log, "bonus_checks", vouchers, call, (wire) =>
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
