import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Capabilities } from "../port.ts";

/**
 * Engage wants to see fewer than 50 calls a second of a key (contracts/voyado.md 2). Tills use the
 * same one, a card is about four calls, so orders take 20. Half of what an order costs, the receipt,
 * goes to the orders' own key where there is one.
 */
const [sharedKeyRate, ownKeyRate] = [20, 40];

const capabilities: Capabilities = {
  searchBy: ["mobile", "email", "personal_id", "member_number", "customer_id"],
  indexedBy: [],
  lookupBy: ["mobile", "personal_id"],
  commit: { promotion: true, bonus_check: true },
  reverse: { promotion: false, bonus_check: true },
  // By `uniqueReceiptId` (contracts/voyado.md 8.2).
  deliveryIdempotent: true,
  // A repeat is dropped, whatever it says (contracts/voyado.md 8.2).
  takesChanges: false,
  deliveryBatch: 1,
  deliveryRate: sharedKeyRate,
  // An object has six connections; one is for the shard that makes customers.
  deliveryConcurrency: 5,
  // Contacts and instruments at once (11, assumed); receipts show in the history only after their import.
  writesShowWithinMs: 0,
  // A receipt needs its contact (contracts/voyado.md 8.2, published).
  anonymousSales: false,
  // No update, no reversal: a return receipt (contracts/voyado.md 11).
  takesBack: true,
  // EXTERNALOFFER (contracts/voyado.md 5).
  offersByPassword: true,
};

export const capabilitiesOf = (settings: VoyadoSettings): Capabilities => ({
  ...capabilities,
  ...(settings.ordersApiKey === settings.apiKey ? {} : { deliveryRate: ownKeyRate }),
});
