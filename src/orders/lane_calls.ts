import type { CreateCustomer } from "../crm/create_customer.ts";
import { mailsNone } from "../crm/mails_none.ts";
import type { Crm, DeliveryResult } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { failed } from "../model/outcome.ts";
import type { LaneEvent } from "./lane.ts";
import type { Priority } from "./lane_state.ts";
import { callMs, type TurnIo } from "./turn_sale.ts";

/** Searching by e-mail and phone, adding: the shard makes these calls, one after the other. */
const createCost = 3;

/** Every call of a lane to its CRM waits for its moment, whatever it is for: finding, adding, sending. */
export const createLaneCalls = (happen: (event: LaneEvent) => void, now: () => number) => {
  const waiting = new Map<number, (denied: CrmFailure | undefined) => void>();
  let numbered = 0;
  const moment = (priority: Priority, cost: number): Promise<CrmFailure | undefined> =>
    new Promise((resolve) => {
      const id = numbered++;
      waiting.set(id, resolve);
      happen({ kind: "asked", id, priority, cost });
    });
  const settle = (id: number, denied: CrmFailure | undefined): void => {
    const resolve = waiting.get(id);
    waiting.delete(id);
    resolve?.(denied);
  };
  const make = async <Answer>(
    priority: Priority,
    cost: number,
    call: (deadline: number) => Promise<Answer>,
    deny: (failure: CrmFailure) => Answer,
  ): Promise<Answer> => {
    const denied = await moment(priority, cost);
    if (denied !== undefined) return deny(denied);
    try {
      // Its time runs from when it may begin, not from when its sale set out.
      return await call(now() + callMs);
    } finally {
      happen({ kind: "called" });
    }
  };

  return {
    allow: (id: number): void => settle(id, undefined),
    deny: (id: number, retryAfterMs: number): void =>
      settle(id, { kind: "rate_limited", retryAfterMs }),
    paced: (
      priority: Priority,
      crm: Crm,
      createCustomer: CreateCustomer,
    ): Pick<TurnIo, "crm" | "createCustomer"> => ({
      crm: {
        capabilities: crm.capabilities,
        get: (id, call) =>
          make(priority, 1, (deadline) => crm.get(id, { ...call, deadline }), failed),
        search: (key, call) =>
          make(priority, 1, (deadline) => crm.search(key, { ...call, deadline }), failed),
        deliver: (sales, call) =>
          make(
            priority,
            1,
            (deadline) => crm.deliver(sales, { ...call, deadline }),
            (failure) => sales.map(() => ({ kind: "retry", failure })),
          ),
        mailReceipt: (sale, address, call) =>
          make<DeliveryResult>(
            priority,
            1,
            async (deadline) =>
              (await crm.mailReceipt?.(sale, address, { ...call, deadline })) ?? mailsNone,
            (failure) => ({ kind: "retry", failure }),
          ),
      },
      createCustomer: (person, call) =>
        make(
          priority,
          createCost,
          (deadline) => createCustomer(person, { ...call, deadline }),
          failed,
        ),
    }),
  };
};
