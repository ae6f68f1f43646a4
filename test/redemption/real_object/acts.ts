import fc from "fast-check";
import type { Fault } from "../../conformance/harness.ts";
import type { Loss } from "./moved_time.ts";

/** What may happen to one customer with three instruments; everything in it is data, so that it shrinks and can be pinned. */
export type Act =
  | { readonly act: "redeem"; readonly till: TillName; readonly set: Set; readonly after: After }
  /** Several calls at the same moment; a till may be there twice. */
  | { readonly act: "rush"; readonly tills: readonly TillName[]; readonly set: Set }
  /** The till goes away before it is answered. */
  | {
      readonly act: "hang up";
      readonly till: TillName;
      readonly set: Set;
      readonly afterMs: number;
    }
  | {
      readonly act: "undo";
      readonly till: TillName;
      readonly set: Set;
      readonly by: "body" | "redeem_id";
      readonly after: After;
    }
  | { readonly act: "card"; readonly after: After }
  | {
      readonly act: "sell";
      readonly till: TillName;
      readonly set: Set;
      readonly state: "closed" | "parked" | "cancelled";
      /** When Sitoo's event comes; `never`: it is lost, and only asking Sitoo finds the order. */
      readonly event: "now" | "twice" | "later" | "never";
    }
  /** The parked cart is paid: a closed order that names it as its source. */
  | { readonly act: "pay parked"; readonly event: "now" | "never" }
  | { readonly act: "refund"; readonly whole: boolean }
  /** Events that were held back come, each twice. */
  | { readonly act: "tell" }
  /** Used in the web shop, or given back by staff, in the CRM itself. */
  | { readonly act: "web" | "staff"; readonly one: One }
  /** Given back through the operations API, by the newest `redeem_id` of a till. */
  | { readonly act: "operator"; readonly till: TillName }
  | { readonly act: "lose" }
  | { readonly act: "lose at"; readonly loss: Loss }
  | { readonly act: "fault"; readonly of: Faulty; readonly fault: Fault }
  | { readonly act: "wait"; readonly ms: number }
  /** The clock moves on; `late`: no alarm fires before its end. */
  | { readonly act: "pass"; readonly ms: number; readonly late: boolean };

export type TillName = keyof typeof tills;
export type One = "v" | "w" | "p";
export type Set = "v" | "w" | "p" | "vp" | "vw" | "vwp";
/** `answer`: it waits for its answer; else the next act comes so many milliseconds later. */
export type After = "answer" | number;
export type Faulty = keyof typeof faultyPaths;

/** `v` and `w` are vouchers, which the CRM can give back; `p` is a promotion, which it cannot. */
export const ones = (set: Set): One[] => set.split("") as One[];

export const tills = {
  one: { "Register-ID": "till-1", "Store-ID": "200" },
  two: { "Register-ID": "till-2", "Store-ID": "300" },
  /** A till that says neither register nor staff. */
  bare: { "Store-ID": "200" },
  last: { "Register-ID": "till-last", "Store-ID": "300" },
} as const;

/** Calls of the gateway alone; what the web shop and staff use has other paths. */
export const faultyPaths = {
  redeem: "/api/v3/(reward-vouchers|promotion-assignments)/[^/]+/redeem",
  reactivate: "/api/v3/reward-vouchers/[^/]+/reactivate",
  vouchers: "/api/v3/reward-vouchers(/available|/redeemed)?\\?",
  promotions: "/api/v2/contacts/[^/]+/promotions",
  contact: "/api/v3/contacts/[0-9a-f-]{36}$",
  receipts: "/api/v3/receipts",
  orders: "/orders",
} as const;

const till = fc.constantFrom<TillName>("one", "one", "two", "bare");
const set = fc.constantFrom<Set>("v", "v", "p", "vp", "vw", "vwp");
const one = fc.constantFrom<One>("v", "v", "w", "p");
const after = fc.constantFrom<After>("answer", "answer", 0, 8, 40, 250);

const quick = fc.constantFrom<Fault>(
  ...[500, 503, 429, 401].map((status) => ({ type: "status" as const, status })),
  { type: "applied_then_status", status: 502 },
  { type: "applied_then_status", status: 504 },
  { type: "garbage" },
  { type: "applied_then_garbage" },
  { type: "latency", ms: 120 },
  { type: "latency", ms: 700 },
  {
    type: "status",
    status: 409,
    body: { errorCode: "PromotionNotValidForRedemptionChannel", message: "" },
  },
);
/** Longer than the gateway waits for one call; with `latency` the CRM acts after that. */
const slow = fc.constantFrom<Fault>(
  { type: "hang", ms: 2_900 },
  { type: "applied_then_hang", ms: 2_900 },
  { type: "latency", ms: 2_900 },
);
const fault = fc.oneof({ weight: 9, arbitrary: quick }, { weight: 1, arbitrary: slow });
const unread = fc.constantFrom<Fault>(
  { type: "status", status: 500 },
  { type: "status", status: 429 },
  { type: "garbage" },
  { type: "latency", ms: 400 },
);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const is = <Name extends string>(name: Name) => fc.constant(name);
const record = fc.record;

