import type { OrderRow, Sql } from "./journal_store.ts";

export type MailsTable = ReturnType<typeof createMailsTable>;

/** How many receipts by e-mail were asked for of an order, and of how many a reading has made deliveries. */
export const createMailsTable = (sql: Sql) => ({
  ask(orderId: number): void {
    sql.exec("UPDATE journal_orders SET mails_asked = mails_asked + 1 WHERE order_id = ?", orderId);
  },

  /** @returns the numbers of those that were asked for before the order was read; each is returned once. */
  take({ order_id, mails_asked: asked, mails_taken: taken }: OrderRow): readonly number[] {
    if (asked > taken)
      sql.exec("UPDATE journal_orders SET mails_taken = ? WHERE order_id = ?", asked, order_id);
    return Array.from({ length: asked - taken }, (_, index) => taken + index + 1);
  },
});
