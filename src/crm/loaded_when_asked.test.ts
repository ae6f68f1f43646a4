import { describe, expect, it } from "vitest";
import { ordersCrm } from "../../test/orders_crm.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import { channel } from "../../test/tenant_fixture.ts";
import { saleFromOrder } from "../orders/sale_from_order.ts";
import { loadedWhenAsked } from "./loaded_when_asked.ts";

const call = { deadline: 1, requestId: "r" };
const { market } = channel("club");
const reading = saleFromOrder(parsed(closedOrder()), { account: 90316, site: 1, market });
if (reading.kind !== "sale") throw new Error("the sample order is a sale");
const { sale } = reading;

describe("a mail asked of an adapter that is not loaded yet", () => {
  it("is sent by the one that mails, which is loaded once", async () => {
    const crm = ordersCrm();
    let loads = 0;
    const lazy = loadedWhenAsked(crm.capabilities, () => {
      loads += 1;
      return Promise.resolve(crm);
    });
    expect(await lazy.mailReceipt?.(sale, "a@example.com", call)).toEqual({ kind: "delivered" });
    await lazy.mailReceipt?.(sale, "b@example.com", call);
    expect([loads, crm.mailed.map(({ address }) => address)]).toEqual([
      1,
      ["a@example.com", "b@example.com"],
    ]);
  });

  it("is refused by one that mails none", async () => {
    const { mailReceipt: _, ...crm } = ordersCrm();
    const lazy = loadedWhenAsked(crm.capabilities, () => Promise.resolve(crm));
    expect(await lazy.mailReceipt?.(sale, "a@example.com", call)).toMatchObject({
      kind: "refused",
    });
  });
});
