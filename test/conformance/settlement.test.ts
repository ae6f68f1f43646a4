import { describe, expect, it } from "vitest";
import { addCustomer, effectOf, eventually, useGateway } from "./harness.ts";

const gateway = useGateway();

const fifty = {
  voucherNumber: "700001",
  name: "Bonus voucher 50 kr",
  value: { currency: "SEK", amount: 50 },
  expiresOn: "2030-01-31T00:00:00Z",
};

/** Redeemed at a till, then the cart is paid and Sitoo tells of it. */
const redeemAndPay = async (name: string, onReturn: "keep" | "reactivate", isAnonymous = false) => {
  const tenant = await gateway.onboard(name, {
    channel: { redemption: { on_return: onReturn } },
  });
  const voyado = gateway.voyado(name);
  const sitoo = gateway.sitoo(name);
  const customer = await addCustomer(voyado, { vouchers: [fifty] });
  const [voucher = ""] = customer.vouchers;
  const till = gateway.till(tenant);
  const redeemed = await till("POST", `/customers/${customer.id}/redeem`, {
    body: { bonus_checks: [voucher] },
    register: "till-1",
    store: "200",
  });
  expect(redeemed.status).toBe(200);
  const sale = await sitoo.sell({
    ...(isAnonymous ? {} : { customerId: customer.id }),
    items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }],
    bonusCheckIds: [voucher],
  });
  await gateway.events(sale.events, tenant);
  const stateOf = async (): Promise<string> =>
    JSON.stringify(
      (await gateway.admin(`/tenants/${name}/channels/voyado/customers/${customer.id}/redemptions`))
        .json,
    );
  await eventually(
    async () => ((await stateOf()).includes('"settled"') ? true : undefined),
    "the redemption is settled",
  );
  return { tenant, voyado, sitoo, customer, voucher, till, sale, stateOf };
};

describe("a closed order", () => {
  it("settles what the till redeemed: it shows as used, and no undo gives it back", async () => {
    const { voyado, customer, voucher, till } = await redeemAndPay("settle-keep", "keep");
    const undo = await till("DELETE", `/customers/${customer.id}/redeem`, {
      body: { bonus_checks: [voucher] },
      register: "till-1",
    });
    expect(undo.json).toMatchObject({
      bonus_checks: [{ bonus_check_id: voucher, redeemed: true }],
    });
    expect(await effectOf(voyado, voucher)).toEqual({ redeemed: 1, reactivated: 0 });
  });
});

describe("a return of all that was bought with a bonus check", () => {
  it("gives it back in the CRM by `on_return: reactivate`, and not before all is back", async () => {
    const { tenant, voyado, sitoo, voucher, sale, customer, till } = await redeemAndPay(
      "settle-back",
      "reactivate",
    );
    const part = await sitoo.sell({
      refundOf: sale.order.orderid,
      items: [{ sku: "A1" }],
      customerId: customer.id,
    });
    await gateway.events(part.events, tenant);
    await eventually(
      async () =>
        (await voyado.state()).receipts.some(({ uniqueReceiptId }) =>
          uniqueReceiptId.endsWith(`-${part.order.orderid}`),
        )
          ? true
          : undefined,
      "the part that came back reached the CRM",
    );
    expect(await effectOf(voyado, voucher)).toEqual({ redeemed: 1, reactivated: 0 });

    const rest = await sitoo.sell({
      refundOf: sale.order.orderid,
      items: [{ sku: "S3", quantity: 2 }],
      customerId: customer.id,
    });
    await gateway.events(rest.events, tenant);
    await eventually(
      async () => ((await effectOf(voyado, voucher)).reactivated === 1 ? true : undefined),
      "the bonus check is given back",
    );
    const card = await till("GET", `/customers/${customer.id}`);
    expect(card.json).toMatchObject({
      bonus_checks: [{ bonus_check_id: voucher, redeemed: false }],
    });
  });
});

describe("an order that does not say whose it is", () => {
  it("settles what the till redeemed, and its return gives that back", async () => {
    const { tenant, voyado, sitoo, voucher, sale } = await redeemAndPay(
      "settle-nobody",
      "reactivate",
      true,
    );
    const back = await sitoo.sell({ refundOf: sale.order.orderid });
    for (let times = 0; times < 2; times++) await gateway.events(back.events, tenant);
    await eventually(
      async () => ((await effectOf(voyado, voucher)).reactivated === 1 ? true : undefined),
      "the bonus check is given back",
    );
    expect(await effectOf(voyado, voucher)).toEqual({ redeemed: 1, reactivated: 1 });
  });

  it("gives back in an exchange, when the sale was its customer's", async () => {
    const { tenant, voyado, sitoo, voucher, sale } = await redeemAndPay(
      "settle-exchange",
      "reactivate",
    );
    const swapped = await sitoo.sell({
      refundOf: sale.order.orderid,
      newItems: [{ sku: "J2" }],
      // What the refund would copy from its sale.
      additionaldata: { "crm-customerid": "" },
    });
    await gateway.events(swapped.events, tenant);
    await eventually(
      async () => ((await effectOf(voyado, voucher)).reactivated === 1 ? true : undefined),
      "the bonus check is given back",
    );
    expect(await effectOf(voyado, voucher)).toEqual({ redeemed: 1, reactivated: 1 });
  });
});
