import { Big } from "big.js";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { decimal, jsonNumber } from "./money.ts";
import type { Contact, Receipt } from "./model.ts";
import { paged } from "./paging.ts";
import { inGroupCurrency } from "./receipts.ts";
import type { VoyadoStore } from "./store.ts";

/** `GET /api/v2/contacts/{contactId}/transactions`: imported receipts only (contracts/voyado.md §8.1). */
export function list(store: VoyadoStore, contact: Contact, call: Call): Reply {
  const imported = store.receipts.by("contactId", contact.id).filter((receipt) => receipt.imported);
  const ordered = imported.toSorted((a, b) => soldAt(a) - soldAt(b));
  // The order is not published; the profile picks one.
  if (store.profile.transactionsOrder === "newest") ordered.reverse();
  return paged(
    call,
    store.profile,
    ordered.map((receipt) => view(store, receipt)),
  );
}

function soldAt(receipt: Receipt): number {
  return Date.parse(text(receipt.payload["createdDate"]) ?? "");
}

function view(store: VoyadoStore, receipt: Receipt): JsonObject {
  const { payload } = receipt;
  const items = Array.isArray(payload["items"]) ? payload["items"].filter(isObject) : [];
  const home = store.stores.get(text(payload["storeExternalId"]) ?? "");
  const sum = items.reduce((total, item) => total.plus(signed(store, item)), new Big(0));
  return {
    // (assumed) transactionNumber = receiptNumber, externalId = uniqueReceiptId; no store id, payments or tax.
    id: receipt.uniqueReceiptId,
    transactionNumber: payload["receiptNumber"] ?? null,
    externalId: receipt.uniqueReceiptId,
    createdDate: payload["createdDate"] ?? null,
    storeName: home?.name ?? null,
    storeType: home?.type ?? null,
    numberOfItems: jsonNumber(
      items.reduce((total, item) => total.plus(decimal(item["quantity"]) ?? 0), new Big(0)),
    ),
    netPriceSum: jsonNumber(inGroupCurrency(store, receipt, sum)),
    localNetPriceSum: jsonNumber(sum),
    localCurrency: payload["currency"] ?? null,
    groupCurrency: store.profile.groupCurrency,
    lineItems: items.map((item, index) => lineView(store, receipt, item, index)),
  };
}

function lineView(store: VoyadoStore, receipt: Receipt, item: JsonObject, index: number): Json {
  const paid = (decimal(item["grossPaidPrice"]) ?? new Big(0)).times(
    item["type"] === "RETURN" ? -1 : 1,
  );
  return {
    id: `${receipt.uniqueReceiptId}-${index}`,
    type: item["type"] ?? null,
    sku: item["sku"] ?? null,
    articleNumber: item["articleNumber"] ?? null,
    articleName: item["articleName"] ?? null,
    articleGroup: item["articleGroup"] ?? null,
    quantity: item["quantity"] ?? null,
    // (assumed) line totals with the sign of the line, so that they add up to the sums above.
    price: jsonNumber(inGroupCurrency(store, receipt, paid)),
    localPrice: jsonNumber(paid),
    discountCode: null,
    isReturned: false,
  };
}

function signed(store: VoyadoStore, item: JsonObject): Big {
  const gross = decimal(item["grossPaidPrice"]) ?? new Big(0);
  const paid =
    store.profile.netPriceSum === "exVat" ? gross.minus(decimal(item["taxAmount"]) ?? 0) : gross;
  return item["type"] === "RETURN" ? paid.times(-1) : paid;
}
