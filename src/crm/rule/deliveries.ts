import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Sale } from "../../model/sale.ts";
import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, DeliveryResult } from "../port.ts";
import { withoutPersons } from "../without_persons.ts";
import type { Rule } from "./client.ts";
import { unknownSubscriber } from "./customer_reads.ts";
import { isRuleId } from "./customer_wire.ts";
import { confirmed, readAs } from "./errors.ts";
import { orderField } from "./field_keys.ts";
import { isReturn, orderValues } from "./order_record.ts";
import { parseFound, readRecords } from "./record_wire.ts";
import { errorPercent } from "./session.ts";
import { addTags, tagsFor } from "./tags.ts";

/** Nobody waits at a till for an order. */
const timeoutMs = 10_000;
/** Contracts/rule.md 3 (the number is ours): orders step back, so that tills may still search. */
const stepsBackAt = 30;
const stepBackMs = 60_000;

/** One after the other, each looked for before it is written: a repeat would double history. */
export const deliver = async (
  rule: Rule,
  sales: readonly { readonly sale: Sale; readonly customerId: string | undefined }[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  const results: DeliveryResult[] = [];
  for (const { sale, customerId } of sales)
    results.push(await deliverOne(rule, sale, customerId, call));
  return results;
};

const deliverOne = async (
  rule: Rule,
  sale: Sale,
  id: string | undefined,
  call: CrmCall,
): Promise<DeliveryResult> => {
  if (id === undefined || !isRuleId(id))
    return { kind: "refused", reason: "Rule takes orders of its subscribers alone", field: "id" };
  if (errorPercent(rule.session, rule.now()) >= stepsBackAt)
    return { kind: "retry", failure: { kind: "rate_limited", retryAfterMs: stepBackMs } };
  const known = await recordOf(rule, id, sale.id, call);
  if (!known.ok) return resultOf(known.failure);
  const written = await write(rule, id, sale, known.value, call);
  if (!written.ok) return resultOf(written.failure);
  // After the record, so that a flow of the tag finds it. Tags that are set already stay so.
  const feed = isReturn(sale) ? "return" : "order";
  const tagged = await addTags(rule, id, tagsFor(rule.settings, feed), call);
  if (!tagged.ok) return resultOf(tagged.failure);
  return known.value === undefined
    ? { kind: "delivered" }
    : { kind: "delivered", note: "it was there already, and was brought up to date" };
};

/** The record of a sale. Of a customer with a long history Rule is asked for the one. */
const recordOf = async (
  rule: Rule,
  id: string,
  saleId: string,
  call: CrmCall,
): CrmOutcome<string | undefined> => {
  const { settings } = rule;
  const field = orderField(settings, "SaleId");
  const { order: group } = settings.groups;
  const newest = await readRecords(rule, id, [group], 1, call);
  if (!newest.ok) return newest;
  const found = newest.value.records.find(({ values }) => values.get(field) === saleId);
  if (found !== undefined || newest.value.complete) return ok(found?.id);
  const query = { group, field, value: saleId };
  const reply = await rule.send(
    { route: "GET /v3/custom-field-data/{id}/search", path: { id }, query },
    call,
  );
  // A miss: the subscriber was there a moment ago.
  if (reply.ok && reply.value.status === 404) return ok(undefined);
  const one = readAs(reply, parseFound, {}, rule.now());
  return one.ok ? ok(one.value.id) : one;
};

const write = async (
  rule: Rule,
  id: string,
  sale: Sale,
  record: string | undefined,
  call: CrmCall,
): CrmOutcome<unknown> => {
  const { settings } = rule;
  const values = Object.entries(orderValues(sale, settings)).map(([name, value]) => ({
    field: orderField(settings, name as keyof ReturnType<typeof orderValues>),
    create_if_not_exists: true,
    value,
  }));
  const { order: group } = settings.groups;
  const body =
    record === undefined
      ? { groups: [{ group, create_if_not_exists: true, historical: true, values }] }
      : { identifier: { data_id: Number(record) }, values };
  const method = record === undefined ? "POST" : "PUT";
  const route = `${method} /v3/custom-field-data/{id}` as const;
  const reply = await rule.send({ route, path: { id }, body, timeoutMs }, call);
  return confirmed(reply, { notFound: unknownSubscriber }, rule.now());
};

/** What no later attempt can change is refused; the reason stays for months, so no person is in it. */
const resultOf = (failure: CrmFailure): DeliveryResult => {
  if (failure.kind === "customer_not_found")
    return { kind: "refused", reason: "Rule has no such subscriber any more", field: "id" };
  if (failure.kind === "invalid_fields") {
    const said = failure.fields.map(({ message }) => message).join("; ");
    return { kind: "refused", reason: `Rule: ${withoutPersons(said).slice(0, 300)}` };
  }
  if (failure.kind === "refused") return { kind: "refused", reason: failure.detail };
  return { kind: "retry", failure };
};
