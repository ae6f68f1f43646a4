import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { RedemptionRow } from "./ledger_rows.ts";

const nameOf = (row: RedemptionRow): string =>
  `${row.ref.kind === "promotion" ? "promotion" : "bonus check"} ${row.ref.id}`;

/** What a person must look at: says what happened, and what to check. Ids only. */
export const redemptionDeadLetter = (
  row: RedemptionRow,
  owner: { readonly tenant: string; readonly channelId: string; readonly customerId: string },
  at: number,
  why: string,
): DeadLetter => {
  const [account, site, orderId] = (row.order ?? "").split("/").map(Number);
  const isLost = why === "lost";
  const isUnclaimed = why === "unclaimed";
  return {
    id: `redemption-${row.redemptionId}`,
    tenant: owner.tenant,
    kind: isLost
      ? "redemption_lost"
      : isUnclaimed
        ? "redemption_unclaimed"
        : "redemption_attention",
    reason: isLost
      ? `A closed order used ${nameOf(row)}, and the CRM refuses it: used elsewhere, expired, or not this customer's. The discount was given. Compare the receipt with the customer's history in the CRM.`
      : isUnclaimed
        ? `A till redeemed ${nameOf(row)} two days ago, and no closed order names it. If the cart was left, give it back.`
        : `Nobody can say whether the CRM holds ${nameOf(row)} as used. Look it up in the CRM; give it back there if the customer did not get the discount.`,
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
