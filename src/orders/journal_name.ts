/** Consecutive order ids that share a journal: few enough to read at once, many enough to walk. */
const ordersPerJournal = 64;

/** Names the journal that an order belongs to (design.md 7). Never changes: stored data hangs on it. */
export const journalName = (
  tenant: string,
  account: number,
  site: number,
  orderId: number,
): string => `${tenant}/${account}/${site}/${Math.floor(orderId / ordersPerJournal)}`;
