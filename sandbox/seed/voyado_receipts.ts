import type { JsonObject } from "../json.ts";

const DAY = 86_400_000;
const ASTRID = "11111111-1111-4111-8111-111111111111";

/** Astrid's older purchases, made before the gateway; ids of another sender, so that no order of Sitoo is among them. */
export function receipts(
  now: number,
): { contactId: string; payload: JsonObject & { uniqueReceiptId: string } }[] {
  const coat = {
    type: "PURCHASE",
    sku: "A1",
    articleNumber: "A1",
    articleName: "Coat",
    quantity: 1,
    grossPaidPrice: 2990,
    taxAmount: 598,
    taxPercent: 25,
  };
  const socks = {
    type: "PURCHASE",
    sku: "S3",
    articleNumber: "S3",
    articleName: "Socks",
    quantity: 3,
    grossPaidPrice: 179.7,
    taxAmount: 35.94,
    taxPercent: 25,
  };
  return [
    old(now - 300 * DAY, "old-0001", "200", 2990, [coat]),
    old(now - 290 * DAY, "old-0002", "200", -2990, [{ ...coat, type: "RETURN", quantity: -1 }]),
    old(now - 120 * DAY, "old-0003", "300", 179.7, [socks]),
  ];
}

function old(
  at: number,
  uniqueReceiptId: string,
  storeExternalId: string,
  total: number,
  items: JsonObject[],
): ReturnType<typeof receipts>[number] {
  const payload = {
    contact: { matchKey: ASTRID, matchKeyType: "contactId" },
    uniqueReceiptId,
    receiptNumber: uniqueReceiptId.toUpperCase(),
    createdDate: new Date(at + 3_600_000).toISOString().replace("Z", "+01:00"),
    storeExternalId,
    currency: "SEK",
    totalGrossPrice: total,
    paymentMethods: [{ type: "card", value: total }],
    items,
  };
  return { contactId: ASTRID, payload };
}
