import type { Person } from "../model/customer.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { isTooYoung } from "./age.ts";
import { readCard } from "./card.ts";
import type { CustomerBody } from "./contract_requests.ts";
import { customerAnswer } from "./customer_answer.ts";
import { missingFields, readChanges } from "./field_rules.ts";
import { badRequest, fromFailure } from "./problem.ts";
import { normaliseKey } from "./search_key.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/**
 * What the person register would have shown for this form. Only asked when a readonly field came
 * filled in: that is how a form with readonly fields is filled, and the till is not simply believed.
 */
const shownByRegister = async (
  call: TillCall,
  body: CustomerBody,
): Promise<Outcome<Person, CrmFailure>> => {
  const by = call.channel.client.lookupType;
  const typed = by === "mobile" ? body.mobile : body.personal_id;
  if (by === undefined || typed === undefined) return ok({});
  const key = normaliseKey(by, typed, call.channel);
  if (key === undefined) return ok({});
  const person = await call.stopwatch.time("crm", call.crm.lookup(key, crmCall(call)));
  return person.ok ? ok(person.value ?? {}) : person;
};

/** `POST /customers` (contracts/sitoo.md 2.2, row 2; the answer's shape is assumed, by `spi.create_answer`). */
export const createCustomer = async (call: TillCall, body: CustomerBody): Promise<Answer> => {
  const { client, market, spi, selfCheckout } = call.channel;
  if (call.selfCheckout && !selfCheckout.create) return failed({ kind: "not_at_self_checkout" });
  let person = readChanges(body, client.fieldsAdd, {}, market.country);
  if (!person.ok && Object.values(client.fieldsAdd).includes("readonly")) {
    const shown = await shownByRegister(call, body);
    if (!shown.ok) return failed(fromFailure(shown.failure));
    const rest = readChanges(body, client.fieldsAdd, shown.value, market.country);
    // Readonly fields as the register gave them belong to the new customer.
    if (rest.ok) person = readChanges(body, allEditable(client.fieldsAdd), {}, market.country);
  }
  if (!person.ok) return failed(badRequest(...person.failure));
  const missing = missingFields(person.value, client.required);
  if (missing.length > 0) return failed(badRequest(...missing));
  if (Object.keys(person.value).length === 0)
    return failed(badRequest({ field: "customer", message: "nothing was filled in" }));
  if (
    client.minAge !== undefined &&
    isTooYoung(person.value, client.minAge, call.now(), market.country)
  ) {
    const field = person.value.birthday === undefined ? "personal_id" : "birthday";
    return failed(
      badRequest({ field, message: `a customer must be at least ${client.minAge} years old` }),
    );
  }
  const created = await call.stopwatch.time(
    "crm",
    call.createCustomer(person.value, crmCall(call)),
  );
  if (!created.ok) return failed(fromFailure(created.failure));
  const id = created.value.customer.id;
  if (spi.createAnswer === "id") return ok({ status: spi.createStatus, body: id });
  if (spi.createAnswer === "customer_id")
    return ok({ status: spi.createStatus, body: { customer_id: id } });
  const card = await readCard({ id, profile: created.value }, call);
  return card.ok
    ? ok({ status: spi.createStatus, body: await customerAnswer(card.value, call) })
    : failed(fromFailure(card.failure));
};

const allEditable = <Rules extends Readonly<Record<string, unknown>>>(
  rules: Rules,
): { [Field in keyof Rules]: "editable" } =>
  Object.fromEntries(Object.keys(rules).map((field) => [field, "editable"])) as {
    [Field in keyof Rules]: "editable";
  };
