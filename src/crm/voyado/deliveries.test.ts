import { describe, expect, it } from "vitest";
import type { Sale } from "../../model/sale.ts";
import { call, contactId, engage, type Answer } from "./engage_fixture.ts";

const sale = (id: string): Sale => ({
  id,
  order: { account: 90_316, site: 1, orderId: 4711 },
  receiptNumber: "R1",
  at: "2030-01-31T11:15:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: { email: "astrid@example.com" },
  lines: [
    {
      kind: "purchase",
      sku: "A1",
      name: "Coat",
      quantity: "1",
      paid: 100,
      tax: 20,
      taxPercent: "25",
      discount: 0,
      instruments: [],
    },
  ],
  linesTotal: 100,
  grandTotal: 100,
  payments: [],
  instruments: [],
});
const deliver = async (answer: Answer, sales = [sale("sitoo-1-1-1")]) => {
  const { crm, sent } = engage(() => answer);
  const results = await crm.deliver(
    sales.map((one) => ({ sale: one, customerId: contactId })),
    call,
  );
  return { results, sent };
};

describe("delivering receipts", () => {
  it("sends one receipt per sale, in order, with the key for orders", async () => {
    const { results, sent } = await deliver({ status: 202, text: "" }, [
      sale("sitoo-1-1-1"),
      sale("sitoo-1-1-2"),
    ]);
    expect(results).toEqual([{ kind: "delivered" }, { kind: "delivered" }]);
    expect(sent.map(({ method, path, headers }) => [method, path, headers["apikey"]])).toEqual([
      ["POST", "/v3/receipts", "orders-key"],
      ["POST", "/v3/receipts", "orders-key"],
    ]);
    expect(sent.map(({ body }) => (body as { uniqueReceiptId: string }).uniqueReceiptId)).toEqual([
      "sitoo-1-1-1",
      "sitoo-1-1-2",
    ]);
  });

  it("refuses a sale of nobody without asking", async () => {
    const { crm, sent } = engage(() => ({ status: 202, text: "" }));
    expect(
      await crm.deliver([{ sale: sale("sitoo-1-1-1"), customerId: undefined }], call),
    ).toMatchObject([{ kind: "refused", field: "contact" }]);
    expect(sent).toEqual([]);
  });

  it("sends nothing for a sale of lines that earn nothing, where these are left out", async () => {
    const plain = sale("sitoo-1-1-1");
    const gift = {
      ...plain,
      lines: plain.lines.map((line) => ({ ...line, noPoints: true as const })),
    };
    const { crm, sent } = engage(() => ({ status: 202, text: "" }), { noPoints: "leave_out" });
    const [result] = await crm.deliver([{ sale: gift, customerId: contactId }], call);
    expect(result).toEqual({
      kind: "delivered",
      note: "no line earns points, so no receipt was sent",
    });
    expect(sent).toEqual([]);
    expect((await deliver({ status: 202, text: "" }, [gift])).sent).toHaveLength(1);
  });

  it.each([
    [{ status: 200, json: { id: 1 } }],
    [{ status: 201, text: "accepted" }],
    [{ status: 204, text: "" }],
  ])("takes any 2xx as delivered: %j", async (answer) =>
    expect((await deliver(answer)).results).toEqual([{ kind: "delivered" }]),
  );

  it("says in words why a receipt is refused, and names the field", async () => {
    const { results } = await deliver({
      status: 422,
      json: {
        errorCode: "ValidationError",
        validationErrors: [
          { errorDescription: "totalGrossPrice 200 does not equal the sum of the lines 199." },
        ],
      },
    });
    expect(results).toEqual([
      {
        kind: "refused",
        reason:
          "HTTP 422 ValidationError totalGrossPrice 200 does not equal the sum of the lines 199.",
        field: "totalGrossPrice",
      },
    ]);
  });

  it.each([
    ["There is no store with external id 77.", "storeExternalId"],
    ["There is no exchange rate from JPY to SEK.", "exchangeRateToGroupCurrency"],
    ["items[0]: quantity of a RETURN must be below 0.", "quantity"],
    ["The contact was not found.", "contact"],
  ])("recognises the field in: %s", async (message, field) => {
    const { results } = await deliver({ status: 422, json: { message } });
    expect(results).toMatchObject([{ kind: "refused", field }]);
  });

  it("keeps persons out of the reason", async () => {
    const message = `matchKey ${contactId} of astrid@example.com, +46 70 174 06 05, 'Astrid Exempel' is unknown`;
    const { results } = await deliver({ status: 400, json: { message } });
    expect(JSON.stringify(results)).not.toMatch(/Astrid|astrid|1111|174/);
    expect(results[0]).toMatchObject({ kind: "refused", field: "matchKey" });
  });

  it("refuses for good when the contact is gone", async () => {
    const { results } = await deliver({ status: 404, json: { errorCode: "ContactNotFound" } });
    expect(results).toEqual([{ kind: "refused", reason: "HTTP 404 ContactNotFound" }]);
  });

  it("sends nothing that cannot be a receipt", async () => {
    const { storeExternalId: _storeExternalId, ...homeless } = sale("sitoo-1-1-1");
    const { results, sent } = await deliver({ status: 202, text: "" }, [homeless]);
    expect(results).toMatchObject([{ kind: "refused", field: "storeExternalId" }]);
    expect(sent).toEqual([]);
  });

  it.each([
    [{ status: 401, text: "" }, "set_up_fault"],
    [{ status: 429, json: {}, headers: { "retry-after": "2" } }, "rate_limited"],
    [{ status: 500, json: { message: "An error has occurred." } }, "unavailable"],
    [{ status: 409, text: "" }, "refused"],
    [{ status: 200, text: "<html>Log in</html>" }, "unreadable"],
    [{ kind: "timed_out", sent: true } as const, "timed_out"],
    [{ kind: "broken", sent: true, detail: "lost" } as const, "unavailable"],
  ])("leaves %j to a later attempt", async (answer, kind) => {
    expect((await deliver(answer)).results).toMatchObject([{ kind: "retry", failure: { kind } }]);
  });
});

describe("the pace of orders", () => {
  it.each([
    ["orders-key", 40],
    ["till-key", 20],
  ])("leaves the tills their part of the key's limit: %s", (ordersApiKey, rate) => {
    const { crm } = engage(() => ({ json: {} }), { ordersApiKey });
    expect(crm.capabilities).toMatchObject({ deliveryRate: rate, deliveryBatch: 1 });
  });
});
