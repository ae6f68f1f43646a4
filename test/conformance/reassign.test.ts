import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { projectDir } from "../../local/bundle.ts";
import { transaction } from "../../src/spi/contract_answers.ts";
import { accepted, addCustomer, eventually, nobody, useGateway } from "./harness.ts";

const gateway = useGateway();

/** The command as an operator runs it. */
const reassign = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(projectDir, "src/cli/tenant.ts"), "reassign", "demo", "--channel", "voyado", ...args],
      {
        cwd: projectDir,
        env: { PATH: process.env["PATH"] ?? "", STATE_DIR: gateway.running().stateDir },
      },
      (fault, out, err) => {
        const code = typeof fault?.code === "number" ? fault.code : fault === null ? 0 : -1;
        resolve({ code, out, err });
      },
    );
  });

const receiptsOf = async (orderId: number) => {
  const { receipts } = await gateway.voyado().state();
  return receipts
    .filter(({ uniqueReceiptId }) => `${uniqueReceiptId}-`.startsWith(`sitoo-90316-1-${orderId}-`))
    .map(({ uniqueReceiptId, contactId, payload }) => ({
      id: uniqueReceiptId.replace(`sitoo-90316-1-${orderId}`, ""),
      contactId,
      total: z.looseObject({ totalGrossPrice: z.number() }).parse(payload).totalGrossPrice,
    }));
};
const arrived = (orderId: number, count: number) =>
  eventually(async () => {
    const receipts = await receiptsOf(orderId);
    return receipts.length >= count && receipts;
  }, `${count} receipts of order ${orderId}`);

/** What a customer has bought, and what each entry leads to, as a till sees it. */
const historyOf = async (id: string) => {
  const entries = accepted(
    await gateway.till()("GET", `/customers/${id}/transactions`),
    z.array(transaction),
  );
  return {
    sum: entries.reduce((sum, { total }) => sum + Number(total), 0),
    orders: entries.map(({ order_id }) => order_id),
  };
};
const pointsOf = async (id: string) => {
  const { contacts } = await gateway.voyado().state();
  return contacts.find((contact) => contact.id === id)?.["points"];
};
const receiptNumber = (order: unknown): string =>
  z.looseObject({ additionaldata: z.looseObject({ "pos-receiptid": z.string() }) }).parse(order)
    .additionaldata["pos-receiptid"];

describe("a sale on the wrong customer", () => {
  it("is the right one's by one command, and stays so however often it is given", async () => {
    const [wrong, right] = [
      await addCustomer(gateway.voyado()),
      await addCustomer(gateway.voyado()),
    ];
    const sale = await gateway
      .sitoo()
      .sell({ customerId: wrong.id, items: [{ sku: "A1" }, { sku: "S3", quantity: 2 }] });
    const { orderid } = sale.order;
    const total = Number(sale.order.moneytotal_gross_all);
    await gateway.events(sale.events);
    await arrived(orderid, 1);
    const receipt = receiptNumber(sale.order);

    const dry = await reassign("--receipt", receipt, "--to", right.id, "--dry-run");
    expect([dry.code, dry.err.trim()]).toEqual([
      0,
      "2 would be sent to voyado; nothing was: --dry-run",
    ]);
    expect(await receiptsOf(orderid)).toHaveLength(1);

    const args = ["--receipt", receipt, "--to", right.id] as const;
    const [first, second] = await Promise.all([reassign(...args), reassign(...args)]);
    expect([first.code, second.code], `${first.err}${second.err}`).toEqual([0, 0]);
    for (const { out } of [first, second, dry]) {
      expect(out).toMatch(/taken back \(reassigned\)/);
      expect(out).not.toContain(right.id);
    }
    const again = await reassign("--order", String(orderid), "--to", right.id, "--json");
    expect(JSON.parse(again.out)).toMatchObject({
      outcome: "already",
      receipts: [{ state: "delivered" }, { state: "delivered" }, { state: "delivered" }],
    });
    expect(await receiptsOf(orderid)).toEqual([
      { id: "", contactId: wrong.id, total },
      { id: "-back1", contactId: wrong.id, total: -total },
      { id: "-r1", contactId: right.id, total },
    ]);
    expect((await historyOf(wrong.id)).sum).toBe(0);
    expect(await historyOf(right.id)).toEqual({ sum: total, orders: [orderid] });
    expect([await pointsOf(wrong.id), await pointsOf(right.id)]).toEqual([0, Math.floor(total)]);
  });

  it("goes to nobody whom the CRM does not have, and from no order that is not there", async () => {
    const wrong = await addCustomer(gateway.voyado());
    const sale = await gateway.sitoo().sell({ customerId: wrong.id, items: [{ sku: "T4" }] });
    await gateway.events(sale.events);
    await arrived(sale.order.orderid, 1);
    const order = String(sale.order.orderid);
    const ended = await reassign("--order", order, "--to", nobody);
    expect([ended.code, ended.err.trim()]).toEqual([
      1,
      "error: The CRM has no customer with this id.",
    ]);
    const missing = await reassign("--order", "999999", "--to", wrong.id);
    expect(missing.code).toBe(1);
    expect((await reassign("--to", wrong.id)).code).toBe(2);
    expect(await receiptsOf(sale.order.orderid)).toHaveLength(1);
  });
});

describe("a sale of nobody", () => {
  it("is claimed for its customer under its own id", async () => {
    const { id } = await addCustomer(gateway.voyado());
    const sale = await gateway.sitoo().sell({ items: [{ sku: "J2" }] });
    const { orderid } = sale.order;
    await gateway.events(sale.events);
    await eventually(async () => {
      const { text } = await gateway.admin(`/tenants/demo/orders/90316/1/${orderid}`);
      return text.includes('"reason":"anonymous"');
    }, "the order is skipped");
    const ended = await reassign("--receipt", receiptNumber(sale.order), "--to", id);
    expect([ended.code, ended.err.trim()]).toEqual([0, "1 to be sent to voyado"]);
    const total = Number(sale.order.moneytotal_gross_all);
    expect(await receiptsOf(orderid)).toEqual([{ id: "", contactId: id, total }]);
    expect(await historyOf(id)).toEqual({ sum: total, orders: [orderid] });
  });
});

describe("an order that is cancelled after it was delivered", () => {
  it("is taken back once, however often its event comes", async () => {
    const { id } = await addCustomer(gateway.voyado());
    const sale = await gateway.sitoo().sell({ customerId: id, items: [{ sku: "A1" }] });
    const { orderid } = sale.order;
    await gateway.events(sale.events);
    await arrived(orderid, 1);
    await gateway.sitoo().control("PATCH", `/orders/${orderid}`, { orderstateid: 20 });
    for (const event_id of ["cancel-1", "cancel-1", "cancel-2"])
      await gateway.events([
        {
          ...sale.events[0],
          event_id: `${event_id}-${orderid}`,
          data: {
            eshop_id: 1,
            order_id: orderid,
            order_event_type: "update",
            order_state_changed: "cancelled",
          },
        },
      ]);
    const total = Number(sale.order.moneytotal_gross_all);
    await arrived(orderid, 2);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await receiptsOf(orderid)).toEqual([
      { id: "", contactId: id, total },
      { id: "-cancelled", contactId: id, total: -total },
    ]);
    expect((await historyOf(id)).sum).toBe(0);
  });
});
