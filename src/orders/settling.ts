/** The row of an order that stands for settling its redemptions; no channel can be called so. */
export const settling = "(redemption)";
