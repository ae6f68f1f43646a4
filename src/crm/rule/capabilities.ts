import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Capabilities } from "../port.ts";

/**
 * For how long a key that nobody had is not asked for again. The gateway's own writes show through
 * that (`writesShowWithinMs`); whom others add in Rule is found when it is over.
 */
export const missKeptMs = 30_000;

export const capabilitiesOf = ({ memberNumber }: RuleSettings): Capabilities => ({
  searchBy: [
    "mobile",
    "email",
    "customer_id",
    ...(memberNumber === "custom_identifier" ? (["member_number"] as const) : []),
  ],
  // The field that holds it cannot be searched (contracts/rule.md 7).
  indexedBy: ["member_number"],
  lookupBy: [],
  // No call redeems, and none locks (contracts/rule.md 9, 13): the ledger keeps it, Rule gets a mirror.
  commit: { promotion: false, bonus_check: false },
  reverse: { promotion: false, bonus_check: false },
  // Read before each write (contracts/rule.md 6).
  deliveryIdempotent: true,
  // A record that is there is changed.
  takesChanges: true,
  deliveryBatch: 1,
  // A sale is three calls; of 5 a second and 4 at once, ours (contracts/rule.md 13), tills keep the rest.
  deliveryRate: 3,
  deliveryConcurrency: 2,
  writesShowWithinMs: missKeptMs,
  // Orders are fields of a subscriber.
  anonymousSales: false,
  // Under an id of its own it is a record of its own.
  takesBack: true,
  // The seed's way in: a file of subscribers with their bonus data (contracts/rule.md 9).
  issuesChecks: true,
  // Promotions by `voucher`.
  offersByPassword: true,
});
