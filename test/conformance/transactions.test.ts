import { describe, expect, it } from "vitest";
import * as z from "zod";
import { transaction } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  astrid,
  bertil,
  foundNobody,
  nobody,
  refused,
  useGateway,
  type Instance,
} from "./harness.ts";

const gateway = useGateway();
const list = async (id: string, query: Record<string, string> = {}) =>
  accepted(
    await gateway.till()("GET", `/customers/${id}/transactions`, { query }),
    z.array(transaction),
  );

const line = (sku: string, quantity: number, gross: number) => ({
  type: quantity < 0 ? "RETURN" : "PURCHASE",
  sku,
  articleNumber: sku,
  articleName: sku,
  quantity,
  grossPaidPrice: gross,
  taxAmount: 0,
  taxPercent: 0,
});
const receipt = (
  id: string,
  day: number,
  currency: string,
  items: readonly ReturnType<typeof line>[],
) => ({
  uniqueReceiptId: id,
  receiptNumber: `R-${id}`,
  createdDate: `2026-03-${String(day).padStart(2, "0")}T10:00:00+01:00`,
  storeExternalId: "200",
  currency,
  totalGrossPrice: items.reduce(
    (sum, item) => sum + (item.quantity < 0 ? -1 : 1) * item.grossPaidPrice,
    0,
  ),
  paymentMethods: [],
  items,
});
const withReceipts = async (voyado: Instance, receipts: readonly ReturnType<typeof receipt>[]) => {
  const { id } = await addCustomer(voyado);
  for (const payload of receipts) await voyado.add("receipts", { contactId: id, payload });
  return id;
};

describe("purchase history", () => {
  it("is newest first, with returns below zero", async () => {
    const entries = await list(astrid);
    expect(entries.map(({ receipt_id, total }) => [receipt_id, total])).toEqual([
      ["OLD-0003", "179.70"],
      ["OLD-0002", "-2990.00"],
      ["OLD-0001", "2990.00"],
    ]);
    expect(entries[1]?.items).toEqual([
      { sku: "A1", name: "Coat", quantity: -1, total: "-2990.00" },
    ]);
    expect(entries[0]).toMatchObject({ store_name: "Harbour", currency: "SEK" });
  });

  it("is empty for somebody who bought nothing", async () => {
    foundNobody(await gateway.till()("GET", `/customers/${bertil}/transactions`));
  });

  it("pages with start and num, also when the CRM lists oldest first", async () => {
    const days = Array.from({ length: 13 }, (_, n) => n + 1);
    const id = await withReceipts(
      gateway.voyado(),
      days.map((day) => receipt(`page-${day}`, day, "SEK", [line("A1", 1, day)])),
    );
    for (const transactionsOrder of ["newest", "oldest"]) {
      await gateway.voyado().profile({ transactionsOrder });
      const totals = async (query: Record<string, string>) =>
        (await list(id, query)).map(({ total }) => Number(total));
      expect(await totals({})).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
      expect(await totals({ start: "10" })).toEqual([3, 2, 1]);
      expect(await totals({ start: "2", num: "3" })).toEqual([11, 10, 9]);
      expect(await totals({ start: "12", num: "1" })).toEqual([1]);
      expect(await totals({ start: "50" })).toEqual([]);
    }
    await gateway.voyado().profile({ transactionsOrder: "newest" });
  });

  it.each([
    ["JPY", 1500, "1500"],
    ["SEK", 12.5, "12.50"],
    ["KWD", 1.234, "1.234"],
  ])("says %s with the decimals that it has", async (currency, gross, total) => {
    const id = await withReceipts(gateway.voyado(), [
      receipt(`${currency}-1`, 1, currency, [line("A1", 1, gross)]),
    ]);
    expect(await list(id)).toMatchObject([{ currency, total, items: [{ total }] }]);
  });
});

describe("order_id", () => {
  it("is left out unless the receipt is proven to be this tenant's Sitoo order", async () => {
    const ids = [
      "old-7",
      "sitoo-99999-1-55",
      "sitoo-90316-2-55",
      "sitoo-90316-1-55x",
      "90316-1-55",
      "sitoo-90316-1-56",
    ];
    const id = await withReceipts(
      gateway.voyado(),
      ids.map((one, n) => receipt(one, n + 1, "SEK", [line("A1", 1, 10)])),
    );
    const entries = await list(id);
    expect(entries).toHaveLength(6);
    expect(entries.filter((entry) => "order_id" in entry || "eshop_id" in entry)).toMatchObject([
      { receipt_id: "R-sitoo-90316-1-56", order_id: 56, eshop_id: 1 },
    ]);
  });
});

describe("a history that cannot be shown", () => {
  it("of an unknown customer is 404", async () => {
    refused(await gateway.till()("GET", `/customers/${nobody}/transactions`), 404);
    refused(await gateway.till()("GET", "/customers/..%2Fx/transactions"), 404);
  });

  it.each([
    [{ start: "-1" }, /start/],
    [{ start: "x" }, /start/],
    [{ num: "1.5" }, /num/],
    [{ num: "99999999999999999999" }, /num/],
  ])("%j is 400 and names the field", async (query, field) => {
    refused(
      await gateway.till()("GET", `/customers/${astrid}/transactions`, { query }),
      400,
      field,
    );
  });

  it("takes more than a hundred as a hundred, and zero as none", async () => {
    expect(await list(astrid, { num: "5000" })).toHaveLength(3);
    expect(await list(astrid, { num: "0" })).toEqual([]);
    const asked = await gateway.voyado().requests("/transactions");
    expect(asked.every(({ query }) => Number(query.count) <= 100)).toBe(true);
  });

  it("while the CRM is away is 503, not an empty list", async () => {
    await gateway.voyado().fault({ type: "status", status: 500 }, { path: "/transactions" }, 1);
    refused(await gateway.till()("GET", `/customers/${astrid}/transactions`), 503);
  });
});

describe("the answer, by the tenant's switch", () => {
  it("is a page with a total", async () => {
    const tenant = await gateway.onboard("paged", {
      channel: { spi: { transactions_answer: "page" } },
    });
    const page = await gateway.till(tenant)("GET", `/customers/${astrid}/transactions`, {
      query: { num: "2" },
    });
    const body = accepted(
      page,
      z.strictObject({ totalcount: z.int(), items: z.array(transaction) }),
    );
    expect(body.totalcount).toBe(3);
    expect(body.items).toHaveLength(2);
  });
});
