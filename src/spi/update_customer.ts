import type { Person } from "../model/customer.ts";
import { failed, ok } from "../model/outcome.ts";
import { assembleCard, readCard } from "./card.ts";
import type { CustomerBody } from "./contract_requests.ts";
import { customerAnswer } from "./customer_answer.ts";
import { missingFields, readChanges } from "./field_rules.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { isCustomerId } from "./search_key.ts";
import { editableAtSelfCheckout, maskPerson } from "./self_checkout.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/** Addresses and ways of contact change in part; the rest of them stays. */
const afterChanges = (before: Person, changes: Person): Person => ({
  ...before,
  ...changes,
  invoiceAddress: { ...before.invoiceAddress, ...changes.invoiceAddress },
  deliveryAddress: { ...before.deliveryAddress, ...changes.deliveryAddress },
  accepts: { ...before.accepts, ...changes.accepts },
});

/**
 * `PUT /customers/{customer_id}`: a partial update; a field that is not sent stays as it is
 * (contracts/sitoo.md 2.2, row 5). A body that changes nothing writes nothing.
 */
export const updateCustomer = async (
  call: TillCall,
  customerId: string,
  body: CustomerBody,
): Promise<Answer> => {
  if (!isCustomerId(customerId)) return failed(fromFailure({ kind: "customer_not_found" }));
  if (body.customer_id !== undefined && String(body.customer_id) !== customerId) {
    return failed(
      badRequest({ field: "customer_id", message: "is another customer than the address names" }),
    );
  }
  const { client, market, selfCheckout } = call.channel;
  const before = await call.stopwatch.time("crm", call.crm.get(customerId, crmCall(call)));
  if (!before.ok) return failed(fromFailure(before.failure));
  const { customer } = before.value;
  const shown = call.selfCheckout ? maskPerson(customer, selfCheckout.mask) : customer;
  const rules = call.selfCheckout
    ? editableAtSelfCheckout(client.fieldsEdit, selfCheckout.mask)
    : client.fieldsEdit;
  const changes = readChanges(body, rules, shown, market.country);
  if (!changes.ok) return failed(badRequest(...changes.failure));
  const lacking = new Set(missingFields(customer, client.required).map((fault) => fault.field));
  const cleared = missingFields(afterChanges(customer, changes.value), client.required).filter(
    (fault) => !lacking.has(fault.field),
  );
  if (cleared.length > 0) return failed(badRequest(...cleared));

  if (Object.keys(changes.value).length === 0) {
    const card = await readCard({ id: customer.id, profile: before.value }, call);
    return card.ok
      ? ok({ status: 200, body: await customerAnswer(card.value, call) })
      : failed(fromFailure(card.failure));
  }
  const [updated, instruments, entries] = await call.stopwatch.time(
    "crm",
    Promise.all([
      call.crm.update(customer.id, changes.value, customer, crmCall(call)),
      call.crm.instruments(customer.id, crmCall(call)),
      call.redemptions.overlay(customer.id),
    ]),
  );
  if (!updated.ok) return failed(fromFailure(updated.failure));
  return ok({
    status: 200,
    body: await customerAnswer(assembleCard(updated.value, instruments, entries, call.now()), call),
  });
};
