import type { CreateCustomer } from "../crm/create_customer.ts";
import type { Crm, CrmCall } from "../crm/port.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Till } from "../redemption/machine/admission.ts";
import type { Redemptions } from "../redemption/redemptions.ts";
import type { Channel, Tenant } from "../tenants/tenant.ts";
import type { Problem } from "./problem.ts";
import type { Stopwatch } from "./stopwatch.ts";
import type { Texts } from "./texts.ts";

/** One authenticated call of a till, with everything an operation may use. */
export type TillCall = {
  readonly tenant: Tenant;
  readonly channel: Channel;
  readonly crm: Crm;
  readonly redemptions: Redemptions;
  readonly createCustomer: CreateCustomer;
  /** Whether an operator holds redeeming back; never older than 30 s while the database answers. */
  readonly redeemIsPaused: () => Promise<boolean>;
  /** What is said to the cashier, in the market's language; English while that cannot be read. */
  readonly texts: () => Promise<Texts>;
  readonly till: Till;
  readonly requestId: string;
  /** Epoch milliseconds; the till has its answer before. */
  readonly deadline: number;
  readonly now: () => number;
  readonly stopwatch: Stopwatch;
  readonly selfCheckout: boolean;
  /** The request's body as text; "" when there is none. */
  readonly body: string;
};

/** What an operation answers: a body to send as JSON (undefined: none), or why not. */
export type Answer = Outcome<
  { readonly status: 200 | 201 | 204; readonly body?: unknown },
  Problem
>;

export const crmCall = (call: TillCall): CrmCall => ({
  deadline: call.deadline,
  requestId: call.requestId,
  ...(call.till.storeId === undefined ? {} : { storeId: call.till.storeId }),
  ...(call.till.staffId === undefined ? {} : { staffId: call.till.staffId }),
});
