import { describe, expect, it } from "vitest";
import { customer as customerSchema } from "../../src/spi/contract_answers.ts";
import { accepted, addCustomer, effectOf, eventually, type Spi, useGateway } from "./harness.ts";

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

describe("an offer that a Sitoo voucher password opens", () => {
  const spring = {
    name: "Spring prices",
    expiresOn: "2030-01-31T00:00:00Z",
    redemptionChannels: [{ type: "POS", valueType: "EXTERNALOFFER", value: "spring_member" }],
  };
  const passwords = async (till: Spi, customerId: string): Promise<readonly string[]> =>
    accepted(await till("GET", `/customers/${customerId}`), customerSchema).voucher_passwords;
  const deadLetters = async (name: string): Promise<string> =>
    JSON.stringify((await gateway.admin(`/tenants/${name}/dead-letters`)).json);

  it("is used once by the order that its voucher is on, and the card offers it no more", async () => {
    const name = "settle-offer";
    const tenant = await gateway.onboard(name);
    const [voyado, sitoo, till] = [gateway.voyado(name), gateway.sitoo(name), gateway.till(tenant)];
    const customer = await addCustomer(voyado, { promotions: [spring] });
    const [promotion = ""] = customer.promotions;
    expect(await passwords(till, customer.id)).toEqual(["member", "spring_member"]);

    const first = await sitoo.sell({
      customerId: customer.id,
      items: [{ sku: "A1" }, { sku: "B6" }],
      orderDiscount: "100.00",
      voucher: { voucherid: 4 },
    });
    await gateway.events(first.events, tenant);
    await eventually(
      async () => ((await effectOf(voyado, promotion)).redeemed === 1 ? true : undefined),
      "the promotion is redeemed",
    );
    // Told again, and as another change of the same order.
    await gateway.events(first.events, tenant);
    await gateway.events(
      first.events.map((event) => ({ ...event, event_id: `again-${event.event_id}` })),
      tenant,
    );
    expect(await passwords(till, customer.id)).toEqual(["member"]);

    // Another till still had the password on its card: the discount was given twice.
    const second = await sitoo.sell({
      customerId: customer.id,
      registerId: "{00000002-AAAA-4AAA-8AAA-AAAAAAAAAAAA}",
      items: [{ sku: "J2", discount: "100.00", voucher: { voucherid: 4 } }],
    });
    await gateway.events(second.events, tenant);
    await eventually(
      async () => ((await deadLetters(name)).includes('"redemption_lost"') ? true : undefined),
      "a person is told",
    );
    expect(await deadLetters(name)).toContain(promotion);
    expect(await effectOf(voyado, promotion)).toEqual({ redeemed: 1, reactivated: 0 });
    expect(await passwords(till, customer.id)).toEqual(["member"]);
  });

  it("is not looked for where every member has the voucher", async () => {
    const name = "settle-member";
    const tenant = await gateway.onboard(name);
    const [voyado, sitoo] = [gateway.voyado(name), gateway.sitoo(name)];
    const customer = await addCustomer(voyado, { promotions: [spring] });
    const [promotion = ""] = customer.promotions;
    const sale = await sitoo.sell({
      customerId: customer.id,
      items: [{ sku: "A1" }],
      orderDiscount: "149.50",
      voucher: { voucherid: 1 },
    });
    await gateway.events(sale.events, tenant);
    await eventually(async () => {
      const trace = await gateway.admin(`/tenants/${name}/orders/90316/1/${sale.order.orderid}`);
      return /"\(redemption\)","state":"delivered"/.test(trace.text) ? true : undefined;
    }, "the order is settled");
    expect(await voyado.requests("/promotions")).toEqual([]);
    expect(await effectOf(voyado, promotion)).toEqual({ redeemed: 0, reactivated: 0 });
  });
});
