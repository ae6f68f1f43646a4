import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import { searchTypes } from "../../tenants/tenant.ts";
import type { Capabilities } from "../port.ts";

/** What Bloomreach can be asked depends on the project's ID types, so on the tenant's file. */
export const capabilitiesOf = (settings: BloomreachSettings): Capabilities => ({
  searchBy: [...searchTypes.filter((by) => settings.search[by] !== undefined), "customer_id"],
  // A property finds nobody (contracts/bloomreach.md 4), but is shown.
  indexedBy: searchTypes.filter(
    (by) => settings.search[by] === undefined && settings.fields[by] !== undefined,
  ),
  lookupBy: [],
  // No call of any kind (10): the ledger keeps the use.
  commit: { promotion: false, bonus_check: false },
  reverse: { promotion: false, bonus_check: false },
  // Events are read before they are written (deliveries.ts).
  deliveryIdempotent: true,
  // An event stays as it is.
  takesChanges: false,
  deliveryBatch: 1,
  // 100 a second of an IP address that is not ours alone, for two calls a sale (1; this cap assumed).
  deliveryRate: 20,
  deliveryConcurrency: 5,
  writesShowWithinMs: settings.writesShowWithinMs,
  anonymousSales: false,
  // By a refund event (9).
  takesBack: true,
  offersByPassword: true,
});
