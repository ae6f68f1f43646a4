import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { Capabilities } from "../port.ts";

/** What Ometria itself can do (contracts/ometria.md 1, 3, 6, 8). */
export const capabilitiesOf = (settings: OmetriaSettings): Capabilities => ({
  // No search by phone or member number is published.
  searchBy: ["email", "customer_id"],
  indexedBy: [
    "mobile",
    ...(settings.memberNumberProperty === undefined ? [] : (["member_number"] as const)),
    ...(settings.personalIdProperty === undefined ? [] : (["personal_id"] as const)),
  ],
  lookupBy: [],
  commit: { promotion: false, bonus_check: false },
  reverse: { promotion: false, bonus_check: false },
  // A record takes the place of the one with its type and id (3).
  deliveryIdempotent: true,
  takesChanges: true,
  deliveryBatch: 100,
  // The older text's limit of pushes, which is that of reads, too (1).
  deliveryRate: 4,
  // Two at once could each write what comes back to one purchase without the other's (order_returns.ts).
  deliveryConcurrency: 1,
  writesShowWithinMs: settings.writesShowWithinMs,
  anonymousSales: true,
  // The order is cancelled under its own id.
  takesBack: true,
  // Tags, and a promotion of the gateway's own, open a voucher; a closed order names the voucher alone.
  offersByPassword: settings.promotionsFromTags.some(({ offer }) => offer.type === "voucher"),
  findsCustomers: true,
  refusesLate: true,
});
