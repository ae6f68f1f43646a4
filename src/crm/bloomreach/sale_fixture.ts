import type { Sale } from "../../model/sale.ts";

/** For tests: a coat and two pairs of socks. */
export const saleOf = (change: Partial<Sale>): Sale => ({
  id: "sitoo-90316-1-4711",
  order: { account: 90316, site: 1, orderId: 4711 },
  receiptNumber: "R-1",
  at: "2030-01-31T11:00:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: { nameFirst: "Astrid", nameLast: "Exempel", phone: "+46701740605" },
  lines: [
    {
      kind: "purchase",
      sku: "A1",
      productId: "9001",
      name: "Coat",
      quantity: "1",
      paid: 10_000,
      tax: 2_000,
      taxPercent: "25",
      discount: 0,
      instruments: [],
    },
    {
      kind: "purchase",
      sku: "S3",
      name: "Socks",
      quantity: "2",
      paid: 5_000,
      tax: 1_000,
      taxPercent: "25",
      discount: 500,
      instruments: [],
    },
  ],
  linesTotal: 15_000,
  grandTotal: 15_000,
  payments: [{ name: "Kort", amount: 15_000 }],
  instruments: [],
  ...change,
});
