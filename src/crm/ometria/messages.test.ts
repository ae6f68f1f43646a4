import { describe, expect, it } from "vitest";
import type { ReceiptMail } from "../../tenants/tenant.ts";
import { type Answer, call, ometria, ourId, sale, taken } from "./ometria_fixture.ts";

const receipt: ReceiptMail = {
  fromName: "Acme",
  fromEmail: "hi@acme.example",
  subject: "Your receipt",
  stream: "receipts",
  templateId: 12,
  replyToName: undefined,
  replyToEmail: undefined,
  sandbox: false,
};

describe("a receipt by e-mail", () => {
  const mailed = (answer: Answer) => {
    const world = ometria(() => answer, { delivery: { receipt } });
    const customer = { email: "frans@example.com", nameFirst: "Frans", crmId: ourId };
    return {
      ...world,
      result: world.crm.mailReceipt?.(sale({ customer }), "frans@example.com", call),
    };
  };

  it("goes out by the key for e-mails, with every field of the vendor's form", async () => {
    const { sent, result } = mailed({ text: "" });
    expect(await result).toEqual({ kind: "delivered" });
    expect(sent).toMatchObject([
      {
        path: "/transactional-email/send",
        headers: { "X-Ometria-Auth": "mail-key" },
        body: {
          template_id: 12,
          transactional: true,
          subject: "Your receipt",
          stream: "receipts",
          sandbox: false,
          from: { email: "hi@acme.example", name: "Acme" },
          reply_to: { email: "hi@acme.example", name: "Acme" },
          to: { email: "frans@example.com", name: "Frans" },
          data: {
            contact: { email: "frans@example.com", firstname: "Frans", contactID: ourId },
            details: { orderID: "pos-4711", receiptID: "R-1" },
            payment: { paymentMethod: "Card", amount: "200.00" },
            totals: {
              subTotal: "160.00",
              totalTax: "40.00",
              grandTotal: "200.00",
              currency: "SEK",
            },
            items: [{ name: "Shirt", quantity: "2", total: "200.00" }],
          },
        },
      },
    ]);
  });

  it.each<[Answer, object]>([
    [{ status: 400, text: "no such template" }, { kind: "refused" }],
    [
      { status: 429, text: "" },
      { kind: "retry", failure: { kind: "rate_limited" } },
    ],
    // Perhaps sent: the floor above sends none a second time.
    [
      { kind: "timed_out", sent: true },
      { kind: "retry", failure: { kind: "timed_out" } },
    ],
    [
      { status: 502, text: "" },
      { kind: "retry", failure: { kind: "unavailable", sent: true } },
    ],
  ])("that is answered %j", async (answer, expected) => {
    expect(await mailed(answer).result).toMatchObject(expected);
  });

  it("is none without a receipt block", async () => {
    const { crm, sent } = ometria(() => taken);
    expect(await crm.mailReceipt?.(sale(), "a@example.com", call)).toMatchObject({
      kind: "refused",
    });
    expect(sent).toEqual([]);
  });
});

describe("a use that the ledger keeps", () => {
  const use = {
    eventId: "rd-1-redeemed",
    ref: { kind: "bonus_check", id: "b1" },
    what: "redeemed",
    at: "2030-01-31T10:00:00+01:00",
    left: { minor: 5_000, currency: "SEK" },
    storeId: "200",
  } as const;

  it("is an event of its own id, which what its order settled takes the place of", async () => {
    const { crm, pushed } = ometria(() => taken);
    await crm.mirror?.(ourId, use, call);
    await crm.mirror?.(
      ourId,
      {
        ...use,
        eventId: "rd-1-settled",
        what: "settled",
        used: { minor: 2_000, currency: "SEK" },
        receiptNumber: "R-1",
      },
      call,
    );
    await crm.mirror?.(ourId, { ...use, eventId: "rd-1-given_back", what: "given_back" }, call);
    expect(pushed()).toMatchObject([
      {
        "@type": "custom_event",
        id: "rd-1-redeemed",
        event_type: "bonus_check_redeemed",
        identity_account_id: ourId,
        properties: { instrument_id: "b1", left: "50.00", currency: "SEK", store: "200" },
      },
      {
        id: "rd-1-redeemed",
        event_type: "bonus_check_redeemed",
        properties: { amount: "20.00", receipt_id: "R-1" },
      },
      { id: "rd-1-given_back", event_type: "bonus_check_reversed" },
    ]);
  });

  it("is told to nobody before the event types are set up", async () => {
    const { crm, sent } = ometria(() => taken, { settings: { mirrorRedemptions: false } });
    expect(await crm.mirror?.(ourId, use, call)).toEqual({ ok: true, value: {} });
    expect(sent).toEqual([]);
  });
});

describe("what is refused late", () => {
  const at = "2030-01-31T09:00:00.000Z";
  const row = {
    request_id: "q",
    record_type: "order",
    record_id: "pos-4711",
    record: { customer: { email: "a@example.com" } },
    timestamp: at,
  };
  const told = {
    error_message: "not a valid value 'a@example.com'",
    error_path: "root > lineitems",
  };

  it("is read in both of its shapes, without the record, and orders by their number", async () => {
    const rows = [
      { ...row, ...told },
      { ...row, message: told },
      { ...row, ...told, record_id: "web-4711" },
      { ...row, ...told, record_type: "contact", record_id: "c-1" },
      { nothing: true },
    ];
    const { crm } = ometria(() => ({ json: rows }));
    const read = await crm.refusedLate?.(call);
    const order = {
      record: "order",
      id: "pos-4711",
      orderId: 4711,
      reason: "not a valid value …",
      field: "root > lineitems",
      at,
    };
    expect(read).toEqual({
      ok: true,
      value: [
        order,
        order,
        { ...order, id: "web-4711", orderId: undefined },
        { ...order, record: "contact", id: "c-1", orderId: undefined },
      ].map(({ orderId, ...rest }) => ({ ...rest, ...(orderId === undefined ? {} : { orderId }) })),
    });
    expect(JSON.stringify(read)).not.toContain("@");
  });
});
