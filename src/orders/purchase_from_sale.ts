import type { Purchase } from "../crm/port.ts";
import type { Sale } from "../model/sale.ts";

/** A sale as one entry of the purchase history: returned lines are negative (contracts/sitoo.md 2.5). */
export const purchaseFromSale = (sale: Sale): Purchase => ({
  saleId: sale.id,
  receiptNumber: sale.receiptNumber,
  at: sale.at,
  ...(sale.storeExternalId === undefined ? {} : { storeId: sale.storeExternalId }),
  currency: sale.currency,
  total: sale.linesTotal,
  items: sale.lines.map((line) => {
    const back = line.kind === "return";
    return {
      sku: line.sku,
      name: line.name,
      quantity: back ? `-${line.quantity}` : line.quantity,
      total: back ? 0 - line.paid : line.paid,
    };
  }),
});
