import { describe, expect, it } from "vitest";
import { deadLettersText } from "./dead_letters.ts";
import { ordersText, redemptionsText, reversalText } from "./trace_text.ts";

const at = Date.UTC(2026, 10, 23, 9, 30);
const trace = {
  orderId: 10028,
  account: 90316,
  site: 1,
  state: "open",
  note: "",
  receipt: "SII-7",
  store: "200",
  currency: "JPY",
  total: 2990,
  soldAt: "2026-11-23T10:29:58",
  deliveries: [
    {
      channel: "voyado",
      state: "pending",
      reason: "the CRM is busy",
      attempt: 2,
      nextAt: at + 60_000,
      changedSince: false,
    },
  ],
  updatedAt: at,
  events: [{ event_id: "e-1", type: "update", state_changed: "closed", at, received_at: at + 500 }],
  hops: [
    { at: at + 2_000, hop: "deliver:voyado", attempt: 2, status: "later", ms: 40, note: "busy" },
    { at: at + 1_000, hop: "read_order", attempt: 1, status: "sale", ms: 12, note: "" },
  ],
};
const place = { account: 90316, site: 1, orderId: 10028 };

describe("an order in lines", () => {
  it("says where it stands, and every step in the order of time", () => {
    expect(ordersText({ items: [{ ...place, trace }], notAsked: [] })).toMatchInlineSnapshot(`
      "order 10028, account 90316, site 1: open
        receipt SII-7, store 200, total 2990 JPY, sold 2026-11-23T10:29:58

      destination  state    attempts  when                        why
      voyado       pending  2         again 2026-11-23 09:31:00Z  the CRM is busy

      when                  step            status  attempt  ms  note
      2026-11-23 09:30:00Z  event update    closed               e-1, of 2026-11-23 09:30:00Z
      2026-11-23 09:30:01Z  read_order      sale             12
      2026-11-23 09:30:02Z  deliver:voyado  later   2        40  busy"
    `);
  });

  it("says who has the receipt, once it has changed hands", () => {
    const own = {
      channel: "voyado",
      receiptId: "sitoo-1-1-7",
      kind: "sale",
      cause: "order",
      state: "delivered",
      customer: "…0001",
      reason: "",
      note: "",
    };
    const back = {
      ...own,
      receiptId: "sitoo-1-1-7-back1",
      kind: "taken_back",
      cause: "reassigned",
      state: "waiting",
      reason: "wrong card",
      note: "the CRM is\u001b[2J busy",
    };
    const textOf = (receipts: (typeof own)[]) =>
      ordersText({ items: [{ ...place, trace: { ...trace, receipts } }], notAsked: [] });
    expect(textOf([own])).not.toContain("sitoo-1-1-7");
    const lines = textOf([own, back]).split("\n");
    expect(lines.slice(5, 8)).toEqual([
      "",
      "destination  receipt            what                     customer  state      why",
      "voyado       sitoo-1-1-7        sale (order)             …0001     delivered",
    ]);
    expect(lines[8]).toMatch(
      /^voyado +sitoo-1-1-7-back1 +taken back \(reassigned\) +…0001 +waiting +wrong card; the CRM is \[2J busy$/,
    );
  });

  it("says what Sitoo has and we have not, and what could not be asked", () => {
    const text = ordersText({
      items: [{ ...place, trace: null }],
      notAsked: [{ account: 90317, site: 1, detail: "Sitoo answered 401" }],
    });
    expect(text).toContain("no event of it has arrived here");
    expect(text).toContain("account 90317, site 1: Sitoo could not be asked: Sitoo answered 401");
  });
});

const used = {
  redemption_id: "r-1",
  redeem_id: "l.g.m",
  kind: "bonus_check",
  instrument: "a-1",
  state: "committed",
  store: "200",
  register: "till-7",
  started_at: "2026-11-23T09:30:00.000Z",
  steps: [
    {
      at: "2026-11-23T09:30:00.120Z",
      event: "commit_ok",
      from: "committing",
      to: "committed",
      request_id: "q-1",
      register: "till-7",
      ms: 120,
    },
  ],
};

describe("a redemption in lines", () => {
  it("says what was used where, and every step", () => {
    expect(redemptionsText([used])).toMatchInlineSnapshot(`
      "bonus check a-1: committed
        redemption r-1
        redeem_id l.g.m
        store 200, register till-7

      when                  event      from        to         store  register  staff  ms   request  detail
      2026-11-23 09:30:00Z  commit_ok  committing  committed         till-7           120  q-1"
    `);
  });

  it("lets no till's header steer the terminal", () => {
    const register = "till\u001B[2J\u0007\r\n";
    const text = redemptionsText([
      { ...used, register, steps: used.steps.map((step) => ({ ...step, register })) },
    ]);
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text).toContain("register till [2J");
  });
});

describe("what giving back came to", () => {
  it.each([
    ["given_back", "reversed", "promotion p-1: given back, now reversed"],
    ["given_back", "released", "promotion p-1: given back, now released"],
    ["given_back", "reinstated", "promotion p-1: given back by the gateway"],
    ["given_back", "reversing", "promotion p-1: being given back; the CRM has not confirmed"],
    ["not_possible", "reversed", "promotion p-1: not given back: it is reversed"],
    ["not_found", "committed", "promotion p-1: not given back: it is committed"],
  ])("%s, %s", (outcome, state, said) => {
    expect(
      reversalText({ redemption_id: "r-1", kind: "promotion", instrument: "p-1", outcome, state }),
    ).toContain(said);
  });
});

describe("dead letters in lines", () => {
  it("name the order as --order takes it, and where it should have gone", () => {
    const text = deadLettersText([
      {
        id: "order-7-a",
        kind: "refused",
        reason: "no such store",
        field: "storeExternalId",
        account: 90316,
        site: 1,
        orderId: 7,
        receiptNumber: "R1",
        destination: "voyado",
        payload: {},
        createdAt: at,
      },
      { id: "event-1", kind: "event_unreadable", reason: "no id", payload: {}, createdAt: at },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "id         when                  kind              order      receipt  destination  reason
      order-7-a  2026-11-23 09:30:00Z  refused           90316/1/7  R1       voyado       no such store (storeExternalId)
      event-1    2026-11-23 09:30:00Z  event_unreadable                                   no id"
    `);
  });
});
