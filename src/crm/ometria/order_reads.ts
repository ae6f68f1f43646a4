import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { CrmCall } from "../port.ts";
import { valueOf } from "../reply.ts";
import type { Ometria } from "./client.ts";
import { failureOf } from "./errors.ts";
import { parseOrder, type StoredOrder } from "./order_returns.ts";
import type { PushRecord } from "./push.ts";

/**
 * Orders as they were pushed, each undefined where Ometria shows none.
 * @param written what is about to be pushed, and newer than what can be read.
 */
export const readOrders = async (
  ometria: Ometria,
  ids: readonly string[],
  written: ReadonlyMap<string, PushRecord>,
  call: CrmCall,
): Promise<Outcome<readonly (StoredOrder | undefined)[], CrmFailure>> => {
  const orders: (StoredOrder | undefined)[] = [];
  for (const id of ids) {
    const here = written.get(id);
    const read = here === undefined ? await readOrder(ometria, id, call) : ok(parseOrder(here));
    if (!read.ok) return read;
    orders.push(read.value);
  }
  return ok(orders);
};

const readOrder = async (
  ometria: Ometria,
  id: string,
  call: CrmCall,
): Promise<Outcome<StoredOrder | undefined, CrmFailure>> => {
  const path = `/orders/${encodeURIComponent(id)}`;
  const reply = await ometria.send({ method: "GET", name: "/orders/{id}", path }, call);
  const read = valueOf(reply, parseOrder, failureOf(ometria.now(), { kind: "customer_not_found" }));
  if (read.ok) return read;
  return read.failure.kind === "customer_not_found" ? ok(undefined) : failed(read.failure);
};
