import { describe, expect, it } from "vitest";
import { call, contactId, engage } from "./engage_fixture.ts";
import { mirroredWindow } from "./purchases.ts";

const transaction = (day: number, rest: object = {}) => ({
  id: `t${day}`,
  transactionNumber: `R${day}`,
  externalId: `sitoo-90316-1-${day}`,
  createdDate: `2030-01-${String(day).padStart(2, "0")}T10:00:00+01:00`,
  storeName: "City",
  netPriceSum: 200,
  localNetPriceSum: 200,
  localCurrency: "SEK",
  groupCurrency: "SEK",
  lineItems: [
    { type: "PURCHASE", sku: "A1", articleName: "Coat", quantity: 2, price: 200, localPrice: 200 },
  ],
  ...rest,
});
const history = (all: readonly object[]) =>
  engage(({ query }) => {
    const [offset, count] = [Number(query.get("offset")), Number(query.get("count"))];
    const items = all.slice(offset, offset + count);
    return { json: { items, totalCount: all.length, offset, count: items.length } };
  });
const days = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const only = async (wire: object) => {
  const outcome = await history([wire]).crm.purchases(contactId, { start: 0, num: 10 }, call);
  if (!outcome.ok) throw new Error(outcome.failure.kind);
  return outcome.value.items[0];
};

describe("purchase history", () => {
  it("maps a transaction, and knows the gateway's own receipts", async () => {
    expect(await only(transaction(5))).toEqual({
      saleId: "sitoo-90316-1-5",
      receiptNumber: "R5",
      at: "2030-01-05T10:00:00+01:00",
      storeName: "City",
      currency: "SEK",
      total: 20_000,
      items: [{ sku: "A1", name: "Coat", quantity: "2", total: 20_000 }],
    });
    expect(await only(transaction(5, { externalId: "omnium-7" }))).not.toHaveProperty("saleId");
    // Reassigned: still that order. Taken back for a repair: none.
    const reassigned = await only(transaction(5, { externalId: "sitoo-90316-1-5-r2" }));
    expect(reassigned?.saleId).toBe("sitoo-90316-1-5");
    for (const id of ["sitoo-90316-1-5-back2", "sitoo-90316-1-5-cancelled", "sitoo-90316-1-5-r"])
      expect(await only(transaction(5, { externalId: id }))).not.toHaveProperty("saleId");
  });

  it("is in local money where there is any, else in the group's", async () => {
    const local = {
      localCurrency: "JPY",
      localNetPriceSum: 2900,
      lineItems: [{ quantity: 1, price: 200, localPrice: 2900 }],
    };
    expect(await only(transaction(5, local))).toMatchObject({ currency: "JPY", total: 2900 });
    const group = { localCurrency: null, localNetPriceSum: null, groupCurrency: "EUR" };
    expect(await only(transaction(5, group))).toMatchObject({ currency: "EUR", total: 20_000 });
  });

  it("takes lines as totals, unless only pieces agree with the sum", async () => {
    const lineItems = [{ quantity: 2, localPrice: 100 }];
    expect(await only(transaction(5, { lineItems }))).toMatchObject({
      total: 20_000,
      items: [{ total: 20_000 }],
    });
    // A sum without tax agrees with neither.
    const exVat = { localNetPriceSum: 80, lineItems };
    expect(await only(transaction(5, exVat))).toMatchObject({
      total: 10_000,
      items: [{ total: 10_000 }],
    });
  });

  it("shows returns as negative, however Engage signs them", async () => {
    const lineItems = [{ type: "RETURN", sku: "A1", quantity: 1, localPrice: 200 }];
    expect(await only(transaction(5, { lineItems }))).toMatchObject({
      total: -20_000,
      items: [{ quantity: "-1", total: -20_000 }],
    });
    const signed = [{ type: "RETURN", sku: "A1", quantity: -1, localPrice: -200 }];
    expect(await only(transaction(5, { localNetPriceSum: -200, lineItems: signed }))).toMatchObject(
      { total: -20_000, items: [{ quantity: "-1" }] },
    );
  });

  it.each(["newest first", "oldest first"])(
    "pages newest first where Engage answers %s",
    async (order) => {
      const all = days(7).map((day) => transaction(day));
      if (order === "newest first") all.reverse();
      const pages: (string | undefined)[][] = [];
      for (const start of [0, 3, 6]) {
        const outcome = await history(all).crm.purchases(contactId, { start, num: 3 }, call);
        expect(outcome).toMatchObject({ ok: true, value: { totalCount: 7 } });
        if (outcome.ok) pages.push(outcome.value.items.map(({ receiptNumber }) => receiptNumber));
      }
      // The last page has one entry, which cannot tell the order by itself.
      expect(pages).toEqual([["R7", "R6", "R5"], ["R4", "R3", "R2"], ["R1"]]);
    },
  );

  it("counts the same page from the other end", () => {
    expect(mirroredWindow({ offset: 0, count: 3 }, 7)).toEqual({ offset: 4, count: 3 });
    expect(mirroredWindow({ offset: 6, count: 3 }, 7)).toEqual({ offset: 0, count: 1 });
    expect(mirroredWindow({ offset: 9, count: 3 }, 7)).toEqual({ offset: 0, count: 0 });
  });

  it("fails where it cannot be read", async () => {
    const { crm } = engage(() => ({ status: 500, text: "" }));
    expect(await crm.purchases(contactId, { start: 0, num: 3 }, call)).toMatchObject({
      ok: false,
      failure: { kind: "unavailable" },
    });
  });
});
