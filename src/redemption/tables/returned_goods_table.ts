import { text } from "./ledger_rows.ts";
import type { LedgerStorage } from "./ledger_storage.ts";
import type { Goods, OrderReturn } from "../order_use.ts";

/** Goods of an order that used an instrument, as they come back. */
export const returnedGoodsTable = (sql: LedgerStorage["sql"], exists: () => boolean) => ({
  /** A repeat changes nothing. */
  addReturn(back: OrderReturn): void {
    back.goods.forEach(({ sku, quantity }, line) =>
      sql.exec(
        "INSERT OR IGNORE INTO returned_goods (order_ref, return_ref, line, sku, quantity) VALUES (?, ?, ?, ?, ?)",
        back.returnOf,
        back.order,
        line,
        sku,
        quantity,
      ),
    );
  },
  noteReturnsSeen(order: string): void {
    sql.exec("UPDATE returned_goods SET seen = 1 WHERE order_ref = ? AND seen = 0", order);
  },
  returnedGoods(order: string): (Goods & { readonly isSeen: boolean })[] {
    if (!exists()) return [];
    return sql
      .exec("SELECT sku, quantity, seen FROM returned_goods WHERE order_ref = ?", order)
      .toArray()
      .map((row) => ({ sku: text(row.sku), quantity: text(row.quantity), isSeen: row.seen === 1 }));
  },
  pruneReturns(): void {
    sql.exec(
      "DELETE FROM returned_goods WHERE order_ref NOT IN (SELECT order_ref FROM redemptions WHERE order_ref IS NOT NULL)",
    );
  },
});
