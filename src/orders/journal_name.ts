/** Consecutive order ids that share a journal: few enough to read at once, many enough to walk. */
const ordersPerJournal = 64;

/** Which journal of its site an order belongs to. */
export const journalNumber = (orderId: number): number => Math.floor(orderId / ordersPerJournal);

export const firstOrderOf = (journal: number): number => journal * ordersPerJournal;

/** Names the journal that an order belongs to (design.md 7). Never changes: stored data hangs on it. */
export const journalName = (
  tenant: string,
  account: number,
  site: number,
  orderId: number,
): string => `${tenant}/${account}/${site}/${journalNumber(orderId)}`;
