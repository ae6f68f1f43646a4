import type { History, PolicyName } from "./acts.ts";

type Known = {
  /** What went wrong once, or would go wrong first. */
  readonly what: string;
  readonly policy: PolicyName;
  readonly history: History;
};

const plain = { ordersCarryIds: true, isSpent: false } as const;

/** Played before anything is generated. */
export const knownHistories: readonly Known[] = [
  {
    what: "an order whose use was given back is no order of the next use: Sitoo was asked for ever",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "v", after: "answer" },
        { act: "sell", till: "one", set: "v", state: "closed", event: "now" },
        { act: "pass", ms: 4_000, late: false },
        { act: "operator", till: "one" },
        { act: "redeem", till: "two", set: "v", after: "answer" },
      ],
    },
  },
  {
    what: "nor of the next reservation: it was held for ever",
    policy: "sale",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "p", after: "answer" },
        { act: "sell", till: "one", set: "p", state: "closed", event: "now" },
        { act: "pass", ms: 4_000, late: false },
        { act: "operator", till: "one" },
        { act: "redeem", till: "two", set: "p", after: "answer" },
      ],
    },
  },
  {
    what: "a return is no order of the next use: Sitoo was asked for ever",
    policy: "back",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "v", after: "answer" },
        { act: "sell", till: "one", set: "v", state: "closed", event: "now" },
        { act: "pass", ms: 3_660_000, late: false },
        { act: "refund", whole: true },
        { act: "pass", ms: 4_000, late: false },
        { act: "redeem", till: "two", set: "v", after: "answer" },
      ],
    },
  },
  {
    what: "a repeat after one of several was undone: the others were given back, though nobody asked",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "vw", after: "answer" },
        { act: "undo", till: "one", set: "v", by: "body", after: "answer" },
        { act: "redeem", till: "one", set: "vw", after: "answer" },
      ],
    },
  },
  {
    what: "an order takes our copy in the middle of a redeem of several: it was given twice",
    policy: "paid",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "two", set: "p", after: "answer" },
        { act: "undo", till: "two", set: "p", by: "body", after: "answer" },
        { act: "fault", of: "redeem", fault: { type: "latency", ms: 1_500 } },
        { act: "sell", till: "two", set: "p", state: "closed", event: "now" },
        { act: "wait", ms: 300 },
        { act: "redeem", till: "one", set: "vp", after: "answer" },
      ],
    },
  },
  {
    what: "work that an operator, an undo or an order begins passed over what no order claims in silence",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "two", set: "v", after: "answer" },
        { act: "wait", ms: 600 },
        { act: "redeem", till: "one", set: "w", after: "answer" },
        // Two days after the first, and a moment after the second: its alarm comes a second later.
        { act: "pass", ms: 172_799_000, late: false },
        { act: "pass", ms: 1_000, late: false },
        { act: "operator", till: "two" },
      ],
    },
  },
  {
    what: "a reservation that is sold outlives its time, whether or not the event comes",
    policy: "sale",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "vp", after: "answer" },
        { act: "sell", till: "one", set: "vp", state: "closed", event: "never" },
        { act: "pass", ms: 720_000, late: true },
        { act: "redeem", till: "two", set: "vp", after: "answer" },
        { act: "tell" },
      ],
    },
  },
  {
    what: "a reservation whose cart is parked outlives its time until the cart is left",
    policy: "sale",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "v", after: "answer" },
        { act: "sell", till: "one", set: "v", state: "parked", event: "now" },
        { act: "pass", ms: 3_660_000, late: false },
        { act: "redeem", till: "two", set: "v", after: "answer" },
        { act: "pay parked", event: "now" },
      ],
    },
  },
  {
    what: "the object is lost with the CRM's yes in its hand, and the till never asks again",
    policy: "back",
    history: {
      ...plain,
      acts: [
        { act: "lose at", loss: { of: "ledger", when: "answered", call: "redeem" } },
        { act: "redeem", till: "one", set: "vw", after: "answer" },
        { act: "pass", ms: 17_000, late: false },
      ],
    },
  },
  {
    what: "the CRM acts after the gateway has given up, and two tills ask meanwhile",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "fault", of: "redeem", fault: { type: "latency", ms: 2_900 } },
        { act: "redeem", till: "one", set: "v", after: "answer" },
        { act: "rush", tills: ["one", "two"], set: "v" },
        { act: "pass", ms: 32_000, late: false },
      ],
    },
  },
  {
    what: "an undo meets a redeem whose answer is late, and its own answer is lost",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "fault", of: "redeem", fault: { type: "latency", ms: 700 } },
        { act: "fault", of: "reactivate", fault: { type: "applied_then_status", status: 502 } },
        { act: "redeem", till: "one", set: "v", after: 250 },
        { act: "undo", till: "one", set: "v", by: "body", after: "answer" },
        { act: "redeem", till: "two", set: "v", after: "answer" },
      ],
    },
  },
  {
    what: "two orders name one instrument, and each event comes twice",
    policy: "auto",
    history: {
      ...plain,
      acts: [
        { act: "redeem", till: "one", set: "vp", after: 0 },
        { act: "sell", till: "one", set: "vp", state: "closed", event: "twice" },
        { act: "sell", till: "two", set: "vp", state: "closed", event: "twice" },
        { act: "lose" },
        { act: "tell" },
      ],
    },
  },
  {
    what: "our copy of what the CRM cannot give back is used once, by whichever register is first",
    policy: "paid",
    history: {
      ordersCarryIds: false,
      isSpent: true,
      acts: [
        { act: "redeem", till: "one", set: "vp", after: "answer" },
        { act: "undo", till: "one", set: "vp", by: "redeem_id", after: "answer" },
        { act: "rush", tills: ["two", "one", "two", "one"], set: "vp" },
        { act: "lose" },
      ],
    },
  },
];
