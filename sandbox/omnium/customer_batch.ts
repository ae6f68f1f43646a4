import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { accepted, creatable } from "./customer_rules.ts";
import { counters, same } from "./customer_patch.ts";
import { newCustomer, replaced } from "./customers.ts";
import { Refused } from "./errors.ts";
import { customerSchema } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

/** At most 100, matched by customerId (published). */
const batchSchema = z.array(customerSchema).max(100);

/** `POST /PrivateCustomers/AddMany`: only customers that are not there are added (published). */
export function addMany(store: OmniumStore, call: Call): Reply {
  return each(store, call, () => "unchangedCount");
}

/** `PUT /PrivateCustomers/AddOrUpdateMany`: replaces whole customers, as Update does (assumed). */
export function addOrUpdateMany(store: OmniumStore, call: Call): Reply {
  return each(store, call, (body, fields) => {
    const old = store.customers.get(body.customerId);
    if (old === undefined || same(old.fields, fields)) return "unchangedCount";
    store.saveCustomer(replaced(store, old, fields, call));
    return "updatedCount";
  });
}

/** One bad row does not stop the others; the counters tell (assumed: the shape of a patch's answer). */
function each(
  store: OmniumStore,
  call: Call,
  whenThere: (body: { customerId: string }, fields: JsonObject) => string,
): Reply {
  const bodies = bodyOf(call, batchSchema, store.profile);
  const count: Record<string, number> = {};
  const errors: string[] = [];
  for (const body of bodies) {
    const step = attempt(store, call, body as JsonObject & { customerId: string }, whenThere);
    if ("error" in step) errors.push(step.error);
    else count[step.counted] = (count[step.counted] ?? 0) + 1;
  }
  return ok(
    counters({
      ...count,
      totalCount: bodies.length,
      isModified: (count["updatedCount"] ?? 0) > 0,
      errorCount: errors.length,
      errorMessage: errors.length > 0 ? errors.join(" ") : null,
    }),
  );
}

function attempt(
  store: OmniumStore,
  call: Call,
  body: JsonObject & { customerId: string },
  whenThere: (body: { customerId: string }, fields: JsonObject) => string,
): { counted: string } | { error: string } {
  try {
    const fields = accepted(store.profile, body);
    if (store.customers.get(body.customerId) !== undefined)
      return { counted: whenThere(body, fields) };
    const customerId = creatable(store, body.customerId, fields);
    store.saveCustomer(newCustomer(store, customerId, fields, store.stamp(call)));
    return { counted: "updatedCount" };
  } catch (error) {
    if (error instanceof Refused) return { error: error.message };
    throw error;
  }
}