export const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 16, arbitrary: record({ act: is("redeem"), till, set, after }) },
  {
    weight: 4,
    arbitrary: record({
      act: is("rush"),
      tills: fc.constantFrom<readonly TillName[]>(
        ["one", "one"],
        ["one", "two"],
        ["one", "bare"],
        ["two", "one", "two", "one"],
      ),
      set,
    }),
  },
  {
    weight: 2,
    arbitrary: record({ act: is("hang up"), till, set, afterMs: fc.constantFrom(3, 15, 60, 300) }),
  },
  {
    weight: 8,
    arbitrary: record({
      act: is("undo"),
      till,
      set,
      by: fc.constantFrom("body" as const, "body" as const, "redeem_id" as const),
      after,
    }),
  },
  { weight: 2, arbitrary: record({ act: is("card"), after }) },
  {
    weight: 5,
    arbitrary: record({
      act: is("sell"),
      till,
      set,
      state: fc.constantFrom(...(["closed", "closed", "closed", "parked", "cancelled"] as const)),
      event: fc.constantFrom("now" as const, "twice" as const, "later" as const, "never" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      act: is("pay parked"),
      event: fc.constantFrom("now" as const, "never" as const),
    }),
  },
  { weight: 1, arbitrary: record({ act: is("refund"), whole: fc.boolean() }) },
  { weight: 2, arbitrary: record({ act: is("tell") }) },
  { weight: 1, arbitrary: record({ act: is("web"), one }) },
  // Only a voucher can be given back in the CRM.
  {
    weight: 1,
    arbitrary: record({ act: is("staff"), one: fc.constantFrom("v" as const, "w" as const) }),
  },
  { weight: 1, arbitrary: record({ act: is("operator"), till }) },
  { weight: 2, arbitrary: record({ act: is("lose") }) },
  {
    weight: 3,
    arbitrary: record({
      act: is("lose at"),
      loss: fc.oneof(
        {
          weight: 5,
          arbitrary: record({
            of: is("ledger"),
            when: fc.constantFrom("sending" as const, "sent" as const, "answered" as const),
            call: fc.constantFrom(
              "redeem" as const,
              "redeem" as const,
              "reactivate" as const,
              "other" as const,
            ),
          }),
        },
        {
          weight: 1,
          arbitrary: record({ of: is("journal"), when: is("answered"), call: is("other") }),
        },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: record({
      act: is("fault"),
      of: fc.constantFrom("redeem" as const, "redeem" as const, "reactivate" as const),
      fault,
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      act: is("fault"),
      of: fc.constantFrom<Faulty>("vouchers", "promotions", "contact", "orders", "receipts"),
      fault: unread,
    }),
  },
  { weight: 2, arbitrary: record({ act: is("wait"), ms: fc.constantFrom(5, 30, 150, 600) }) },
  {
    weight: 9,
    arbitrary: record({
      act: is("pass"),
      ms: fc.constantFrom(
        4 * second,
        17 * second,
        32 * second,
        65 * second,
        130 * second,
        12 * minute,
        61 * minute,
        5 * hour,
      ),
      late: fc.constantFrom(false, false, true),
    }),
  },
);

/** Tenants that differ in when the CRM is told and in what follows when nothing comes (docs/tenant-file.md). */
export const policies = {
  auto: {},
  sale: { promotions: "sale", bonus_checks: "sale", reservation_ttl: "10m" },
  back: { on_return: "reactivate", on_unclaimed: "reverse" },
  paid: { promotions: "redeem", moment: "paid", on_unclaimed: "keep", replay_window: "30s" },
} as const satisfies Record<string, Readonly<Record<string, string>>>;
export type PolicyName = keyof typeof policies;

/** Without the policy, which is its rig's. */
export type History = {
  /** Orders of this account have been seen to carry instrument ids. */
  readonly ordersCarryIds: boolean;
  /** `v` has been reactivated as often as the CRM does it. */
  readonly isSpent: boolean;
  readonly acts: readonly Act[];
};

export const histories: fc.Arbitrary<History> = record({
  ordersCarryIds: fc.constantFrom(true, true, false),
  isSpent: fc.constantFrom(false, false, false, true),
  acts: fc.array(acts, { minLength: 3, maxLength: 20, size: "max" }),
});
