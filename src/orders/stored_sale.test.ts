import { expect, it } from "vitest";
import { closedOrder, parsed, product } from "../../test/sample_orders.ts";
import { channel } from "../../test/tenant_fixture.ts";
import type { Sale } from "../model/sale.ts";
import { saleFromOrder } from "./sale_from_order.ts";
import { contentOf } from "./stored_sale.ts";

const { market } = channel("club");
const saleOf = (row: Readonly<Record<string, unknown>>): Sale => {
  const order = parsed(closedOrder({ orderitems: [product(row)] }));
  const reading = saleFromOrder(order, { account: 90316, site: 1, market });
  if (reading.kind !== "sale") throw new Error("the sample order is a sale");
  return reading.sale;
};

it("an order that was delivered before product ids were read is no other one since", () => {
  const [with55, without] = [saleOf({}), saleOf({ productid: null })];
  expect(with55.lines[0]?.productId).toBe("55");
  expect(JSON.stringify(contentOf(with55))).toBe(JSON.stringify(without));
  expect(contentOf(saleOf({ sku: "A2" }))).not.toEqual(contentOf(with55));
});
