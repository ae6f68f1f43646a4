import { unreachable } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { usedBy } from "./machine/balance.ts";
import { formatMinor } from "../model/money.ts";
import type { RedemptionRow } from "./machine/redemption_row.ts";
import type { Owner } from "./tables/ledger_storage.ts";
import type { Why } from "./tables/outbox_table.ts";

const nameOf = (row: RedemptionRow): string =>
  `${row.ref.kind === "promotion" ? "promotion" : "bonus check"} ${row.ref.id}`;

const reasonOf = (row: RedemptionRow, why: Why): string => {
  switch (why) {
    case "lost":
      return `A closed order used ${nameOf(row)}, and the CRM refuses it: used elsewhere, expired, or not this customer's. The discount was given. Compare the receipt with the customer's history in the CRM.`;
    case "attention":
      return `Nobody can say whether the CRM holds ${nameOf(row)} as used. Look it up in the CRM; give it back there if the customer did not get the discount.`;
    case "unclaimed":
      return `A till redeemed ${nameOf(row)} two days ago, and no closed order names it. If the cart was left, give it back.`;
    case "overdrawn": {
      const had = usedBy(row);
      const [taken, left] =
        had === undefined
          ? ["", ""]
          : [
              formatMinor(row.amount ?? had.minor, had.currency),
              formatMinor(had.minor, had.currency),
            ];
      return `A closed order took ${taken} off with ${nameOf(row)}, which had ${left} left. Nothing is left on it now; compare the receipt with the customer's history.`;
    }
    case "not_mirrored":
      return `The CRM does not take what the gateway tells it of ${nameOf(row)}, so it shows the instrument as it was. Tills are answered by the gateway and are right; mend the copy in the CRM.`;
    default:
      return unreachable(why);
  }
};

/** What a person must look at: says what happened, and what to check. Ids only. */
export const redemptionDeadLetter = (
  row: RedemptionRow,
  owner: Owner,
  at: number,
  why: Why,
): DeadLetter => {
  const [account, site, orderId] = (row.order ?? "").split("/").map(Number);
  const isState = why === "lost" || why === "attention" || why === "unclaimed";
  return {
    // One word on what became of it; the copy's and the balance's are told beside it.
    id: isState ? `redemption-${row.redemptionId}` : `redemption-${row.redemptionId}-${why}`,
    tenant: owner.tenant,
    kind: `redemption_${why}`,
    reason: reasonOf(row, why),
    ...(account === undefined || site === undefined || orderId === undefined
      ? {}
      : { account, site, orderId }),
    ...(row.receiptNumber === undefined ? {} : { receiptNumber: row.receiptNumber }),
    destination: owner.channelId,
    payload: {
      customer: owner.customerId,
      redemption: row.redemptionId,
      kind: row.ref.kind,
      instrument: row.ref.id,
    },
    createdAt: at,
  };
};
