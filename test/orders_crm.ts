import type { Crm, DeliveryResult, Match, Profile, SearchKey } from "../src/crm/port.ts";
import type { CrmFailure } from "../src/model/crm_failure.ts";
import { failed, ok } from "../src/model/outcome.ts";
import type { Sale } from "../src/model/sale.ts";

export type OrdersCrm = Crm & {
  /** `by:value` → customer id, or how the search fails. */
  readonly people: Map<string, string | CrmFailure>;
  readonly searched: string[];
  readonly sent: { readonly sale: Sale; readonly customerId: string | undefined }[];
  /** Receipts that were mailed, or perhaps were. */
  readonly mailed: { readonly sale: Sale; readonly address: string; readonly requestId: string }[];
  /** Taken one by one for each delivery, and for each mail; delivered when empty. */
  readonly answers: (DeliveryResult | (() => Promise<DeliveryResult>))[];
  readonly mailAnswers: OrdersCrm["answers"];
};

export const profileOf = (id: string): Profile => ({
  customer: { id },
  sections: [],
  voucherPasswords: [],
  degraded: [],
});

const notAsked = async () => failed({ kind: "not_supported" } as const);

/** A CRM in memory, as far as orders go. */
export const ordersCrm = (change: Partial<Crm["capabilities"]> = {}): OrdersCrm => {
  const people = new Map<string, string | CrmFailure>();
  const searched: string[] = [];
  const sent: { readonly sale: Sale; readonly customerId: string | undefined }[] = [];
  const mailed: OrdersCrm["mailed"] = [];
  const answers: OrdersCrm["answers"] = [];
  const mailAnswers: OrdersCrm["answers"] = [];
  const next = async (from: OrdersCrm["answers"]): Promise<DeliveryResult> => {
    const answer = from.shift() ?? { kind: "delivered" };
    return typeof answer === "function" ? answer() : answer;
  };
  const find = (key: SearchKey) => {
    const name = `${key.by}:${key.value}`;
    searched.push(name);
    return people.get(name);
  };
  return {
    people,
    searched,
    sent,
    mailed,
    answers,
    mailAnswers,
    capabilities: {
      searchBy: ["mobile", "email", "member_number", "customer_id"],
      indexedBy: [],
      lookupBy: [],
      commit: { promotion: true, bonus_check: true },
      reverse: { promotion: false, bonus_check: true },
      deliveryIdempotent: true,
      takesChanges: false,
      anonymousSales: false,
      takesBack: true,
      deliveryBatch: 1,
      deliveryRate: 1_000,
      deliveryConcurrency: 5,
      writesShowWithinMs: 0,
      offersByPassword: false,
      ...change,
    },
    search: async (key) => {
      const found = find(key);
      if (found === undefined) return ok<Match | undefined>(undefined);
      return typeof found === "string" ? ok({ id: found }) : failed(found);
    },
    get: async (id) => {
      const found = find({ by: "customer_id", value: id });
      if (found === undefined) return failed({ kind: "customer_not_found" });
      return typeof found === "string" ? ok(profileOf(found)) : failed(found);
    },
    deliver: async (sales) => {
      sent.push(...sales);
      return [await next(answers)];
    },
    mailReceipt: (sale, address, { requestId }) => {
      mailed.push({ sale, address, requestId });
      return next(mailAnswers);
    },
    lookup: notAsked,
    create: notAsked,
    update: notAsked,
    purchases: notAsked,
    consents: notAsked,
    instruments: notAsked,
    commit: notAsked,
    reverse: notAsked,
    status: notAsked,
  };
};
