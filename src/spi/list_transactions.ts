import type { Purchase } from "../crm/port.ts";
import { formatMinor } from "../model/money.ts";
import { failed, ok } from "../model/outcome.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { TransactionWire } from "./contract_answers.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { isCustomerId } from "./search_key.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

const atMost = 100;

const wholeNumber = (given: string | undefined, missing: number): number | undefined => {
  if (given === undefined || given === "") return missing;
  return /^\d{1,6}$/.test(given) ? Number(given) : undefined;
};

/**
 * The Sitoo order behind an entry. Named only when the receipt's id says that this gateway
 * delivered it from one of this tenant's accounts: a refund is started from it.
 */
const provenOrder = (
  saleId: string | undefined,
  tenant: Tenant,
): { order_id: number; eshop_id: number } | undefined => {
  const [, account, site, order] = /^sitoo-(\d+)-(\d+)-(\d+)$/.exec(saleId ?? "") ?? [];
  const isOurs = tenant.accounts.some(
    (one) => String(one.accountId) === account && String(one.siteId) === site,
  );
  return isOurs ? { order_id: Number(order), eshop_id: Number(site) } : undefined;
};

export const transactionWire = (purchase: Purchase, tenant: Tenant): TransactionWire => ({
  ...provenOrder(purchase.saleId, tenant),
  ...(purchase.receiptNumber === undefined ? {} : { receipt_id: purchase.receiptNumber }),
  date: purchase.at,
  ...(purchase.storeId === undefined ? {} : { store_id: purchase.storeId }),
  ...(purchase.storeName === undefined ? {} : { store_name: purchase.storeName }),
  total: formatMinor(purchase.total, purchase.currency),
  currency: purchase.currency,
  items: purchase.items.map((item) => ({
    sku: item.sku,
    name: item.name,
    quantity: Number(item.quantity),
    total: formatMinor(item.total, purchase.currency),
  })),
});

/** `GET /customers/{customer_id}/transactions?start=&num=`: newest first (contracts/sitoo.md 2.2, row 6; shape assumed). */
export const listTransactions = async (
  call: TillCall,
  customerId: string,
  query: { readonly start: string | undefined; readonly num: string | undefined },
): Promise<Answer> => {
  if (!isCustomerId(customerId)) return failed(fromFailure({ kind: "customer_not_found" }));
  if (call.selfCheckout) return failed({ kind: "not_at_self_checkout" });
  const start = wholeNumber(query.start, 0);
  const num = wholeNumber(query.num, 10);
  const faults = [
    ...(start === undefined ? [{ field: "start", message: "is not a whole number" }] : []),
    ...(num === undefined ? [{ field: "num", message: "is not a whole number" }] : []),
  ];
  if (start === undefined || num === undefined) return failed(badRequest(...faults));
  const page = { start, num: Math.min(num, atMost) };
  const purchases = await call.stopwatch.time(
    "crm",
    call.crm.purchases(customerId, page, crmCall(call)),
  );
  if (!purchases.ok) return failed(fromFailure(purchases.failure));
  const items = purchases.value.items.map((purchase) => transactionWire(purchase, call.tenant));
  const body =
    call.channel.spi.transactionsAnswer === "page"
      ? { totalcount: purchases.value.totalCount, items }
      : items;
  return ok({ status: 200, body });
};
