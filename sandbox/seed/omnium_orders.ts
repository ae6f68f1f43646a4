import { importSale, type SaleInput } from "../omnium/connector.ts";
import type { Order } from "../omnium/model.ts";
import { giveBack } from "../omnium/returns.ts";
import type { OmniumStore } from "../omnium/store.ts";
import { omniumId } from "./omnium_ids.ts";
import { marketOf } from "./omnium_stores.ts";
import { type Shop, SHOPS } from "./shops.ts";
import { CATALOGUE } from "./sitoo_catalogue.ts";

const DAY = 86_400_000;

interface Row {
  sku: string;
  quantity?: number;
  discount?: string;
}

/**
 * Purchases as Omnium's Sitoo connector has brought them: the numbers and goods of seed/sitoo_orders.ts, without what
 * no customer stands on. No workflow runs on them, for the members' points are seeded as they are now.
 */
export function history(store: OmniumStore, now: number): void {
  const buy = (
    orderId: number | string,
    daysAgo: number,
    storeId: string,
    sale: Partial<SaleInput> & { who?: string; rows: Row[] },
  ): Order => {
    const { who, rows, ...rest } = sale;
    const shop = SHOPS.find((one) => one.externalId === storeId);
    if (shop === undefined) throw new Error(`The seeds name a shop that is not there: ${storeId}`);
    const input: SaleInput = {
      orderId,
      storeId,
      marketId: marketOf(shop.country),
      currency: shop.currency,
      at: new Date(now - daysAgo * DAY).toISOString(),
      workflow: false,
      ...(who === undefined ? {} : { customerId: omniumId(who) }),
      items: rows.map((row) => itemOf(shop, row)),
      ...rest,
    };
    return importSale(store, input, 0);
  };
  const back = (
    orderId: number,
    daysAgo: number,
    order: Order,
    lines: [string, number][],
  ): void => {
    const returns = lines.map(([lineItemId, returnQuantity]) => ({ lineItemId, returnQuantity }));
    const at = new Date(now - daysAgo * DAY).toISOString();
    giveBack(store, order, { returns, rmaNumber: String(orderId), status: "Completed" }, at);
  };

  buy("old-0003", 120, "300", {
    who: "10012",
    rows: [{ sku: "S3", quantity: 3 }],
    fromSitoo: false,
    orderType: "Pos",
  });
  const coat = buy(10_001, 30, "200", { who: "10012", rows: [{ sku: "A1" }] });
  const jeans = buy(10_003, 28, "200", {
    who: "10012",
    rows: [{ sku: "J2" }, { sku: "T4", quantity: 2, discount: "98.00" }],
  });
  buy(10_004, 27, "300", { who: "10013", rows: [{ sku: "J2", discount: "179.80" }] });
  buy(10_005, 26, "200", {
    who: "10012",
    rows: [{ sku: "T4" }, { sku: "C5", quantity: 2 }, { sku: "B6" }],
    orderDiscount: "50.00",
  });
  back(10_006, 25, coat, [["1", 1]]);
  back(10_007, 24, jeans, [["2", 1]]);
  buy(10_009, 22, "200", {
    who: "10012",
    rows: [{ sku: "A1" }, { sku: "B6" }],
    orderDiscount: "159.45",
  });
  const oslo = buy(10_011, 20, "400", { who: "10020", rows: [{ sku: "A1" }, { sku: "C5" }] });
  back(10_013, 18, oslo, [["2", 1]]);
  buy(10_014, 17, "500", {
    who: "10021",
    rows: [{ sku: "T4", quantity: 3, discount: "7.50" }, { sku: "B6" }],
  });
  const york = buy(10_016, 15, "600", {
    who: "10022",
    rows: [{ sku: "A1" }, { sku: "S3", quantity: 2 }],
  });
  back(10_018, 13, york, [["2", 1]]);
  // Known by e-mail and phone only: found by those, not by the customer's id.
  buy(10_023, 8, "200", {
    email: "astrid@example.com",
    phone: "+46701740605",
    rows: [{ sku: "T4" }],
  });
  buy(10_024, 7, "200", { who: "10012", rows: [{ sku: "J2" }] });
  buy("WEB-7002", 3, "200", {
    storeId: "100",
    who: "10012",
    rows: [{ sku: "S3" }],
    orderType: "Online",
    fromSitoo: false,
  });
}

function itemOf(shop: Shop, row: Row): SaleInput["items"][number] {
  const product = CATALOGUE.find(({ sku }) => sku === row.sku);
  return {
    sku: row.sku,
    name: product?.name ?? row.sku,
    quantity: row.quantity ?? 1,
    price: product?.prices[shop.currency] ?? "0",
    ...(row.discount === undefined ? {} : { discount: row.discount }),
    vat: Number(product?.vat[shop.country] ?? "0"),
  };
}
