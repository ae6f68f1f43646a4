import type { OmniumSettings } from "../../tenants/omnium_settings.ts";
import type { Capabilities } from "../port.ts";
import { capabilitiesOf as voyadoCapabilities } from "../voyado/capabilities.ts";

export const capabilitiesOf = (settings: OmniumSettings): Capabilities => {
  const voyado = settings.voyado === undefined ? undefined : voyadoCapabilities(settings.voyado);
  return {
    searchBy: [
      "mobile",
      "email",
      "member_number",
      "customer_id",
      // By a property, where the tenant has one (contracts/omnium.md 17).
      ...(settings.personalIdProperty === undefined ? [] : (["personal_id"] as const)),
    ],
    indexedBy: [],
    lookupBy: voyado?.lookupBy ?? [],
    // A voucher by its status; a coupon has no call outside a cart (contracts/omnium.md 12).
    commit: voyado?.commit ?? { promotion: false, bonus_check: true },
    reverse: voyado?.reverse ?? { promotion: false, bonus_check: true },
    // Read before each write (contracts/omnium.md 14).
    deliveryIdempotent: true,
    // An order that is there is left as it is.
    takesChanges: false,
    deliveryBatch: 1,
    // A sale costs up to three calls; 100 a second is what an API user gets back (contracts/omnium.md 2).
    deliveryRate: 20,
    // Of the ten at once that the gateway takes.
    deliveryConcurrency: 4,
    // Reads by id at once; searches lag, usually by less than a second, more under load (contracts/omnium.md 4.4).
    writesShowWithinMs: 10_000,
    anonymousSales: true,
    takesBack: settings.negativeQuantities,
    offersByPassword: voyado?.offersByPassword ?? false,
  };
};
